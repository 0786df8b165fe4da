"""Figures of a transition from its bands: faults that are put in are found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.dj.bandmix import hands_at, measure, passed
from mixolydian.dj.curve import Curve
from mixolydian.dj.plan import Controls
from mixolydian.dj.scene import scene
from tests.dj.scenes import BEATS, POWERS, pair_plan, portrait

STEADY = {
    "bands": np.tile(POWERS, (BEATS, 1)),
    "level": np.zeros(BEATS),
    "vocals": np.zeros(BEATS),
}
PLAN = pair_plan(32)
SEEN = scene(PLAN, 0, portrait(1, name="a", **STEADY), portrait(2, name="b", **STEADY))
MOVE = PLAN.transitions[0]


def figures(outgoing=MOVE.outgoing, incoming=MOVE.incoming, seen=SEEN):
    return measure(seen, outgoing, incoming)


def test_equal_power_with_one_bass_at_a_time_is_clean():
    found = figures()
    assert found.step < 1.0
    assert found.bass_beats <= 1.0
    assert found.clash_beats == 0.0
    assert 0.2 < found.together < 0.5
    assert found.merit > 0.7


def test_a_hole_is_found():
    hole = Controls(fader=Curve(((224.0, 1.0), (232.0, 0.0))))
    late = Controls(fader=Curve(((248.0, 0.0), (256.0, 1.0))))
    assert figures(hole, late).dip > 20.0


def test_two_open_decks_are_a_bump_of_three_decibels():
    found = figures(Controls(), Controls())
    assert found.bump == pytest.approx(3.0, abs=0.2)
    assert found.dip == 0.0
    assert found.together == pytest.approx(1.0)


def test_two_basses_are_counted():
    open_bass = replace(MOVE.incoming, low=Curve.constant(1.0))
    assert figures(incoming=open_bass).bass_beats > 8
    faint = replace(MOVE.incoming, low=Curve.constant(1.0), highpass=Curve.constant(1000.0))
    assert figures(incoming=faint).bass_beats == 0.0


def test_two_voices_clash_as_far_as_both_are_audible():
    voice = {**STEADY, "vocals": np.ones(BEATS)}
    sung = scene(PLAN, 0, portrait(1, **voice), portrait(2, **voice))
    assert figures(seen=sung).clash_beats == pytest.approx(32 * figures().together, abs=0.1)
    cut = Controls(fader=Curve(((240.0, 1.0), (240.0, 0.0))))
    come = Controls(fader=Curve(((240.0, 0.0), (240.0, 1.0))))
    assert figures(cut, come, sung).clash_beats == 0.0


def test_a_filter_takes_away_the_octaves_beyond_it():
    shut = Controls(lowpass=Curve.constant(200.0))
    low, mid, high = passed(hands_at(shut, shut, SEEN.beats))[20, 0]
    assert low == pytest.approx(1.0)
    assert mid == pytest.approx(np.log(200 / 180) / np.log(2800 / 180), abs=1e-6)
    assert high == 0.0
    thin = Controls(highpass=Curve.constant(2000.0))
    assert passed(hands_at(thin, thin, SEEN.beats))[20, 0, 0] == 0.0
