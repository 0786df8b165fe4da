"""Frames in which tracks look different: level in dB less its slow part, decorrelated.

Subtracting the running mean makes a frame blind to gain and equaliser; whitening by the
principal components of all tracks keeps the beat that all share from outweighing what is a
track's own. Rates are frames per second.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from mixolydian.dj.untangling.heard import MEL_RATE, Float32

SLOW_SECONDS = 2.0
"""what changes more slowly than this is left out."""
DIMENSIONS = 24
RANGE = 1e-6
"""power below the loud part of a sound that still counts."""
_REGULAR = 1e-3
_PART = 8192


def level(mel: Float32) -> Float32:
    """Log power (64, n) of `mel` power less its running mean."""
    step = 1 + mel.shape[1] // 50_000
    loud = max(float(np.percentile(mel[:, ::step], 99.0)), 1e-20)
    logs = np.log10(np.maximum(mel / np.float32(loud), np.float32(RANGE)))
    logs -= uniform_filter1d(logs, int(SLOW_SECONDS * MEL_RATE), axis=1)
    return np.asarray(logs, dtype=np.float32)


def vocabulary(levels: Sequence[Float32]) -> Float32:
    """Projection (24, 64) that decorrelates the frames of `levels` (64, n each)."""
    total = sum(float(each.shape[1]) for each in levels)
    covariance = sum(each @ each.T for each in levels) / np.float32(max(total, 1.0))
    values, vectors = np.linalg.eigh(np.asarray(covariance, dtype=np.float64))
    largest = np.argsort(values)[::-1][:DIMENSIONS]
    scale = np.sqrt(values[largest] + _REGULAR * max(float(values[largest[0]]), 1e-12))
    return np.asarray((vectors[:, largest] / scale).T, dtype=np.float32)


def sampled(frames: Float32, rate: float, own_rate: float = MEL_RATE) -> Float32:
    """Means (d, m) of `frames` (d, n) over the m whole intervals of 1 / `rate` seconds."""
    sums = np.zeros((frames.shape[0], frames.shape[1] + 1))
    np.cumsum(frames, axis=1, dtype=np.float64, out=sums[:, 1:])
    count = int(frames.shape[1] / own_rate * rate) + 1
    edges: NDArray[np.float64] = np.arange(count, dtype=np.float64) * (own_rate / rate)
    return np.asarray(np.diff(at(sums, edges), axis=1) * (rate / own_rate), dtype=np.float32)


def at(frames: NDArray[np.floating], places: NDArray[np.float64]) -> NDArray[np.floating]:
    """`frames` (d, n) between frames, at `places` (m,) counted in frames, ends held: (d, m)."""
    places = np.clip(places, 0.0, frames.shape[1] - 1.0)
    left = np.minimum(places.astype(np.int64), max(frames.shape[1] - 2, 0))
    right = np.minimum(left + 1, frames.shape[1] - 1)
    share = (places - left).astype(frames.dtype)
    result: NDArray[np.floating] = frames[:, left] * (1 - share) + frames[:, right] * share
    return result


def transposed(mel: Float32, semitones: float, frequencies: NDArray[np.float64]) -> Float32:
    """`mel` power (64, n) as if the sound were `semitones` higher; rows lie at `frequencies`."""
    if abs(semitones) < 0.05:
        return mel
    wanted = frequencies / 2.0 ** (semitones / 12.0)
    places = np.interp(wanted, frequencies, np.arange(len(frequencies)))
    return np.asarray(at(mel.T, places).T, dtype=np.float32)
