"""Tempo metrics on cases whose score can be told by hand."""

import pytest

from mixolydian.core.types import Tempo, TempoSegment
from mixolydian.evaluation import tempo


@pytest.mark.parametrize(
    ("estimate", "accuracy1", "accuracy2", "within", "any_octave"),
    [
        (174.05, 1, 1, 1, 1),
        (174.2, 1, 1, 0, 0),
        (87.04, 0, 1, 0, 1),
        (87.06, 0, 1, 0, 0),
        (58.0, 0, 1, 0, 1),
        (181.0, 0, 0, 0, 0),
        (116.0, 0, 0, 0, 0),
    ],
)
def test_octaves_and_tolerances(estimate, accuracy1, accuracy2, within, any_octave):
    scores = tempo.evaluate(Tempo(174.0), Tempo(estimate))
    assert (scores.accuracy1, scores.accuracy2) == (accuracy1, accuracy2)
    assert (scores.within, scores.within_any_octave) == (within, any_octave)
    assert scores.error == pytest.approx(estimate - 174.0)


def test_cannot_tell_scores_zero():
    scores = tempo.evaluate(Tempo(120.0), None)
    assert scores.accuracy2 == 0
    assert scores.error is None


def test_local_tempo_counts_the_time_that_is_met():
    reference = Tempo(120, (TempoSegment(0, 30, 120, 0), TempoSegment(30, 40, 130, 30)))
    assert tempo.local_within(reference, Tempo(120)) == pytest.approx(0.75)
    assert tempo.local_within(reference, reference) == 1
    late = Tempo(120, (TempoSegment(0, 32, 120, 0), TempoSegment(32, 40, 130, 32)))
    assert tempo.local_within(reference, late) == pytest.approx(38 / 40)
