"""A look-ahead limiter of true peaks, and what it is made of.

A gain is worked out per block of `BLOCK` samples from the blocks' true peaks, and moves in
straight lines from block to block. It depends on blocks at most 0.1 s away; every moving
average is a finite sum, so nothing depends on how the sound was cut.

True peaks lie between the samples: the sound is looked at in its samples and at three places
between each two (BS.1770-4 Annex 2 asks for four times the rate): by a windowed sinc of `REACH`
taps in `block_peaks`, and of `FINE` taps in the stream, which must hold its ceiling for noise
up to the highest frequency too. Sound is float32 (c, n), full scale ±1; levels in dB.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import convolve1d, minimum_filter1d

from mixolydian.core.types import FloatArray

BLOCK = 64
"""samples per step of every gain computer (1.5 ms)."""
LOOK = 25
"""blocks of the limiter's window (36 ms): down before a peak, back after it."""
CEILING = -1.25
"""dBTP aimed at; what a meter reads stays below −1."""
SLACK = 0.2
"""dB by which the stream aims lower: the moving gain bends the wave between the samples."""
AROUND = LOOK + 1
"""blocks to either side that a gain depends on."""
REACH = 12
FINE = 24
BETA = 5.0
"""of the Kaiser window of the `FINE` taps."""
MAY_RISE = 0.5
"""share of the ceiling below which samples have nothing above it between them."""
MANY = 512
"""blocks looked at between their samples at once."""
PIECE = 1 << 15


# ------------------------------------------------------------------------- in one piece


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


def fine_peaks(y: FloatArray, ceiling: float) -> FloatArray:
    """True peak of each whole block of `y` (c, n) but the first and the last, (n_blocks − 2,);
    where it lies clearly below `ceiling` (a factor), only that of the samples."""
    n_blocks = y.shape[1] // BLOCK - 2
    inner = y[:, BLOCK : BLOCK * (n_blocks + 1)].reshape(len(y), n_blocks, BLOCK)
    peaks = np.abs(inner).max(axis=(0, 2))
    rows = sliding_window_view(y, BLOCK + FINE - 1, axis=1)
    loud = np.flatnonzero(peaks > MAY_RISE * ceiling)
    for start in range(0, len(loud), MANY):
        some = loud[start : start + MANY]
        near = rows[:, (some + 1) * BLOCK - FINE // 2 + 1]
        peaks[some] = np.maximum(peaks[some], _largest_between(near))
    return np.asarray(peaks)


def _between(line: FloatArray, taps: FloatArray) -> FloatArray:
    """Magnitudes (PIECE,) of the louder side at one place between the samples."""
    total = taps[0] * line[:, 1 : 1 + PIECE]
    for k in range(1, REACH):
        total += taps[k] * line[:, 1 + k : 1 + k + PIECE]
    return np.asarray(np.abs(total, out=total).max(axis=0))


def _fine_taps(fraction: float) -> FloatArray:
    place = np.arange(FINE) - (FINE // 2 - 1) - fraction
    taps = np.sinc(place) * np.i0(BETA * np.sqrt(1.0 - (place / (FINE // 2)) ** 2))
    return np.asarray(taps / taps.sum(), dtype=np.float32)


FINE_TAPS = tuple(_fine_taps(f) for f in (0.25, 0.5, 0.75))


def _largest_between(near: FloatArray) -> FloatArray:
    """The largest magnitude between the samples of blocks `near` (c, k, BLOCK + FINE − 1)."""
    largest = np.zeros(near.shape[1], dtype=np.float32)
    for taps in FINE_TAPS:
        total = taps[0] * near[:, :, :BLOCK]
        for j in range(1, FINE):
            total += taps[j] * near[:, :, j : j + BLOCK]
        np.maximum(largest, np.abs(total, out=total).max(axis=(0, 2)), out=largest)
    return largest


def limiter_gains(peaks: FloatArray, ceiling: float = CEILING) -> FloatArray:
    """Gain per block that keeps `peaks` (n_blocks,) under `ceiling` dB, moving smoothly."""
    highest = np.float32(10.0 ** (ceiling / 20.0))
    needed = np.minimum(1.0, highest / np.maximum(peaks, 1e-9).astype(np.float64))
    held = minimum_filter1d(needed, LOOK + 2, mode="nearest")
    window = np.hanning(LOOK + 2)[1:-1]
    gains = convolve1d(held, window / window.sum(), mode="nearest")
    return np.asarray(gains, dtype=np.float32)


def scale_steps(y: FloatArray, gains: FloatArray, step: int) -> None:
    """Multiply `y` (2, n) in place by a gain that is `gains[k]` at sample k·`step` and moves in
    straight lines between; stretches of gain 1 are left alone."""
    ramp = np.arange(step, dtype=np.float32) / np.float32(step)
    many = 512
    for first in range(0, len(gains) - 1, many):
        some = gains[first : first + many + 1]
        if len(some) < 2 or np.all(some == 1):
            continue
        line = some[:-1, np.newaxis] + np.diff(some)[:, np.newaxis] * ramp
        stretch = y[:, first * step : first * step + line.size]
        stretch *= line.reshape(-1)[: stretch.shape[1]]


# ---------------------------------------------------------------------- block by block


class Limiter:
    """Keeps a stream of sound (`n_channels`, n) under `ceiling` dBTP; fed in any blocks, the
    same samples come out, none late and none missing.

    `reduction` is the largest reduction so far in dB.
    """

    def __init__(self, n_channels: int, ceiling: float) -> None:
        self._aim = ceiling - SLACK
        self._held = np.zeros((n_channels, BLOCK), dtype=np.float32)  # from block −1 on
        self._first = -1
        self._peaks = np.zeros(AROUND, dtype=np.float32)  # from block −AROUND on
        self._n_peaks = 0
        self.reduction = 0.0

    def push(self, block: FloatArray) -> FloatArray:
        """Add a block (n_channels, n); the next finished samples (n_channels, m), m ≥ 0."""
        self._held = np.concatenate([self._held, block.astype(np.float32, copy=False)], axis=1)
        self._measure(self._first + self._held.shape[1] // BLOCK - 1)
        return self._give(self._n_peaks - AROUND - 1)

    def finish(self) -> FloatArray:
        """The samples still held; the limiter is used up."""
        left = self._held.shape[1] - BLOCK
        ending = np.zeros((len(self._held), (AROUND + 4) * BLOCK), dtype=np.float32)
        return self.push(ending)[:, :left]

    def _measure(self, until: int) -> None:
        """Peaks of the whole blocks before block `until`, whose surroundings are all there."""
        if until <= self._n_peaks:
            return
        start = (self._n_peaks - 1 - self._first) * BLOCK
        stop = (until + 1 - self._first) * BLOCK
        peaks = fine_peaks(self._held[:, start:stop], 10.0 ** (self._aim / 20.0))
        self._peaks = np.concatenate([self._peaks, peaks])
        self._n_peaks = until

    def _give(self, until: int) -> FloatArray:
        """The samples before block `until` after their gains."""
        n = until - (self._first + 1)
        if n <= 0:
            return self._held[:, :0]
        gains = limiter_gains(self._peaks, self._aim)[AROUND : AROUND + n + 1]
        out = self._held[:, BLOCK : BLOCK + n * BLOCK].copy()
        scale_steps(out, gains, BLOCK)
        lowest = float(gains.min())
        self.reduction = max(self.reduction, -20.0 * float(np.log10(lowest)))
        self._held = self._held[:, n * BLOCK :].copy()
        self._peaks = self._peaks[n:]
        self._first += n
        return out
