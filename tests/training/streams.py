"""Streams of known content and power, for the tests of what is mixed from them."""

from __future__ import annotations

import numpy as np

from mixolydian.models import windows
from mixolydian.training.content import LABELS, Stream


def stream(
    kind: str,
    bands: slice = slice(0, 64),
    n: int = 160,
    group: str = "",
    origin: str = "",
    level: float = 1.0,
    seed: int | None = None,
) -> Stream:
    """`n` frames of power in `bands`, all of one kind; steady, or with a seed a spectrum of
    its own, in a pattern that repeats every dozen frames."""
    power = np.zeros((n, windows.N_BANDS), dtype=np.float32)
    power[:, bands] = level
    if seed is not None:
        rng = np.random.default_rng(seed)
        pattern = rng.gamma(0.5, size=(12, windows.N_BANDS)) * rng.gamma(0.3, size=windows.N_BANDS)
        power *= np.resize(pattern, power.shape).astype(np.float32)
    labels = np.zeros((n, len(LABELS)), dtype=bool)
    labels[:, LABELS.index(kind)] = True
    name = group or f"{kind} {seed}"
    return Stream(power, labels, name, name, origin or kind, style=f"style {(seed or 0) % 2}")
