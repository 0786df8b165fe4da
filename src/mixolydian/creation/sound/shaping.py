"""Shaping of single sounds: distortion without aliasing, chorus, noise, removal of DC.

Everything takes and gives float32 (n,) or (2, n) at 44.1 kHz and treats a whole note or
stroke at once; a sound is the same wherever it is placed.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy.fft

from mixolydian.core.types import FloatArray
from mixolydian.creation.sound.units import SAMPLE_RATE

OVERSAMPLING = 4
CHORUS_TAIL = 640
"""samples by which a chorus outlasts its sound."""


def distort(y: FloatArray, drive: float) -> FloatArray:
    """`y` through a soft clipper of gain 1 + `drive`, at four times the rate.

    What the clipper adds above 22 kHz is cut off before it can fold back; at four times the
    rate the fifth harmonic of 17 kHz is the first one to fold.
    """
    if drive <= 0:
        return y
    n = y.shape[-1]
    m = scipy.fft.next_fast_len((n + 512) // 2, real=True) * 2
    high = scipy.fft.irfft(scipy.fft.rfft(y, m), OVERSAMPLING * m) * np.float32(OVERSAMPLING)
    low = decimated(np.tanh(high * np.float32(1 + drive)))[..., :n]
    return np.asarray(low / np.float32(np.tanh(1 + drive / 2)), dtype=np.float32)


def decimated(high: FloatArray) -> FloatArray:
    """`high` (..., OVERSAMPLING · m), m even, at a quarter of its rate: (..., m)."""
    m = high.shape[-1] // OVERSAMPLING
    low = scipy.fft.irfft(scipy.fft.rfft(high)[..., : m // 2 + 1], m)
    return np.asarray(low / np.float32(OVERSAMPLING))


def without_dc(y: FloatArray, weight: FloatArray) -> FloatArray:
    """`y` less a multiple of `weight` (n,), its envelope, so that the mean is zero and both
    ends stay silent."""
    total = float(np.sum(weight, dtype=np.float64))
    if total <= 0:
        return y
    mean = np.sum(y, axis=-1, keepdims=True, dtype=np.float64) / total
    return np.asarray(y - mean.astype(np.float32) * weight)


@lru_cache(maxsize=1)
def noise_bank() -> FloatArray:
    """White noise (2¹⁸,) of unit RMS that every sound takes its noise from."""
    bank = np.random.default_rng(20210).standard_normal(1 << 18, dtype=np.float32)
    bank.setflags(write=False)
    return bank


def noise(n: int, seed: int) -> FloatArray:
    """White noise (n,) of unit RMS, a stretch of the bank decided by `seed`."""
    bank = noise_bank()
    start = (seed * 7919) % len(bank)
    return np.asarray(np.resize(np.concatenate([bank[start:], bank[:start]]), n))


def chorus(y: FloatArray, amount: float) -> FloatArray:
    """`y` (2, n) with two delayed copies, 7–13 ms, moving against each other; it gets longer by
    `CHORUS_TAIL` samples."""
    if amount <= 0:
        return y
    y = np.pad(y, ((0, 0), (0, CHORUS_TAIL)))
    n = y.shape[1]
    t = np.arange(n, dtype=np.float32) / SAMPLE_RATE
    sway = np.sin(np.float32(2 * np.pi * 0.63) * t)
    out = y.copy()
    for side, sign in ((0, 1), (1, -1)):
        delay = (0.010 + sign * 0.003 * sway) * SAMPLE_RATE
        place = np.arange(n, dtype=np.float32) - delay
        whole = np.floor(place)
        share = place - whole
        at = whole.astype(np.int64)
        source = np.concatenate([np.zeros(1024, dtype=np.float32), y[1 - side]])
        low, high = source[at + 1024], source[at + 1025]
        out[side] += np.float32(amount) * (low + share * (high - low))
    return out
