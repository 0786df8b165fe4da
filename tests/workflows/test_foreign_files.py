"""Folders of sheets, playlists and the like, read as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixolydian.core.errors import DecodeError, RequestError
from mixolydian.workflows.export import ExportRequest, export
from mixolydian.workflows.foreign_files import read_from
from mixolydian.workflows.importing import ImportRequest, import_
from tests.workflows.djs import shelve, track


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    folder = tmp_path / "crate"
    folder.mkdir()
    for name in ("one.flac", "two.flac", "three.flac"):
        (folder / name).write_bytes(b"")
    return folder


@pytest.mark.parametrize("program", ["cue", "jams"])
def test_a_folder_of_sheets_comes_back_as_one(program, crate, settings, tmp_path) -> None:
    shelve(settings, *(track(path) for path in sorted(crate.iterdir())))
    out = tmp_path / "sheets"
    written = export(ExportRequest(program, str(out)), settings)
    assert len(written.paths) == 3
    assert sum("rounded to 1/75 s" in note for note in written.notes) == (program == "cue")
    (result,) = import_(ImportRequest((str(out),)), settings).files
    assert (result.path, result.program) == (str(out), program)
    assert (result.n_tracks, result.n_matched, result.unchanged) == (3, 3, 3)
    assert (dict(result.taken), result.unread) == ({}, ())


def test_what_cannot_be_read_in_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.m3u8").write_text("#EXTM3U\none.flac\n", "utf-8")
    (tmp_path / "b.m3u8").write_text("#EXTM3U\none.flac\ntwo.flac\n", "utf-8")
    (tmp_path / "c.xml").write_text("<plist/>", "utf-8")
    (found,) = read_from(tmp_path)
    names = [Path(t.path).name for t in found.collection.tracks]
    assert (found.program, names) == ("m3u8", ["one.flac", "two.flac"])
    assert [entry.name for entry in found.collection.lists] == ["a", "b"]
    ((left),) = found.unread
    assert left.path.endswith("c.xml")
    assert [f.program for f in read_from(tmp_path, "m3u8")] == ["m3u8"]


def test_a_folder_with_nothing_for_us(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"found none of these, name the file itself"):
        read_from(tmp_path)
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_text("<plist/>", "utf-8")
    with pytest.raises(DecodeError, match=r"all 2 files"):
        read_from(tmp_path)
