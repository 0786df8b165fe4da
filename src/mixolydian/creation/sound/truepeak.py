"""True peaks of short blocks, for the limiter: the sound between the samples.

The sound is looked at in its samples and at three places between each two, with a windowed
sinc of `REACH` taps (BS.1770-4 Annex 2 asks for four times the rate).
"""

from __future__ import annotations

import numpy as np

from mixolydian.core.types import FloatArray

REACH = 12
PIECE = 1 << 15


def _taps(fraction: float) -> FloatArray:
    place = np.arange(REACH) - (REACH // 2 - 1) - fraction
    taps = np.sinc(place) * np.cos(np.pi * place / (REACH + 1))
    return np.asarray(taps / taps.sum(), dtype=np.float32)


TAPS = tuple(_taps(f) for f in (0.25, 0.5, 0.75))


def block_peaks(y: FloatArray, block: int) -> FloatArray:
    """The largest magnitude in each block of `y` (c, n): (n_blocks,)."""
    n = y.shape[1]
    n_blocks = -(-n // block)
    peaks = np.zeros(n_blocks, dtype=np.float32)
    for start in range(0, n, PIECE):
        line = np.zeros((len(y), PIECE + REACH), dtype=np.float32)
        first = max(0, start - REACH // 2)
        stretch = y[:, first : start + PIECE + REACH // 2]
        at = first - (start - REACH // 2)
        line[:, at : at + stretch.shape[1]] = stretch
        loudest = np.abs(line[:, REACH // 2 : REACH // 2 + PIECE]).max(axis=0)
        if loudest.any():
            for taps in TAPS:
                np.maximum(loudest, _between(line, taps), out=loudest)
        into = peaks[start // block : (start + PIECE) // block]
        into[:] = loudest.reshape(-1, block).max(axis=1)[: len(into)]
    return peaks


def _between(line: FloatArray, taps: FloatArray) -> FloatArray:
    """Magnitudes (PIECE,) of the louder side at one place between the samples."""
    total = taps[0] * line[:, 1 : 1 + PIECE]
    for k in range(1, REACH):
        total += taps[k] * line[:, 1 + k : 1 + k + PIECE]
    return np.asarray(np.abs(total, out=total).max(axis=0))
