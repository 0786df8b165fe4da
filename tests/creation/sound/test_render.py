"""Stems and the bus: reproducible, on the grid, and local: an edit leaves the rest as it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.core.types import Note
from mixolydian.creation.arrangement import Automation, Hit
from mixolydian.creation.brief import Mix
from mixolydian.creation.names import STEMS
from mixolydian.creation.sound.mastering import Master, master
from mixolydian.creation.sound.render import mix_bus, render, render_stems
from mixolydian.creation.sound.stems import render_stem, stems_of, studio
from mixolydian.creation.sound.units import SAMPLE_RATE
from tests.creation.sound.pieces import BEAT, piece, with_note

BEFORE = 0.25
"""seconds before an edit that may change."""


@pytest.fixture(scope="module")
def stems() -> dict[str, np.ndarray]:
    return dict(render_stems(piece()))


def changed(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """Seconds of the first and the last sample that differ."""
    where = np.flatnonzero((a != b).any(axis=0))
    assert len(where), "the edit was not heard"
    return where[0] / SAMPLE_RATE, where[-1] / SAMPLE_RATE


def test_every_stem_that_plays_comes_in_the_order_of_the_mixer(stems):
    assert tuple(stems) == stems_of(piece())
    assert [STEMS.index(name) for name in stems] == sorted(STEMS.index(name) for name in stems)
    for name, y in stems.items():
        assert y.dtype == np.float32
        assert np.isfinite(y).all(), name
        assert np.abs(y).max() > 0.003, name


def test_the_same_arrangement_gives_the_same_samples(stems):
    for name, y in render_stems(piece()):
        np.testing.assert_array_equal(y, stems[name], err_msg=name)


def test_another_seed_sounds_different(stems):
    other = render_stem(piece(seed=4), "snare")
    assert not np.array_equal(other, stems["snare"])


def test_the_bus_is_the_plain_sum_of_the_stems(stems):
    total = np.sum([y.astype(np.float64) for y in stems.values()], axis=0)
    bus = mix_bus(piece(), stems.items())
    assert np.abs(bus - total).max() < 10 ** (-100 / 20) * np.abs(total).max()


def test_kicks_start_on_their_sample(stems):
    kick = np.abs(stems["kick"]).max(axis=0)
    for k in range(16):
        start = round(k * BEAT * SAMPLE_RATE)
        assert kick[start : start + 3].max() > 20 * kick[max(0, start - 400) : start].max(initial=0)


def test_a_level_does_not_depend_on_what_is_played(stems):
    arrangement = piece()
    drums = {**arrangement.drums, "kick": arrangement.drums["kick"][:1]}
    one = render_stem(replace(arrangement, drums=drums), "kick")
    n = round(BEAT * SAMPLE_RATE)
    np.testing.assert_array_equal(one[:, :n], stems["kick"][:, :n])


@pytest.mark.parametrize(
    ("name", "index"), [("bass", 8), ("chords", 6), ("pad", 4), ("arpeggio", 9), ("lead", 1)]
)
def test_one_changed_note_leaves_the_rest_of_its_stem_as_it_was(stems, name: str, index: int):
    arrangement = piece(bars=8)
    edited = with_note(arrangement, name, index, 71.0)
    note = next(p for p in arrangement.parts if p.name == name).notes[index]
    first, last = changed(render_stem(arrangement, name), render_stem(edited, name))
    room, echo = studio(arrangement)
    ring = room.ring + echo.repeats * echo.seconds + 1.0
    assert note.onset - BEFORE <= first
    assert last <= note.offset + ring


def test_a_changed_note_changes_no_other_stem(stems):
    edited = with_note(piece(), "bass", 8, 40.0)
    for name in ("kick", "chords", "fx", "hats"):
        np.testing.assert_array_equal(render_stem(edited, name), stems[name])


def test_a_new_hit_under_a_moving_filter_is_local():
    arrangement = piece(bars=8)
    hits = (*arrangement.drums["hat"], Hit(9.06, 0.8))
    edited = replace(arrangement, drums={**arrangement.drums, "hat": hits})
    first, last = changed(render_stem(arrangement, "hats"), render_stem(edited, "hats"))
    assert first >= 9.06 - BEFORE
    assert last <= 9.06 + 6.0


def test_a_filter_moved_in_one_place_is_heard_nowhere_else():
    arrangement = piece(bars=8)
    moved = Automation("lead", "lowpass", ((0.0, 20000.0), (6.0, 20000.0), (7.0, 400.0),
                                           (8.0, 400.0), (8.01, 20000.0)))  # fmt: skip
    edited = replace(arrangement, automation=(*arrangement.automation, moved))
    first, last = changed(render_stem(arrangement, "lead"), render_stem(edited, "lead"))
    assert first >= 6.0 - BEFORE
    assert last <= 8.01 + 6.0


def test_a_master_with_fixed_gains_keeps_the_samples_outside_an_edit():
    arrangement = piece(bars=8)
    bus = mix_bus(arrangement, render_stems(arrangement))
    edited = bus.copy()
    start, end = round(7.0 * SAMPLE_RATE), round(7.5 * SAMPLE_RATE)
    edited[:, start:end] *= -0.8
    a, fitted = master(bus, arrangement.brief.mix)
    b, again = master(edited, arrangement.brief.mix, fitted)
    assert again == fitted
    first, last = changed(a, b)
    assert first >= 7.0 - BEFORE
    assert last <= 7.5 + BEFORE


def test_silence_before_the_first_note_stays_silent():
    arrangement = piece(mix=Mix(reverb=0.5, delay=0.5))
    late = replace(arrangement, drums={}, gestures=(), automation=())
    late = replace(late, parts=tuple(p for p in late.parts if p.name == "lead"))
    y = render_stem(late, "lead")
    onset = round(0.5 * SAMPLE_RATE)
    assert not y[:, :onset].any()
    assert y[:, onset].any()


def test_tied_notes_of_a_sliding_voice_arrive_from_the_note_before():
    arrangement = piece()
    lead = next(p for p in arrangement.parts if p.name == "lead")
    tied = (Note(0.0, 1.0, 57, 100), Note(1.0, 2.0, 69, 100))
    apart = (Note(0.0, 0.7, 57, 100), Note(1.0, 2.0, 69, 100))
    sounds = [
        render_stem(replace(arrangement, parts=(replace(lead, notes=notes),), drums={}), "lead")
        for notes in (tied, apart)
    ]
    at = slice(round(1.001 * SAMPLE_RATE), round(1.02 * SAMPLE_RATE))
    crossings = [np.sum(np.diff(np.sign(y[0, at])) != 0) for y in sounds]
    assert crossings[0] < crossings[1]


def test_render_gives_a_finite_signal_of_the_right_length():
    arrangement = piece(bars=2)
    signal = render(arrangement)
    assert signal.sample_rate == SAMPLE_RATE
    assert signal.duration == pytest.approx(arrangement.end + 2.5, abs=1e-4)
    fixed = render(arrangement, Master(-3.0, 1.0))
    assert not np.array_equal(signal.samples, fixed.samples)
