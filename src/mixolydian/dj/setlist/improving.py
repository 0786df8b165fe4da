"""Improving a set step by step: change places, move, turn round, replace, insert, leave out.

At every step the best of all these is done, until none helps. New orders of the same tracks are
all weighed; of the other tracks only those that look best when the times stay as they are.
"""

from __future__ import annotations

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.dj.setlist.problem import IntArray, Problem, arc_cost
from mixolydian.dj.setlist.windows import best_order

STEPS = 200
TRIED = 48
"""replacements and insertions that are weighed exactly, out of all."""
REACH = 1200
"""over the number of tracks: how many places away a track is moved at most."""
_TINY = 1e-9


def improved(problem: Problem, one: IntArray, reach: int | None = None) -> IntArray:
    """`one` (m,) after the best changes; locks stay kept. Tracks change places with others at
    most `reach` places away, as far as affordable where None."""
    cost = problem.cost(one)
    for _ in range(STEPS):
        best, lower = _best_change(problem, one, cost, reach)
        if lower > cost - _TINY:
            break
        one, cost = best, lower
    return one


def _best_change(
    problem: Problem, one: IntArray, cost: float, reach: int | None
) -> tuple[IntArray, float]:
    far = 1 + max(8, REACH // len(one)) if reach is None else reach
    best, change = best_order(problem, one, far)
    lowest = cost + change
    for sets in _others(problem, one):
        if len(sets):
            costs = problem.costs(sets)
            k = int(np.argmin(costs))
            if costs[k] < lowest:
                best, lowest = sets[k], float(costs[k])
    return best, lowest


def _others(problem: Problem, one: IntArray) -> list[IntArray]:
    """Tracks replaced, inserted and left out, as sets (c, m), (c, m + 1) and (c, m - 1)."""
    return [_replacements(problem, one), _insertions(problem, one), _removals(problem, one)]


def replacing(problem: Problem, one: IntArray) -> FloatArray:
    """What it costs more (m, n) to play another track in each place, the times as they are; inf
    for tracks that are in the set, and in places that are locked."""
    steps, levels = problem.steps, problem.crate.levels
    wished = problem.arc.level_at(problem.middles(one))
    change = arc_cost(levels[np.newaxis] - wished[:, np.newaxis])
    change -= arc_cost(levels[one] - wished)[:, np.newaxis]
    change[1:] += steps[one[:-1]] - steps[one[:-1], one[1:]][:, np.newaxis]
    change[:-1] += steps[:, one[1:]].T - steps[one[:-1], one[1:]][:, np.newaxis]
    change[:, one] = np.inf
    change[[i for i, track in enumerate(one) if int(track) in problem.locks.kept]] = np.inf
    return change


def _replacements(problem: Problem, one: IntArray) -> IntArray:
    places, tracks = _least(replacing(problem, one))
    sets = np.repeat(one[np.newaxis], len(places), axis=0)
    sets[np.arange(len(places)), places] = tracks
    return sets


def _insertions(problem: Problem, one: IntArray) -> IntArray:
    steps, levels = problem.steps, problem.crate.levels
    middles = problem.middles(one)
    at = np.concatenate([[0.0], (middles[1:] + middles[:-1]) / 2, [problem.arc.minutes]])
    change = arc_cost(levels[np.newaxis] - problem.arc.level_at(at)[:, np.newaxis])
    change[1:] += steps[one]
    change[:-1] += steps[:, one].T
    change[1:-1] -= steps[one[:-1], one[1:]][:, np.newaxis]
    change[:, one] = np.inf
    if problem.locks.first is not None:
        change[0] = np.inf
    if problem.locks.last is not None:
        change[-1] = np.inf
    places, tracks = _least(change)
    sets = [np.insert(one, i, u) for i, u in zip(places, tracks, strict=True)]
    return np.array(sets) if sets else np.zeros((0, len(one) + 1), dtype=np.int64)


def _removals(problem: Problem, one: IntArray) -> IntArray:
    free = [i for i, track in enumerate(one) if int(track) not in problem.locks.kept]
    sets = [np.delete(one, i) for i in free] if len(one) > 1 else []
    return np.array(sets) if sets else np.zeros((0, max(len(one) - 1, 1)), dtype=np.int64)


def _least(change: FloatArray) -> tuple[IntArray, IntArray]:
    """Rows and columns of the `TRIED` least finite entries, least first."""
    flat = change.ravel()
    some = np.argpartition(flat, TRIED)[:TRIED] if flat.size > TRIED else np.arange(flat.size)
    some = np.sort(some[np.isfinite(flat[some])])
    order = some[np.argsort(flat[some], kind="stable")]
    return order // change.shape[1], order % change.shape[1]
