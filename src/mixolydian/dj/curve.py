"""A value that moves in straight lines over the beats of a mix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mixolydian.core.errors import RequestError


@dataclass(frozen=True)
class Curve:
    """`knots` of (mix beat, value), beats never falling; constant before the first and after
    the last. Two knots on one beat are a jump, and the later holds from that beat on."""

    knots: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        beats = [beat for beat, _ in self.knots]
        if not beats or not np.isfinite(np.array(self.knots, dtype=np.float64)).all():
            raise RequestError("a curve needs at least one knot of two finite numbers")
        if beats != sorted(beats):
            raise RequestError("the knots of a curve must not go back in beats")

    @classmethod
    def constant(cls, value: float) -> Curve:
        """The curve that is `value` everywhere."""
        return cls(((0.0, float(value)),))

    def at(self, beat: Any) -> Any:
        """Value (any shape) at mix beat `beat`."""
        x, y = np.array(self.knots, dtype=np.float64).T
        beat = np.asarray(beat, dtype=np.float64)
        i = np.searchsorted(x, beat, side="right")
        left, right = np.maximum(i - 1, 0), np.minimum(i, len(x) - 1)
        width = x[right] - x[left]
        share = np.where(width > 0, (beat - x[left]) / np.where(width > 0, width, 1.0), 0.0)
        value = y[left] + np.clip(share, 0.0, 1.0) * (y[right] - y[left])
        return float(value) if value.ndim == 0 else value

    @property
    def is_constant(self) -> bool:
        """Whether it never moves."""
        return len({value for _, value in self.knots}) == 1

    def to_json(self) -> list[list[float]]:
        """[beat, value] per knot."""
        return [[beat, value] for beat, value in self.knots]

    @classmethod
    def from_json(cls, knots: Any) -> Curve:
        """The inverse of :meth:`to_json`."""
        try:
            return cls(tuple((float(beat), float(value)) for beat, value in knots))
        except (TypeError, ValueError):
            raise RequestError("a curve is a list of [beat, value] pairs") from None
