"""Which tracks fill a wanted time: the surest first, joined by small steps of tempo.

Times in seconds. A playlist may run over by `SPARE_SECONDS`; within `NEAR_SECONDS` of the
wanted time no surer track is given up for a better fit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mixolydian.workflows.sequencing import beyond, tempo_steps

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

SPARE_SECONDS = 30.0
NEAR_SECONDS = 15.0
POOL = 1000
"""Tracks that are looked at, the surest of all that fit."""
_ROUNDS = 8
_TRIED = 20


def links(bpms: Sequence[float | None], limit: float | None) -> BoolArray:
    """Which pairs (n, n) may follow each other: a step of tempo of at most `limit`, known.

    Double and half tempo count as the same. Without a limit all may.
    """
    n = len(bpms)
    if limit is None:
        return np.ones((n, n), dtype=bool)
    steps = tempo_steps(bpms)
    return np.asarray(np.isfinite(steps) & ~beyond(np.nan_to_num(steps), limit))


def groups(linked: BoolArray) -> list[list[int]]:
    """The groups within which small steps lead from each to each, in order of first members."""
    left = set(range(len(linked)))
    found = []
    while left:
        group = reached(linked, min(left))
        left -= set(group)
        found.append(group)
    return found


def reached(linked: BoolArray, start: int) -> list[int]:
    """What small steps lead to from `start`, itself included, sorted."""
    seen = np.zeros(len(linked), dtype=bool)
    seen[start] = True
    edge = seen
    while edge.any():
        edge = linked[edge].any(axis=0) & ~seen
        seen = seen | edge
    return [int(i) for i in np.flatnonzero(seen)]


def choose(lengths: FloatArray, linked: BoolArray, wanted: float) -> list[int]:
    """Indices of the tracks that fill `wanted` seconds best, surest first.

    `lengths` (n,) in seconds come surest first, none longer than `wanted` and the spare time;
    `linked` as of :func:`links`. Of several groups the one that fills most is taken.
    """
    if not len(lengths):
        return []
    group = max(groups(linked), key=lambda o: (min(float(lengths[o].sum()), wanted), -o[0]))
    own, joined = lengths[group], linked[np.ix_(group, group)]
    chosen = _fitted(own, joined, wanted, _filled(own, joined, wanted))
    return sorted(group[i] for i in chosen)


def _filled(lengths: FloatArray, linked: BoolArray, wanted: float) -> list[int]:
    """The surest that fit, one by one, each joined to one before it."""
    chosen: list[int] = []
    near = np.zeros(len(lengths), dtype=bool)
    near[0] = True
    left = np.ones(len(lengths), dtype=bool)
    room = wanted if lengths[0] <= wanted else wanted + SPARE_SECONDS
    while (can := np.flatnonzero(near & left & (lengths <= room))).size:
        chosen.append(int(can[0]))
        left[can[0]] = False
        near = near | linked[can[0]]
        room -= lengths[can[0]]
    return chosen


def _fitted(lengths: FloatArray, linked: BoolArray, wanted: float, chosen: list[int]) -> list[int]:
    """`chosen` with single tracks added or exchanged while that comes nearer to the time."""
    for _ in range(_ROUNDS):
        if _miss(float(lengths[chosen].sum()), wanted) <= NEAR_SECONDS:
            break
        better = _exchange(lengths, linked, wanted, chosen)
        if better is None:
            break
        chosen = better
    return chosen


def _exchange(
    lengths: FloatArray, linked: BoolArray, wanted: float, chosen: list[int]
) -> list[int] | None:
    """The nearest to the time that one exchange (or addition) leads to, or None."""
    total = float(lengths[chosen].sum())
    others = [i for i in range(len(lengths)) if i not in set(chosen)]
    tries = [
        (_miss(total + lengths[new] - (lengths[old] if old >= 0 else 0.0), wanted), -old, new)
        for old in (-1, *chosen)
        for new in others
    ]
    for miss, minus_old, new in sorted(tries)[:_TRIED]:
        if miss >= _miss(total, wanted):
            return None
        changed = [i for i in chosen if i != -minus_old] + [new]
        if len(groups(linked[np.ix_(changed, changed)])) == 1:
            return changed
    return None


def _miss(total: float, wanted: float) -> float:
    """How far from the time wanted; too long is infinitely far."""
    return abs(total - wanted) if total <= wanted + SPARE_SECONDS else float("inf")
