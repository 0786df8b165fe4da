"""Which program's collection a file is, told by what is in it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from mixolydian.core.errors import DecodeError, UnreadableError
from mixolydian.library.formats.detection import program_of

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
TEXTS = {
    "rekordbox": HEAD + "<!-- <NML> --><DJ_PLAYLISTS Version='1.0.0'>",
    "traktor": HEAD + '<NML VERSION="19">',
    "m3u8": "#EXTM3U\n",
    "jams": '{"annotations": []}',
}


@pytest.mark.parametrize("program", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_by_content_whatever_the_name(program: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "library.bin"
    path.write_bytes(TEXTS[program].encode(encoding))
    assert program_of(path) == program


@pytest.mark.parametrize(("name", "program"), [("a.m3u", "m3u8"), ("a.CUE", "cue")])
def test_by_name_where_the_content_says_nothing(name: str, program: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("FILE x WAVE\n")
    assert program_of(tmp_path / name) == program


@pytest.mark.parametrize(
    ("tables", "program"),
    [(("library", "track_locations"), "mixxx"), (("Track", "PerformanceData"), "engine")],
)
def test_databases(tables: tuple[str, ...], program: str, tmp_path: Path) -> None:
    path = tmp_path / "odd ? #name.db"
    with sqlite3.connect(path) as database:
        for table in tables:
            database.execute(f"CREATE TABLE {table} (id INTEGER)")
    database.close()
    assert program_of(path) == program
    assert sorted(os.listdir(tmp_path)) == [path.name], "nothing was written"


def test_folders(tmp_path: Path) -> None:
    (tmp_path / "_Serato_" / "Subcrates").mkdir(parents=True)
    (tmp_path / "mixxx").mkdir()
    (tmp_path / "mixxx" / "mixxxdb.sqlite").write_bytes(b"")
    assert program_of(tmp_path / "_Serato_") == "serato"
    assert program_of(tmp_path) == "serato"
    assert program_of(tmp_path / "mixxx") == "mixxx"
    with pytest.raises(DecodeError, match="--from"):
        program_of(tmp_path / "_Serato_" / "Subcrates")


@pytest.mark.parametrize(
    "content",
    [b"", b"words", b"<html></html>", b"<!-- <NML> ", b"SQLite format 3\0broken", b"\0\xff"],
)
def test_what_is_of_no_program(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(content)
    with pytest.raises(DecodeError, match=r"a\.xml: expected"):
        program_of(tmp_path / "a.xml")


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        program_of(tmp_path / "none")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableError, match="pipe"):
        program_of(tmp_path / "pipe")
