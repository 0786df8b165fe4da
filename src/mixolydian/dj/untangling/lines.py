"""Straight lines through matched moments: where they bend, and how steep they are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
CLOSE = 0.012
"""seconds a moment may lie off its line."""
SHORTEST = 4
"""moments a line of its own needs."""
_ROUNDS = 12


@dataclass(frozen=True)
class Line:
    """From second `start` to `end` of the mix the track runs at `speed` own seconds to a second,
    beginning with its second `own_start`."""

    start: float
    end: float
    own_start: float
    speed: float

    def own(self, time: Any) -> Any:
        """Second of the track (any shape) at second `time` of the mix; the line has no ends."""
        return self.own_start + (time - self.start) * self.speed

    @property
    def own_end(self) -> float:
        """Second of the track in which it ends."""
        return float(self.own(self.end))


def fit(times: Float, own: Float, weights: Float) -> Line:
    """The line through most of the moments (Cauchy-weighted least squares from a median start)."""
    half = max(len(times) // 2, 1)
    slopes = (own[half:] - own[:-half]) / np.maximum(times[half:] - times[:-half], 1e-9)
    slope = float(np.median(slopes)) if len(slopes) else 1.0
    middle = float(np.median(own - slope * times))
    for _ in range(_ROUNDS):
        off = own - slope * times - middle
        w = weights / (1.0 + (off / CLOSE) ** 2)
        mt, mo = float(np.average(times, weights=w)), float(np.average(own, weights=w))
        spread = float(np.sum(w * (times - mt) ** 2))
        if spread > 1e-9:
            slope = float(np.sum(w * (times - mt) * (own - mo))) / spread
        middle = mo - slope * mt
    start, end = float(times[0]), float(times[-1])
    return Line(start, end, middle + slope * start, slope)


def fits(times: Float, own: Float, weights: Float) -> list[Line]:
    """As few lines as lie close to most of the moments, in order."""
    line = fit(times, own, weights)
    off = np.abs(own - line.own(times))
    share = float(np.sum(weights * (off < CLOSE)) / max(float(np.sum(weights)), 1e-9))
    if share >= 0.8 or len(times) < 2 * SHORTEST:
        return [line]
    cut = _best_cut(times, own, weights)
    before, after = slice(None, cut), slice(cut, None)
    return [
        *fits(times[before], own[before], weights[before]),
        *fits(times[after], own[after], weights[after]),
    ]


def _best_cut(times: Float, own: Float, weights: Float) -> int:
    """Where two lines leave the least behind."""
    cuts = range(SHORTEST, len(times) - SHORTEST + 1)
    step = max(1, len(cuts) // 24)
    costs = {c: _left(times, own, weights, c) for c in cuts[::step]}
    return min(costs, key=lambda c: costs[c])


def _left(times: Float, own: Float, weights: Float, cut: int) -> float:
    total = 0.0
    for part in (slice(None, cut), slice(cut, None)):
        off = own[part] - fit(times[part], own[part], weights[part]).own(times[part])
        total += float(np.sum(weights[part] * np.minimum((off / CLOSE) ** 2, 25.0)))
    return total


@dataclass(frozen=True)
class Path:
    """The lines on which a track runs, in the order of the mix; the first and the last go on."""

    lines: tuple[Line, ...]

    def own(self, time: Any) -> Any:
        """Second of the track (any shape) at second `time` of the mix."""
        time = np.asarray(time, dtype=np.float64)
        edges = self.edges()
        which = np.searchsorted(edges, time, side="right")
        result = np.stack([line.own(time) for line in self.lines])
        return np.take_along_axis(result, which[np.newaxis], axis=0)[0]

    def edges(self) -> Float:
        """Seconds of the mix at which one line gives way to the next: where they cross, or
        midway where the track jumps."""
        return np.array([_edge(a, b) for a, b in pairwise(self.lines)], dtype=np.float64)

    @property
    def speed(self) -> float:
        """The speed it has longest."""
        lengths = [line.end - line.start for line in self.lines]
        return self.lines[int(np.argmax(lengths))].speed


def _edge(before: Line, after: Line) -> float:
    low, high = before.end, max(after.start, before.end)
    bend = after.speed - before.speed
    if abs(bend) > 1e-6:
        crossing = before.start + (before.own(before.start) - after.own(before.start)) / bend
        if low - 3.0 <= crossing <= high + 3.0:
            return float(crossing)
    return (low + high) / 2
