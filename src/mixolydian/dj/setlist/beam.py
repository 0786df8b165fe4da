"""A first set: laid out from its beginning, the best few rows kept at every step (beam search)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.dj.setlist.problem import AGAIN, IntArray, Problem, arc_cost

WIDTH = 32
PER_ROW = 6
"""rows that may go on from one, so that the kept ones differ."""
WANTED = 0.25
"""what a track that must be in the set is ahead of others, while it is not."""
FINISHED = 6
"""rows that are handed out."""


@dataclass(eq=False)
class _Rows:
    """Rows under way: `sets` (w, k), their cost so far and the minute they have reached."""

    sets: IntArray
    cost: FloatArray
    minute: FloatArray


def first_sets(problem: Problem) -> list[IntArray]:
    """A few whole sets, best first, with everything in them that must be; at least one."""
    rows, done = _begun(problem), []
    while len(rows.sets):
        full = rows.minute >= until(problem) - problem.crate.minutes.mean() / 2
        done += [ended(problem, one) for one in rows.sets[full]]
        rows = _Rows(rows.sets[~full], rows.cost[~full], rows.minute[~full])
        longer = _longer(problem, rows) if len(rows.sets) else None
        if longer is None:
            done += [ended(problem, one) for one in rows.sets]
            break
        rows = longer
    found = {tuple(completed(problem, one).tolist()) for one in done}
    ordered = sorted(found, key=lambda s: (problem.cost(np.array(s)), s))
    return [np.array(s, dtype=np.int64) for s in ordered[:FINISHED]]


def until(problem: Problem) -> float:
    """The minute up to which tracks are chosen: a given last one begins there."""
    last = problem.locks.last
    return problem.arc.minutes - (0.0 if last is None else float(problem.crate.minutes[last]))


def _begun(problem: Problem) -> _Rows:
    crate, locks = problem.crate, problem.locks
    if locks.first is not None:
        starts = np.array([locks.first], dtype=np.int64)
    else:
        starts = np.array([i for i in range(len(crate)) if i != locks.last or len(crate) == 1])
    cost = arc_cost(crate.levels - problem.arc.level_at(crate.minutes / 2))[starts]
    best = np.argsort(cost, kind="stable")[:WIDTH]
    return _Rows(starts[best, np.newaxis], cost[best], crate.minutes[starts[best]])


def _longer(problem: Problem, rows: _Rows) -> _Rows | None:
    """Every row with one more track, the best of them; None when no track is left."""
    crate = problem.crate
    middle = rows.minute[:, np.newaxis] + crate.minutes / 2
    cost = rows.cost[:, np.newaxis] + problem.steps[rows.sets[:, -1]]
    cost = cost + arc_cost(crate.levels - problem.arc.level_at(middle))
    recent = crate.artists[rows.sets[:, max(0, rows.sets.shape[1] - problem.locks.gap) :]]
    if problem.locks.gap:
        cost += AGAIN * (recent[:, :, np.newaxis] == crate.artists).any(axis=1)
    cost[:, sorted(problem.locks.must)] -= WANTED
    np.put_along_axis(cost, rows.sets, np.inf, axis=1)
    if problem.locks.last is not None:
        cost[:, problem.locks.last] = np.inf
    return _kept(crate.minutes, rows, cost)


def _kept(minutes: FloatArray, rows: _Rows, cost: FloatArray) -> _Rows | None:
    few = np.argsort(cost, axis=1, kind="stable")[:, :PER_ROW]
    best = np.take_along_axis(cost, few, axis=1)
    order = np.argsort(best, axis=None, kind="stable")[:WIDTH]
    order = order[np.isfinite(best.ravel()[order])]
    if not len(order):
        return None
    row, track = order // few.shape[1], few.ravel()[order]
    sets = np.concatenate([rows.sets[row], track[:, np.newaxis]], axis=1)
    return _Rows(sets, best.ravel()[order], rows.minute[row] + minutes[track])


def ended(problem: Problem, one: IntArray) -> IntArray:
    """`one` with the track behind it that a set must end with."""
    last = problem.locks.last
    return one if last is None or one[-1] == last else np.append(one, last)


def completed(problem: Problem, one: IntArray) -> IntArray:
    """`one` (m,) with what must be in it: in place of another track while it is long enough."""
    for track in sorted(problem.locks.kept - set(one.tolist())):
        ways = [*_inserted(problem, one, track), *_replaced(problem, one, track)]
        one = min(ways, key=lambda way: (problem.cost(way), tuple(way.tolist())))
    return one


def _inserted(problem: Problem, one: IntArray, track: int) -> list[IntArray]:
    begin = 0 if problem.locks.first is None else 1
    end = len(one) if problem.locks.last is not None else len(one) + 1
    return [np.insert(one, i, track) for i in range(begin, max(end, begin + 1))]


def _replaced(problem: Problem, one: IntArray, track: int) -> list[IntArray]:
    free = [i for i, other in enumerate(one) if int(other) not in problem.locks.kept]
    found = [one.copy() for _ in free]
    for way, i in zip(found, free, strict=True):
        way[i] = track
    return found
