"""Bootstrap intervals: repeatable, honest about width, paired."""

import numpy as np
import pytest

from mixolydian.evaluation.significance import bootstrap_interval, paired_bootstrap


def test_interval_agrees_with_the_normal_one():
    values = np.random.default_rng(1).normal(0.7, 0.1, 400)
    interval = bootstrap_interval(values)
    half = 1.96 * values.std() / 20
    assert interval.mean == pytest.approx(values.mean())
    assert interval.low == pytest.approx(values.mean() - half, abs=0.002)
    assert interval.high == pytest.approx(values.mean() + half, abs=0.002)


def test_it_repeats():
    values = [0, 1, 1, 0, 1]
    assert bootstrap_interval(values) == bootstrap_interval(values)


def test_constant_values_have_no_width():
    interval = bootstrap_interval([1.0] * 8)
    assert (interval.low, interval.high) == (1, 1)


def test_copies_of_a_piece_widen_the_interval_when_grouped():
    values = np.tile([0.0, 1.0, 1.0, 0.0, 1.0, 1.0], 6)
    plain = bootstrap_interval(values)
    grouped = bootstrap_interval(values, groups=np.tile(np.arange(6), 6))
    assert grouped.high - grouped.low > 1.8 * (plain.high - plain.low)


def test_pairing_sees_what_separate_intervals_cannot():
    base = np.random.default_rng(2).uniform(0, 1, 60)
    better = np.clip(base + 0.03, 0, 2)
    difference = paired_bootstrap(better, base)
    assert difference.significant
    assert difference.mean == pytest.approx(0.03)
    assert bootstrap_interval(better).low < bootstrap_interval(base).high


def test_no_difference_is_not_significant():
    a = np.tile([0.0, 1.0], 20)
    difference = paired_bootstrap(a, a[::-1])
    assert not difference.significant
    assert difference.p > 0.05


@pytest.mark.parametrize("values", [[], [np.nan], [[1.0]]])
def test_bad_values_are_refused(values):
    with pytest.raises(ValueError, match="leave unscored pieces out"):
        bootstrap_interval(values)
    with pytest.raises(ValueError, match="same pieces"):
        paired_bootstrap([1.0], [1.0, 2.0])
