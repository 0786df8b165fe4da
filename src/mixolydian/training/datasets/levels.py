"""Levels of recordings at any sample rate: loudness of a part, gains of a bus and a limiter.

Gains are worked out per block of 64 samples and joined by straight lines.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, minimum_filter1d, uniform_filter1d

from mixolydian.training.datasets.item import Samples

BLOCK = 64
CEILING = 0.97
Gains = NDArray[np.floating[Any]]


def loud_rms(y: Samples, sample_rate: int) -> float:
    """RMS of the loudest tenth of 0.4 s windows: how strong a sound is where it plays."""
    window = round(0.4 * sample_rate)
    k = y.shape[1] // window
    if k == 0:
        return float(np.sqrt(np.mean(y**2)))
    power = np.mean(y[:, : k * window].reshape(2, k, window) ** 2, axis=(0, 2))
    playing = power[power > 1e-4 * power.max()] if power.max() > 0 else power
    return float(np.sqrt(np.quantile(playing, 0.9)))


def blocks(y: Samples) -> Samples:
    """(2, n_blocks, BLOCK): `y` padded with zeros to whole blocks."""
    return np.pad(y, ((0, 0), (0, -y.shape[1] % BLOCK))).reshape(2, -1, BLOCK)


def compressor(y: Samples, sample_rate: int, threshold_db: float, ratio: float) -> Gains:
    """Gain per block (k,) above `threshold_db` dBFS (RMS over 10 ms), smooth over 0.12 s."""
    power = uniform_filter1d(np.mean(blocks(y) ** 2, axis=(0, 2)), 7, mode="nearest")
    over = np.maximum(0.0, 10 * np.log10(power + 1e-12) - threshold_db)
    width = max(1, round(0.12 * sample_rate / BLOCK))
    smooth = uniform_filter1d(over, width, mode="nearest")
    return np.asarray(10 ** (-smooth * (1 - 1 / ratio) / 20))


def limiter(y: Samples, before: Gains | float = 1.0) -> Gains:
    """Gain per block (k,) that keeps `y` × `before` below the ceiling, down before each peak."""
    peak = maximum_filter1d(np.max(np.abs(blocks(y)), axis=(0, 2)) * before, 5, mode="nearest")
    gain = np.minimum(1.0, CEILING / np.maximum(peak, 1e-9))
    gain = minimum_filter1d(gain, 41, mode="nearest")
    return np.asarray(uniform_filter1d(gain, 21, mode="nearest"))


def per_sample(gains: Gains, n: int) -> Samples:
    """Gains per block (k,) → per sample (n,)."""
    centres = (np.arange(len(gains)) + 0.5) * BLOCK
    return np.asarray(np.interp(np.arange(n), centres, gains), dtype=np.float32)


def limited(y: Samples) -> Samples:
    """`y` (2, n) with no sample above the ceiling."""
    gained = y * per_sample(limiter(y), y.shape[1])
    return np.asarray(np.clip(gained, -CEILING, CEILING), dtype=np.float32)
