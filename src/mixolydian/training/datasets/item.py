"""The item: a sound, what is true of it, and perhaps the stems it is the sum of.

The truth is a document ``mixolydian.truth/1``: the words of an analysis (core/convert.py),
and beside them what only a maker knows (seed, parts, f0, onsets). Times in seconds from the
first sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.convert import value_to_json
from mixolydian.core.types import Segment

SCHEMA = "mixolydian.truth/1"
SAMPLE_RATE = 44100
Samples = NDArray[np.float32]
Truth = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Item:
    """`samples` float32 (2, n) at `sample_rate`, their `truth`, and `stems` (name → (2, n))."""

    name: str
    samples: Samples
    sample_rate: int
    truth: Truth
    stems: Mapping[str, Samples] = field(default_factory=dict)

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return float(self.samples.shape[1] / self.sample_rate)


@dataclass(frozen=True)
class Request:
    """What is asked of a maker: its random numbers come from `seed` alone."""

    name: str
    seed: tuple[int, ...]
    seconds: float

    def rng(self) -> np.random.Generator:
        """A fresh generator of the item's random numbers."""
        return np.random.default_rng(list(self.seed))


def truth_document(
    style: str,
    seed: Any,
    duration: float,
    values: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
) -> Truth:
    """The truth about a sound of `duration` seconds: question → value, and further facts."""
    return {
        "schema": SCHEMA,
        "style": style,
        "variant": "clean",
        "seed": seed,
        "duration": round(duration, 4),
        **{question: value_to_json(question, value) for question, value in values.items()},
        **(facts or {}),
    }


def content(label: str, duration: float) -> tuple[Segment, ...]:
    """The answer to "music" for a sound of one class throughout."""
    return (Segment(0.0, duration, label),)


def stereo(mono: NDArray[np.floating[Any]]) -> Samples:
    """(n,) → (2, n) float32, both sides the same."""
    return np.stack([mono, mono]).astype(np.float32)


def at_peak(y: NDArray[np.floating[Any]], peak: float) -> Samples:
    """`y` scaled so that its highest sample is `peak`; silence stays silence."""
    highest = float(np.abs(y).max(initial=0.0))
    return np.asarray(y * (peak / highest if highest > 0 else 1.0), dtype=np.float32)
