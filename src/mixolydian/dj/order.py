"""An order in which every track goes well into the next.

Given what each transition is worth, the order with the highest sum is sought: the path version
of the travelling salesman's problem, with values that differ by direction. Small crates are
solved exactly (Held and Karp 1962), larger ones by inserting one track after another where it
fits best and then moving stretches of the path (Or 1976) until nothing gains.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
EXACT = 11
"""tracks up to which the best order of all is found (2048 × 11 states)."""
LONGEST_MOVE = 4
"""tracks moved together."""
GAIN = 1e-9


def best_order(values: FloatArray, first: int | None = None) -> list[int]:
    """An order of the n tracks with a high sum of `values` (n, n), where ``values[i, j]`` is what
    the transition from i to j is worth; `first` is the track to begin with, if one is wished."""
    n = len(values)
    if n <= 1:
        return list(range(n))
    if n <= EXACT:
        return _exact(values, first)
    return _improved(_inserted(values, first), values, fixed=first is not None)


def worth(order: list[int], values: FloatArray) -> float:
    """The sum of the transitions' values along an order."""
    return float(values[order[:-1], order[1:]].sum())


def _exact(values: FloatArray, first: int | None) -> list[int]:
    n = len(values)
    best = np.full((1 << n, n), -np.inf)
    before = np.zeros((1 << n, n), dtype=np.int64)
    for start in range(n) if first is None else (first,):
        best[1 << start, start] = 0.0
    for seen in range(1, 1 << n):
        for new in range(n):
            if seen >> new & 1:
                continue
            reached = best[seen] + values[:, new]
            last = int(np.argmax(reached))
            into = seen | 1 << new
            if reached[last] > best[into, new]:
                best[into, new], before[into, new] = reached[last], last
    return _traced(best, before)


def _traced(best: FloatArray, before: NDArray[np.int64]) -> list[int]:
    seen = len(best) - 1
    order = [int(np.argmax(best[seen]))]
    while seen & (seen - 1):
        last = order[-1]
        order.append(int(before[seen, last]))
        seen &= ~(1 << last)
    return order[::-1]


def _inserted(values: FloatArray, first: int | None) -> list[int]:
    """Tracks are put one by one where they add most, those that add most first."""
    n = len(values)
    order = [int(np.argmax(values.sum(axis=1))) if first is None else first]
    left = set(range(n)) - set(order)
    while left:
        _, track, place = max(
            (gain, -track, place)
            for track in left
            for place, gain in enumerate(_gains(order, track, track, values))
            if place or first is None
        )
        order.insert(place, -track)
        left.discard(-track)
    return order


def _gains(order: list[int], head: int, tail: int, values: FloatArray) -> FloatArray:
    """What a stretch of tracks from `head` to `tail` adds before each place of `order`, and after
    its end, (len + 1,)."""
    here = np.array(order)
    into, out = values[here, head], values[tail, here]
    gains = np.empty(len(order) + 1)
    gains[0], gains[-1] = out[0], into[-1]
    gains[1:-1] = into[:-1] + out[1:] - values[here[:-1], here[1:]]
    return gains


def _improved(order: list[int], values: FloatArray, fixed: bool) -> list[int]:
    """Move stretches of up to `LONGEST_MOVE` tracks to where they gain, until none does."""
    best = worth(order, values)
    gained = True
    while gained:
        gained = False
        for length in range(1, LONGEST_MOVE + 1):
            for i in range(1 if fixed else 0, len(order) - length + 1):
                moved, value = _moved(order, i, length, values, fixed)
                if value > best + GAIN:
                    order, best, gained = moved, value, True
    return order


def _moved(
    order: list[int], i: int, length: int, values: FloatArray, fixed: bool
) -> tuple[list[int], float]:
    """The best order with the `length` tracks from place `i` on elsewhere, and its worth."""
    part, rest = order[i : i + length], order[:i] + order[i + length :]
    gains = _gains(rest, part[0], part[-1], values)
    if fixed:
        gains[0] = -np.inf
    place = int(np.argmax(gains))
    new = rest[:place] + part + rest[place:]
    return new, worth(new, values)
