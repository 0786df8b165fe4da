"""`mixo compose` on the command line: what is asked, what is printed, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mixolydian.app.cli.main import main

PIECE = ["compose", "--genre", "house", "--seconds", "8", "--bpm", "124", "--key", "8A"]


def test_a_piece_is_made_and_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = str(tmp_path / "piece")
    assert main([*PIECE, "--out", out, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["genre"], made["bpm"], made["key"]) == ("house", 124.0, "A minor")
    assert Path(made["mix"]).is_file()
    assert len(made["stems"]) >= 6
    assert main(["compose", "--edit", out, "--mute", "bass", "--json"]) == 0
    changed = json.loads(capsys.readouterr().out)
    assert set(made["stems"]) - set(changed["stems"]) == {"bass"}
    assert changed["sha256"] != made["sha256"]


def test_the_summary_says_what_was_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main([*PIECE, "--no-stems", "--out", str(tmp_path / "b")]) == 0
    printed = capsys.readouterr().out
    assert "house, 124 BPM, A minor" in printed
    assert "Stems:    none" in printed
    assert "LUFS" in printed


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--genre", "polka"], 2, "techno"),
        (["--genre", "house", "--bpm", "999"], 2, "250"),
        (["--genre", "house", "--set", "bass.voice"], 2, "PATH=VALUE"),
        (["--genre", "house", "--minutes", "1", "--seconds", "9"], 2, "not both"),
        (["--edit", "nowhere"], 1, "arrangement.json"),
        (["--edit", "nowhere", "--energy", "3"], 2, "--genre"),
        ([], 2, "one of"),
    ],
)
def test_wrong_words_are_refused_in_one_line(
    words: list[str], code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["compose", *words, "--out", str(tmp_path / "x")]) == code
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1
    assert not (tmp_path / "x").exists()
