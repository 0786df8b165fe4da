"""The equaliser of the master: rumble and DC out, tilt and air.

Float32 (c, n) at 44.1 kHz, changed in place. Filters are finite and work on blocks of fixed
places, so a sample depends on sound at most 0.2 s away.
"""

from __future__ import annotations

import numpy as np
import scipy.fft
from scipy.ndimage import convolve1d

from mixolydian.core.types import FloatArray
from mixolydian.creation.sound.units import SAMPLE_RATE

BLOCK = 64
"""samples of the means from which the lows are found."""
RUMBLE_BLOCKS = 41
"""blocks of the smoothing window: −6 dB at about 20 Hz."""
TAPS = 1024
SIZE = 8192
STEP = SIZE - TAPS
BATCH = 16
"""FFT blocks worked on together, always the same ones."""
FLAT_ABOVE = 20000.0


def remove_rumble(y: FloatArray) -> None:
    """Take away what lies below 20 Hz: a smoothed course of the block means."""
    n = y.shape[1]
    for side in y:
        whole = side[: n - n % BLOCK].reshape(-1, BLOCK)
        means = np.append(whole.mean(axis=1, dtype=np.float64), [0.0, 0.0])
        window = np.hanning(RUMBLE_BLOCKS + 2)[1:-1]
        course = convolve1d(means, window / window.sum(), mode="constant")
        add_course(side[np.newaxis], -course.astype(np.float32), BLOCK)


def add_course(y: FloatArray, points: FloatArray, step: int) -> None:
    """Add to `y` (c, n) straight lines through `points[k]` in the middle of block k."""
    ramp = (np.arange(step, dtype=np.float32) + np.float32(0.5)) / np.float32(step)
    half, many = step // 2, 1024
    for first in range(0, len(points) - 1, many):
        some = points[first : first + many + 1]
        if len(some) < 2 or not some.any():
            continue
        line = (some[:-1, np.newaxis] + np.diff(some)[:, np.newaxis] * ramp).reshape(-1)
        stretch = y[:, half + first * step :][:, : len(line)]
        stretch += line[: stretch.shape[1]]


def colour(y: FloatArray, tilt: float, air: float) -> None:
    """Lean the spectrum by `tilt` dB from bass to treble around 1 kHz, dull above `air` Hz."""
    if tilt == 0 and air >= FLAT_ABOVE:
        return
    response = scipy.fft.rfft(_colour_kernel(tilt, air), SIZE)
    n = y.shape[1]
    c = len(y)
    carry = np.zeros((c, TAPS), dtype=np.float32)
    late = TAPS // 2
    for start in range(0, n + late, BATCH * STEP):
        blocks = np.zeros((c, BATCH, SIZE), dtype=np.float32)
        stretch = y[:, start : start + BATCH * STEP]
        line = np.zeros((c, BATCH * STEP), dtype=np.float32)
        line[:, : stretch.shape[1]] = stretch
        blocks[:, :, :STEP] = line.reshape(c, BATCH, STEP)
        wet = scipy.fft.irfft(scipy.fft.rfft(blocks, axis=2) * response, SIZE, axis=2)
        out, carry = _overlapped(wet, carry)
        first = start - late
        into = y[:, max(0, first) : first + BATCH * STEP]
        into[:] = out[:, max(0, -first) :][:, : into.shape[1]]


def _overlapped(wet: FloatArray, carry: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Blocks (c, BATCH, SIZE) added where they overlap: (c, BATCH · STEP) and what is left."""
    out = wet[:, :, :STEP].copy()
    tails = wet[:, :, STEP:]
    out[:, 1:, :TAPS] += tails[:, :-1]
    out[:, 0, :TAPS] += carry
    return out.reshape(len(wet), -1), tails[:, -1].copy()


def _colour_kernel(tilt: float, air: float) -> FloatArray:
    """Linear-phase impulse response (TAPS,), its middle at TAPS // 2."""
    hz = scipy.fft.rfftfreq(TAPS, 1 / SAMPLE_RATE)
    slope = np.clip(np.log2(np.maximum(hz, 40) / 1000) / 4, -1, 1)
    level = 10 ** (tilt / 2 * slope / 20) / np.sqrt(1 + (hz / air) ** 8)
    kernel = np.roll(scipy.fft.irfft(level, TAPS), TAPS // 2) * np.hanning(TAPS)
    return np.asarray(kernel, dtype=np.float32)
