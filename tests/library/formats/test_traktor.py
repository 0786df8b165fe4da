"""Traktor NML: what Traktor writes is understood, what we write reads back equal."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings

from mixolydian.core.errors import RequestError
from mixolydian.library.formats import traktor
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    GridMarker,
    Marker,
)
from mixolydian.library.formats.traktor_paths import Location, from_key, from_path, to_path
from tests.library.formats.xml_comparing import same_lists, same_tracks
from tests.library.formats.xml_crates import collections, paths

GOLDEN = Path(__file__).parent / "golden"
NIGHT = "C:/Users/DJ/Müsik/夜.m4a"
OLD = "/Volumes/USB/old.flac"
MORNING = CollectionTrack(
    "/Users/dj/Music/Morning & Night #1.wav",
    "Morning & Night (Club Mix)",
    "Çağla",
    "Erste Stunde",
    "House",
    "opens well",
    2019,
    388.741211,
    124.000008,
    "F#",
    "minor",
    (GridMarker(0.025123456, 124.000008),),
    (
        Marker(62.12225, "cue", None, 1, "Drop", (230, 40, 40)),
        Marker(371.632, "loop", 379.373935484, 2),
    ),
    rating=4,
    color=(0, 0, 255),
    plays=12,
    added="2024-02-29",
)


def test_what_traktor_writes_is_understood() -> None:
    found = traktor.read(GOLDEN / "traktor_collection.nml")
    night = CollectionTrack(NIGHT, "夜明け", duration=201.0, tonic="A", mode="minor")
    grid, button = (GridMarker(1.5, 90.0),), (Marker(1.5, "grid", slot=0),)
    old = CollectionTrack(OLD, "Old grid", bpm=90.0, grid=grid, markers=button)
    assert found.tracks == (MORNING, night, old)
    assert found.lists == (
        CollectionList("Favourites", (OLD, "/gone/gone.mp3")),
        CollectionList("Summer", (NIGHT,), ("2024",)),
    )
    assert found.program == "traktor"
    assert len(found.notes) == 1
    assert "smart playlist" in found.notes[0]


def test_histories_come_with_the_collection(tmp_path: Path) -> None:
    shutil.copy(GOLDEN / "traktor_collection.nml", tmp_path / "collection.nml")
    (tmp_path / "History").mkdir()
    (tmp_path / "History" / "broken.nml").write_text("<NML>")
    shutil.copy(GOLDEN / "traktor_history.nml", tmp_path / "History" / "history_2019.nml")
    found = traktor.read(tmp_path / "collection.nml")
    played = ("/Users/dj/played.wav", OLD)
    assert found.lists[-1] == CollectionList("HISTORY", played, date="2019-10-18T19:07:19")
    assert found.tracks[-1].title == "Played"
    assert "broken.nml" in found.notes[-1]


def test_what_we_write_is_what_we_wrote(tmp_path: Path) -> None:
    """Compare by eye what changes here with what Traktor writes: golden/traktor_collection."""
    found = traktor.read(GOLDEN / "traktor_collection.nml")
    night = CollectionList("night", (NIGHT,), date="2024-02-29T22:30:01")
    assert traktor.write(tmp_path / "out.nml", replace(found, lists=(*found.lists, night))) == ()
    written = (tmp_path / "out.nml").read_text("utf-8")
    assert written == (GOLDEN / "traktor_written.nml").read_text("utf-8")
    again = traktor.read(tmp_path / "out.nml")
    same_tracks(again.tracks, found.tracks)
    assert again.lists == (*found.lists, night)


@settings(max_examples=60, deadline=None)
@given(collection=collections(plain=True))
@example(Collection((CollectionTrack("/x", markers=(Marker(0.0, name="n.n."),)),)))
def test_random_crates_come_back(
    tmp_path_factory: pytest.TempPathFactory, collection: Collection
) -> None:
    path = tmp_path_factory.getbasetemp() / "crate.nml"
    assert not [note for note in traktor.write(path, collection) if "MP3" not in note]
    found = traktor.read(path)
    same_tracks(found.tracks, [_as_traktor(track) for track in collection.tracks])
    same_lists(found.lists, collection.lists)


def _as_traktor(track: CollectionTrack) -> CollectionTrack:
    """A grid has a tempo, and a cue called "n.n." has no name."""
    bpm = track.bpm or (track.grid[0].bpm if track.grid else None)
    names = [replace(m, name="" if m.name == "n.n." else m.name) for m in track.markers]
    return replace(track, bpm=bpm, markers=tuple(names))


@settings(max_examples=200, deadline=None)
@given(path=paths())
def test_every_path_has_one_place_in_traktor(path: str) -> None:
    place = from_path(path)
    assert place is not None
    assert to_path(place) == path
    assert from_key(place.key) == path


def test_places_of_every_system() -> None:
    assert from_path("C:\\Music\\a.mp3") == Location("C:", "/:Music/:", "a.mp3")
    assert from_path("/Users/dj/a.mp3") == Location("Macintosh HD", "/:Users/:dj/:", "a.mp3")
    assert from_path("/Volumes/USB/a.mp3") == Location("USB", "/:", "a.mp3")
    assert to_path(Location("", "/:home/:dj/:", "a.mp3")) == "/home/dj/a.mp3"
    assert to_path(Location("\\\\nas\\music", "/:x/:", "a.mp3")) == "//nas/music/x/a.mp3"
    assert from_path("relative.mp3") is None
    assert from_path("/folder/") is None
    assert from_key("") == from_key("nonsense") == ""


def test_a_first_marker_inside_a_bar_moves_to_its_downbeat(tmp_path: Path) -> None:
    track = CollectionTrack("/a.flac", bpm=120.0, grid=(GridMarker(0.25, 120.0, 3),))
    assert traktor.write(tmp_path / "a.nml", Collection((track,))) == ()
    assert traktor.read(tmp_path / "a.nml").tracks[0].grid == (GridMarker(1.25, 120.0),)


def test_what_cannot_be_said_is_noted(tmp_path: Path) -> None:
    grid = (GridMarker(0.0, 120.0, 1, 3), GridMarker(10.0, 121.0, 2, 3))
    cues = (Marker(1.0, "loop"), Marker(2.0, "grid", slot=1), Marker(3.0, slot=8))
    track = CollectionTrack("/a.flac", energy=7, color=(9, 9, 9), grid=grid, markers=cues)
    bell = CollectionTrack("/bell\x07.flac")
    lists = (CollectionList("p", ("/a.flac", bell.path), date="yesterday"),)
    path = tmp_path / "a.nml"
    notes = traktor.write(path, Collection((track, bell), lists))
    for word in ("energy", "loop", "four beats", "downbeat", "8th", "colour", "usable path"):
        assert any(word in note for note in notes), word
    for word in ("not in the grid", "path cannot be written", "ISO date"):
        assert any(word in note for note in notes), word
    found = traktor.read(path)
    assert [t.path for t in found.tracks] == ["/a.flac"]
    assert [m.kind for m in found.tracks[0].markers] == ["cue"] * 3
    assert found.lists == (CollectionList("p", ("/a.flac",)),)


def test_traktors_own_collection_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "collection.nml"
    shutil.copy(GOLDEN / "traktor_collection.nml", path)
    before = path.read_bytes()
    with pytest.raises(RequestError, match="choose a new name"):
        traktor.write(path, Collection())
    assert path.read_bytes() == before


def test_a_rekordbox_file_is_sent_to_the_right_program() -> None:
    with pytest.raises(RequestError, match="expected the root <NML>, found <DJ_PLAYLISTS>"):
        traktor.read(GOLDEN / "rekordbox_exported.xml")
