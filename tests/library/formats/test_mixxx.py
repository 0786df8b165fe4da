"""Mixxx: what is written reads back, what is the user's stays, and nothing is ever damaged."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from mixolydian.core.errors import InputError, StorageError, UnreadableError
from mixolydian.library.formats import gridding, mixxx, mixxx_blobs
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    GridMarker,
    Marker,
)
from tests.library.formats.crates import collections
from tests.library.formats.mp3 import write_click

TRACK = CollectionTrack(
    "/music/a.flac",
    title="A",
    duration=300.0,
    bpm=128.0,
    tonic="F#",
    mode="minor",
    grid=(GridMarker(0.25, 128.0),),
    markers=(Marker(0.25, slot=0, name="in", color=(255, 128, 0)), Marker(8.0, "loop", 16.0, 1)),
)
GOLDEN_GRID = bytes.fromhex("0a09 090000000000006040 1205 08 91560 1001".replace("91560", "9156"))
"""BeatGrid: 128.0 BPM as a double, first beat at frame 11025 (varint 91 56), enabled."""


def _query(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.execute(sql))


def _change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(sql)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / mixxx.FILE
    mixxx.write(path, Collection((TRACK,)))
    return path


# ---------------------------------------------------------------------- round trips


@settings(max_examples=30, deadline=None)
@given(collections())
def test_crates_come_back(crate: Collection) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mixxx.write(Path(folder), crate)
        found = mixxx.read(Path(folder))
    assert [track.path for track in found.tracks] == [track.path for track in crate.tracks]
    assert found.lists == crate.lists
    for ours, theirs in zip(crate.tracks, found.tracks, strict=True):
        _check_same(ours, theirs)


def _check_same(ours: CollectionTrack, theirs: CollectionTrack) -> None:
    for name in ("title", "artist", "album", "genre", "comment", "year", "duration", "tonic"):
        assert getattr(theirs, name) == getattr(ours, name), name
    for name in ("mode", "rating", "color", "plays"):
        assert getattr(theirs, name) == getattr(ours, name), name
    if ours.bpm is not None or not ours.grid:
        assert theirs.bpm == ours.bpm
    assert len(theirs.markers) == len(ours.markers)
    for old, new in zip(ours.markers, theirs.markers, strict=True):
        assert (new.kind, new.slot, new.name, new.color) == (
            old.kind, old.slot, old.name, old.color
        )  # fmt: skip
        assert new.time == pytest.approx(old.time, abs=1e-4)
        assert new.end == pytest.approx(old.end, abs=1e-4)
    if ours.grid:
        end = ours.grid[-1].time + 30.0
        old_beats = gridding.beats_of(ours.grid, end)
        new_beats = gridding.beats_of(theirs.grid, end)
        assert new_beats == pytest.approx(old_beats[: len(new_beats)], abs=1e-3)
        assert abs(len(new_beats) - len(old_beats)) <= 1


def test_beats_as_mixxx_keeps_them() -> None:
    grid = (GridMarker(0.25, 128.0),)
    assert mixxx_blobs.blob_of(grid, 44100, 60.0) == mixxx_blobs.Blob("BeatGrid-2.0", GOLDEN_GRID)
    assert mixxx_blobs.grid_of(mixxx_blobs.Blob("BeatGrid-2.0", GOLDEN_GRID), 44100) == grid


def test_a_beat_map_becomes_its_tempi() -> None:
    frames = [b"\x0a\x05\x08" + _varint(round(k * 22050)) for k in range(1, 6)]
    frames += [b"\x0a\x05\x08" + _varint(round(110250 + k * 20000)) for k in range(1, 5)]
    blob = mixxx_blobs.Blob("BeatMap-1.0", b"".join(_sized(frame) for frame in frames))
    found = mixxx_blobs.grid_of(blob, 44100)
    assert [(round(m.time, 3), round(m.bpm, 2)) for m in found] == [(0.5, 120.0), (2.5, 132.3)]


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _sized(frame: bytes) -> bytes:
    return frame[:1] + bytes([len(frame) - 2]) + frame[2:]


def test_a_first_marker_off_the_downbeat_moves_to_it(tmp_path: Path) -> None:
    track = replace(TRACK, grid=(GridMarker(0.25, 120.0, beat=3),))
    mixxx.write(tmp_path / "new.sqlite", Collection((track,)))
    (marker,) = mixxx.read(tmp_path / "new.sqlite").tracks[0].grid
    assert marker.time == pytest.approx(1.25, abs=1e-4)


def test_what_mixxx_cannot_say_is_told(tmp_path: Path) -> None:
    markers = (Marker(1.0), Marker(2.0, "load"), Marker(3.0, "load"), Marker(4.0, "grid"))
    crate = Collection(
        (replace(TRACK, markers=markers, energy=7),),
        (CollectionList("x", ("/music/a.flac", "/gone.mp3"), ("warm", "up")),),
    )
    notes = " ".join(mixxx.write(tmp_path / "new.sqlite", crate))
    assert "energy" in notes
    assert "2 × cues without a hot cue" in notes
    assert "without their track" in notes
    found = mixxx.read(tmp_path / "new.sqlite")
    assert [(m.kind, m.slot) for m in found.tracks[0].markers] == [
        ("cue", 0),
        ("load", None),
        ("cue", 1),
    ]
    assert found.lists[0].name == "warm / up / x"


def test_crates_and_histories(tmp_path: Path) -> None:
    lists = (
        CollectionList("Peak", (TRACK.path,), ("Crates",)),
        CollectionList("2024-05-01", (TRACK.path, TRACK.path), date="2024-05-01 22:00:00"),
    )
    mixxx.write(tmp_path / "new.sqlite", Collection((TRACK,), lists))
    assert set(mixxx.read(tmp_path / "new.sqlite").lists) == set(lists)


def test_a_cue_in_the_frame_that_mixxx_leaves_out_goes_to_its_start(tmp_path: Path) -> None:
    bare = write_click(tmp_path / "bare.mp3", write_xing="0")
    track = replace(TRACK, path=str(bare), grid=(), markers=(Marker(0.02, slot=0), Marker(1.0)))
    mixxx.write(tmp_path / "new.sqlite", Collection((track,)))
    assert _query(tmp_path / "new.sqlite", "SELECT position / 2 FROM cues") == [(0,), (42948,)]


# ---------------------------------------------------------------------- what Mixxx itself found

FOUND = """
INSERT INTO cues (track_id, type, position, length, hotcue, color) VALUES
(1, 8, 22050, 880000, -1, 16744448), (1, 2, 22050, 0, -1, 16744448),
(1, 6, 22050, 0, -1, 16744448), (1, 7, -1, 902050, -1, 16744448)
"""
"""as Mixxx 2.3.3 writes its finding that the sound begins at 0.25 s."""
BY_MIXXX = "rounding=V4|vamp_plugin_id=qm-tempotracker:0"


def test_what_mixxx_found_is_nobodys_cue(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    mixxx.write(path, Collection((replace(TRACK, markers=()),)))
    _change(path, FOUND)
    assert mixxx.read(path).tracks[0].markers == ()
    _change(path, "UPDATE cues SET position = 44100 WHERE type = 6")
    assert [(m.kind, m.time) for m in mixxx.read(path).tracks[0].markers] == [("fade-in", 0.5)]


def test_cues_where_mixxx_found_the_first_sound_are_written(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    mixxx.write(path, Collection((replace(TRACK, markers=()),)))
    _change(path, FOUND)
    ours = replace(TRACK, markers=(Marker(0.25, slot=0), Marker(2.0, "fade-in", 4.0)))
    mixxx.write(path, Collection((ours,)))
    assert mixxx.read(path).tracks[0].markers == ours.markers
    assert _query(path, "SELECT type FROM cues ORDER BY type") == [(1,), (2,), (6,), (7,), (8,)]


def test_the_last_loop_that_mixxx_remembers_comes_once(database: Path) -> None:
    last = "INSERT INTO cues (track_id, type, position, length) VALUES (1, 4, {}, 1411200.4)"
    _change(database, last.format(705600))
    assert mixxx.read(database).tracks[0].markers == TRACK.markers
    _change(database, last.format(352800))
    loop = mixxx.read(database).tracks[0].markers[1]
    assert (loop.kind, loop.slot, loop.time) == ("loop", None, 4.0)
    assert loop.end == pytest.approx(20.0)


def test_grids_and_keys_of_mixxxs_own_analysis_are_left_out(database: Path) -> None:
    _change(database, f"UPDATE library SET beats_sub_version = '{BY_MIXXX}'")
    _change(database, "UPDATE library SET keys_sub_version = 'vamp_plugin_id=qm-keydetector:2'")
    found = mixxx.read(database)
    track = found.tracks[0]
    assert (track.grid, track.bpm, track.tonic, track.mode) == ((), None, None, None)
    assert "1 × keys of Mixxx's own analysis" in " ".join(found.notes)
    assert "lock the BPM" in " ".join(found.notes)
    _change(database, "UPDATE library SET bpm_lock = 1")
    assert mixxx.read(database).tracks[0].grid == TRACK.grid


@pytest.mark.parametrize(
    ("time", "frame", "locked"),
    [(0.0, 1, 0), (-0.0004, 1, 0), (-0.001, -44, 1), (0.001, 44, 0), (-0.01, -441, 0)],
)
def test_mixxx_does_not_put_its_own_beats_in_the_place_of_ours(
    tmp_path: Path, time: float, frame: int, locked: int
) -> None:
    """Mixxx 2.3.3 analyses a grid anew with a beat at 0 or less than 0.01 beats before it, unless
    the BPM is locked; all of the grid's phase counts, whichever beat it is written from."""
    for bars in (0, 3):
        path = tmp_path / f"{bars}.sqlite"
        grid = (GridMarker(time + 2.0 * bars, 120.0),)
        notes = mixxx.write(path, Collection((replace(TRACK, grid=grid),)))
        found = mixxx.read(path).tracks[0].grid
        assert found[0].time * 44100 == pytest.approx(frame + bars * 88200)
        assert _query(path, "SELECT bpm_lock FROM library") == [(locked,)]
        assert ("locked" in " ".join(notes)) == bool(locked)


def test_beat_maps_begin_inside_the_sound(tmp_path: Path) -> None:
    for time, frame in ((0.0, 1), (-0.1, 83790)):
        grid = (GridMarker(time, 120.0), GridMarker(time + 8.0, 130.0))
        mixxx.write(tmp_path / f"{frame}.sqlite", Collection((replace(TRACK, grid=grid),)))
        found = mixxx.read(tmp_path / f"{frame}.sqlite").tracks[0].grid
        assert found[0].time * 44100 == pytest.approx(frame)


def test_our_own_lock_is_ours_to_change_until_somebody_moves_the_beats(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    near = replace(TRACK, grid=(GridMarker(-0.001, 120.0),))
    mixxx.write(path, Collection((near,)))
    mixxx.write(path, Collection((TRACK,)))
    assert mixxx.read(path).tracks[0].grid == TRACK.grid
    assert _query(path, "SELECT bpm_lock FROM library") == [(0,)]
    mixxx.write(path, Collection((near,)))
    _change(path, f"UPDATE library SET beats = x'{GOLDEN_GRID.hex()}'")
    assert "left as they are" in " ".join(mixxx.write(path, Collection((near,))))
    assert mixxx.read(path).tracks[0].grid == TRACK.grid


def test_what_goes_out_is_not_taken_for_mixxxs_analysis(database: Path) -> None:
    _change(database, f"UPDATE library SET beats_sub_version = '{BY_MIXXX}', beats = x'00'")
    mixxx.write(database, Collection((TRACK,)))
    assert mixxx.read(database).tracks[0].grid == TRACK.grid
    assert _query(database, "SELECT hex(keys) FROM library") == [("08132002",)]


# ---------------------------------------------------------------------- what is the user's


def test_cues_of_the_user_stay(database: Path) -> None:
    other = replace(TRACK, markers=(Marker(3.0, slot=0), Marker(4.0, slot=5)))
    mixxx.write(database, Collection((other,)))
    slots = {m.slot: m.time for m in mixxx.read(database).tracks[0].markers}
    assert slots == pytest.approx({0: 0.25, 1: 8.0, 5: 4.0, 6: 3.0})
    mixxx.write(database, Collection((other,)), replace=True)
    slots = {m.slot: m.time for m in mixxx.read(database).tracks[0].markers}
    assert slots == pytest.approx({0: 3.0, 5: 4.0})


def test_writing_twice_changes_nothing(database: Path) -> None:
    crate = Collection((TRACK,), (CollectionList("x", (TRACK.path,)),))
    mixxx.write(database, crate)
    once = mixxx.read(database)
    mixxx.write(database, crate)
    assert mixxx.read(database) == once


def test_a_playlist_of_the_same_name_stays(database: Path) -> None:
    second = replace(TRACK, path="/music/b.flac")
    first = CollectionList("x", (TRACK.path,))
    mixxx.write(database, Collection((TRACK, second), (first,)))
    for tracks in ((second.path,), (second.path, TRACK.path)):
        mixxx.write(database, Collection((TRACK, second), (CollectionList("x", tracks),)))
    ours = CollectionList("x (Mixolydian)", (second.path, TRACK.path))
    assert mixxx.read(database).lists == (first, ours)


def test_locked_beats_and_texts_stay(database: Path) -> None:
    _change(database, "UPDATE library SET bpm_lock = 1")
    other = replace(TRACK, title="B", artist="new", grid=(GridMarker(1.0, 90.0),))
    notes = mixxx.write(database, Collection((other,)))
    found = mixxx.read(database).tracks[0]
    assert (found.title, found.artist) == ("A", "new")
    assert found.grid == TRACK.grid
    assert "locked" in " ".join(notes)


def test_a_backup_lies_beside(database: Path) -> None:
    before = mixxx.read(database)
    mixxx.write(database, Collection((replace(TRACK, path="/music/b.flac"),)))
    (backup,) = database.parent.glob("*.before-mixolydian-*")
    assert mixxx.read(backup) == before


# ---------------------------------------------------------------------- never damaged


def test_a_running_mixxx_is_seen(database: Path) -> None:
    hold = f"f = open({str(database)!r}, 'rb'); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        if other.stdout is None or other.stdin is None:
            pytest.fail("no pipes")
        other.stdout.readline()
        if Path("/proc/self/fd").exists():
            with pytest.raises(StorageError, match="close Mixxx"):
                mixxx.write(database, Collection((TRACK,)))
        assert mixxx.read(database).tracks
        other.communicate(b"\n")


def test_a_locked_database_is_refused(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mixolydian.library.formats.foreign_database._PATIENCE", 0.05)
    with closing(sqlite3.connect(database, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InputError, match="close Mixxx"):
            mixxx.read(database)
    with closing(sqlite3.connect(database, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(InputError, match="in use"):
            mixxx.write(database, Collection((TRACK,)))


def test_write_ahead_databases_are_read_but_not_written(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as holder:
        holder.execute("PRAGMA journal_mode = WAL")
        holder.execute("UPDATE library SET title = 'new'")
        assert mixxx.read(database).tracks[0].title == "new"
        with pytest.raises(StorageError, match="running or did not close"):
            mixxx.write(database, Collection((TRACK,)))


def test_a_kill_half_way_leaves_what_was(tmp_path: Path) -> None:
    path = tmp_path / mixxx.FILE
    tracks = tuple(replace(TRACK, path=f"/m/{k}.flac", comment="x" * 2000) for k in range(60))
    mixxx.write(path, Collection(tracks))
    before = mixxx.read(path)
    kill = (
        "import os, sqlite3\n"
        f"database = sqlite3.connect({str(path)!r}, isolation_level=None)\n"
        "database.execute('PRAGMA cache_size = 2')\n"
        "database.execute('BEGIN IMMEDIATE')\n"
        "database.execute(\"UPDATE library SET comment = comment || 'y', title = 'gone'\")\n"
        "os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", kill], check=False)
    with pytest.raises(StorageError, match="did not close properly"):
        mixxx.write(path, Collection((TRACK,)))
    with pytest.raises(InputError, match="did not close properly"):
        mixxx.read(path)
    assert _query(path, "SELECT count(*) FROM library WHERE title = 'gone'") == [(0,)]
    assert mixxx.read(path) == before


def test_a_failure_half_way_leaves_everything(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = database.read_bytes()

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mixolydian.library.formats.mixxx_writing._put_list", fail)
    crate = Collection((replace(TRACK, path="/b.flac"),), (CollectionList("x"),))
    with pytest.raises(KeyboardInterrupt):
        mixxx.write(database, crate)
    assert database.read_bytes() == before
    with pytest.raises(KeyboardInterrupt):
        mixxx.write(database.with_name("new.sqlite"), crate)
    assert not database.with_name("new.sqlite").exists()


@pytest.mark.parametrize("content", [b"", b"<xml/>", b"SQLite format 3\x00" + b"\xff" * 9000])
def test_foreign_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(content)
    for action in (lambda: mixxx.read(path), lambda: mixxx.write(path, Collection((TRACK,)))):
        with pytest.raises(InputError, match="Mixxx"):
            action()
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    _change(path, "CREATE TABLE library (id)")
    before = path.read_bytes()
    for action in (lambda: mixxx.read(path), lambda: mixxx.write(path, Collection((TRACK,)))):
        with pytest.raises(InputError, match="expected a database of Mixxx"):
            action()
    assert path.read_bytes() == before


def test_damaged_pages_are_refused(database: Path) -> None:
    data = bytearray(database.read_bytes())
    data[4096 * 2 : 4096 * 12] = b"\xff" * (4096 * 10)
    database.write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        mixxx.read(database)
    with pytest.raises(InputError, match="damaged"):
        mixxx.write(database, Collection((TRACK,)))
    assert database.read_bytes() == data


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="give the path"):
        mixxx.read(tmp_path / "none.sqlite")


def test_damaged_beats_cost_only_themselves(database: Path) -> None:
    _change(database, "UPDATE library SET beats = x'0affff'")
    found = mixxx.read(database)
    assert found.tracks[0].grid == ()
    assert found.tracks[0].markers
    assert "beat grids" in found.notes[0]


def test_names_that_are_not_utf8_are_left_out(tmp_path: Path) -> None:
    crate = Collection((TRACK, CollectionTrack("/music/\udcff.mp3", title="\udcff")))
    notes = mixxx.write(tmp_path / "new.sqlite", crate)
    assert any("UTF-8" in note for note in notes)
    assert len(mixxx.read(tmp_path / "new.sqlite").tracks) == 1
