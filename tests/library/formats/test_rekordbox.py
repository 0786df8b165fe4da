"""rekordbox XML: what rekordbox writes is understood, what we write reads back equal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from mixolydian.core.errors import MixolydianError, RequestError
from mixolydian.library.formats import crate_values, rekordbox
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    GridMarker,
    Marker,
)
from mixolydian.library.formats.rekordbox import from_location
from mixolydian.library.formats.rekordbox_writing import to_location
from tests.library.formats.xml_comparing import same_lists, same_tracks
from tests.library.formats.xml_crates import collections

GOLDEN = Path(__file__).parent / "golden"
NIGHT = "C:/Users/DJ/Müsik/夜.m4a"
MORNING = CollectionTrack(
    "/Users/dj/Music/Morning & Night #1.wav",
    "Morning & Night (Club Mix)",
    "Çağla <live>",
    "Erste Stunde",
    "House",
    "opens well\nsecond line",
    2019,
    389.0,
    124.0,
    "F#",
    "minor",
    (GridMarker(0.025, 124.0), GridMarker(193.574, 125.5, 3)),
    (
        Marker(0.025),
        Marker(62.122, "cue", None, 0, "Drop", (230, 40, 40)),
        Marker(371.632, "loop", 379.374, 7, "Outro", (255, 140, 0)),
    ),
    rating=4,
    color=(255, 0, 127),
    plays=12,
    added="2024-02-29",
    track_id="151043281",
)
WALTZ = CollectionTrack(
    "/Volumes/USB/waltz.flac",
    "Waltz",
    tonic="A",
    mode="minor",
    grid=(GridMarker(1.5, 90.0, 2, 3),),
    markers=(Marker(1.5, "fade-in", 4.0, name="in"),),
    track_id="3",
)


def test_what_rekordbox_exports_is_understood() -> None:
    found = rekordbox.read(GOLDEN / "rekordbox_exported.xml")
    night = CollectionTrack(NIGHT, "夜明け", rating=0, plays=0, added="2023-01-05", track_id="2")
    assert found.tracks == (MORNING, night, WALTZ)
    assert found.lists == (
        CollectionList("Favourites", (WALTZ.path, MORNING.path, WALTZ.path)),
        CollectionList("By place", (NIGHT,), ("2024", "Summer")),
    )
    assert (found.program, found.notes) == ("rekordbox", ())


def test_what_we_write_is_what_we_wrote(tmp_path: Path) -> None:
    """Compare by eye what changes here with what rekordbox writes: golden/rekordbox_exported."""
    found = rekordbox.read(GOLDEN / "rekordbox_exported.xml")
    assert rekordbox.write(tmp_path / "out.xml", found) == ()
    written = (tmp_path / "out.xml").read_text("utf-8")
    assert written == (GOLDEN / "rekordbox_written.xml").read_text("utf-8")


@settings(max_examples=60, deadline=None)
@given(collection=collections())
def test_random_crates_come_back(
    tmp_path_factory: pytest.TempPathFactory, collection: Collection
) -> None:
    path = tmp_path_factory.getbasetemp() / "crate.xml"
    rekordbox.write(path, collection)
    found = rekordbox.read(path)
    rounded = [
        replace(t, duration=None if t.duration is None else float(f"{t.duration:.0f}"))
        for t in collection.tracks
    ]
    same_tracks(found.tracks, rounded)
    same_lists(found.lists, collection.lists)


def test_locations_of_every_system() -> None:
    for path in ("/a b/ü#?.mp3", "C:/x y.mp3", "//server/share/x.mp3", "/Volumes/U/100%.wav"):
        assert from_location(to_location(path)) == path
        assert to_location(path).isascii()
    undecodable = "/music/\udcff.mp3"
    assert from_location(to_location(undecodable)) == undecodable
    assert to_location("C:\\Music\\a.mp3") == "file://localhost/C:/Music/a.mp3"
    assert from_location("file:///home/dj/a%20b.mp3") == "/home/dj/a b.mp3"


def test_what_cannot_be_said_is_noted_and_nothing_is_lost_in_silence(tmp_path: Path) -> None:
    track = CollectionTrack(
        "/a.flac",
        "bell\x07 \ud800",
        tonic="C",
        energy=7,
        markers=(Marker(1.0, "loop"), Marker(2.0, "grid"), Marker(3.0, slot=8)),
    )
    lists = (
        CollectionList("night", ("/a.flac",), date="2024-01-01"),
        CollectionList("elsewhere", ("/b.flac",)),
    )
    path = tmp_path / "a.xml"
    tracks = (track, track, CollectionTrack("not/absolute.mp3"))
    notes = rekordbox.write(path, Collection(tracks, lists))
    for word in ("energy", "loop", "grid", "8th", "major", "texts", "histories"):
        assert any(word in note for note in notes), word
    for word in ("not in the collection", "usable path", "listed already"):
        assert any(word in note for note in notes), word
    found = rekordbox.read(path)
    assert found.tracks[0].title == "bell "
    assert [(m.time, m.kind, m.slot) for m in found.tracks[0].markers] == [
        (1.0, "cue", None),
        (2.0, "cue", None),
        (3.0, "cue", None),
    ]
    assert found.lists[0] == CollectionList("night", ("/a.flac",), ("Histories",))
    assert found.lists[1] == lists[1]


def test_nonsense_values_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "odd.xml"
    path.write_text(
        '<DJ_PLAYLISTS><COLLECTION><TRACK Location="file://localhost/a.wav" TotalTime="nan"'
        ' AverageBpm="1e300" Year="99999" Rating="-4" Colour="red" Tonality="loud"'
        ' DateAdded="2024-02-31" PlayCount="many">'
        '<TEMPO Inizio="0" Bpm="inf" Metro="4/4" Battito="1"/>'
        '<TEMPO Inizio="1" Bpm="120" Metro="x" Battito="9"/>'
        '<POSITION_MARK Type="4" Start="5" End="4" Num="-1"/><POSITION_MARK Type="9" Start="1"/>'
        '</TRACK><TRACK Name="nowhere"/></COLLECTION><PLAYLISTS><NODE Type="0" Name="ROOT">'
        '<NODE Type="1" KeyType="0" Name="p"><TRACK Key="77"/></NODE></NODE></PLAYLISTS>'
        "</DJ_PLAYLISTS>"
    )
    found = rekordbox.read(path)
    markers = (Marker(5.0, "loop"),)
    assert found.tracks == (
        CollectionTrack("/a.wav", grid=(GridMarker(1.0, 120.0),), markers=markers),
    )
    assert found.lists == (CollectionList("p"),)
    assert len(found.notes) == 5


def test_another_programs_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "rekordbox.xml"
    content = (GOLDEN / "rekordbox_exported.xml").read_bytes()
    path.write_bytes(content)
    with pytest.raises(RequestError, match="choose a new name"):
        rekordbox.write(path, Collection())
    assert path.read_bytes() == content
    own = tmp_path / "own.xml"
    rekordbox.write(own, Collection((WALTZ,)))
    rekordbox.write(own, Collection())
    assert rekordbox.read(own).tracks == ()
    with pytest.raises(MixolydianError):
        rekordbox.write(tmp_path, Collection())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["own.xml", "rekordbox.xml"]


def test_mp3_times_move_by_what_rekordbox_counts_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, gone = tmp_path / "a.mp3", tmp_path / "gone.mp3"
    here.write_bytes(b"")
    monkeypatch.setattr(crate_values, "offset", lambda path, program: 0.026)
    marks = (Marker(1.0, "loop", 3.0),)
    tracks = tuple(
        CollectionTrack(str(p), grid=(GridMarker(0.5, 120.0),), markers=marks) for p in (here, gone)
    )
    path = tmp_path / "a.xml"
    notes = rekordbox.write(path, Collection(tracks))
    assert len(notes) == 1
    assert "MP3" in notes[0]
    written = path.read_text()
    assert 'Inizio="0.526"' in written
    assert 'Start="1.026" End="3.026"' in written
    assert 'Start="1.000" End="3.000"' in written
    assert [(t.grid, t.markers) for t in rekordbox.read(path).tracks] == [
        (t.grid, t.markers) for t in tracks
    ]
