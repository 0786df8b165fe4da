"""The arrangement is exact: beats, bar lines, drops, chords and strokes agree with the brief."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.creation.arrange import arrange
from mixolydian.creation.brief import METERS
from mixolydian.creation.demo import demo_crate
from mixolydian.creation.genres import GENRES
from mixolydian.theory.chord import parse_chord
from mixolydian.theory.mode import MODES
from tests.creation.pieces import CLUB, SONG, any_genre, arranged, differences, house, with_settings


def test_beats_are_exact():
    a = arranged(house(lead_in=0.75))
    k = np.arange(len(a.beats.times))
    np.testing.assert_allclose(a.beats.times, 0.75 + k * 60 / 123.45, atol=1e-9)
    assert len(k) == 28 * 4
    assert list(a.beats.positions[:5]) == [1, 2, 3, 4, 1]
    assert a.tempo.bpm == 123.45
    assert len(a.tempo.segments) == 1


def test_sections_fill_the_piece_on_the_asked_bars():
    a = arranged(house())
    bars = np.cumsum([0, *(bars for _, bars in CLUB)])
    lines = np.append(a.beats.downbeats, a.end)
    assert [s.label for s in a.sections] == [label for label, _ in CLUB]
    np.testing.assert_allclose([s.start for s in a.sections], lines[bars[:-1]], atol=1e-9)
    np.testing.assert_allclose([s.end for s in a.sections], lines[bars[1:]], atol=1e-9)
    assert all(0 <= s.energy <= 1 for s in a.sections)


def test_drops_are_where_beat_and_bass_return():
    a = arranged(house())
    starts = [s.start for s in a.sections if s.label == "drop"]
    assert [d.time for d in a.drops] == starts
    bass = np.array([n.onset for p in a.parts if p.stem == "bass" for n in p.notes])
    for time in starts:
        bar = 4 * 60 / 123.45
        assert not np.any((bass > time - bar) & (bass < time - 0.05))
        assert np.any((bass >= time - 1e-9) & (bass < time + bar))


def test_without_its_bass_a_drop_is_none():
    a = arranged(with_settings(house(), ("drop2.bass.mute", "on")))
    assert [d.time for d in a.drops] == [next(s.start for s in a.sections if s.label == "drop")]


def test_a_drop_is_stronger_the_further_it_rises():
    form = (("breakdown", 4), ("drop", 4))
    low, high = (arranged(house(form=form, energy=(0.3, e))).drops[0] for e in (0.5, 1.0))
    assert low.strength < high.strength


@pytest.mark.parametrize("name", sorted(GENRES))
def test_every_genre_arranges_in_every_meter_and_mode(name: str):
    for meter in METERS:
        for mode in (MODES[meter % len(MODES)], MODES[(2 * meter + 3) % len(MODES)]):
            a = arrange(any_genre(name, meter=meter, mode=mode, form=CLUB if meter % 2 else SONG))
            assert a.beats.meter == meter
            assert a.drums["kick"]
            assert {"bass"} < {p.name for p in a.parts}
            for part in a.parts:
                assert all(0 <= n.onset < n.offset <= a.end + 1e-6 for n in part.notes)
                assert all(1 <= n.velocity <= 127 and 21 <= n.pitch <= 96 for n in part.notes)


@pytest.mark.parametrize("name", sorted(GENRES))
def test_chords_follow_each_other_without_a_gap(name: str):
    a = arranged(any_genre(name))
    assert a.chords[0].start == 0.0
    assert a.chords[-1].end == pytest.approx(a.end)
    for before, after in zip(a.chords[:-1], a.chords[1:], strict=True):
        assert before.end == pytest.approx(after.start)
        assert before.label != after.label
    for c in a.chords:
        parse_chord(c.label)


@pytest.mark.parametrize("name", ["house", "ballad", "waltz", "drum & bass"])
def test_the_chords_part_plays_what_the_truth_names(name: str):
    a = arranged(any_genre(name))
    chords = next(p for p in a.parts if p.name == "chords")
    for note in chords.notes:
        label = next(c.label for c in a.chords if c.start - 1e-6 <= note.onset < c.end - 1e-6)
        assert round(note.pitch) % 12 in parse_chord(label).pitch_classes


@pytest.mark.parametrize("name", ["house", "techno", "ambient"])
def test_chords_are_n_where_nothing_pitched_sounds_and_x_where_no_chord_does(name: str):
    a = arranged(any_genre(name, lead_in=1.0))
    chordal = [n for p in a.parts if p.name in ("chords", "pad", "arpeggio") for n in p.notes]
    pitched = [n for p in a.parts for n in p.notes]
    for c in a.chords:
        silent = {"N": pitched, "X": chordal}.get(c.label, [])
        assert not [n for n in silent if min(n.offset, c.end) - max(n.onset, c.start) > 0.05]
    assert (a.chords[0].label, a.chords[0].start) == ("N", 0.0)
    bars = [c for c in a.chords if c.label == "X"]
    assert all(any(c.start - 1e-6 <= n.onset < c.end for n in pitched) for c in bars)


def test_a_key_change_moves_the_chords():
    changed, plain = arranged(house(key_changes=((20, "A", "minor"),))), arranged(house())
    assert [(k.tonic, k.mode) for k in changed.key_changes] == [("F#", "minor"), ("A", "minor")]
    line = changed.key_changes[1].start
    early, late = (
        [[c.label for c in a.chords if (c.start >= line - 1e-6) is after] for a in (changed, plain)]
        for after in (False, True)
    )
    assert early[0] == early[1]
    assert late[0] != late[1]


def test_the_same_brief_gives_the_same_arrangement():
    assert not differences(arrange(house(jitter=4.0)), arrange(house(jitter=4.0)))


def test_no_two_seeds_and_no_two_genres_are_alike():
    seen = set()
    for name in ("house", "techno", "trance", "dubstep"):
        for seed in range(12):
            a = arrange(any_genre(name, seed=seed, bpm=128.0, form=(("drop", 4),)))
            seen.add(tuple(tuple(p.notes) for p in a.parts) + tuple(a.drums.items()))
    assert len(seen) == 48


@pytest.mark.parametrize(
    "mood", ["dark", "bright", "melancholic", "euphoric", "calm", "aggressive"]
)
def test_a_mood_colours_the_piece(mood: str):
    assert differences(arranged(house()), arranged(house(mood=mood)))


def test_the_demo_crate_is_varied():
    crate = demo_crate()
    assert len({b.genre for b in crate}) == len(crate) >= 5
    assert {b.meter for b in crate} >= {3, 4}
    assert max(b.bpm for b in crate) >= 170 > 80 > min(b.bpm for b in crate)
    for brief in crate:
        assert 70 < arrange(brief).end < 110
