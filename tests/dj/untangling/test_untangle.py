"""Mixes of known truth, heard backwards."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from mixolydian.core.errors import EmptySignalError, RequestError
from mixolydian.dj.checks import check
from mixolydian.dj.timeline import clock_of, played
from mixolydian.dj.untangling import untangle
from mixolydian.dj.untangling.plans import plan_of
from tests.dj.untangling.mixes import SR, faded, heard, track

OVERLAP = 8.0


@cache
def crate():
    return tuple(heard(track(seed), f"track {seed}") for seed in (1, 2, 3, 4))


@cache
def two():
    """Track 3 at 1.03 and a semitone up, faded over 8 s into track 1 at 0.96."""
    first, second = track(3, speed=1.03, semitones=1.0), track(1, speed=0.96)
    return untangle(heard(faded(first, second, OVERLAP)), crate())


def test_tracks_and_order():
    assert two().order == (2, 0)
    assert min(p.confidence for p in two().plays) > 0.9
    assert two().unknown == ()


def test_speed_place_and_pitch():
    a, b = two().plays
    assert a.speed == pytest.approx(1.03, rel=1e-3)
    assert b.speed == pytest.approx(0.96, rel=1e-3)
    handed = 40 / 1.03 - OVERLAP
    assert a.lines[0].own(20.0) == pytest.approx(20.0 * 1.03, abs=0.01)
    assert b.lines[0].own(60.0) == pytest.approx((60.0 - handed) * 0.96, abs=0.01)
    assert (a.semitones, b.semitones) == (1, 0)
    assert abs(a.cents) < 10
    assert abs(b.cents) < 10


def test_the_handover_is_where_the_faders_move():
    (handover,) = two().handovers
    assert handover.start == pytest.approx(40 / 1.03 - OVERLAP, abs=2.0)
    assert handover.end == pytest.approx(40 / 1.03, abs=2.0)


def test_gain_curves_follow_the_fader():
    b = two().plays[1]
    middle = 40 / 1.03 - OVERLAP / 2
    near = np.abs(b.times - middle).argmin()
    assert np.median([b.low[near], b.mid[near], b.high[near]]) == pytest.approx(0.5, abs=0.15)
    late = b.times > 40 / 1.03 + 3
    assert np.median(b.mid[late]) == pytest.approx(1.0, abs=0.1)
    assert b.gain_db == pytest.approx(0.0, abs=0.5)


def test_gain_is_told_in_db():
    found = untangle(heard(0.25 * track(2)), crate())
    assert found.plays[0].gain_db == pytest.approx(-12.04, abs=0.3)


def test_the_plan_plays_the_same_seconds():
    plan = plan_of(two(), crate(), 120.0)
    check(plan, "plan")
    clock = clock_of(plan)
    for planned, play in zip(plan.tracks, two().plays, strict=True):
        (stretch,) = played(planned, clock)
        assert stretch.speed == pytest.approx(play.speed, rel=1e-6)
        assert stretch.source_start == pytest.approx(play.lines[0].own_start, abs=1e-3)
    assert plan.tracks[0].semitones == pytest.approx(1.0, abs=0.1)


def test_a_mix_of_other_tracks_holds_none_of_these():
    found = untangle(heard(faded(track(11), track(12), OVERLAP)), crate())
    assert found.plays == ()
    (unknown,) = found.unknown
    assert unknown.end - unknown.start > 60
    with pytest.raises(RequestError, match="nothing to plan"):
        plan_of(found, crate(), None)


def test_a_stretch_that_no_track_explains_is_said():
    found = untangle(heard(faded(track(2), track(12), OVERLAP)), crate())
    assert found.order == (1,)
    (unknown,) = found.unknown
    assert unknown.start == pytest.approx(40, abs=5)
    assert unknown.end == pytest.approx(72, abs=1)


def test_the_same_track_twice():
    once = track(4)
    mix = faded(faded(once, track(2), OVERLAP), once, OVERLAP)
    assert untangle(heard(mix), crate()).order == (3, 1, 3)


def test_a_mix_that_starts_in_the_middle_under_noise():
    mix = faded(track(1), track(3), OVERLAP)[12 * SR :]
    noisy = mix + 0.001 * np.random.default_rng(0).standard_normal(mix.size)
    found = untangle(heard(noisy), crate())
    assert found.order == (0, 2)
    assert found.plays[0].lines[0].own(5.0) == pytest.approx(17.0, abs=0.02)
    assert found.plays[0].start == 0.0


def test_a_jump_back_is_one_turn():
    y = track(2)
    mix = np.concatenate([y[: 30 * SR], y[14 * SR :]])
    (play,) = untangle(heard(mix), crate()).plays
    assert len(play.lines) == 2
    assert play.lines[0].own(20.0) == pytest.approx(20.0, abs=0.02)
    assert play.lines[1].own(45.0) == pytest.approx(29.0, abs=0.02)


def test_what_cannot_be_found_is_said():
    short = heard(track(1, 5.0), "short")
    silent = heard(np.zeros(20 * SR), "silent")
    found = untangle(heard(track(2)), [short, silent, crate()[1]])
    assert found.order == (2,)
    assert found.notes == (
        "short: shorter than 10 s, so it cannot be found",
        "silent: silent, so it cannot be found",
    )


@pytest.mark.parametrize("sound", [np.zeros(30 * SR), track(1, 4.0)], ids=["silent", "short"])
def test_mixes_in_which_nothing_can_be_found(sound):
    with pytest.raises(EmptySignalError):
        untangle(heard(sound), crate())


def test_no_tracks():
    with pytest.raises(RequestError, match="at least one track"):
        untangle(crate()[0], [])
