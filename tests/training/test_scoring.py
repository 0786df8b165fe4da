"""Scores of examples: the same by whatever way, and intervals that keep groups whole."""

from __future__ import annotations

import numpy as np

from mixolydian.training.examples import Examples
from mixolydian.training.scoring import scored, uncalibrated

LABELS = ("a", "b")


def examples(groups: tuple[str, ...]) -> Examples:
    targets = np.eye(2, dtype=np.float32)[[0, 1, 0, 1]]
    ids = tuple("wxyz")
    return Examples(np.zeros((4, 3), np.float32), targets, LABELS, groups, ids)


class Sure:
    """A fitted model that is wrong once in four."""

    def scores(self, inputs, mask):
        assert mask is None
        return np.array([[2, 0], [0, 2], [0, 2], [0, 2]], dtype=np.float32)


def test_a_fitted_model_is_scored_by_its_softmax():
    its = examples(tuple("wxyz"))
    by_hand = np.exp(Sure().scores(its.inputs, None)) / (np.exp(2.0) + 1.0)
    found, same = uncalibrated(Sure(), its), scored(by_hand, its)
    assert found.value("accuracy") == 0.75
    assert np.allclose(found.probabilities, same.probabilities)


def test_intervals_are_over_groups():
    alone = uncalibrated(Sure(), examples(tuple("wxyz"))).interval("accuracy")
    together = uncalibrated(Sure(), examples(("p", "p", "q", "q"))).interval("accuracy")
    assert alone.mean == together.mean
    assert (alone.low, alone.high) != (together.low, together.high)
