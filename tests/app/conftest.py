"""The command line, run in this process with a home of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
import typer

from mixolydian.app.cli.main import application, main
from tests.workflows.conftest import write_clicks


@dataclass
class Ran:
    """What a command line did."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[dict]:
        """Stdout, one JSON document per line."""
        return [json.loads(line) for line in self.out.splitlines()]


def commands(verb=None):
    """Full name → command, in the order of the help; with `verb` its command is the real one."""
    found = {}
    top = typer.main.get_command(application(verb and verb.split()[0]))
    for name in top.list_commands(None):
        command = top.commands[name]
        inside = getattr(command, "commands", None)
        found |= {f"{name} {n}": c for n, c in inside.items()} if inside else {name: command}
    return found


@pytest.fixture
def mixo(tmp_path, monkeypatch, capfd):
    """Run `mixo` with the given arguments."""
    monkeypatch.setenv("MIXOLYDIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MIXOLYDIAN_JOBS", "1")
    monkeypatch.delenv("MIXOLYDIAN_DATABASE_URL", raising=False)
    monkeypatch.setenv("MIXOLYDIAN_DEBUG", "0")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def crate(tmp_path):
    """A folder of two tracks."""
    for n, name in enumerate(("one", "two")):
        write_clicks(tmp_path / "crate" / f"{name}.wav", 100.0 + 13 * n, 300.0 + 40 * n)
    return tmp_path / "crate"
