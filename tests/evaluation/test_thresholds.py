"""Thresholds: what they reach, what cannot be reached."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.evaluation.thresholds import choose, judge, sweep


def made(n=4000, seed=0):
    """Calibrated probabilities: at p, a share p is true."""
    rng = np.random.default_rng(seed)
    p = rng.random(n)
    return p, rng.random(n) < p


def test_sweep_by_hand():
    found = sweep([0.9, 0.8, 0.8, 0.1], [1, 1, 0, 1])
    assert found.thresholds.tolist() == [0.9, 0.8, 0.1]
    assert found.precision == pytest.approx([1, 2 / 3, 3 / 4])
    assert found.recall == pytest.approx([1 / 3, 2 / 3, 1])


def test_a_wanted_precision_is_reached_with_the_most_recall():
    p, y = made()
    found = choose(p, y, "precision", 0.9)
    assert found.threshold == pytest.approx(0.8, abs=0.05)  # mean of p above 0.8 is 0.9
    assert y[p >= found.threshold].mean() >= 0.9
    lower = np.sort(p[p < found.threshold])[::-1]
    assert all(y[p >= t].mean() < 0.9 for t in lower)


def test_a_wanted_recall_is_reached_with_the_highest_threshold():
    p, y = made()
    found = choose(p, y, "recall", 0.95)
    assert (p[y] >= found.threshold).mean() >= 0.95
    assert (p[y] > found.threshold).mean() < 0.95


def test_best_f1_beats_every_other_threshold():
    p, y = made()
    found = choose(p, y, "f1")
    assert found.best == sweep(p, y).f1.max()


def test_what_cannot_be_reached_says_how_near_one_gets():
    y = np.arange(100) % 2 == 0
    found = choose(np.full(100, 0.4), y, "precision", 0.9)
    assert found.threshold is None
    assert found.best == 0.5


def test_few_answers_are_not_believed():
    p, y = np.linspace(1, 0, 50), np.zeros(50)
    y[:3] = 1
    assert choose(p, y, "precision", 0.95).threshold is None


def test_judged_on_other_examples():
    p, y = made(seed=1)
    found = judge(p, y, 0.8)
    assert found.precision.low < 0.9 < found.precision.high
    assert found.n_said == (p >= 0.8).sum()
    assert judge(p, y, 1.1).precision is None
    assert judge(p, np.zeros(len(p)), 0.5).recall is None


@pytest.mark.parametrize("wanted", [0, 1.5, None])
def test_refuses_an_impossible_wish(wanted):
    with pytest.raises(RequestError, match="above 0 and up to 1"):
        choose([0.5], [1], "recall", wanted)


def test_refuses_nothing():
    with pytest.raises(RequestError, match="for each example"):
        sweep([], [])
