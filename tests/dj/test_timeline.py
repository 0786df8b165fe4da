from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from mixolydian.dj.curve import Curve
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import Loop, end_beat
from mixolydian.dj.timeline import clock, clock_of, played
from tests.dj.plans import random_grid, track, two


def heard_at(stretches: list, time: float) -> float:
    """The second of the track that sounds at second `time` of the mix."""
    s = next(s for s in stretches if s.start - 1e-9 <= time <= s.end + 1e-9)
    return s.source_start + (time - s.start) * s.speed


def test_the_clock_of_one_tempo() -> None:
    mix = clock(Curve.constant(120.0), 100)
    np.testing.assert_allclose(mix.time_at(np.array([0, 1, 64.5])), [0, 0.5, 32.25])


def test_a_ramp_takes_as_long_as_its_mean_tempo_says() -> None:
    mix = clock(Curve(((0.0, 120.0), (64.0, 130.0))), 64)
    exact = 60 * 64 / 10 * np.log(130 / 120)
    assert mix.time_at(64) == pytest.approx(exact, abs=1e-4)
    assert mix.bpm_at(0.5) == pytest.approx(120 + 10 / 128)


def test_every_beat_of_both_tracks_falls_on_a_beat_of_the_mix() -> None:
    plan = two((120.0, 126.5))
    mix = clock_of(plan)
    for planned in plan.tracks:
        stretches = played(planned, mix)
        for beat in range(0, 128, 7):
            sounding = heard_at(stretches, mix.time_at(planned.at + beat))
            assert sounding == pytest.approx(planned.grid.time_at(beat), abs=1e-6)


def test_a_track_of_many_tempi_follows_too() -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        grid = random_grid(rng)
        planned = track(grid=grid, end=90.0, at=3.25, ratio=2.0)
        mix = clock(Curve(((0.0, 60.0), (30.0, 66.0), (30.0, 64.0))), 64)
        stretches = played(planned, mix)
        for beat in np.linspace(0, 89.9, 31):
            sounding = heard_at(stretches, mix.time_at(3.25 + beat / 2))
            assert sounding == pytest.approx(grid.time_at(beat), abs=1e-6)


def test_stretches_follow_each_other_without_gap_and_few_where_nothing_changes() -> None:
    plan = two((120.0, 120.0))
    assert [len(played(t, clock_of(plan))) for t in plan.tracks] == [1, 1]
    stretches = played(two().tracks[1], clock_of(two()))
    for a, b in pairwise(stretches):
        assert a.end == pytest.approx(b.start)
        assert a.source_end == pytest.approx(b.source_start)


def test_loops_are_heard_as_often_as_said() -> None:
    planned = track(beats=32, loops=(Loop(8.0, 4.0, 3),))
    assert planned.beats_heard == 40
    stretches = played(planned, clock(Curve.constant(120.0), 64))
    assert [(s.source_start, s.source_end) for s in stretches] == [(0, 6), (4, 6), (4, 16)]


def test_an_unlocked_track_keeps_its_speed() -> None:
    free = track(grid=Grid.steady(120.0), locked=False, at=10.0)
    mix = clock(Curve(((0.0, 100.0), (64.0, 140.0))), 300)
    (only,) = played(free, mix)
    assert only.speed == pytest.approx(1.0)
    assert only.start == pytest.approx(mix.time_at(10.0))


def test_where_tracks_end() -> None:
    plan = two()
    assert end_beat(plan, 0) == 128
    assert plan.n_beats == 224
    assert replace(plan, tracks=plan.tracks[:1], transitions=()).n_beats == 128
