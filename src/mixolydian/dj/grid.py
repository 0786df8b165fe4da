"""A track's beat grid as a function: where beat `b` lies in seconds, and the other way round.

Beats are numbered from 0, a downbeat; between two knots they are equally long, and before the
first and after the last knot they go on as long as there. A beat number may be a fraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.core.types import frozen_array

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Grid:
    """Knots: at `times` (k ≥ 2,) seconds lie the `beats` (k,), both strictly increasing."""

    times: FloatArray
    beats: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", frozen_array(self.times))
        object.__setattr__(self, "beats", frozen_array(self.beats))
        if self.times.shape != self.beats.shape or self.times.ndim != 1 or len(self.times) < 2:
            raise RequestError("a beat grid needs as many times as beats, and two at least")
        finite = np.isfinite(self.times).all() and np.isfinite(self.beats).all()
        if not finite or (np.diff(self.times) <= 0).any() or (np.diff(self.beats) <= 0).any():
            raise RequestError("the knots of a beat grid must be finite and rise in time and beats")

    @classmethod
    def steady(cls, bpm: float, anchor: float = 0.0) -> Grid:
        """The grid of one tempo whose beat 0 lies at `anchor` seconds."""
        return cls(np.array([anchor, anchor + 60.0 / bpm]), np.array([0.0, 1.0]))

    def beat_at(self, time: Any) -> Any:
        """Beat number (any shape) at `time` seconds."""
        return _line(time, self.times, self.beats)

    def time_at(self, beat: Any) -> Any:
        """Time in seconds (any shape) of `beat`."""
        return _line(beat, self.beats, self.times)

    def bpm_at(self, beat: Any) -> Any:
        """Tempo (any shape) at `beat`."""
        i = np.clip(np.searchsorted(self.beats, beat, side="right") - 1, 0, len(self.beats) - 2)
        return 60.0 * np.diff(self.beats)[i] / np.diff(self.times)[i]

    def to_json(self) -> list[list[float]]:
        """[time, beat] per knot."""
        return [[float(t), float(b)] for t, b in zip(self.times, self.beats, strict=True)]

    @classmethod
    def from_json(cls, knots: Any) -> Grid:
        """The inverse of :meth:`to_json`."""
        try:
            pairs = np.array(knots, dtype=np.float64).reshape(-1, 2)
        except (TypeError, ValueError):
            raise RequestError("a beat grid is a list of [second, beat] pairs") from None
        return cls(pairs[:, 0], pairs[:, 1])


def _line(x: Any, xs: FloatArray, ys: FloatArray) -> Any:
    """Linear between the knots (xs, ys), and beyond them with the slope at that end."""
    x = np.asarray(x, dtype=np.float64)
    y = np.interp(x, xs, ys)
    slopes = np.diff(ys) / np.diff(xs)
    y = np.where(x < xs[0], ys[0] + (x - xs[0]) * slopes[0], y)
    y = np.where(x > xs[-1], ys[-1] + (x - xs[-1]) * slopes[-1], y)
    return float(y) if y.ndim == 0 else y
