"""Songs are cut, moved and performed without losing their grid."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.types import Chord, Note
from mixolydian.training.datasets.accompany import bass_part, chord_part, drum_part
from mixolydian.training.datasets.song import (
    Score,
    bar_lines,
    excerpt,
    performed,
    scaled,
    tempo_of,
    transposed,
)

from .sounds import song


def test_an_excerpt_begins_and_ends_on_bar_lines():
    whole = song(bars=16)
    part = excerpt(whole, 8.0, np.random.default_rng(3))
    assert part.beats[0] == 0.0
    assert part.beats[-1] == pytest.approx(8.0)
    assert part.positions[0] == part.positions[-1] == 1
    assert part.chords[0].start == 0.0
    assert part.chords[-1].end == pytest.approx(8.0)
    onsets = np.array([n.onset for n in part.notes])
    assert np.abs(onsets / 0.5 - np.round(onsets / 0.5)).max() < 1e-9


def test_scaling_and_transposing_reach_everything():
    moved = transposed(scaled(song(), 2.0), 3)
    assert tempo_of(moved).bpm == pytest.approx(60)
    assert [c.label for c in moved.chords[:2]] == ["Eb:maj", "Ab:maj"]
    assert moved.tonic == 3
    assert moved.tracks["MELODY"][1] == Note(1.0, 1.6, 65.0, 90)


def test_a_score_is_performed_at_its_tempo_from_its_pickup_on():
    notes = (Note(0.0, 1.0, 67.0, 80), *(Note(1.0 + k, 2.0 + k, 60.0, 80) for k in range(16)))
    score = Score("s", {"MELODY": notes}, 4, 1.0, 1.0, (Chord(0, 17, "C:maj"),), 0, "major")
    played = performed(score, 90.0, 0.0, np.random.default_rng(0))
    np.testing.assert_allclose(np.diff(played.beats), 60 / 90)
    assert played.positions[:3].tolist() == [4, 1, 2]
    assert [played.notes[k].onset for k in (0, 1)] == pytest.approx([0.0, 60 / 90])
    free = performed(score, 90.0, 0.03, np.random.default_rng(0))
    assert np.std(np.diff(free.beats)) > 0.005
    onsets = [n.onset for n in free.notes]
    np.testing.assert_allclose(onsets, free.beats[: len(onsets)], atol=1e-9)


def test_a_beat_of_three_eighths_has_its_own_grid():
    notes = tuple(Note(k * 0.5, k * 0.5 + 0.5, 60.0, 80) for k in range(24))
    score = Score("s", {"MELODY": notes}, 2, 1.5, 0.0, (), 0, "major")
    played = performed(score, 100.0, 0.0, np.random.default_rng(0))
    np.testing.assert_allclose(np.diff(played.beats), 0.6)
    assert played.notes[3].onset == pytest.approx(0.6)


@pytest.mark.parametrize("meter", [2, 3, 4, 6])
def test_added_parts_stay_on_the_grid_of_every_meter(meter):
    given = song(meter)
    end = float(given.beats[-1])
    for seed in range(6):
        rng = np.random.default_rng(seed)
        for part in (drum_part(given, 0, rng), bass_part(given, 0, rng), chord_part(given, rng)):
            onsets = np.array([n.onset for n in part]) / 0.5
            assert len(part) >= len(bar_lines(given))
            assert max(n.onset for n in part) < end
            np.testing.assert_allclose(onsets * 12, np.round(onsets * 12), atol=1e-6)
