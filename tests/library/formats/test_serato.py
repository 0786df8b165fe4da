"""Serato: crates read back, the database read, and tags inside files byte for byte as described."""

from __future__ import annotations

import os
import struct
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixolydian.core.errors import InputError, UnreadableError
from mixolydian.library.formats import (
    gridding,
    serato,
    serato_beatgrid,
    serato_markers,
    serato_markers_old,
    serato_tags,
)
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    GridMarker,
    Marker,
)
from mixolydian.library.formats.serato_chunks import chunk
from tests.library.formats.crates import collections, tracks
from tests.library.formats.serato_payloads import payloads

GRID = bytes.fromhex("0100 00000001 3e9c2838 42e60000 37")
"""115 BPM from 0.305 s on, as serato-tags shows it."""
OLD_CUE = bytes.fromhex("00 0000032a 7f 7f7f7f7f 00 7f7f7f7f7f 06300000 01 00".replace(" ", ""))


# ---------------------------------------------------------------------- tags


def test_a_grid_as_serato_writes_it() -> None:
    (marker,) = serato_beatgrid.decode(GRID)
    assert marker.time == pytest.approx(0.30500, abs=1e-4)
    assert marker.bpm == 115.0
    assert serato_beatgrid.encode((marker,))[:-1] == GRID[:-1]


def test_a_grid_of_several_tempi() -> None:
    data = struct.pack(">HIfIff", 0x0100, 2, 0.5, 8, 4.5, 130.0) + b"\x00"
    assert serato_beatgrid.decode(data) == (GridMarker(0.5, 120.0), GridMarker(4.5, 130.0))


def test_a_stretch_that_ends_off_the_beat_keeps_its_beats() -> None:
    grid = (GridMarker(0.0, 120.0), GridMarker(3.2, 120.0))
    found = serato_beatgrid.decode(serato_beatgrid.encode(grid))
    assert gridding.beats_of(found, 6.0) == pytest.approx(gridding.beats_of(grid, 6.0), abs=1e-3)


def test_markers_as_serato_writes_them() -> None:
    text = b"AQFDT0xPUgAAAAAEAP///0JQTUxPQ0sAAAAAAQAA"
    data = (b"\x01\x01" + text).ljust(470, b"\x00")
    assert serato_markers.decode2(data) == serato_markers.Marks()
    assert serato_markers.encode2(serato_markers.Marks()) == data


def test_entries_of_cues_and_loops() -> None:
    marks = serato_markers.Marks(
        (Marker(1.5, slot=2, name="Ü", color=(1, 2, 3)), Marker(2.0, "loop", 4.086, 0)),
        (0x99, 0xFF, 0x99),
    )
    inner = serato_markers.unwrapped(serato_markers.encode2(marks)[2:].split(b"\x00")[0])
    cue = bytes.fromhex("43554500 0000000f 00 02 000005dc 00 010203 0000 c39c00")
    loop = bytes.fromhex("4c4f4f5000 00000015 00 00 000007d0 00000ff6 ffffffff 0027aae1 00 00 00")
    color = bytes.fromhex("434f4c4f5200 00000004 00 99ff99")
    assert inner.startswith(b"\x01\x01" + color + cue + loop + b"BPMLOCK\x00")
    assert serato_markers.decode2(serato_markers.encode2(marks)) == marks


def test_the_old_markers() -> None:
    marks = serato_markers.Marks((Marker(0.426, slot=0, color=None),))
    data = serato_markers_old.encode(marks)
    assert len(data) == 6 + 14 * 22 + 4
    assert data[6:28] == OLD_CUE
    assert data[-4:] == bytes.fromhex("077f7f7f")
    assert serato_markers_old.decode(data) == marks


def test_base64_one_letter_too_long() -> None:
    assert serato_markers.unwrapped(b"AQFDTA" + b"AAA")[:4] == b"\x01\x01CL"


@settings(max_examples=60, deadline=None)
@given(tracks())
def test_payloads_come_back(track: CollectionTrack) -> None:
    bare = CollectionTrack(track.path)
    found, damaged = serato_tags.track_from_payloads(payloads(track), bare)
    assert not damaged
    assert found.color == (None if track.color == (255, 255, 255) else track.color)
    assert len(found.markers) == len(track.markers)
    by_slot = {mark.slot: mark for mark in found.markers}
    for old in track.markers:
        new = by_slot[old.slot]
        assert new.kind == old.kind
        assert new.time == pytest.approx(old.time, abs=1e-3)
        assert new.end == pytest.approx(old.end, abs=1e-3)
        assert old.name.encode().startswith(new.name.encode())
        assert new.color in (old.color, None)
    if track.grid:
        end = track.grid[-1].time + 20.0
        beats = gridding.beats_of(found.grid, end)
        assert beats == pytest.approx(gridding.beats_of(track.grid, end)[: len(beats)], abs=1e-3)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(("Serato BeatGrid", "Serato Markers2", "Serato Markers_")), st.data())
def test_damaged_payloads_are_named(name: str, data: st.DataObject) -> None:
    track = CollectionTrack(
        "/a.flac", bpm=99.0, grid=(GridMarker(0.1, 120.0),), markers=(Marker(1.0, slot=0),)
    )
    good = payloads(track)
    cut = data.draw(st.integers(0, len(good[name]) - 1))
    raw = bytearray(good[name][:cut]) + data.draw(st.binary(max_size=40))
    found, damaged = serato_tags.track_from_payloads({name: bytes(raw)}, track)
    assert found.bpm == 99.0
    assert damaged in ((), (name,))


def test_memory_cues_and_fades_take_free_buttons() -> None:
    markers = (Marker(5.0), Marker(1.0, slot=0), Marker(9.0, "load"), Marker(2.0, "grid"))
    found = serato_markers.placed(markers)
    assert [(m.time, m.slot) for m in found] == [(1.0, 0), (5.0, 1), (9.0, 2)]


def test_a_loop_and_a_cue_on_one_button() -> None:
    track = CollectionTrack("/a.flac", markers=(Marker(1.0, slot=0), Marker(2.0, "loop", 4.0, 0)))
    found, _ = serato_tags.track_from_payloads(payloads(track), CollectionTrack("/a.flac"))
    assert [(m.kind, m.slot) for m in found.markers] == [("cue", 0), ("loop", None)]


# ---------------------------------------------------------------------- crates


@settings(max_examples=30, deadline=None)
@given(collections())
def test_crates_come_back(crate: Collection) -> None:
    if not crate.tracks:
        return
    with tempfile.TemporaryDirectory() as folder:
        notes = serato.write(Path(folder), crate)
        found = serato.read(Path(folder))
    kept = {entry.name: entry.tracks for entry in crate.lists if not entry.date}
    lists = {entry.name: entry.tracks for entry in found.lists}
    if not any("names" in note for note in notes) and "Mixolydian" not in kept:
        lists.pop("Mixolydian", None)
        assert lists == kept
    assert {track.path for track in found.tracks} == {track.path for track in crate.tracks}


def test_a_crate_byte_for_byte(tmp_path: Path) -> None:
    serato.write(tmp_path, Collection((), (CollectionList("P", ("/m/ü.mp3",), ("Warm",)),)))
    data = (tmp_path / "_Serato_" / "Subcrates" / "Warm%%P.crate").read_bytes()
    version = "1.0/Serato ScratchLive Crate".encode("utf-16-be")
    path = "m/ü.mp3".encode("utf-16-be")
    assert data.startswith(b"vrsn" + struct.pack(">I", len(version)) + version + b"osrt")
    inner = b"ptrk" + struct.pack(">I", len(path)) + path
    assert data.endswith(b"otrk" + struct.pack(">I", len(inner)) + inner)
    assert serato.read(tmp_path).lists == (CollectionList("P", ("/m/ü.mp3",), ("Warm",)),)


def test_names_a_file_cannot_have(tmp_path: Path) -> None:
    lists = [CollectionList(name, ("/a.mp3",)) for name in ("a/b", "a:b", "50%%off", "x" * 400)]
    notes = serato.write(tmp_path, Collection((), tuple(lists)))
    assert any("4 × list names" in note for note in notes)
    assert len(serato.read(tmp_path).lists) == 4


def test_the_users_crate_is_kept(tmp_path: Path) -> None:
    serato.write(tmp_path, Collection((), (CollectionList("P", ("/a.mp3",)),)))
    file = tmp_path / "_Serato_" / "Subcrates" / "P.crate"
    old = file.read_bytes()
    for _ in range(2):
        serato.write(tmp_path, Collection((), (CollectionList("P", ("/b.mp3",)),)))
    assert [p.read_bytes() for p in file.parent.glob("*.before-mixolydian-*")] == [old]
    assert serato.read(tmp_path).lists == (CollectionList("P", ("/b.mp3",)),)


def test_what_is_not_in_crates_is_told(tmp_path: Path) -> None:
    track = CollectionTrack("/a.mp3", grid=(GridMarker(0.0, 120.0),))
    history = CollectionList("h", ("/a.mp3",), date="2024-05-01")
    notes = " ".join(serato.write(tmp_path, Collection((track,), (history,))))
    assert "grids and cues" in notes
    assert "histories" in notes
    assert serato.read(tmp_path).lists == (CollectionList("Mixolydian", ("/a.mp3",)),)


def test_a_drive_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "ismount", lambda path: str(path) == str(tmp_path))
    inside = str(tmp_path / "Music" / "a.mp3")
    crate = Collection((), (CollectionList("P", (inside, "/elsewhere/b.mp3")),))
    notes = serato.write(tmp_path, crate)
    assert "another drive" in notes[0]
    file = tmp_path / "_Serato_" / "Subcrates" / "P.crate"
    assert "Music/a.mp3".encode("utf-16-be") in file.read_bytes()
    assert serato.read(tmp_path).lists[0].tracks == (inside,)


# ---------------------------------------------------------------------- database


def _database(*tracks: list[bytes]) -> bytes:
    version = chunk("vrsn", "2.0/Serato Scratch LIVE Database")
    return version + b"".join(chunk("otrk", parts) for parts in tracks)


def test_the_database_is_read(tmp_path: Path) -> None:
    parts = [
        chunk("ttyp", "mp3"),
        chunk("pfil", "Users/me/Müsic/北京.mp3"),
        chunk("tsng", "Title"),
        chunk("tart", "Artist"),
        chunk("tlen", "03:25.50"),
        chunk("tbpm", "128.00"),
        chunk("tkey", "F#m"),
        chunk("ttyr", "1999"),
        chunk("uadd", struct.pack(">I", 1714521600)),
    ]
    (tmp_path / "_Serato_").mkdir()
    (tmp_path / "_Serato_" / "database V2").write_bytes(_database(parts))
    (track,) = serato.read(tmp_path / "_Serato_").tracks
    assert track == CollectionTrack(
        "/Users/me/Müsic/北京.mp3", "Title", "Artist", year=1999, duration=205.5, bpm=128.0,
        tonic="F#", mode="minor", added="2024-05-01",
    )  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"<xml/>", b"vrsn\x00\x00\xff\xff", _database([])[:20]])
def test_damaged_files_are_refused(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "_Serato_"
    (folder / "Subcrates").mkdir(parents=True)
    crate = folder / "Subcrates" / "x.crate"
    crate.write_bytes(content)
    with pytest.raises(InputError, match="Serato"):
        serato.read(crate)
    assert "crates that could not" in serato.read(folder).notes[0]
    (folder / "database V2").write_bytes(content)
    with pytest.raises(InputError, match="database V2"):
        serato.read(folder)


def test_a_damaged_record_is_refused(tmp_path: Path) -> None:
    (tmp_path / "_Serato_").mkdir()
    content = _database([b"pfil\x00\x00\x00\x09a"])
    (tmp_path / "_Serato_" / "database V2").write_bytes(content)
    with pytest.raises(InputError, match="cut off"):
        serato.read(tmp_path)


def test_a_folder_without_serato_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="_Serato_"):
        serato.read(tmp_path)


def test_a_track_without_anything_has_no_payloads() -> None:
    track = CollectionTrack("/a.flac")
    assert payloads(track) == {}
    assert serato_tags.track_from_payloads({}, replace(track, bpm=120.0))[0].bpm == 120.0
