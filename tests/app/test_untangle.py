"""`mixo untangle` on the command line."""

from __future__ import annotations

import json

import soundfile
import typer
from typer.testing import CliRunner

from mixolydian.app.cli.untangle import command
from tests.dj.untangling.mixes import SR, faded, track


def run(*arguments):
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_a_table_and_a_document(tmp_path, monkeypatch):
    monkeypatch.setenv("MIXOLYDIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MIXOLYDIAN_JOBS", "1")
    paths = [tmp_path / f"{seed}.wav" for seed in (2, 3)]
    for path in paths:
        soundfile.write(path, track(int(path.stem), 30.0), SR)
    mix = tmp_path / "mix.wav"
    soundfile.write(mix, faded(track(3, 30.0), track(12, 30.0), 6.0), SR)
    ran = run(mix, "--tracks", *paths, "--json")
    assert ran.exit_code == 0
    document = json.loads(ran.stdout)
    assert document["schema"] == "mixolydian.untangled/1"
    assert [play["title"] for play in document["plays"]] == ["3"]
    assert document["not_found"] == [str(paths[0])]
    assert len(document["unknown"]) == 1
    ran = run(mix, "--tracks", paths[0])
    assert ran.exit_code == 1
    assert "None of the 1 tracks" in ran.stdout
