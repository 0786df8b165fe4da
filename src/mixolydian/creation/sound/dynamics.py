"""The compressor: gains per block, worked out from the power of blocks.

A gain moves in straight lines from block to block. It depends on blocks at most 0.1 s away;
every moving average is a finite sum. Levels in dB, sound float32 (2, n) at 44.1 kHz.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import convolve1d

from mixolydian.audio.limiter import BLOCK, scale_steps
from mixolydian.core.types import FloatArray

SMOOTH = 7
"""blocks over which the compressor hears (10 ms)."""
RELEASE = 83
"""blocks over which it moves (120 ms)."""
PIECE = 1 << 16


def block_power(y: FloatArray) -> FloatArray:
    """Mean square over both channels of each block, (n_blocks,); the last may be short."""
    n_blocks = -(-y.shape[1] // BLOCK)
    power = np.zeros(n_blocks, dtype=np.float32)
    for start in range(0, y.shape[1], PIECE):
        stretch = y[:, start : start + PIECE]
        whole = stretch[:, : stretch.shape[1] - stretch.shape[1] % BLOCK].reshape(2, -1, BLOCK)
        first = start // BLOCK
        power[first : first + whole.shape[1]] = np.einsum("cbs,cbs->b", whole, whole)
    if y.shape[1] % BLOCK:
        power[-1] = np.sum(y[:, -(y.shape[1] % BLOCK) :] ** 2)
    return np.asarray(power / np.float32(2 * BLOCK))


def heard_power(y: FloatArray) -> FloatArray:
    """Mean square of each block without most of what lies below 300 Hz, (n_blocks,): roughly
    what the loudness meter hears of it."""
    power = block_power(y).astype(np.float64)
    for side in y:
        whole = side[: len(side) - len(side) % BLOCK].reshape(-1, BLOCK)
        power[: len(whole)] -= 0.45 * np.einsum("bs->b", whole).astype(np.float64) ** 2 / BLOCK**2
    return np.asarray(np.maximum(power, 0) + 1e-20)


def compressor_gains(power: FloatArray, ratio: float) -> FloatArray:
    """Gain per block of a bus compressor that hears `power` (n_blocks,), its threshold 1."""
    near = convolve1d(power.astype(np.float64), np.full(SMOOTH, 1 / SMOOTH), mode="nearest")
    over = np.maximum(0.0, 10 * np.log10(near + 1e-12))
    window = np.hanning(RELEASE + 2)[1:-1]
    reduction = convolve1d(over, window / window.sum(), mode="nearest") * (1 - 1 / ratio)
    return np.asarray(10 ** (-reduction / 20), dtype=np.float32)


def scale(y: FloatArray, gains: FloatArray) -> None:
    """Multiply `y` (c, n) in place by a gain per block."""
    scale_steps(y, np.append(gains, gains[-1:]), BLOCK)
