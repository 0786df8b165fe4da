"""Timbre of two tracks beside each other: balance of the spectrum, and the embedding.

The balance is the mean level in 16 bands, each track's own mean taken off; the embedding is
the timbre vector of the analysis, learnt so that windows of one track lie together.
"""

from __future__ import annotations

import numpy as np

from mixolydian.dj.compatibility.moments import Moments
from mixolydian.dj.compatibility.parts import Part, unit

APART_DB = 9.0
"""Spread of the balance in dB at which the value has fallen to 1/e."""
COSINES = (0.2, 0.95)
"""Cosines of vectors that count as 0 and 1."""


def timbre(a: Moments, b: Moments, weight: float) -> Part:
    """The part "timbre" of a match."""
    rows = [m.rows(m.portrait.texture).mean(axis=(0, 1)) for m in (a, b)]
    balance = [row - row.mean() for row in rows]
    apart = float(np.sqrt(((balance[0] - balance[1]) ** 2).mean()))
    value = float(np.exp(-((apart / APART_DB) ** 2)))
    cosine = _cosine(a.portrait.vector, b.portrait.vector)
    if cosine is not None:
        low, high = COSINES
        value = (value + unit((cosine - low) / (high - low))) / 2
    word = "alike" if value > 0.7 else "fairly alike" if value > 0.45 else "unlike"
    return Part(value, weight, f"sounds {word}", {"balance_db": apart, "cosine": cosine})


def _cosine(x: np.ndarray, y: np.ndarray) -> float | None:
    """Cosine of two vectors, None where they cannot be compared."""
    if len(x) == 0 or len(x) != len(y):
        return None
    length = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(x @ y) / length if length > 0 else None
