"""Plain effects for sound that is already there (sampled instruments, recordings).

All take and give float32 (2, n) at 44.1 kHz. The pieces that creation renders itself go
through `room`, `automation`, `sidechain` and `mastering` instead.
"""

from __future__ import annotations

import numpy as np

from mixolydian.audio.limiter import BLOCK, block_peaks, limiter_gains
from mixolydian.core.types import FloatArray
from mixolydian.creation.sound.dynamics import block_power, compressor_gains, scale
from mixolydian.creation.sound.units import SAMPLE_RATE, gain


def compress(y: FloatArray, threshold: float, ratio: float) -> FloatArray:
    """Bus compression above `threshold` dBFS (RMS over 10 ms)."""
    out = np.array(y, dtype=np.float32)
    power = block_power(out) * gain(-threshold) ** 2
    scale(out, compressor_gains(power, ratio))
    return out


def limit(y: FloatArray) -> FloatArray:
    """True peaks under −1 dBTP by a look-ahead limiter."""
    out = np.array(y, dtype=np.float32)
    scale(out, limiter_gains(block_peaks(out, BLOCK)))
    return out


def loud_rms(y: FloatArray) -> float:
    """RMS of the loudest tenth of 0.4 s windows: how strong a sound is where it plays."""
    window = round(0.4 * SAMPLE_RATE)
    k = y.shape[1] // window
    if k == 0:
        return float(np.sqrt(np.mean(y**2)))
    power = np.mean(y[:, : k * window].reshape(2, k, window) ** 2, axis=(0, 2))
    playing = power[power > 1e-4 * power.max()] if power.max() > 0 else power
    return float(np.sqrt(np.quantile(playing, 0.9)))
