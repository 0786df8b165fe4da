"""The grid gives exact seconds through changes, ramps, drift and swing."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mixolydian.creation.grid import beat_tempi, make_grid, tempo_truth
from tests.creation.pieces import house


def test_a_tempo_change_falls_on_its_bar():
    brief = house(tempo_changes=((8, 130.0),))
    grid = make_grid(brief)
    tempo = tempo_truth(brief, grid)
    first, second = tempo.segments
    assert first.end == second.start == pytest.approx(8 * 4 * 60 / 123.45)
    assert (first.bpm, second.bpm) == (pytest.approx(123.45), pytest.approx(130.0))
    assert grid.at(33) - grid.at(32) == pytest.approx(60 / 130)
    assert tempo.bpm == pytest.approx(130.0)  # 20 of 28 bars


@pytest.mark.parametrize(("first", "last", "bpm"), [(0, 8, 150.0), (4, 6, 100.0), (20, 28, 140.01)])
def test_a_ramp_moves_in_even_steps_and_arrives(first: int, last: int, bpm: float):
    tempi = beat_tempi(house(tempo_ramps=((first, last, bpm),)))
    inside = tempi[4 * first : 4 * last]
    np.testing.assert_allclose(tempi[: 4 * first], 123.45)
    np.testing.assert_allclose(tempi[4 * last :], bpm)
    np.testing.assert_allclose(np.diff(inside), (bpm - 123.45) / (4 * (last - first) - 1))
    assert (inside[0], inside[-1]) == (pytest.approx(123.45), pytest.approx(bpm))


def test_the_beats_of_a_ramp_are_as_far_apart_as_their_tempi_say():
    brief = house(tempo_ramps=((4, 8, 150.0),), lead_in=0.5)
    grid = make_grid(brief)
    gaps = np.diff(grid.times)
    np.testing.assert_allclose(60 / gaps, beat_tempi(brief))
    assert grid.bar(0) == 0.5
    assert grid.bar(4) == pytest.approx(0.5 + 16 * 60 / 123.45)


def test_the_truth_of_a_ramp_has_a_segment_per_bar_and_no_gap():
    brief = house(tempo_ramps=((4, 8, 150.0),))
    grid = make_grid(brief)
    segments = tempo_truth(brief, grid).segments
    assert len(segments) == 1 + 4 + 1
    assert all(a.end == b.start for a, b in pairwise(segments))
    assert segments[-1].end == grid.end
    tempi = [s.bpm for s in segments]
    assert tempi == sorted(tempi)
    for s in segments[1:5]:
        assert (s.end - s.start) * s.bpm / 60 == pytest.approx(4)


def test_ramps_and_changes_follow_each_other():
    tempi = beat_tempi(house(tempo_changes=((2, 100.0),), tempo_ramps=((4, 6, 120.0),)))
    np.testing.assert_allclose(tempi[8:17], 100.0)
    np.testing.assert_allclose(tempi[23:], 120.0)


def test_a_whole_number_of_bpm_makes_no_difference():
    np.testing.assert_array_equal(
        beat_tempi(house(bpm=120, tempo_ramps=((4, 8, 150.5),))),
        beat_tempi(house(bpm=120.0, tempo_ramps=((4, 8, 150.5),))),
    )


def test_drift_wanders_but_stays_close():
    gaps = np.diff(make_grid(house(drift=0.02)).times)
    assert np.ptp(gaps) > 0.002
    assert np.all(np.abs(gaps * 123.45 / 60 - 1) < 0.05)


def test_beats_never_swing_but_what_lies_between_does():
    straight, swung = make_grid(house()), make_grid(house(swing=1 / 3))
    assert straight.times == swung.times
    sixteenth = 15 / 123.45
    for k in range(64):
        late = swung.play(k / 4) - straight.play(k / 4)
        assert late == pytest.approx((k % 2) * sixteenth / 3, abs=1e-9)


@pytest.mark.parametrize("meter", [3, 4, 5, 6, 7])
def test_positions_count_the_meter(meter: int):
    beats = make_grid(house(meter=meter)).beats()
    assert len(beats.times) == 28 * meter
    assert list(beats.positions[: meter + 1]) == [*range(1, meter + 1), 1]
