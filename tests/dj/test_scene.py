"""Scenes: which beats of both tracks are seen around a transition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.dj.plan import Loop
from mixolydian.dj.scene import MARGIN, can_be_seen, scene
from tests.dj.scenes import BEATS, pair_plan, portrait

A, B = portrait(1, name="a"), portrait(2, name="b")


def test_both_sides_show_their_own_beats():
    seen = scene(pair_plan(32), 0, A, B)
    assert len(seen.beats) == 32 + 2 * MARGIN
    assert seen.inside.sum() == 32
    first = BEATS - 32 - MARGIN
    np.testing.assert_array_equal(seen.outgoing.vocals[:48], A.vocals[first:])
    np.testing.assert_array_equal(seen.incoming.vocals[MARGIN:], B.vocals[:48])


def test_what_is_heard_and_what_is_there():
    seen = scene(pair_plan(32), 0, A, B)
    np.testing.assert_array_equal(seen.incoming.heard, np.arange(64) >= MARGIN)
    np.testing.assert_array_equal(seen.outgoing.heard, np.arange(64) < 48)
    assert seen.outgoing.present[-1] == 0
    assert seen.outgoing.loudness[-1] == -70


def test_gain_and_transposition_are_seen():
    plan = pair_plan(32)
    louder = replace(plan.tracks[1], gain_db=6.0, semitones=2.0)
    plain, changed = (
        scene(replace(plan, tracks=(plan.tracks[0], t)), 0, A, B).incoming
        for t in (plan.tracks[1], louder)
    )
    rows = slice(MARGIN, None)
    np.testing.assert_allclose(changed.bands[rows] - plain.bands[rows], 6.0, atol=1e-4)
    np.testing.assert_allclose(changed.loudness[rows] - plain.loudness[rows], 6.0, atol=1e-4)
    np.testing.assert_array_equal(changed.chroma, np.roll(plain.chroma, 2, axis=1))


def test_a_loop_is_seen_again():
    looped = replace(pair_plan(32).tracks[1], loops=(Loop(0.0, 8.0, 3),))
    own = looped.own_beats(np.arange(224.0, 256.0))
    np.testing.assert_array_equal(own, [*range(8), *range(8), *range(16)])


def test_a_track_in_double_time_goes_by_two_beats():
    fast = replace(pair_plan(32).tracks[1], ratio=2.0)
    np.testing.assert_array_equal(fast.own_beats(np.arange(224.0, 228.0)), [0, 2, 4, 6])


@pytest.mark.parametrize(("start", "end"), [(224.5, 256), (254, 256), (100, 256)])
def test_what_makes_no_scene(start, end):
    plan = pair_plan(32)
    move = replace(plan.transitions[0], start=start, end=end)
    assert can_be_seen(plan, 0)
    assert not can_be_seen(replace(plan, transitions=(move,)), 0)


def test_unlocked_tracks_make_no_scene():
    plan = pair_plan(32)
    free = replace(plan.tracks[1], locked=False)
    assert not can_be_seen(replace(plan, tracks=(plan.tracks[0], free)), 0)
