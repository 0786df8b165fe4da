from dataclasses import replace

import numpy as np
import pytest

from mixolydian.dj.checks import check
from mixolydian.dj.nudging import nudged, own_beats
from mixolydian.dj.plan import Loop, MixPlan
from mixolydian.dj.portrait import Portrait
from tests.dj.plans import track, two
from tests.dj.scenes import portrait


def struck(late: float, early_until: int = 0, seed: int = 0) -> Portrait:
    """128 beats whose strokes come `late` seconds after the grid, but none before beat
    `early_until`."""
    rng = np.random.default_rng(seed)
    made = portrait(128)
    strokes = late + 3e-4 * rng.standard_normal((made.n_beats, 2))
    strokes[:early_until] = np.nan
    return replace(made, strokes=strokes.astype(np.float32))


def gap(plan: MixPlan, late: tuple[float, float], beat: float) -> float:
    """Seconds from the first track's stroke to the second's on a mix beat of the overlap."""
    at = []
    for planned, delay in zip(plan.tracks, late, strict=True):
        own = float(own_beats(planned, np.array([beat]))[0])
        stroke = track(float(planned.title)).grid.time_at(own) + delay
        at.append((planned.grid.beat_at(stroke) - own) * 60 / 120)
    return at[1] - at[0]


@pytest.mark.parametrize("late", [(0.0, 0.006), (-0.004, 0.005), (0.008, 0.008)])
def test_strokes_fall_together_in_the_overlap(late: tuple[float, float]) -> None:
    plan = two()
    done = nudged(plan, [struck(x, seed=k) for k, x in enumerate(late)])
    for beat in (96.0, 112.0, 127.0):
        assert gap(done, late, beat) == pytest.approx(0.0, abs=0.0004)
    check(done, "plan")


def test_after_the_overlap_a_last_track_keeps_its_shift_and_its_speed() -> None:
    done = nudged(two(), [struck(0.0), struck(0.006)])
    tempi = done.tracks[1].grid.bpm_at(np.arange(128))
    np.testing.assert_allclose(tempi, 124.0, rtol=1e-9)


def test_too_few_strokes_and_scattered_ones_move_nothing() -> None:
    plan = two()
    few = struck(0.006, early_until=126)
    assert nudged(plan, [few, struck(0.0)]).tracks == plan.tracks
    rng = np.random.default_rng(2)
    wild = replace(few, strokes=rng.uniform(-0.05, 0.05, (128, 2)).astype(np.float32))
    assert nudged(plan, [wild, wild]).tracks == plan.tracks
    silent = replace(few, strokes=np.zeros((0, 2), np.float32))
    assert nudged(plan, [silent, silent]).tracks == plan.tracks


def test_own_beats_follow_loops_and_ratios() -> None:
    planned = track(beats=32, at=4.0, loops=(Loop(8.0, 4.0, 2),), ratio=2.0)
    own = own_beats(planned, np.array([3.0, 4.0, 9.5, 10.0, 11.5, 12.0, 21.9, 22.0]))
    np.testing.assert_allclose(own, [np.nan, 0.0, 11.0, 8.0, 11.0, 12.0, 31.8, np.nan])
