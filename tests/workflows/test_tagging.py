"""Learning a tag: on clouds of vectors of known truth, what it finds and what it promises."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.workflows.tagging import learn, told_apart

NONE = np.array([], dtype=np.intp)


def cloud(seed=0, n=200, d=20, n_like=20, shift=2.0):
    """Vectors (n, d), the first `n_like` of them shifted in five dimensions."""
    rows = np.random.default_rng(seed).normal(size=(n, d))
    rows[:n_like, :5] += shift
    return rows


def test_the_hidden_ones_are_found():
    rows = cloud()
    learnt = learn("x", rows, np.arange(8), NONE)
    likely = learnt.model.probabilities(rows)
    hidden, others = likely[8:20], likely[20:]
    assert learnt.separation > 0.95
    assert np.median(hidden) > 20 * np.median(others)
    assert (hidden >= 0.25).mean() >= 0.4
    assert (others >= 0.5).mean() < 0.02
    assert (learnt.left_out >= 0.25).mean() >= 0.6


def test_examples_are_judged_without_themselves():
    rows = cloud()
    odd = np.append(np.arange(7), 150)
    learnt = learn("x", rows, odd, NONE)
    assert learnt.percentiles[-1] < learnt.percentiles[:-1].min()
    assert learnt.left_out[-1] < 0.25


@pytest.mark.parametrize("n", [3, 5, 10, 20])
def test_chance_is_seldom_taken_for_a_tag(n):
    told = [learn("x", cloud(seed, shift=0.0), np.arange(n), NONE).model for seed in range(30)]
    assert sum(model is not None for model in told) <= 4


def test_no_more_is_promised_than_is_kept():
    claimed, right = [], []
    for seed in range(12):
        rows = cloud(seed, shift=1.2)
        model = learn("x", rows, np.arange(8), NONE).model
        if model is not None:
            likely = model.probabilities(rows[8:])
            claimed += likely[likely >= 0.5].tolist()
            right += (np.arange(8, 200)[likely >= 0.5] < 20).tolist()
    assert len(claimed) > 20
    assert np.mean(right) > np.mean(claimed) - 0.1


def test_counter_examples_push_away():
    rows = cloud()
    rows[100:120, :5] += 2.0  # alike in what the examples share,
    rows[100:120, 5:8] += 3.0  # and different in this
    plain = learn("x", rows, np.arange(8), NONE).model.probabilities(rows)[104:120]
    pushed = learn("x", rows, np.arange(8), np.arange(100, 104)).model.probabilities(rows)[104:120]
    assert pushed.mean() < 0.5 * plain.mean()


def test_scale_and_offset_of_a_dimension_do_not_matter():
    rows = cloud()
    other = rows * np.linspace(0.01, 50.0, 20) + 7.0
    ours, theirs = (learn("x", r, np.arange(6), NONE).model.probabilities(r) for r in (rows, other))
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_a_dimension_in_which_all_agree():
    rows = np.column_stack([cloud(), np.full(200, 3.0)])
    learnt = learn("x", rows, np.arange(8), NONE)
    np.testing.assert_allclose(
        learnt.model.probabilities(rows),
        learn("x", rows[:, :-1], np.arange(8), NONE).model.probabilities(rows[:, :-1]),
        atol=0.05,
    )


def test_one_sound_is_no_evidence_for_itself():
    found = []
    for seed in range(10):
        rows = cloud(seed, shift=0.0)
        rows[5:10] = rows[:5]  # every example twice
        found.append(learn("x", rows, np.arange(10), NONE).separation)
    assert np.mean(found) < 0.6
    with pytest.raises(RequestError, match="different sound, found 2"):
        learn("x", rows, np.array([0, 1, 5, 6]), NONE)


def test_a_library_too_small():
    with pytest.raises(RequestError, match="at least 10 other tracks"):
        learn("x", cloud(n=12), np.arange(5), NONE)


def test_more_examples_need_less_separation():
    assert not told_apart(0.75, 3)
    assert told_apart(0.76, 5)
    assert not told_apart(0.69, 50)
