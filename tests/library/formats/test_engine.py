"""Engine DJ: a database as Engine keeps it, written by hand, is read; damage costs only itself."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from mixolydian.core.errors import InputError
from mixolydian.library.formats import engine, engine_blobs
from mixolydian.library.formats.collection import CollectionList, GridMarker, Marker

TABLES = """
CREATE TABLE Track (id INTEGER PRIMARY KEY, path TEXT, title TEXT, artist TEXT, album TEXT,
  genre TEXT, comment TEXT, year INTEGER, length INTEGER, bpmAnalyzed REAL, key INTEGER,
  rating INTEGER);
CREATE TABLE PerformanceData (trackId INTEGER PRIMARY KEY, beatData BLOB, quickCues BLOB,
  loops BLOB);
CREATE TABLE Playlist (id INTEGER PRIMARY KEY, title TEXT, parentListId INTEGER);
CREATE TABLE PlaylistEntity (id INTEGER PRIMARY KEY, listId INTEGER, trackId INTEGER,
  nextEntityId INTEGER);
INSERT INTO Track (id, path, title, artist, year, length, bpmAnalyzed, key, rating)
  VALUES (7, '../Music/ü.flac', 'T', 'A', 1999, 300, 128.0, 1, 80);
INSERT INTO Track (id, path) VALUES (8, '../Music/b.flac');
INSERT INTO Playlist VALUES (1, 'Warm', 0), (2, 'Up', 1);
INSERT INTO PlaylistEntity VALUES (1, 2, 8, 0), (2, 2, 7, 1);
"""
STEP = 44100 * 60 / 128


def _packed(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + zlib.compress(data)


def _grid(points: list[tuple[float, int]]) -> bytes:
    markers = b"".join(struct.pack("<dqii", at, number, 0, 0) for at, number in points)
    return struct.pack(">q", len(points)) + markers


def _beats() -> bytes:
    points = [(4410 - 4 * STEP, -4), (4410 + 600 * STEP, 600)]
    return _packed(struct.pack(">ddB", 44100.0, 1e7, 1) + _grid(points) * 2)


def _cues() -> bytes:
    full = b"\x02In" + struct.pack(">d4B", 44100.0, 255, 1, 2, 3)
    empty = b"\x00" + struct.pack(">d4B", -1.0, 0, 0, 0, 0)
    return _packed(
        struct.pack(">q", 8) + empty + full + empty * 6 + struct.pack(">dBd", 88200.0, 0, 88200.0)
    )


def _loops() -> bytes:
    full = b"\x01L" + struct.pack("<dd2B4B", 44100.0, 88200.0, 1, 1, 255, 9, 8, 7)
    empty = b"\x00" + struct.pack("<dd2B4B", -1.0, -1.0, 0, 0, 0, 0, 0, 0)
    return struct.pack("<q", 8) + full + empty * 7


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    folder = tmp_path / "Engine Library" / "Database2"
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "m.db")) as database, database:
        database.executescript(TABLES)
        row = (7, _beats(), _cues(), _loops())
        database.execute("INSERT INTO PerformanceData VALUES (?, ?, ?, ?)", row)
    return tmp_path


def test_a_drive_is_read(drive: Path) -> None:
    found = engine.read(drive)
    track = found.tracks[0]
    assert track.path == str(drive / "Music" / "ü.flac")
    assert (track.tonic, track.mode, track.rating, track.bpm) == ("A", "minor", 4, 128.0)
    (marker,) = track.grid
    assert (marker.time, marker.bpm, marker.beat) == (pytest.approx(0.1), 128.0, 1)
    assert track.markers == (
        Marker(1.0, slot=1, name="In", color=(1, 2, 3)),
        Marker(1.0, "loop", 2.0, None, "L", (9, 8, 7)),
        Marker(2.0, "load"),
    )
    assert found.lists == (
        CollectionList("Up", (track.path, str(drive / "Music" / "b.flac")), ("Warm",)),
    )


def test_times_beyond_all_reason() -> None:
    for far in (-1e300, float("nan"), float("inf")):
        blob = _packed(struct.pack(">ddB", 44100.0, 1e7, 1) + _grid([(far, 0), (1.0, 4)]) * 2)
        assert engine_blobs.beats_of(blob).grid == ()


def test_several_tempi() -> None:
    points = [(0.0, 0), (22050.0 * 8, 8), (22050.0 * 8 + 20000 * 8, 16)]
    blob = _packed(struct.pack(">ddB", 44100.0, 1e7, 1) + _grid(points) * 2)
    assert engine_blobs.beats_of(blob).grid == (GridMarker(0.0, 120.0), GridMarker(4.0, 132.3))


@pytest.mark.parametrize("blob", [b"", b"\x00" * 4, _beats()[:30], _packed(b"\x40")])
def test_damaged_beats_cost_only_themselves(drive: Path, blob: bytes) -> None:
    with closing(sqlite3.connect(drive / "Engine Library/Database2/m.db")) as database, database:
        database.execute("UPDATE PerformanceData SET beatData = ?", (blob,))
    track = engine.read(drive).tracks[0]
    assert track.grid == ()
    assert track.title == "T"


def test_another_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "m.db")) as database, database:
        database.execute("CREATE TABLE Track (id)")
    with pytest.raises(InputError, match="expected a database of Engine DJ"):
        engine.read(tmp_path)
