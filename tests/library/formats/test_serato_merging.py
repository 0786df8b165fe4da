"""Our grid and cues beside Serato's: who gives way, what stays byte for byte, what is ours."""

from __future__ import annotations

import base64
import string
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixolydian.library import tagging
from mixolydian.library.formats import (
    serato_beatgrid,
    serato_markers,
    serato_markers_mp4,
    serato_markers_old,
    serato_record,
)
from mixolydian.library.formats.collection import CollectionTrack, GridMarker, Marker
from mixolydian.library.formats.serato_markers import Marks
from mixolydian.library.formats.serato_merging import Merged, merged
from mixolydian.library.formats.serato_pads import FORMS
from mixolydian.library.formats.serato_record import RECORD, Ours
from mixolydian.library.formats.serato_tags import (
    GRID,
    MARKERS,
    OLD_MARKERS,
    track_from_payloads,
)
from mixolydian.library.tagging import Tags
from tests.library.formats.crates import tracks
from tests.library.tagging.files import tagged_file

BARE = CollectionTrack("/a.mp3")
CUES = (Marker(1.0, slot=0, name="Mix in"), Marker(60.0, slot=1, name="Drop", color=(1, 2, 3)))
OURS = Ours(
    replace(BARE, grid=(GridMarker(0.5, 128.0),), markers=(*CUES, Marker(30.0, name="Verse")))
)
FLIP = b"FLIP\0\0\0\0\4\1\2\3\4"
LETTERS = (string.ascii_letters + string.digits + "+/").encode()
LOCK = b"BPMLOCK\0\0\0\0\1"


def after(found: dict[str, bytes], done: Merged) -> dict[str, bytes]:
    """The objects of a file after a merge."""
    return found | dict(done.objects)


def set_in_serato(*marks: Marker, locked: bool = False, rest: bytes = b"") -> dict[str, bytes]:
    """A file with a grid and markers that are not ours."""
    data = serato_markers.encode2(Marks(marks))
    inner = serato_markers.unwrapped(data[2:].split(b"\0")[0]).replace(LOCK + b"\0", b"")
    inner = inner[:-1] + rest + LOCK + bytes((locked, 0))
    data = (b"\1\1" + serato_markers.wrapped(inner)).ljust(470, b"\0")
    grid = serato_beatgrid.encode((GridMarker(0.25, 127.0),))
    return {GRID: grid, MARKERS: data, "Serato Overview": b"\1\5..."}


def names(done: Merged) -> list[str]:
    return [mark.name for mark in done.after.cues]


@pytest.mark.parametrize("form", FORMS)
def test_an_untouched_file_gets_all(form: str) -> None:
    done = merged({}, OURS, form)
    assert names(done) == ["Mix in", "Verse", "Drop"]
    assert done.after.grid == OURS.track.grid
    assert (OLD_MARKERS in done.objects) == (form != "flac")
    assert not merged(dict(done.objects), OURS, form).objects, "twice is once"


def test_what_the_dj_set_stays() -> None:
    theirs = (Marker(5.0, slot=0, name="MINE"), Marker(9.0, "loop", 11.0, 0, "RUN"))
    found = set_in_serato(*theirs)
    done = merged(found, OURS, "mp3")
    assert (done.kept_grid, done.locked) == (True, False)
    assert GRID not in done.objects
    assert [(m.name, m.slot) for m in done.after.cues] == [
        ("Mix in", 2),
        ("MINE", 0),
        ("Drop", 1),
    ], "sections do not fill the pads beside a DJ's own cues"
    assert [m.name for m in done.after.loops] == ["RUN"]


def test_overruling_leaves_what_we_have_nothing_for() -> None:
    found = set_in_serato(Marker(5.0, slot=0, name="MINE"), Marker(9.0, "loop", 11.0, 0, "RUN"))
    done = merged(found, OURS, "mp3", overrule=True)
    assert names(done) == ["Mix in", "Verse", "Drop"]
    assert [m.name for m in done.after.loops] == ["RUN"]
    assert serato_beatgrid.decode(done.objects[GRID]) == OURS.track.grid
    nothing = merged(found, Ours(BARE), "mp3", overrule=True)
    assert not nothing.objects


def test_a_locked_grid_stays_even_then() -> None:
    done = merged(set_in_serato(locked=True), OURS, "mp3", overrule=True)
    assert (done.kept_grid, done.locked) == (True, True)
    assert GRID not in done.objects
    assert serato_markers.is_locked(done.objects[MARKERS])


def test_flips_and_unknown_bytes_stay() -> None:
    found = set_in_serato(Marker(5.0, "loop", 7.0, 3, "RUN"), rest=FLIP)
    inner = serato_markers.unwrapped(found[MARKERS][2:].split(b"\0")[0])
    locked_loop = inner.replace(b"\0\x27\xaa\xe1\0\0", b"\0\x27\xaa\xe1\0\1")
    assert locked_loop != inner
    found[MARKERS] = (b"\1\1" + serato_markers.wrapped(locked_loop)).ljust(470, b"\0")
    done = merged(found, OURS, "mp3")
    new = serato_markers.unwrapped(done.objects[MARKERS][2:].split(b"\0")[0])
    assert FLIP in new
    assert b"\0\x27\xaa\xe1\0\1RUN" in new, "a loop that is locked stays so"
    assert "Serato Overview" not in done.objects


def test_what_we_wrote_is_renewed_and_what_the_dj_changed_is_not() -> None:
    first = after({}, merged({}, OURS, "flac"))
    mark = replace(CUES[1], time=61.0)
    better = Ours(replace(OURS.track, grid=(GridMarker(0.6, 128.0),), markers=(CUES[0], mark)))
    done = merged(first, better, "flac")
    assert [(m.name, m.time) for m in done.after.cues] == [("Mix in", 1.0), ("Drop", 61.0)]
    assert done.after.grid[0].time == pytest.approx(0.6)
    marks = serato_markers.decode2(first[MARKERS]).markers
    by_dj = tuple(
        replace(m, time=70.0) if m.name == "Drop" else m for m in marks if m.name != "Mix in"
    )
    touched = first | {MARKERS: serato_markers.encode2(Marks(by_dj), first[MARKERS])}
    done = merged(touched, OURS, "flac")
    assert not done.objects
    assert done.n_gone == 2, "one deleted, one moved"
    assert names(merged(touched, OURS, "flac", overrule=True)) == ["Mix in", "Verse", "Drop"]


def test_a_pad_that_the_dj_cleared_is_not_filled_again() -> None:
    sections = tuple(Marker(100.0 + 20 * n, name=f"S{n}") for n in range(9))
    ours = Ours(replace(BARE, markers=(*CUES, *sections)))
    first = merged({}, ours, "flac")
    assert [m.slot for m in first.after.cues] == list(range(8)), "pads in order of time"
    fewer = tuple(m for m in first.after.cues if m.slot != 3)
    cleared = after({}, first) | {MARKERS: serato_markers.encode2(Marks(fewer))}
    assert not merged(cleared, ours, "flac").objects
    swapped = (replace(fewer[0], slot=7), replace(fewer[-1], slot=0), *fewer[1:-1])
    moved = after({}, first) | {MARKERS: serato_markers.encode2(Marks(swapped))}
    assert not merged(moved, ours, "flac").objects, "other buttons are the DJ's choice"


def test_full_pads_are_said() -> None:
    theirs = [Marker(100.0 + n, slot=n, name=f"{n}") for n in range(7)]
    done = merged(set_in_serato(*theirs), OURS, "mp3")
    assert (len(done.after.cues), done.no_room) == (8, 1)


def test_the_same_moment_is_marked_once() -> None:
    done = merged(set_in_serato(Marker(60.03, slot=4, name="MINE")), OURS, "mp3")
    assert names(done) == ["Mix in", "MINE"]


def test_damage_is_refused() -> None:
    found = set_in_serato() | {MARKERS: b"\1\1%%%"}
    with pytest.raises(ValueError, match="Serato Markers2"):
        merged(found, OURS, "mp3")
    assert names(merged(found, OURS, "mp3", overrule=True)) == ["Mix in", "Verse", "Drop"]


def test_guesses_do_not_come_back_as_a_humans_answers() -> None:
    found = after({}, merged({}, OURS, "mp3"))
    back, _ = track_from_payloads(found, BARE)
    assert (back.grid, back.markers) == ((), ())
    by_human = Ours(OURS.track, frozenset({"grid", "cues"}))
    back, _ = track_from_payloads(after({}, merged({}, by_human, "mp3")), BARE)
    assert back.grid == OURS.track.grid
    assert len(back.markers) == 3


def test_a_record_that_is_not_ours_says_nothing() -> None:
    for data in (None, b"", b"\xff\0", b"mixolydian.serato/2\nmachine ab"):
        assert serato_record.decode(data) == {}


# ---------------------------------------------------------------------- m4a


def test_the_old_markers_of_an_m4a_as_serato_writes_them() -> None:
    """The empty sample in triseratops' tests: 14 entries of 19 bytes."""
    gap = "ff ff ff ff ff ff ff ff 00 ff ff ff ff 00 00 00 00 "
    sample = bytes.fromhex("0205 0000000e" + (gap + "00 00") * 5 + (gap + "03 00") * 9)
    sample += bytes.fromhex("00 ff ff ff 00")
    assert serato_markers_mp4.encode(Marks()) == sample
    assert serato_markers_mp4.is_mp4(sample)
    assert serato_markers_mp4.decode(sample) == Marks()
    assert not serato_markers_mp4.is_mp4(serato_markers_old.encode(Marks()))
    with pytest.raises(ValueError, match="cut off"):
        serato_markers_mp4.decode(sample[:100])


def test_cues_and_loops_of_an_m4a_as_serato_writes_them() -> None:
    """By hand, in the layout of serato-tags' sample with cues and loops; the last is locked."""
    gap, none = "00 ffffffff 00 ", "ffffffff ffffffff "
    cues = "000000fe ffffffff " + gap + "cc0000 01 00" + "00005284 ffffffff " + gap + "cc8800 01 00"
    loops = (
        "000000fe 00000925 " + gap + "27aae1 03 00" + "00012679 000136c7 " + gap + "27aae1 03 01"
    )
    empty = none + gap + "000000 "
    sample = bytes.fromhex(
        "0205 0000000e"
        + cues
        + (empty + "00 00") * 3
        + loops
        + (empty + "03 00") * 7
        + "00 993333 00"
    )
    marks = (
        Marker(0.254, slot=0),
        Marker(21.124, slot=1),
        Marker(0.254, "loop", 2.341, 0),
        Marker(75.385, "loop", 79.559, 1),
    )
    told = Marks(marks, (0x99, 0x33, 0x33))
    assert serato_markers_mp4.decode(sample) == serato_markers_mp4.decode(sample[:-1]) == told
    assert serato_markers_mp4.encode(told, sample) == sample
    moved = replace(told, markers=(*marks[:3], replace(marks[3], time=75.0)))
    assert serato_markers_mp4.encode(moved, sample)[6 + 19 * 7 - 1] == 0, "a lock is not inherited"


# ---------------------------------------------------------------------- base64 text


# Published samples (flac and m4a) hold n bytes in floor(4 (n + 1) / 3) letters: 44 in 60, 49 in 66,
# 57 in 77, 63 in 85, 64 in 86, 318 in 425; what goes beyond the n bytes is random.
@pytest.mark.parametrize(("n_markers", "n_serato"), [(1, 77), (2, 88), (3, 98), (4, 109)])
@pytest.mark.parametrize("name", ["a.flac", "a.m4a"])
def test_a_grid_as_text_is_no_shorter_than_seratos(
    name: str, n_markers: int, n_serato: int, tmp_path: Path
) -> None:
    """Mixxx drops the last letter and asks for the whole grid in what is left."""
    path = tagged_file(tmp_path, name)
    steps = tuple(GridMarker(0.5 + 8.0 * k, 120.0) for k in range(n_markers))
    ours = Ours(replace(BARE, grid=steps))
    objects = merged({}, ours, path.suffix[1:]).objects
    tagging.rewrite(path, tagging.plan(path, Tags(objects=objects)), lambda *_: None, path.stat())
    head = base64.b64encode(b"application/octet-stream\0\0Serato BeatGrid\0")
    text = head + path.read_bytes().split(head)[1][:80].replace(b"\n", b"")
    n_letters = len(text) - len(text.lstrip(LETTERS))
    assert n_serato <= n_letters <= n_serato + 1
    assert (n_letters - 1) * 6 // 8 == 42 + 6 + 8 * n_markers + 1
    found = {name: data for name, data in tagging.read(path).objects.items() if data is not None}
    assert serato_beatgrid.decode(found[GRID]) == steps
    assert not merged(found, ours, path.suffix[1:]).objects


def test_a_grid_of_one_tempo_as_serato_writes_it() -> None:
    """By hand, after the samples: one marker, the last; the byte behind it is random there."""
    sample = bytes.fromhex("0100 00000001 3e827cc9 42e60000")
    (marker,) = serato_beatgrid.decode(sample + b"\x70")
    assert marker.time == pytest.approx(0.254858, abs=1e-6)
    assert marker.bpm == 115.0
    assert serato_beatgrid.encode((marker,)) == sample + b"\0"
    whole = serato_record.of_grid(sample + b"\0")
    assert serato_record.of_grid(sample) == serato_record.of_grid(sample + b"\x41\x7f") == whole


@settings(max_examples=40, deadline=None)
@given(tracks(), st.sampled_from(FORMS))
def test_what_goes_in_comes_out(track: CollectionTrack, form: str) -> None:
    ours = Ours(track, frozenset({"grid", "cues"}))
    done = merged({}, ours, form)
    back, damaged = track_from_payloads(dict(done.objects), CollectionTrack(track.path))
    assert not damaged
    times = sorted(mark.time for mark in back.markers)
    assert times == pytest.approx(sorted(m.time for m in (*done.after.cues, *done.after.loops)))
    assert all(any(abs(t - m.time) <= 1e-3 for m in track.markers) for t in times)
    assert not merged(dict(done.objects), ours, form).objects


@settings(max_examples=60, deadline=None)
@given(st.sampled_from((GRID, MARKERS, OLD_MARKERS, RECORD)), st.binary(max_size=400))
def test_any_bytes_are_refused_or_survived(name: str, data: bytes) -> None:
    found = {name: data}
    for overrule in (False, True):
        try:
            done = merged(found, OURS, "mp3", overrule)
        except ValueError:
            assert not overrule
        else:
            assert done.after.cues
