"""Pulses of a piecewise grid, and the grid of known drums."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.types import TempoSegment
from mixolydian.estimators import grid
from tests import sounds


def segment(start, end, bpm, anchor):
    return TempoSegment(start, end, bpm, anchor)


def test_pulses_fill_the_sound():
    times = grid.pulse_times((segment(0, 10, 120, 0.25),), 10.0)
    assert times == pytest.approx(np.arange(0.25, 10, 0.5))


@pytest.mark.parametrize("anchor", [0.0, 0.5, 7.5, -3.0])
def test_any_pulse_may_be_the_anchor(anchor):
    times = grid.pulse_times((segment(0, 10, 120, anchor),), 10.0)
    assert times[:2] == pytest.approx([0.0, 0.5])


@pytest.mark.parametrize("late", [0.0, 0.0035, 0.015])
def test_a_pulse_heard_just_before_the_start_is_at_zero(late):
    times = grid.pulse_times((segment(0, 10, 120, 0.5 - late),), 10.0)
    assert times[:2] == pytest.approx([0.0, 0.5 - late])


def test_a_pulse_well_before_the_start_is_none():
    assert grid.pulse_times((segment(0, 10, 120, 0.45),), 10.0)[0] == pytest.approx(0.45)


def test_pulses_are_counted_evenly_across_segments():
    pieces = (segment(0, 5.9, 120, 0.0), segment(5.9, 12, 60, 6.02))
    times = grid.pulse_times(pieces, 12.0)
    assert times[:12] == pytest.approx(np.arange(12) * 0.5)
    assert times[12:] == pytest.approx([6.02, 7.02, 8.02, 9.02, 10.02, 11.02])


def test_no_pulse_comes_twice_at_a_joint():
    pieces = (segment(0, 6.05, 120, 0.0), segment(6.05, 12, 120, 6.1))
    assert np.diff(grid.pulse_times(pieces, 12.0)).min() > 0.25


def test_a_steady_piece_is_one_segment_from_start_to_end():
    features = sounds.groove(128.02)
    traced = grid.trace(features, 127.4)
    assert len(traced.segments) == 1
    assert traced.steadiness > 0.95
    assert traced.segments[0].bpm == pytest.approx(128.02, abs=0.02)
    assert (traced.segments[0].start, traced.segments[0].end) == (0.0, features.duration)


def test_a_wrong_tempo_does_not_keep_to_its_grid():
    features = sounds.groove(128.02)
    assert grid.agreement(features, 128.02 / 60) > 3 * grid.agreement(features, 119 / 60)


def test_a_change_is_not_steady():
    y = sounds.play(sounds.following(np.repeat([0.5, 60 / 128], 48)))
    features = sounds.features(y)
    assert grid.steady_trace(features, 120).steadiness < grid.STEADY_SHARE
    assert len(grid.trace(features, 120).segments) == 2
