"""The smooth order: against trying every order, and what a step costs."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.theory.key import parse_key
from mixolydian.workflows.sequencing import (
    Stop,
    along_tempo,
    beyond,
    costs,
    smooth_order,
    tempo_steps,
)


def stop(bpm=100.0, energy=4, key="8A"):
    return Stop(bpm, energy, None if key is None else parse_key(key))


def length(cost, order):
    return sum(cost[a, b] for a, b in pairwise(order))


@pytest.mark.parametrize("arc", ["", "falling", "steady"])
@pytest.mark.parametrize("seed", range(3))
def test_no_order_is_smoother(seed, arc):
    dice = np.random.default_rng(seed)
    wheel = dice.integers(1, 13, 6)
    stops = [stop(dice.uniform(60, 180), int(dice.integers(1, 11)), f"{k}A") for k in wheel]
    cost = costs(stops, arc)
    order = smooth_order(cost)
    assert sorted(order) == list(range(6))
    assert length(cost, order) == pytest.approx(min(length(cost, p) for p in permutations(order)))


def test_points_on_a_line_are_walked_along_it():
    places = np.random.default_rng(1).permutation(60).astype(float)
    order = smooth_order(np.abs(places[:, np.newaxis] - places[np.newaxis, :]))
    assert abs(np.diff(places[order])).sum() == 59.0


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_few_stops(n):
    assert sorted(smooth_order(np.ones((n, n)))) == list(range(n))


def test_what_a_step_costs():
    here = stop()
    same, half, fast = stop(), stop(bpm=50.0), stop(bpm=106.0)
    loud, far = stop(energy=6), stop(key="2A")
    row = costs([here, same, half, fast, loud, far])[0]
    assert row[:2].tolist() == [0.0, 0.0]
    assert 0.0 < row[2] < row[3] == pytest.approx(1.0)
    assert row[4] == pytest.approx(2.0)
    assert row[5] == pytest.approx(6 * 0.4)


def test_unknown_facts_cost_something():
    cost = costs([stop(), Stop(None, None, None)])
    assert cost[0, 1] == cost[1, 0] == pytest.approx(3.0)


def test_an_arc_prefers_its_direction():
    stops = [stop(energy=3), stop(energy=5)]
    falling, rising, free = (costs(stops, arc) for arc in ("falling", "rising", ""))
    assert falling[0, 1] > free[0, 1] == falling[1, 0]
    assert rising[1, 0] > free[1, 0] == rising[0, 1]
    with pytest.raises(RequestError, match="falling, steady, rising"):
        costs(stops, "sideways")


def test_steps_of_tempo_fold_octaves():
    steps = tempo_steps([60.0, 120.0, 63.0, None])
    assert steps[0, 1] == pytest.approx(0.0)
    assert steps[0, 2] == pytest.approx(0.05)
    assert steps[1, 2] == pytest.approx(0.05)
    assert np.isnan(steps[0, 3])


@pytest.mark.parametrize("seed", range(6))
def test_no_large_step_where_small_ones_lead_everywhere(seed):
    dice = np.random.default_rng(seed)
    bpms = [float(b) for b in dice.permutation(np.geomspace(70.0, 138.0, 14))]  # 5.4 % apart
    stops = [stop(b, int(dice.integers(1, 11)), f"{dice.integers(1, 13)}A") for b in bpms]
    assert not beyond(_steps(bpms, along_tempo(bpms)), 0.06).any()
    order = smooth_order(costs(stops, "falling", 0.06), along_tempo(bpms))
    assert not beyond(_steps(bpms, order), 0.06).any()


def _steps(bpms, order):
    return tempo_steps(bpms)[order[:-1], order[1:]]


def test_unknown_tempi_come_last():
    assert along_tempo([None, 100.0, 90.0, 210.0]) == [2, 1, 3, 0]
    assert along_tempo([None, None]) == [0, 1]
    assert along_tempo([]) == []
