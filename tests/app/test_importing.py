"""`mixo export` to DJ programs and `mixo import` on the command line."""

from __future__ import annotations

import re

import pytest

from mixolydian.app.cli import main as module
from mixolydian.app.cli.importing import command
from mixolydian.workflows.verbs import VERBS, Verb


@pytest.fixture
def verbs(monkeypatch):
    if all(verb.name != "import" for verb in VERBS):
        verb = Verb("import", str(command.__doc__), file="importing")
        monkeypatch.setattr(module, "VERBS", (*VERBS, verb))


def test_there_and_back(mixo, crate, verbs, tmp_path):
    mixo("analyze", crate)
    ran = mixo("export", "--to", "rekordbox", "--out", "crate.xml")
    assert (ran.code, ran.out) == (0, "2 tracks: crate.xml\nGrids: 2 missing.\n")
    ran = mixo("import", "crate.xml")
    assert ran.code == 0
    assert "took nothing new; 2 of 2 tracks are in the library, 2 of them as they were." in ran.out
    xml = (tmp_path / "crate.xml").read_text("utf-8")
    xml = re.sub(r' Tonality="[^"]*"', "", xml).replace(
        "<TRACK TrackID", '<TRACK Tonality="F#m" TrackID'
    )
    (tmp_path / "crate.xml").write_text(xml, "utf-8")
    dry = mixo("import", "crate.xml", "--dry-run", "--only", "keys,grids", "--json")
    (document,) = dry.documents
    assert (document["schema"], document["from"]) == ("mixolydian.import/1", "rekordbox")
    assert (document["taken"].get("keys"), document["dry_run"]) == (2, True)
    ran = mixo("import", "crate.xml", "--from", "rekordbox", "--only", "keys")
    assert "took 2 keys" in ran.out
    assert "These answers count at once." in ran.out
    assert "F# minor" in mixo("list").out
    (shown,) = {row for row in mixo("show", "one").out.splitlines() if row.startswith("key")}
    assert shown.rstrip().endswith("set in rekordbox")


def test_what_is_left_is_named(mixo, crate, verbs, tmp_path):
    mixo("analyze", crate)
    (tmp_path / "a.m3u8").write_text("".join(f"/else/{n}.mp3\n" for n in range(12)), "utf-8")
    ran = mixo("import", "a.m3u8")
    assert ran.code == 0
    assert "Not matched: 12" in ran.out
    assert "/else/9.mp3: no such file in the library" in ran.out
    assert "… and 2 more" in ran.out
    (tmp_path / "lists").mkdir()
    ran = mixo("import", "lists")
    assert (ran.code, ran.out) == (2, "")
    assert "found none of these" in ran.err
    (tmp_path / "lists" / "a.m3u8").write_text("/else/1.mp3\n", "utf-8")
    (tmp_path / "lists" / "b.xml").write_text("<plist/>", "utf-8")
    ran = mixo("import", "lists")
    assert ran.code == 1, "one of the files could not be read"
    assert "took 1 list; 0 of 1 tracks" in ran.out
    assert "b.xml: expected a collection" in ran.err
    for n in range(12):
        (tmp_path / "lists" / f"c{n:02d}.xml").write_text("<plist/>", "utf-8")
    ran = mixo("import", "lists")
    assert "c08.xml" in ran.err
    assert "c09.xml" not in ran.err
    assert "lists: 3 more files cannot be read; --json names them all" in ran.err


def test_wrong_usage_and_bad_files(mixo, verbs, tmp_path):
    for arguments, code in ((("none.xml",), 1), (("a.m3u8", "--only", "loops"), 2), (("",), 2)):
        ran = mixo("import", *arguments)
        assert (ran.code, ran.out) == (code, "")
        assert len(ran.err.splitlines()) == 1
