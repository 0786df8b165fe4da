"""The arrangement is exact: beats, bar lines, drops, chords and strokes agree with the brief."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.creation.arrange import arrange
from mixolydian.creation.brief import Brief
from mixolydian.creation.demo import demo_crate
from mixolydian.creation.styles import STYLES
from mixolydian.theory.chord import parse_chord

CLUB = (
    ("intro", 4), ("buildup", 4), ("drop", 8), ("breakdown", 4), ("buildup", 2), ("drop", 4),
    ("outro", 2),
)  # fmt: skip


def house(**changes: object) -> Brief:
    brief = Brief("house", 123.45, "F#", "minor", CLUB, seed=5)
    return replace(brief, **changes)


def any_style(name: str) -> Brief:
    style = STYLES[name]
    bpm = sum(style.tempo) / 2
    return Brief(name, bpm, "Eb", "minor", CLUB, meter=style.meter, seed=3, swing=style.swing[1])


def test_beats_are_exact():
    a = arrange(house(lead_in=0.75))
    k = np.arange(len(a.beats.times))
    np.testing.assert_allclose(a.beats.times, 0.75 + k * 60 / 123.45, atol=1e-9)
    assert len(k) == 28 * 4
    assert list(a.beats.positions[:5]) == [1, 2, 3, 4, 1]
    assert a.tempo.bpm == 123.45
    assert len(a.tempo.segments) == 1


def test_a_tempo_change_falls_on_its_bar():
    a = arrange(house(tempo_changes=((8, 130.0),)))
    first, second = a.tempo.segments
    assert first.end == second.start == pytest.approx(8 * 4 * 60 / 123.45)
    assert (first.bpm, second.bpm) == (pytest.approx(123.45), pytest.approx(130.0))
    assert np.diff(a.beats.times)[-1] == pytest.approx(60 / 130)
    assert a.tempo.bpm == pytest.approx(130.0)  # 20 of 28 bars


def test_drift_wanders_but_stays_close():
    gaps = np.diff(arrange(house(drift=0.02)).beats.times)
    assert np.ptp(gaps) > 0.002
    assert np.all(np.abs(gaps * 123.45 / 60 - 1) < 0.05)


def test_sections_fill_the_piece_on_bar_lines():
    a = arrange(house())
    downbeats = np.append(a.beats.downbeats, a.end)
    assert [s.label for s in a.sections] == [label for label, _ in CLUB]
    for before, after in zip(a.sections[:-1], a.sections[1:], strict=True):
        assert before.end == after.start
    for s in a.sections:
        assert np.abs(downbeats - s.start).min() < 1e-9
        assert 0 <= s.energy <= 1


def test_drops_are_where_beat_and_bass_return():
    a = arrange(house())
    starts = [s.start for s in a.sections if s.label == "drop"]
    assert [d.time for d in a.drops] == starts
    bass = np.array([n.onset for p in a.parts if p.stem == "bass" for n in p.notes])
    for time in starts:
        bar = 4 * 60 / 123.45
        assert not np.any((bass > time - bar) & (bass < time - 0.05))
        assert np.any((bass >= time - 1e-9) & (bass < time + bar))


def test_without_swing_and_jitter_kicks_are_on_sixteenths():
    a = arrange(house())
    grid = np.arange(28 * 16) * 15 / 123.45
    for hit in a.drums["kick"]:
        assert np.abs(grid - hit.time).min() < 1e-9


def test_swing_moves_the_offbeats_only():
    straight, swung = arrange(house()), arrange(house(swing=1 / 3))
    sixteenth = 15 / 123.45
    for lane, hits in straight.drums.items():
        for a, b in zip(hits, swung.drums[lane], strict=True):
            odd = round(a.time / sixteenth) % 2
            assert b.time - a.time == pytest.approx(odd * sixteenth / 3, abs=1e-6)


@pytest.mark.parametrize("name", sorted(STYLES))
def test_every_style_arranges(name: str):
    a = arrange(any_style(name))
    assert a.beats.meter == STYLES[name].meter
    assert a.chords[0].start == 0.0
    assert a.chords[-1].end == pytest.approx(a.end)
    for before, after in zip(a.chords[:-1], a.chords[1:], strict=True):
        assert before.end == pytest.approx(after.start)
        assert before.label != after.label
    for c in a.chords:
        parse_chord(c.label)
    for part in a.parts:
        assert all(0 <= n.onset < n.offset and 1 <= n.velocity <= 127 for n in part.notes)


@pytest.mark.parametrize("name", ["house", "ballad", "waltz", "drum & bass"])
def test_the_comping_plays_the_chords_that_the_truth_names(name: str):
    a = arrange(any_style(name))
    comping = next(p for p in a.parts if p.name == "comping")
    for note in comping.notes:
        label = next(c.label for c in a.chords if c.start - 1e-6 <= note.onset < c.end - 1e-6)
        assert round(note.pitch) % 12 in parse_chord(label).pitch_classes


def test_chords_are_n_where_nothing_pitched_sounds():
    a = arrange(house(lead_in=1.0))
    pitched = np.array([(n.onset, n.offset) for p in a.parts for n in p.notes])
    assert (a.chords[0].label, a.chords[0].end) == ("N", 1.0) or a.chords[0].label == "N"
    for c in a.chords:
        if c.label == "N":
            overlap = np.minimum(pitched[:, 1], c.end) - np.maximum(pitched[:, 0], c.start)
            assert overlap.max() < 0.05


def test_a_key_change_moves_the_chords():
    a = arrange(house(key_changes=((20, "A", "minor"),)))
    assert [(k.tonic, k.mode) for k in a.key_changes] == [("F#", "minor"), ("A", "minor")]
    b = arrange(house())
    late = [c.label for c in a.chords if c.start > a.key_changes[1].start]
    assert late != [c.label for c in b.chords if c.start > a.key_changes[1].start]


def test_the_demo_crate_is_varied():
    crate = demo_crate()
    assert len({b.style for b in crate}) == len(crate) >= 5
    assert {b.meter for b in crate} >= {3, 4}
    assert max(b.bpm for b in crate) >= 170 > 80 > min(b.bpm for b in crate)
    for brief in crate:
        assert 70 < arrange(brief).end < 110
