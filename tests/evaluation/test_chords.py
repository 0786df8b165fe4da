"""WCSR on progressions whose score can be counted in bars."""

import pytest

from mixolydian.core.types import Chord
from mixolydian.evaluation import chords


def progression(*labels, bar=2.0):
    return [Chord(i * bar, (i + 1) * bar, label) for i, label in enumerate(labels)]


REFERENCE = progression("C:maj", "A:min7", "F:maj/3", "G:7")


def test_itself_is_perfect():
    scores = chords.evaluate(REFERENCE, REFERENCE)
    assert (scores.root, scores.majmin, scores.sevenths, scores.bass) == (1, 1, 1, 1)
    assert scores.weight == 8


def test_triads_lose_sevenths_and_bass_only():
    scores = chords.evaluate(REFERENCE, progression("C:maj", "A:min", "F:maj", "G:maj"))
    assert scores.majmin == 1
    assert scores.sevenths == pytest.approx(0.5)
    assert scores.bass == pytest.approx(0.75)


def test_one_wrong_bar_of_four():
    scores = chords.evaluate(REFERENCE, progression("C:maj", "C:maj", "F:maj", "G:maj"))
    assert scores.majmin == pytest.approx(0.75)


def test_silence_of_the_estimate_is_n():
    assert chords.evaluate(REFERENCE, REFERENCE[:2]).majmin == pytest.approx(0.5)
    assert chords.evaluate(REFERENCE, None).majmin == 0
    assert chords.evaluate(REFERENCE, [Chord(3.0, 3.0, "C:maj")]).majmin == 0
    assert chords.evaluate(progression("N"), None).majmin == 1


def test_vocabulary_decides_what_counts():
    sus = progression("C:maj", "D:sus4")
    assert chords.evaluate(sus, progression("C:maj", "G:maj")).majmin == 1
    assert chords.evaluate(progression("D:sus4"), None).majmin is None
