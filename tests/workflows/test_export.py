"""The export verb: what is chosen, what is written, what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from mixolydian.core.errors import RequestError, UnknownTrackError
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats import rekordbox
from mixolydian.library.formats.collection import Collection, CollectionTrack
from mixolydian.library.lists import KeptList, ListEntry
from mixolydian.workflows.export import (
    FORMATS,
    ExportRequest,
    export,
    write_collection,
    write_tracks,
)
from tests.example_tracks import changing_track, example_track


@pytest.fixture
def library(scan, crate):
    """A library of three tracks."""
    scan(crate)
    return crate


def test_the_whole_library_in_every_format(library, settings, tmp_path: Path) -> None:
    for to in FORMATS:
        out = tmp_path / "out" / (to if to in ("jams", "serato") else f"library.{to}")
        done = export(ExportRequest(to, str(out)), settings)
        assert done.n_tracks == 3
        assert len(done.paths) == (3 if to == "jams" else 1)
        assert all(path.is_dir() if to == "serato" else path.is_file() for path in done.paths)


def test_json_holds_the_documents_of_show(library, settings, tmp_path: Path) -> None:
    (path,) = export(ExportRequest("json", str(tmp_path / "a.json")), settings).paths
    documents = json.loads(path.read_text("utf-8"))["tracks"]
    assert {Path(d["path"]).name for d in documents} == {"one.wav", "two.wav", "three.wav"}
    assert all(d["schema"] == "mixolydian.analysis/1" for d in documents)
    assert all("value" in d["tempo"] for d in documents)


def test_only_the_tracks_named(library, settings, tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    request = ExportRequest("csv", str(out), tracks=(str(library / "two.wav"),) * 2)
    assert export(request, settings).n_tracks == 1
    with out.open(encoding="utf-8", newline="") as file:
        assert [Path(row["path"]).name for row in csv.DictReader(file)] == ["two.wav"]


def test_only_the_tracks_that_match(library, settings, tmp_path: Path) -> None:
    out = tmp_path / "a.m3u8"
    assert export(ExportRequest("m3u8", str(out), query="three"), settings).n_tracks == 1
    assert out.read_text("utf-8").splitlines()[-1] == str(library / "three.wav")


def test_a_playlist_leaves_out_files_that_are_gone(library, settings, scan, tmp_path) -> None:
    (library / "one.wav").unlink()
    scan(library)
    done = export(ExportRequest("m3u8", str(tmp_path / "a.m3u8")), settings)
    assert (done.n_tracks, done.left_out) == (2, 1)
    assert export(ExportRequest("csv", str(tmp_path / "a.csv")), settings).n_tracks == 3


def test_relative_paths_are_passed_on(library, settings) -> None:
    out = library / "list.m3u8"
    export(ExportRequest("m3u8", str(out), relative=True), settings)
    entries = [line for line in out.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert sorted(entries) == ["one.wav", "three.wav", "two.wav"]


def test_a_path_no_sheet_can_hold_does_not_stop_the_others(tmp_path: Path) -> None:
    good, bad = (CollectionTrack(f"/m/{name}.flac", name) for name in ("a", 'twelve"'))
    paths, notes = write_collection(Collection((bad, good)), "cue", tmp_path / "sheets")
    assert [path.name for path in paths] == ["a.cue"]
    assert "rename the file" in notes[-1]
    with pytest.raises(RequestError, match="rename the file"):
        write_collection(Collection((bad,)), "cue", tmp_path / "sheets")


def test_wrong_requests_are_refused(settings, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="json, csv, m3u8, jams"):
        ExportRequest("xml", "out.xml")
    with pytest.raises(RequestError, match="found none"):
        ExportRequest("json", "")
    with pytest.raises(RequestError, match="use one of them"):
        ExportRequest("json", "a.json", query="x", tracks=("y",))
    with pytest.raises(RequestError, match="library is empty"):
        export(ExportRequest("json", str(tmp_path / "a.json")), settings)
    assert not (tmp_path / "a.json").exists()
    (tmp_path / "a.txt").touch()
    with pytest.raises(RequestError, match=r"a\.txt: expected a folder"):
        export(ExportRequest("cue", str(tmp_path / "a.txt")), settings)


def test_an_unknown_track_or_no_match_writes_nothing(library, settings, tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    with pytest.raises(UnknownTrackError):
        export(ExportRequest("json", str(out), tracks=("never heard of",)), settings)
    with pytest.raises(RequestError, match="no track matches"):
        export(ExportRequest("json", str(out), query="bpm:1-2"), settings)
    assert not out.exists()


def test_tracks_can_be_written_without_a_library(tmp_path: Path) -> None:
    tracks = [example_track(), changing_track()]
    (path,) = write_tracks(iter(tracks), "json", tmp_path / "a.json")
    first, second = json.loads(path.read_text("utf-8"))["tracks"]
    assert first["tempo"]["value"]["bpm"] == 120.0
    assert first["genre"] == {
        "value": None,
        "reason": "no model is trained yet",
        "provenance": first["tempo"]["provenance"],
    }
    assert first["notes"] is None, "never asked"
    assert len(second["key"]["value"]["changes"]) == 2


def test_a_playlist_goes_out_with_its_tracks_and_no_other_list(
    library, settings, tmp_path: Path
) -> None:
    with Catalogue(settings.catalogue) as catalogue:
        rows = catalogue.rows()
        ids = tuple(ListEntry(row.path, row.track_id) for row in rows)
        catalogue.keep_lists([KeptList("older", ids, program="rekordbox")])
    friday = tmp_path / "friday.m3u8"
    paths = [row.path for row in reversed(rows)][:1]
    friday.write_text("\n".join(["#EXTM3U", *paths, "/nowhere/else.mp3"]), "utf-8")
    out = tmp_path / "friday.xml"
    result = export(ExportRequest("rekordbox", str(out), tracks=(str(friday),)), settings)
    assert result.n_tracks == 1
    assert "friday.m3u8: 1 of its 2 tracks are not in the library" in result.notes[0]
    found = rekordbox.read(out)
    assert [track.path for track in found.tracks] == paths
    assert [(entry.name, entry.tracks) for entry in found.lists] == [("friday", tuple(paths))]


def test_a_folder_stands_for_its_tracks(library, settings, crate, tmp_path: Path) -> None:
    out = tmp_path / "crate.m3u8"
    n = export(ExportRequest("m3u8", str(out), tracks=(str(crate),)), settings).n_tracks
    with Catalogue(settings.catalogue) as catalogue:
        assert n == len(catalogue.rows())
    (tmp_path / "empty").mkdir()
    with pytest.raises(RequestError, match="expected analysed files, found no sound files"):
        export(ExportRequest("m3u8", str(out), tracks=(str(tmp_path / "empty"),)), settings)
