"""New orders of a set's own tracks, each weighed by the stretch of it that changes (a window).

In a window of up to `reach` neighbours two tracks change places, one to three move to its other
end, or all turn round. The tracks stay the same, and so do the times outside of it, so only what
lies within costs something else: the arc there, the transitions up to its edges, artists up to
`gap` beyond. Minutes; sets are rows (m,) of track numbers.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.dj.setlist.problem import AGAIN, IntArray, Problem, arc_cost

BLOCK = 3
"""tracks that are moved together, at most."""


def best_order(problem: Problem, one: IntArray, reach: int) -> tuple[IntArray, float]:
    """The best new order of `one`, and what it costs more (below 0 where it is better); `one`
    and inf where there is none."""
    begin = 0 if problem.locks.first is None else 1
    end = len(one) - (problem.locks.last is not None)
    best, lowest = one, np.inf
    for long in range(2, min(reach, end - begin) + 1):
        starts = np.arange(begin, end - long + 1)
        change = _changes(problem, one, starts, _ways(long))
        k, way = np.unravel_index(int(np.argmin(change)), change.shape)
        if change[k, way] < lowest:
            lowest = float(change[k, way])
            window = starts[k] + np.arange(long)
            best = one.copy()
            best[window] = one[starts[k] + _ways(long)[way]]
    return best, lowest


@lru_cache(maxsize=128)
def _ways(long: int) -> IntArray:
    """The orders (w, long) of a window that are tried; the first is the one it has."""
    places = np.arange(long)
    ways = {tuple(places[::-1].tolist()), (long - 1, *range(1, long - 1), 0)}
    for block in range(1, min(BLOCK, long - 1) + 1):
        ways |= {tuple(np.roll(places, step).tolist()) for step in (block, -block)}
    made = np.array([tuple(places.tolist()), *sorted(ways)], dtype=np.int64)
    made.flags.writeable = False
    return made


def _changes(problem: Problem, one: IntArray, starts: IntArray, ways: IntArray) -> FloatArray:
    """What each of `ways` (w, long) costs more (k, w) in the windows from `starts` (k,) on."""
    tracks = one[starts[:, np.newaxis, np.newaxis] + ways]
    per_track, per_step = problem.weights(len(one))
    cost = per_track * _off(problem, one, starts, tracks)
    cost += per_step * _walk(problem, one, starts, tracks)
    if problem.locks.gap:
        cost += AGAIN * _repeats(problem, one, starts, ways)
    change: FloatArray = cost - cost[:, :1]
    change[:, 0] = np.inf
    return change


def _off(problem: Problem, one: IntArray, starts: IntArray, tracks: IntArray) -> FloatArray:
    minutes = problem.crate.minutes * float(problem.scale(one))
    edges = np.concatenate([[0.0], np.cumsum(minutes[one])])[starts]
    long = minutes[tracks]
    middles = edges[:, np.newaxis, np.newaxis] + np.cumsum(long, axis=-1) - long / 2
    off = problem.crate.levels[tracks] - problem.arc.level_at(middles)
    return np.asarray(arc_cost(off).sum(axis=-1))


def _walk(problem: Problem, one: IntArray, starts: IntArray, tracks: IntArray) -> FloatArray:
    """The transitions within and up to the neighbours of the windows."""
    steps = problem.steps
    cost = steps[tracks[..., :-1], tracks[..., 1:]].sum(axis=-1)
    behind = starts + tracks.shape[-1]
    left, right = starts > 0, behind < len(one)
    cost[left] += steps[one[starts[left] - 1][:, np.newaxis], tracks[left, :, 0]]
    cost[right] += steps[tracks[right, :, -1], one[behind[right]][:, np.newaxis]]
    return np.asarray(cost)


def _repeats(problem: Problem, one: IntArray, starts: IntArray, ways: IntArray) -> IntArray:
    """How often (k, w) an artist comes again too soon, within `gap` around the windows."""
    gap, long = min(problem.locks.gap, len(one) - 1), ways.shape[1]
    nobody = -1 - len(problem.crate) - np.arange(2 * gap)
    row = np.concatenate([nobody[:gap], problem.crate.artists[one], nobody[gap:]])
    before, behind = np.arange(gap), gap + long + np.arange(gap)
    places = np.concatenate(
        [np.tile(before, (len(ways), 1)), gap + ways, np.tile(behind, (len(ways), 1))], axis=1
    )
    artists = row[starts[:, np.newaxis, np.newaxis] + places]
    found = np.zeros(artists.shape[:-1], dtype=np.int64)
    for apart in range(1, gap + 1):
        found += (artists[..., apart:] == artists[..., :-apart]).sum(axis=-1)
    return found
