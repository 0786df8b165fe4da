"""By how much a track sounds higher in the mix: its constant-Q frames slid along the keyboard.

Only notes count (110 Hz to 2 kHz), and only what stands out of a frame's own smooth spectrum.
Three bins to a semitone and a parabola through the best give cents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from mixolydian.dj.untangling.frames import at
from mixolydian.dj.untangling.heard import CQ_RATE, Float32, Heard
from mixolydian.dj.untangling.lines import Path

BINS = slice(72, 222)
"""110 Hz to 1.97 kHz."""
REACH = 12
"""bins tried either way: four semitones."""
MOST_FRAMES = 600
_SMOOTH = 19
_CENTS_PER_BIN = 100.0 / 3.0
_LEAST = 0.08

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Transposition:
    """`cents` a track sounds higher in the mix than by itself; how alike it is then, [−1, 1]."""

    cents: float
    likeness: float

    @property
    def semitones(self) -> int:
        """The nearest semitone."""
        return round(self.cents / 100.0)


def transposition(mix: Heard, track: Heard, path: Path, start: float, end: float) -> Transposition:
    """Of `track` on its `path` from second `start` to `end` of the mix; 0 when no note tells."""
    count = min(MOST_FRAMES, max(int((end - start) * CQ_RATE), 2))
    times = np.linspace(start, end, count)
    own = path.own(times)
    inside = (own > 0) & (own < track.duration)
    if inside.sum() < 2:
        return Transposition(0.0, 0.0)
    here = _tones(at(mix.constant_q, times[inside] * CQ_RATE))
    there = _tones(at(track.constant_q, own[inside] * CQ_RATE))[BINS]
    norm = float(np.sqrt(np.square(there).sum()))
    scores = np.array([_score(here, there, norm, k) for k in range(-REACH, REACH + 1)])
    return _read(scores)


def _tones(frames: NDArray[np.floating]) -> Float32:
    """What stands out of the smooth spectrum of magnitudes `frames` (270, n)."""
    logs = np.log(frames + 1e-3 * float(frames.max(initial=1e-9)) + 1e-9)
    out = np.maximum(logs - uniform_filter1d(logs, _SMOOTH, axis=0), 0.0)
    return np.asarray(out, dtype=np.float32)


def _score(here: Float32, there: Float32, norm: float, bins: int) -> float:
    moved = here[BINS.start + bins : BINS.stop + bins]
    return float(np.vdot(moved, there)) / max(norm * float(np.sqrt(np.square(moved).sum())), 1e-9)


def _read(scores: Float) -> Transposition:
    """The highest of `scores` (25,), 0 unless it stands out from the usual."""
    top = int(scores.argmax())
    if scores[top] - float(np.median(scores)) < _LEAST or not 0 < top < len(scores) - 1:
        return Transposition(0.0, float(scores[REACH]))
    a, b, c = scores[top - 1 : top + 2]
    bend = a - 2 * b + c
    part = 0.5 * (a - c) / bend if bend < -1e-9 else 0.0
    return Transposition(float((top - REACH + part) * _CENTS_PER_BIN), float(scores[top]))
