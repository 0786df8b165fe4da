"""From coarse traces to lines: the fine frames around each matched moment are correlated.

Moments are three seconds apart; around each, eight seconds of mix and track are laid over each
other at every shift of up to a fifth of a second, and the best shift is read off a parabola
through the peak: it is known to about a millisecond, and a line through many moments gives the
speed to a few parts in a hundred thousand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.untangling.frames import at
from mixolydian.dj.untangling.heard import MEL_RATE, Float32
from mixolydian.dj.untangling.lines import Line, Path, fits
from mixolydian.dj.untangling.tracing import THRESHOLD, Trace

HALF_WINDOW = 4.0
"""seconds."""
REACH = (0.24, 0.07)
"""seconds of shift tried, first and second time."""
_AROUND = 5
"""moments on either side from which the speed at a moment is told."""
_LEAST_WEIGHT = 0.02

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Alignment:
    """The lines of a trace, and the moments they were drawn through."""

    lines: tuple[Line, ...]
    times: Float
    own: Float
    likeness: Float


def aligned(mix: Float32, track: Float32, trace: Trace) -> Alignment:
    """`trace` made exact by the fine frames (d, n) of `mix` and `track`."""
    own, likeness = trace.own.copy(), trace.likeness.copy()
    for reach in REACH:
        slopes = _slopes(trace.times, own, likeness, trace.speeds)
        moved = [
            _shift(mix, track, t, o, v, reach)
            for t, o, v in zip(trace.times, own, slopes, strict=True)
        ]
        own = own + np.array([shift for shift, _ in moved])
        likeness = np.array([alike for _, alike in moved])
    weights = np.maximum(likeness - THRESHOLD / 2, _LEAST_WEIGHT)
    lines = fits(trace.times, own, weights)
    return Alignment(tuple(lines), trace.times, own, likeness)


def _slopes(times: Float, own: Float, likeness: Float, speeds: Float) -> Float:
    """Speed (n,) at each moment: a weighted line through its neighbours."""
    if len(times) < 3:
        return speeds
    result = np.empty(len(times))
    for i in range(len(times)):
        near = slice(max(0, i - _AROUND), i + _AROUND + 1)
        w = np.sqrt(np.maximum(likeness[near], 0.05))
        result[i] = np.polyfit(times[near] - times[i], own[near], 1, w=w)[0]
    return result


def _shift(
    mix: Float32, track: Float32, time: float, own: float, speed: float, reach: float
) -> tuple[float, float]:
    """Own seconds to add at mix second `time` to lie best, and the likeness there."""
    half = int(HALF_WINDOW * MEL_RATE)
    middle = round(time * MEL_RATE)
    low, high = max(0, middle - half), min(mix.shape[1], middle + half)
    here = mix[:, low:high]
    places = (own - time * speed) * MEL_RATE + np.arange(low, high) * speed
    width = int(np.ceil(reach * MEL_RATE))
    scores = np.array([_cosine(here, track, places + k) for k in range(-width, width + 1)])
    top = int(scores.argmax())
    return (top - width + _summit(scores, top)) / MEL_RATE, float(scores[top])


def _cosine(here: Float32, track: Float32, places: Float) -> float:
    inside = (places >= 0) & (places <= track.shape[1] - 1)
    there = at(track, places) * inside
    norm = float(np.sqrt(np.square(here).sum() * np.square(there).sum()))
    return float(np.vdot(here, there)) / max(norm, 1e-6)


def _summit(scores: Float, top: int) -> float:
    """Fraction of a step by which the parabola through the highest three peaks beside `top`."""
    if not 0 < top < len(scores) - 1:
        return 0.0
    a, b, c = scores[top - 1 : top + 2]
    bend = a - 2 * b + c
    return float(0.5 * (a - c) / bend) if bend < -1e-9 else 0.0


def joined(parts: list[Alignment]) -> Path:
    """One path out of the alignments of one play, in the order of the mix."""
    return Path(tuple(line for part in parts for line in part.lines))
