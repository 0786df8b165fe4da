"""The face that must stay stable: verbs, exit codes, pure JSON, one-line errors."""

from __future__ import annotations

import importlib
import io
import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import typer
from rich.console import Console

import mixolydian
from mixolydian.app.cli.main import application, main
from mixolydian.app.cli.tables import track_table
from mixolydian.core.types import QUESTIONS
from mixolydian.library.records import TrackRow
from mixolydian.workflows.verbs import GROUPS, VERBS
from tests.app.conftest import commands

NAMES = [verb.name for verb in VERBS]
HEAVY = ("numpy", "scipy", "sqlalchemy", "alembic", "av", "soundfile", "soxr", "onnxruntime")


def python(program: str, *arguments: str) -> str:
    """What a program prints, run by a fresh Python."""
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


# ---------------------------------------------------------------------- verbs


def test_the_commands_are_the_verbs():
    found = commands()
    assert list(found) == NAMES
    for verb in VERBS:
        assert found[verb.name].help == verb.summary


@pytest.mark.parametrize("verb", VERBS, ids=NAMES)
def test_every_verb_has_its_workflow_and_its_command(verb):
    workflow = verb.load()
    command = importlib.import_module(f"mixolydian.app.cli.{verb.module}").command
    names = [name for name in vars(workflow) if name.endswith("Request")]
    assert names, f"{workflow.__name__} has no typed request"
    assert command.__doc__ == verb.summary
    parameters = commands(verb.name)[verb.name].params
    assert "--json" in [option for p in parameters for option in p.opts]


def test_every_group_of_verbs_says_what_they_have_in_common():
    group = typer.main.get_command(application())
    groups = {verb.group for verb in VERBS} - {""}
    assert groups == set(GROUPS)
    for name, summary in GROUPS.items():
        assert group.commands[name].help == summary
        assert name not in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_verb_explains_itself(mixo, name):
    ran = mixo(*name.split(), "--help")
    assert ran.code == 0
    assert f"mixo {name}" in ran.out


def test_help_and_version(mixo):
    ran = mixo("--help")
    assert ran.code == 0
    assert all(name.split()[0] in ran.out for name in NAMES)
    assert mixo().out == ran.out
    assert mixo("--version").out == f"mixo {mixolydian.__version__}\n"


# ---------------------------------------------------------------------- lightness


@pytest.mark.parametrize(
    "program",
    ["import mixolydian", "from mixolydian.app.cli.main import main; main(['--help'])"],
    ids=["import", "help"],
)
def test_nothing_heavy_is_loaded(program):
    printed = python(f"{program}\nimport sys; print('LOADED', *sys.modules)")
    loaded = {name.split(".")[0] for name in printed.split("LOADED")[1].split()}
    assert loaded.isdisjoint(HEAVY)


def test_importing_prints_nothing():
    assert python("import mixolydian") == ""


def test_looking_things_up_loads_no_estimator(tmp_path, monkeypatch):
    program = (
        "import sys; from mixolydian.app.cli.main import main; main(['search', 'x'])\n"
        "print('LOADED', *sys.modules)"
    )
    monkeypatch.setenv("MIXOLYDIAN_HOME", str(tmp_path))
    printed = python(program)
    assert "scipy.signal" not in printed.split()
    assert "mixolydian.estimators" not in printed.split()


# ---------------------------------------------------------------------- what is printed


def test_analyze_prints_a_table(mixo, crate):
    ran = mixo("analyze", crate)
    assert ran.code == 0
    assert ran.err == ""
    lines = ran.out.splitlines()
    assert lines[0].split()[:3] == ["Track", "BPM", "Key"]
    assert [line.split()[0] for line in lines[1:3]] == ["one", "two"]
    assert lines[-1] == "2 analysed"
    assert mixo("analyze", crate).out.splitlines()[-1] == "2 unchanged"


def test_json_is_pure(mixo, crate):
    (crate / "bad.mp3").write_text("no music" * 100)
    ran = mixo("analyze", "--json", crate)
    assert ran.code == 1
    good = [d for d in ran.documents if not d["errors"]]
    (bad,) = [d for d in ran.documents if d["errors"]]
    assert {Path(d["path"]).name for d in good} == {"one.wav", "two.wav"}
    for document in good:
        assert document["schema"] == "mixolydian.analysis/1"
        assert set(QUESTIONS) <= document.keys()
    assert bad.keys() == {"schema", "path", "errors"}
    assert bad["errors"][0]["type"] == "DecodeError"
    again = mixo("analyze", "--json", crate)
    assert sorted(again.out.splitlines()) == sorted(ran.out.splitlines())


def test_json_of_every_lookup(mixo, crate):
    mixo("analyze", crate)
    rows = mixo("list", "--json").documents
    assert [Path(row["path"]).name for row in rows] == ["one.wav", "two.wav"]
    assert mixo("search", "--json", "path:two").documents == rows[1:]
    (shown,) = mixo("show", "--json", "one").documents
    assert shown["track_id"] == rows[0]["track_id"]
    (corrected,) = mixo("correct", "--json", "one", "--bpm", "87").documents
    assert corrected["tempo"]["value"]["bpm"] == 87.0
    near = mixo("similar", "--json", "one").documents
    assert [n["track_id"] for n in near] == [rows[1]["track_id"]]
    (export,) = mixo("export", "--json", "--to", "csv", "--out", "all.csv").documents
    assert export["tracks"] == 2
    (report,) = mixo("report", "--json", crate / "one.wav", "--out", "page.html").documents
    assert Path(report["report"]).exists()


def test_tables_of_every_lookup(mixo, crate):
    assert "empty" in mixo("list").out
    mixo("analyze", crate)
    assert "2 tracks" in mixo("list").out
    assert "1 of 2 tracks" in mixo("list", "--limit", "1").out
    assert "No track matches" in mixo("search", "bpm:>400").out
    assert "1 track" in mixo("search", "path:one").out
    shown = mixo("show", "one").out
    assert "tempo" in shown
    assert "loudness" in shown
    ran = mixo("correct", "one", "--bpm", "87", "--key", "A minor")
    assert "87.00*" in ran.out
    assert "A minor 8A*" in ran.out
    assert "corrected by you" in mixo("list").out
    assert "Likeness" in mixo("similar", "two").out


def test_only(mixo, crate):
    (document,) = mixo("analyze", "--json", "--only", "loudness", crate / "one.wav").documents
    assert "loudness" in document
    assert "tempo" not in document


def test_without_the_library(mixo, crate, tmp_path):
    assert mixo("analyze", "--no-library", crate).code == 0
    assert not (tmp_path / "home").exists()


def test_a_search_keeps_the_shells_words(mixo, crate):
    mixo("analyze", crate)
    assert mixo("search", "path:one", "bpm:>1").code == 0
    assert mixo("search", "key:A minor").code == 0
    assert mixo("search", 'key:"A minor" path:one').code == 0


@pytest.mark.parametrize("name", ["[red]x[bold].wav", "a\tb\x1b[31m.wav", os.fsdecode(b"\xff.wav")])
def test_names_are_shown_as_they_are(mixo, crate, name):
    (crate / "one.wav").rename(crate / name)
    ran = mixo("analyze", crate)
    assert ran.code == 0
    assert "\x1b" not in ran.out
    if name.startswith("["):
        assert "[red]x[bold]" in ran.out
    (document,) = mixo("show", "--json", crate / name).documents
    assert document["path"] == str(crate / name)


# ---------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    "arguments",
    [
        ["dance"],
        ["analyze"],
        ["analyze", "--colour", "x"],
        ["analyze", "x", "--jobs", "many"],
        ["analyze", "x", "--jobs", "0"],
        ["analyze", ""],
        ["analyze", "x", "--only", "colour"],
        ["analyze", "x", "--only", ","],
        ["list", "--sort", "colour"],
        ["list", "--limit", "0"],
        ["search", "colour:red"],
        ["search", 'artist:"open'],
        ["show", "nothing"],
        ["correct", "nothing", "--bpm", "87"],
        ["correct", "nothing"],
        ["correct", "nothing", "--key", "H"],
        ["similar", "nothing"],
        ["export", "--to", "xyz", "--out", "x"],
        ["report"],
        ["report", "x", "--jobs", "0"],
        ["demo", "--jobs", "0"],
        ["demo", ""],
    ],
    ids=" ".join,
)
def test_wrong_usage(mixo, arguments):
    ran = mixo(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("mixo: ")
    assert len(ran.err.splitlines()) == 1


def test_a_missing_file(mixo):
    ran = mixo("analyze", "nothing.mp3")
    assert ran.code == 1
    assert "nothing.mp3" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_damaged_library(mixo, tmp_path, crate):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "library.sqlite").write_bytes(b"garbage" * 1000)
    for arguments in (["list"], ["analyze", crate], ["show", "x"]):
        ran = mixo(*arguments)
        assert ran.code == 1
        assert "is damaged" in ran.err
        assert len(ran.err.splitlines()) == 1


def test_a_locked_library(mixo, tmp_path, crate, monkeypatch):
    mixo("analyze", crate / "one.wav")
    monkeypatch.setenv("MIXOLYDIAN_BUSY_SECONDS", "0.1")
    other = sqlite3.connect(tmp_path / "home" / "library.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ran = mixo("analyze", crate)
    other.close()
    assert ran.code == 1
    assert "in use by another program" in ran.err
    assert mixo("analyze", crate).code == 0


def test_a_wrong_setting(mixo, monkeypatch):
    monkeypatch.setenv("MIXOLYDIAN_JOBS", "many")
    ran = mixo("list")
    assert ran.code == 2
    assert "MIXOLYDIAN_JOBS" in ran.err


def test_debug_shows_where(mixo):
    for arguments in (["--debug", "show", "nothing"], ["show", "nothing", "--debug"]):
        with pytest.raises(mixolydian.core.errors.UnknownTrackError):
            mixo(*arguments)


def test_a_reader_that_has_seen_enough(mixo):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "mixolydian.app.cli", "--help"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert done.returncode == 1
    assert done.stderr == ""


def test_outputs_that_are_closed(tmp_path, monkeypatch):
    monkeypatch.setenv("MIXOLYDIAN_HOME", str(tmp_path))
    mixo = f"{sys.executable} -m mixolydian.app.cli"
    done = subprocess.run(f"{mixo} list >&-", shell=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    done = subprocess.run(f"{mixo} show x 2>&-", shell=True, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize("width", [40, 60, 80, 88, 100, 160])
@pytest.mark.parametrize("head", ["", "Likeness"])
def test_a_narrow_table_leaves_columns_out_and_cuts_none(monkeypatch, width, head):
    known = {"bpm": 123.45, "tonic": "C#", "mode": "minor", "camelot": "12A", "energy": 10}
    known |= {"lufs": -12.3, "drops": 3, "bpm_confidence": 1.0, "key_confidence": 1.0}
    known |= {"path": "/a song with a rather long name.wav", "duration": 3723.0}
    blank = dict.fromkeys(entry.name for entry in fields(TrackRow))
    row = TrackRow(**{**blank, **known, "corrected": ("tempo", "key")})
    out = io.StringIO()
    small = Console(file=out, width=width)
    monkeypatch.setattr("mixolydian.app.cli.tables.console", lambda: small)
    small.print(track_table([row], ["1.00"], head))
    names, cells = out.getvalue().splitlines()
    assert "123.45*" in cells
    assert len(names.rstrip()) <= width
    assert "…" not in cells.split("  ", 1)[1]
    assert ("1.00" in cells) == bool(head)
    assert all(name in names for name in ("BPM", "Energy", "Drops") if width >= 80)


def test_debug_shows_where_a_file_failed(mixo, crate, monkeypatch):
    (crate / "bad.mp3").write_text("no music" * 100)
    monkeypatch.delenv("MIXOLYDIAN_DEBUG", raising=False)
    assert "Traceback" not in mixo("analyze", "--no-library", crate / "bad.mp3").err
    assert "Traceback" in mixo("analyze", "--no-library", "--debug", crate / "bad.mp3").err


def test_ctrl_c(mixo, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("mixolydian.app.cli.listing.list_tracks", interrupted)
    ran = mixo("list")
    assert ran.code == 130
    assert "goes on from there" in ran.err


def test_a_fault_of_our_own_is_one_line(monkeypatch, capsys):
    def faulty(*_):
        raise ZeroDivisionError("oh\nno")

    monkeypatch.setattr("mixolydian.app.cli.main._run", faulty)
    assert main(["list"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "mixo: a fault in mixo itself: ZeroDivisionError: oh no; --debug shows where"
    ]


def test_documents_are_ascii(mixo, crate):
    (crate / "one.wav").rename(crate / "öne.wav")
    ran = mixo("analyze", "--json", crate / "öne.wav")
    assert ran.out.isascii()
    assert json.loads(ran.out)["path"].endswith("öne.wav")
