"""Statistics of a curve, as MIRtoolbox's `mirstat` defines them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]
TINY = 1e-12


def slope(curve: NDArray[np.floating]) -> float:
    """Linear trend S of a curve C, in about [−0.87, 0.87]; 0 for fewer than 3 values.

    C is centred and of unit variance, time T runs from 0 to 1; S solves S · T = C in the sense
    of least squares.
    """
    if len(curve) < 3 or curve.std() <= 1e-6 * abs(curve.mean()) + TINY:
        return 0.0
    c = (curve - curve.mean()) / curve.std()
    t = np.linspace(0.0, 1.0, len(c))
    return float((t * c).mean() / (t * t).mean())


def autocorrelation(curve: NDArray[np.floating], longest: int) -> Float64:
    """Autocorrelation (longest + 1,) of a centred curve, 1 at lag 0, unbiased by the length.

    All 0 beyond lag 0 where the curve does not move.
    """
    c = np.asarray(curve, dtype=np.float64) - np.mean(curve)
    longest = min(longest, len(c) - 1)
    return _relative(_lagged(c)[: longest + 1] / (len(c) - np.arange(longest + 1)))


def plain_autocorrelation(curve: NDArray[np.floating]) -> Float64:
    """Autocorrelation (n,) of a curve as it is: not centred, falling with the lag as the stretch
    that overlaps gets shorter."""
    return _relative(_lagged(np.asarray(curve, dtype=np.float64)))


def _lagged(c: Float64) -> Float64:
    """Sums of products (n,) of a curve and itself, later."""
    return np.asarray(np.fft.irfft(np.abs(np.fft.rfft(c, 2 * len(c))) ** 2)[: len(c)])


def _relative(raw: Float64) -> Float64:
    """To lag 0."""
    found = np.zeros_like(raw)
    found[0] = 1.0
    return np.asarray(raw / raw[0] if raw[0] > TINY else found)


def peaks(curve: NDArray[np.floating]) -> NDArray[np.int64]:
    """Where a curve has a local maximum, ends excluded."""
    if len(curve) < 3:
        return np.zeros(0, dtype=np.int64)
    inside = (curve[1:-1] > curve[:-2]) & (curve[1:-1] >= curve[2:])
    return np.asarray(np.flatnonzero(inside) + 1, dtype=np.int64)


def entropy(values: NDArray[np.floating]) -> float:
    """Shannon entropy of non-negative values as a distribution, over that of equal ones."""
    p = np.maximum(values, 0.0) / max(float(np.maximum(values, 0.0).sum()), TINY)
    return float(-(p * np.log(p + TINY)).sum() / np.log(max(len(p), 2)))
