"""Ranked answers: figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.evaluation.retrieval import coverage, ndcg, recall

ANSWERS = np.array([[1, 2, 3], [4, 5, 6], [1, 2, 9]])


def test_a_right_one_counts_by_its_rank() -> None:
    hidden = [np.array([1]), np.array([6]), np.array([7])]
    assert ndcg(ANSWERS, hidden) == pytest.approx([1.0, 0.5, 0.0])
    assert recall(ANSWERS, hidden) == pytest.approx([1.0, 1.0, 0.0])


def test_of_several_the_best_that_could_be_had_is_one() -> None:
    hidden = [np.array([3, 1, 2, 8]), np.array([4, 6]), np.array([9, 1])]
    by_rank = 1.0 / np.log2([2, 3, 4])
    halves = (by_rank[0] + by_rank[2]) / (by_rank[0] + by_rank[1])
    assert ndcg(ANSWERS, hidden) == pytest.approx([1.0, halves, halves])
    assert recall(ANSWERS, hidden) == pytest.approx([1.0, 1.0, 1.0])
    assert recall(ANSWERS[:1], [np.array([1, 8])]) == pytest.approx([0.5])


def test_coverage() -> None:
    assert coverage(ANSWERS, 14) == pytest.approx(0.5)
