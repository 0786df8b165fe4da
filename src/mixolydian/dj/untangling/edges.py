"""When a deck comes in and goes out: ramps laid through its gain over time.

A fade is told best where the deck is loud; where it begins is read off the ramp that fits the
whole of it, not from the first moment above the noise (a linear fade is inaudible for its first
bars). Amplitudes are relative to the deck's own level when it plays alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from mixolydian.dj.untangling.balancing import HOP, Balance

LONGEST = 75.0
"""seconds of the longest ramp looked for."""
LOUDEST = 1.3
"""amplitude beyond which a gain is noise."""
FIRST = np.array([0.0, 0.4, 0.7])
"""amplitudes a ramp may begin with at once."""
HANDICAP = np.array([1.0, 1.2, 1.2])[:, np.newaxis]
"""what such a ramp's misfit counts, for a plain one is likelier."""
_EARLIER = 3.0
"""seconds by which the bass alone must come earlier to count."""
_SMOOTH = 3
_ALONE = 0.7
_FEW = 8

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curves:
    """Of one deck over `times` (n,): amplitudes (3, n) in the low, mid and high band relative to
    `plateau` (amplitude, its own when it plays alone), and how far to trust them, [0, 1]."""

    times: Float
    bands: Float
    trust: Float
    plateau: float

    @property
    def fader(self) -> Float:
        """Amplitude (n,) of what is heard most of the deck: mid and high, trust-weighted."""
        weights = self.trust[1:] + 1e-6
        return np.asarray((self.bands[1:] * weights).sum(axis=0) / weights.sum(axis=0))


def curves(found: Balance, deck: int) -> Curves:
    """The curves of deck number `deck` in `found`."""
    gains, parts = found.gains[deck], found.parts[deck]
    alone = (found.share[deck] > _ALONE) & (found.explained > _ALONE)
    if alone.sum() < _FEW:
        alone = parts > 0.1
    power = float(np.median(gains[alone])) if alone.any() else 0.0
    plateau = float(np.sqrt(max(power, 1e-12)))
    bands = np.minimum(np.sqrt(gains) / plateau, LOUDEST)
    trust = np.clip(4.0 * parts * plateau**2, 0.0, 1.0)
    bands = np.where(trust > 0.02, bands, 0.0)
    return Curves(found.times, median_filter(bands, (1, _SMOOTH)), trust, plateau)


@dataclass(frozen=True)
class Ramp:
    """From 0 at second `start` to full at `end`; backwards (a fade out) `start` > `end`."""

    start: float
    end: float


def incoming(shape: Curves, middle: float, first: float) -> Ramp:
    """How the deck comes in before second `middle`, not before `first`."""
    return _ramp(shape, middle, first, 1.0)


def outgoing(shape: Curves, middle: float, last: float) -> Ramp:
    """How the deck goes out after second `middle`, not after `last`."""
    return _ramp(shape, middle, last, -1.0)


def _ramp(shape: Curves, middle: float, limit: float, sign: float) -> Ramp:
    """The ramp through the loudest of the bands; times run backwards when `sign` is −1."""
    x = sign * shape.times
    here = (x <= sign * middle) & (x >= sign * limit - 1e-9)
    if here.sum() < 3:
        return Ramp(limit, limit)
    order = np.argsort(x[here])
    x = x[here][order]
    value, trust = shape.fader[here][order], shape.trust[1:, here].max(axis=0)[order]
    start, end = _fitted(x, value, trust)
    low = _fitted(x, shape.bands[0, here][order], shape.trust[0, here][order])
    if low[0] < start - _EARLIER and low[1] < start + 1.0:
        start = low[0]
    return Ramp(sign * start, sign * end)


def _fitted(x: Float, value: Float, trust: Float) -> tuple[float, float]:
    """Start and end of the ramp from 0 to 1 nearest to `value` (n,) by least absolute error."""
    loud = (value > 0.5) & (trust > 0.2)
    crossing = float(x[_sustained(loud)])
    best = (crossing, crossing)
    for step in (2.0, HOP):
        around = LONGEST if step == 2.0 else 3.0
        best = _grid(x, value, trust, best, step, around)
    return best


def _sustained(loud: NDArray[np.bool_]) -> int:
    """Index from which on `loud` holds mostly, looking back from the end."""
    tail = np.cumsum(np.where(loud, 1.0, -1.0)[::-1])[::-1]
    return int(np.argmax(tail))


def _grid(
    x: Float,
    value: Float,
    trust: Float,
    best: tuple[float, float],
    step: float,
    around: float,
) -> tuple[float, float]:
    """The best ramp with start and end near those of `best`, in steps of `step` seconds."""
    starts = np.arange(best[0] - around, best[0] + min(around, 6.0) + step / 2, step)
    ends = np.arange(best[1] - min(around, 6.0), best[1] + around + step / 2, step)
    inside = starts >= x[0] - step
    result, least = best, np.inf
    for start in starts[inside] if inside.any() else starts[-1:]:
        length = np.maximum(ends - start, 1e-3)
        ramp = np.clip((x - start) / length[:, np.newaxis], 0.0, 1.0)
        first = np.where(x >= start, FIRST[:, np.newaxis, np.newaxis], 0.0)
        off = np.abs(value - first - (1.0 - first) * ramp)
        costs = HANDICAP * (off @ (trust + 1e-3)) + 1e-3 * length
        costs[:, (ends < start) | (length > LONGEST)] = np.inf
        at = int(costs.argmin())
        if costs.flat[at] < least:
            least = float(costs.flat[at])
            result = (float(start), float(ends[at % len(ends)]))
    return result
