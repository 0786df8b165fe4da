"""The smoothest order of tracks: small steps in tempo, energy and key from each to the next.

A step costs 1 for every 6 % of tempo (double and half tempo count as near: the same pulse
is felt at both), 1 for every level of energy, 0.4 for every step on the wheel of fifths, and
1 for each of these that is not known of a track. An arc makes energy go one way: steps
against it cost five times as much. The order is the shortest open path through the tracks:
the nearest next one from many starts, improved by turning stretches round (2-opt, Croes
1958) and by moving single tracks (Or 1976) until neither helps.

Tempi in BPM, energy 1–10, steps of tempo as shares (0.06 = 6 %). Arrays are (n, n), from
row to column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Key
from mixolydian.theory.key import wheel_distance

FloatArray = NDArray[np.float64]

ARCS = ("falling", "steady", "rising")
TEMPO_UNIT = float(np.log2(1.06))
OCTAVE_COST = 0.5
KEY_UNIT = 0.4
UNKNOWN = 1.0
AGAINST = 4.0
"""What a level of energy against the arc costs more."""
TOO_FAR = 1e6
"""Cost of a step of tempo beyond the limit: more than all other steps together."""
_STARTS = 32
_IMPROVED = 8
_TINY = 1e-9


@dataclass(frozen=True)
class Stop:
    """What of a track matters to its neighbours; None where it is not known."""

    bpm: float | None
    energy: int | None
    key: Key | None


def tempo_steps(bpms: Sequence[float | None]) -> FloatArray:
    """Steps of tempo (n, n) as signed shares, after halving or doubling; NaN if unknown."""
    folded = _octaves(bpms)
    steps: FloatArray = np.exp2(folded - np.round(folded)) - 1.0
    return steps


def _octaves(bpms: Sequence[float | None]) -> FloatArray:
    """Octaves (n, n) from each tempo to each; NaN where one of the two is unknown."""
    logs = np.log2(np.array([np.nan if bpm is None else bpm for bpm in bpms], dtype=np.float64))
    return np.asarray(logs[np.newaxis, :] - logs[:, np.newaxis])


def costs(stops: Sequence[Stop], arc: str = "", tempo_limit: float | None = None) -> FloatArray:
    """What it costs (n, n) to go from each stop to each other.

    `arc` is one of ARCS or empty, `tempo_limit` the greatest step of tempo wanted (0.06 = 6 %).
    """
    if arc and arc not in ARCS:
        raise RequestError(f"expected an arc out of {', '.join(ARCS)}, found {arc!r}")
    total = _tempo_cost([s.bpm for s in stops], tempo_limit)
    total += _energy_cost([s.energy for s in stops], arc)
    total += _key_cost([s.key for s in stops])
    np.fill_diagonal(total, 0.0)
    return total


def _tempo_cost(bpms: Sequence[float | None], limit: float | None) -> FloatArray:
    octaves = _octaves(bpms)
    whole = np.round(octaves)
    cost = np.abs(octaves - whole) / TEMPO_UNIT + OCTAVE_COST * np.abs(whole)
    if limit is not None:
        cost += np.where(beyond(tempo_steps(bpms), limit), TOO_FAR, 0.0)
    return np.where(np.isfinite(cost), cost, UNKNOWN)


def beyond(steps: FloatArray, limit: float) -> NDArray[np.bool_]:
    """Which steps of tempo are larger than `limit`, up or down; unknown ones are not."""
    return np.asarray(np.abs(np.log1p(steps)) > np.log1p(limit) + _TINY)


def _energy_cost(levels: Sequence[int | None], arc: str) -> FloatArray:
    known = np.array([np.nan if level is None else level for level in levels], dtype=np.float64)
    steps = known[np.newaxis, :] - known[:, np.newaxis]
    against = {
        "falling": np.maximum(steps, 0.0),
        "rising": np.maximum(-steps, 0.0),
        "steady": np.abs(steps),
    }.get(arc, np.zeros_like(steps))
    cost = np.abs(steps) + AGAINST * against
    return np.where(np.isfinite(cost), cost, UNKNOWN)


def _key_cost(keys: Sequence[Key | None]) -> FloatArray:
    distinct = {key.camelot: key for key in keys if key is not None}
    steps = {(a, b): KEY_UNIT * wheel_distance(distinct[a], distinct[b])
             for a in distinct for b in distinct}  # fmt: skip
    codes = ["" if key is None else key.camelot for key in keys]
    rows = [[steps.get((a, b), UNKNOWN) for b in codes] for a in codes]
    return np.array(rows, dtype=np.float64).reshape(len(codes), len(codes))


# ---------------------------------------------------------------------- the path


def along_tempo(bpms: Sequence[float | None]) -> list[int]:
    """Indices by tempo, octaves folded, from behind the widest gap; unknown tempi last.

    Where small steps lead from each to each, this order takes no larger one.
    """
    known = [i for i, bpm in enumerate(bpms) if bpm is not None]
    places = np.log2(np.array([bpms[i] for i in known], dtype=np.float64)) % 1.0
    order = np.argsort(places, kind="stable")
    gaps = np.diff(places[order], prepend=places[order[-1:]] - 1.0)
    start = int(np.argmax(gaps)) if known else 0
    unknown = [i for i, bpm in enumerate(bpms) if bpm is None]
    return [known[i] for i in np.roll(order, -start)] + unknown


def smooth_order(cost: FloatArray, hint: Sequence[int] = ()) -> list[int]:
    """The order (n) in which going from each to the next costs least in all, nearly.

    `cost` (n, n) may differ by direction; `hint` is an order to improve on, among others.
    Equal input gives equal order.
    """
    n = len(cost)
    if n < 2:
        return list(range(n))
    closed = np.zeros((n + 1, n + 1))
    closed[:n, :n] = cost  # node n stands before the first and after the last, at no cost
    starts = np.unique(np.linspace(0, n - 1, min(n, _STARTS)).astype(int))
    paths = sorted((_nearest_next(cost, int(s)) for s in starts), key=lambda p: _length(cost, p))
    hints = [list(hint)] if hint else []
    better = [_improved(closed, path) for path in (*paths[:_IMPROVED], *hints)]
    return min(better, key=lambda path: _length(cost, path))


def _length(cost: FloatArray, path: Sequence[int]) -> float:
    return float(cost[path[:-1], path[1:]].sum())


def _nearest_next(cost: FloatArray, start: int) -> list[int]:
    path, left = [start], np.ones(len(cost), dtype=bool)
    left[start] = False
    while left.any():
        path.append(int(np.argmin(np.where(left, cost[path[-1]], np.inf))))
        left[path[-1]] = False
    return path


def _improved(closed: FloatArray, path: list[int]) -> list[int]:
    """`path` after the best turn or move, again and again until none helps."""
    depot = len(closed) - 1
    tour = np.array([depot, *path, depot])
    for _ in range(20 * len(tour)):
        ways = closed[np.ix_(tour, tour)]
        (turn, i, j), (move, k, gap) = _best_turn(ways), _best_move(ways)
        if min(turn, move) > -_TINY:
            break
        if turn <= move:
            tour[i : j + 1] = tour[i : j + 1][::-1].copy()
        else:
            tour = _moved(tour, k, gap)
    return [int(node) for node in tour[1:-1]]


def _best_turn(ways: FloatArray) -> tuple[float, int, int]:
    """The gain (negative) of turning places i … j of the tour round, and i and j."""
    forth = np.concatenate([[0.0], np.cumsum(np.diag(ways, 1))])
    back = np.concatenate([[0.0], np.cumsum(np.diag(ways, -1))])
    turned = back - forth
    inner = slice(1, -1)
    change = ways[:-2, inner] + ways[inner, 2:] + turned[np.newaxis, inner]
    leave, enter = np.diag(ways, 1)[:-1], np.diag(ways, 1)[1:]
    change = change - leave[:, np.newaxis] - enter[np.newaxis, :] - turned[inner, np.newaxis]
    return _least(np.where(np.triu(np.ones_like(change), 1) > 0, change, np.inf))


def _best_move(ways: FloatArray) -> tuple[float, int, int]:
    """The gain of moving place k of the tour behind place `gap`, k and gap."""
    steps = np.diag(ways, 1)
    freed = np.diag(ways, 2) - steps[:-1] - steps[1:]
    spent = ways[:-1, 1:-1].T + ways[1:-1, 1:] - steps[np.newaxis, :]
    change = freed[:, np.newaxis] + spent
    places = np.arange(len(freed))
    change[places, places] = np.inf
    change[places, places + 1] = np.inf
    gain, k, gap = _least(change)
    return gain, k, gap - 1


def _least(change: FloatArray) -> tuple[float, int, int]:
    """The least entry, and its row and column as places of the tour (they start at 1)."""
    row, column = divmod(int(np.argmin(change)), change.shape[1])
    return float(change[row, column]), row + 1, column + 1


def _moved(tour: NDArray[Any], k: int, gap: int) -> NDArray[Any]:
    """`tour` with what stood at place `k` standing behind place `gap`."""
    rest = np.delete(tour, k)
    return np.insert(rest, gap + 1 if gap < k else gap, tour[k])
