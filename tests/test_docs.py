"""The documents keep their word: commands parse, links lead somewhere, tables are complete."""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path

import pytest
import typer

from mixolydian.app.cli.main import application
from mixolydian.core import errors
from mixolydian.core.settings import Settings
from mixolydian.workflows.verbs import VERBS
from tests.app.conftest import commands

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
    *sorted(ROOT.glob("benchmarks/**/*.md")),
]
BLOCK = re.compile(r"^```(?:sh|bash|console|text)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ASSIGNMENT = re.compile(r"^[A-Z_]+=\S*$")


def command_lines() -> list[tuple[str, str]]:
    """(page, line) of every line in a code block that starts a program of ours."""
    found = []
    for page in PAGES:
        for block in BLOCK.findall(page.read_text("utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                words = line.removeprefix("$ ").split()
                while words and ASSIGNMENT.match(words[0]):
                    words.pop(0)
                if words[:1] in (["mixo"], ["make"]) or "benchmarks." in line:
                    name = page.relative_to(ROOT).as_posix()
                    found.append((name, line.removeprefix("$ ")))
    return found


def arguments(line: str) -> list[str]:
    """The words of a command line up to a comment, a pipe or a redirection."""
    words = shlex.split(line, comments=True)
    while words and ASSIGNMENT.match(words[0]):
        words.pop(0)
    ends = [i for i, word in enumerate(words) if word in ("|", ">", ">>", "2>", "&&")]
    return words[: ends[0]] if ends else words


def parse_mixo(words: list[str]) -> None:
    """Parse as the program would, without running the verb."""
    verb = next((w for w in words if not w.startswith("-")), None)
    group = typer.main.get_command(application(verb))
    if verb is None or "--help" in words:
        assert set(words) <= {"--help", "--version", verb}
        return
    context = group.make_context("mixo", list(words))
    command = group.get_command(context, verb)
    assert command is not None, f"no verb {verb}"
    rest = words[words.index(verb) + 1 :]
    if hasattr(command, "commands"):
        verb, *rest = rest
        command = command.commands[verb]
    command.make_context(verb, rest, parent=context)


def parse_make(words: list[str]) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {w for w in words if "=" not in w} <= set(targets)


def parse_benchmark(words: list[str]) -> None:
    module = words[words.index("-m") + 1]
    path = ROOT / (module.replace(".", "/") + ".py")
    assert path.is_file() or path.with_suffix("").joinpath("__main__.py").is_file(), module
    if path.is_file() and "def parser(" in path.read_text("utf-8"):
        importlib.import_module(module).parser().parse_args(words[words.index("-m") + 2 :])


@pytest.mark.parametrize(("page", "line"), command_lines())
def test_command_lines_parse(page, line, monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    words = arguments(line)
    if words[0] == "mixo":
        parse_mixo([w for w in words[1:] if w != "--debug"])
    elif words[0] == "make":
        parse_make(words[1:])
    else:
        parse_benchmark(words)


def test_there_are_command_lines_on_the_pages_that_teach_them():
    pages = {page for page, _ in command_lines()}
    assert {"README.md", "docs/tutorial.md", "docs/reference/cli.md"} <= pages


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page):
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in LINK.findall(text):
        if not re.match(r"[a-z]+:|#", target):
            assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_pages_name_no_machine(page):
    assert not re.search(r"/(work|tmp|root)/", page.read_text("utf-8"))


def test_every_page_is_reachable_from_the_index():
    index = (ROOT / "docs/index.md").read_text("utf-8")
    for page in sorted((ROOT / "docs").glob("*/*.md")) + sorted((ROOT / "docs").glob("*.md")):
        name = page.relative_to(ROOT / "docs").as_posix()
        folder = name.rpartition("/")[0]
        assert name == "index.md" or name in index or folder == "decisions", name


def test_every_verb_is_in_the_reference():
    text = (ROOT / "docs/reference/cli.md").read_text("utf-8")
    for verb in VERBS:
        assert f"## mixo {verb.name}" in text


def test_every_option_is_in_the_reference():
    text = (ROOT / "docs/reference/cli.md").read_text("utf-8")
    for verb in VERBS:
        section = text.partition(f"## mixo {verb.name}\n")[2].partition("\n## ")[0]
        for parameter in commands(verb.name)[verb.name].params:
            for option in getattr(parameter, "opts", ()):
                if option.startswith("--") and option != "--help":
                    assert f"`{option}" in section, f"{verb.name} {option}"


def test_every_setting_is_in_the_reference():
    text = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    for entry in Settings.__dataclass_fields__.values():
        assert f"`{entry.metadata['variable']}`" in text


def test_every_error_is_in_the_reference():
    text = (ROOT / "docs/reference/errors.md").read_text("utf-8")
    classes = [c for c in vars(errors).values() if isinstance(c, type)]
    for error in classes:
        if issubclass(error, errors.MixolydianError):
            assert f"| `{error.__name__}` | {error.exit_code} |" in text
