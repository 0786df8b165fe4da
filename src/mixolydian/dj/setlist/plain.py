"""Sets as a plain rule makes them, from track to track: where a search must not end up behind.

To the next track by tempo, or by energy, among those within `NEAR_TEMPO` and one step on the
Camelot wheel; where there is none, to the nearest tempo of all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray
from mixolydian.dj.setlist.beam import completed, ended, until
from mixolydian.dj.setlist.crate import Crate
from mixolydian.dj.setlist.problem import IntArray, Problem
from mixolydian.theory.key import wheel_distance

NEAR_TEMPO = 0.06


def plain_sets(problem: Problem) -> list[IntArray]:
    """One by tempo and one by energy, with everything in them that must be."""
    rows = (_walked(problem, by_energy) for by_energy in (False, True))
    return [completed(problem, ended(problem, row)) for row in rows]


def _walked(problem: Problem, by_energy: bool) -> IntArray:
    crate, locks = problem.crate, problem.locks
    free = np.ones(len(crate), dtype=bool)
    if locks.last is not None and len(crate) > 1:
        free[locks.last] = False
    first = locks.first
    if first is None:
        first = _least(np.abs(crate.levels - problem.arc.level_at(crate.minutes / 2)), free)
    row, minute = [first], float(crate.minutes[first])
    free[first] = False
    while free.any() and minute < until(problem) - crate.minutes.mean() / 2:
        row.append(_next(problem, row[-1], minute, free, by_energy))
        free[row[-1]] = False
        minute += float(crate.minutes[row[-1]])
    return np.array(row, dtype=np.int64)


def _next(
    problem: Problem, track: int, minute: float, free: NDArray[np.bool_], by_energy: bool
) -> int:
    crate = problem.crate
    apart = np.abs(np.log(crate.bpm / crate.bpm[track]))
    fitting = free & (apart <= np.log1p(NEAR_TEMPO)) & _in_key(crate, track)
    if by_energy and fitting.any():
        off = crate.levels - problem.arc.level_at(minute + crate.minutes / 2)
        return _least(np.abs(off), fitting)
    return _least(apart, fitting if fitting.any() else free)


def _in_key(crate: Crate, track: int) -> NDArray[np.bool_]:
    """Whether each track is at most a step on the wheel away; unknown keys are."""
    key = crate.portraits[track].key
    keys = [p.key for p in crate.portraits]
    return np.array([key is None or k is None or wheel_distance(key, k) <= 1 for k in keys])


def _least(cost: FloatArray, free: NDArray[np.bool_]) -> int:
    return int(np.argmin(np.where(free, cost, np.inf)))
