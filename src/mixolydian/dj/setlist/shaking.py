"""Out of a dead end: a few neighbours of a set are changed at random, and it is improved again.

An iterated local search (Lourenço, Martin, Stützle, "Iterated local search", 2003) of a fixed
number of tries with dice of a fixed seed: the same set every time, however fast the machine.
"""

from __future__ import annotations

import numpy as np

from mixolydian.dj.setlist.improving import improved
from mixolydian.dj.setlist.problem import IntArray, Problem

SEED = 6
CHANGED = 3
"""neighbours that are replaced at once."""
TURNED = 6
"""neighbours that are put in another order at once, where no other tracks are left."""
NEAREST = 20
"""tracks, by energy, that one is replaced by."""
REACH = 8
"""places that a track is moved at most while it is improved again."""


def shaken(problem: Problem, one: IntArray, tries: int) -> IntArray:
    """`one` (m,), or the best of what `tries` tries find; locks stay kept."""
    dice = np.random.default_rng([SEED, len(one)])
    best, lowest = one, problem.cost(one)
    for _ in range(tries):
        other = improved(problem, _changed(problem, best, dice), REACH)
        cost = problem.cost(other)
        if cost < lowest - 1e-9:
            best, lowest = other, cost
    return best if best is one else improved(problem, best)


def _changed(problem: Problem, one: IntArray, dice: np.random.Generator) -> IntArray:
    begin = 0 if problem.locks.first is None else 1
    end = len(one) - (problem.locks.last is not None)
    if end - begin < 2:
        return one
    left = np.setdiff1d(np.arange(len(problem.crate)), one)
    long = min(CHANGED if len(left) >= CHANGED else TURNED, end - begin)
    since = int(dice.integers(begin, end - long + 1))
    places = np.arange(since, since + long)
    made = one.copy()
    if len(left) < CHANGED:
        made[places] = dice.permutation(one[places])
    else:
        _replace(problem, made, places, left, dice)
    return made


def _replace(
    problem: Problem, one: IntArray, places: IntArray, left: IntArray, dice: np.random.Generator
) -> None:
    """Other tracks of about the wished energy, drawn from `left`, in `places` not locked."""
    wished = problem.arc.level_at(problem.middles(one))
    for place in places.tolist():
        if int(one[place]) in problem.locks.kept or not len(left):
            continue
        off = np.abs(problem.crate.levels[left] - wished[place])
        track = dice.choice(left[np.argsort(off, kind="stable")[:NEAREST]])
        one[place] = track
        left = left[left != track]
