"""Onset F-measure and its bias."""

import numpy as np
import pytest

from mixolydian.evaluation import onsets


def test_late_by_a_constant():
    reference = np.arange(1.0, 9.0)
    scores = onsets.evaluate(reference, reference + 0.02)
    assert scores.f_measure == 1
    assert scores.offset == pytest.approx(0.02)
    assert onsets.evaluate(reference, reference + 0.06).f_measure == 0


def test_half_found():
    scores = onsets.evaluate([1, 2, 3, 4], [1, 3])
    assert (scores.precision, scores.recall) == (1, 0.5)


def test_empty():
    assert onsets.evaluate([], []).f_measure == 1
    assert onsets.evaluate([1.0], []).f_measure == 0
