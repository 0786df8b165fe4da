"""Beat metrics on grids whose relation is known."""

import numpy as np
import pytest

from mixolydian.core.types import Beats
from mixolydian.evaluation import beats


def grid(period=0.5, start=0.2, n=64, meter=4, first=1):
    times = start + period * np.arange(n)
    return Beats(times, (np.arange(n) + first - 1) % meter + 1, meter)


def test_the_same_grid_is_perfect():
    scores = beats.evaluate(grid(), grid())
    assert (scores.f_measure, scores.cmlt, scores.amlt) == (1, 1, 1)
    assert (scores.downbeat_f, scores.meter, scores.offset) == (1, 1, 0)


def test_lateness_is_measured_with_its_sign():
    scores = beats.evaluate(grid(), grid(start=0.21))
    assert scores.f_measure == 1
    assert scores.offset == pytest.approx(0.010)


def test_half_tempo_keeps_precision_and_any_level_continuity():
    scores = beats.evaluate(grid(), grid(period=1.0, n=32))
    assert scores.f_measure == pytest.approx(2 / 3)
    assert scores.cmlt == 0
    assert scores.amlt > 0.9


def test_off_beat_is_wrong_at_this_level_only():
    scores = beats.evaluate(grid(), grid(start=0.45))
    assert scores.f_measure == 0
    assert scores.offset is None
    assert scores.amlt > 0.9


def test_shifted_bar_keeps_beats_and_loses_downbeats():
    scores = beats.evaluate(grid(), grid(first=3))
    assert scores.f_measure == 1
    assert scores.downbeat_f == 0


def test_first_seconds_are_not_trimmed():
    late_start = Beats(grid().times[8:], grid().positions[8:], 4)
    assert beats.evaluate(grid(), late_start).f_measure == pytest.approx(2 * 56 / 120)


def test_none_and_empty():
    empty = Beats([], [], 4)
    assert beats.evaluate(grid(), None).f_measure == 0
    assert beats.evaluate(grid(), empty).f_measure == 0
    assert beats.evaluate(empty, empty).f_measure == 1
    assert beats.median_offset([1.0], []) is None


def test_times_before_zero_are_left_out():
    early = Beats(np.r_[-0.01, grid().times], np.r_[4, grid().positions], 4)
    assert beats.evaluate(grid(), early).f_measure == 1
