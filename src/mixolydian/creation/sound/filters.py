"""Filters of single sounds, applied to their whole spectrum at once.

The responses are those of causal filters (bilinear transform of the analogue ones), and the
sound is padded with silence, so nothing is heard before a sound's first sample.
"""

from __future__ import annotations

import numpy as np
import scipy.fft

from mixolydian.core.types import FloatArray
from mixolydian.creation.sound.units import SAMPLE_RATE


def _warped(hz: FloatArray) -> FloatArray:
    """tan(π f / rate): the frequency axis on which analogue prototypes are exact."""
    return np.tan(np.pi * np.minimum(hz, 0.4999 * SAMPLE_RATE) / SAMPLE_RATE)


def lowpass_response(hz: FloatArray, cutoff: float, q: float = 0.707) -> FloatArray:
    """Complex response of a two-pole low-pass at `cutoff` Hz."""
    s = 1j * _warped(hz) / _warped(np.asarray(cutoff))
    return np.asarray(1 / (1 + s / q + s**2))


def highpass_response(hz: FloatArray, cutoff: float, q: float = 0.707) -> FloatArray:
    """Complex response of a two-pole high-pass at `cutoff` Hz."""
    s = 1j * _warped(hz) / _warped(np.asarray(cutoff))
    return np.asarray(s**2 / (1 + s / q + s**2))


def filtered(y: FloatArray, low: float = 0.0, high: float = 0.0, pad: int = 2048) -> FloatArray:
    """`y` (..., n) above `low` and below `high` Hz (0 leaves that end alone), 12 dB per octave."""
    if not low and not high:
        return y
    n = y.shape[-1]
    m = scipy.fft.next_fast_len(n + pad, real=True)
    hz = scipy.fft.rfftfreq(m, 1 / SAMPLE_RATE)
    response = np.ones(len(hz), dtype=np.complex128)
    if low:
        response *= highpass_response(hz, low)
    if high:
        response *= lowpass_response(hz, high)
    spectrum = scipy.fft.rfft(y, m) * response.astype(np.complex64)
    return np.asarray(scipy.fft.irfft(spectrum, m)[..., :n], dtype=np.float32)


def band_noise(n: int, low: float, high: float, rng: np.random.Generator) -> FloatArray:
    """Noise (n,) of unit RMS between `low` and `high` Hz with soft edges."""
    m = scipy.fft.next_fast_len(n, real=True)
    spectrum = scipy.fft.rfft(rng.standard_normal(m, dtype=np.float32))
    hz = scipy.fft.rfftfreq(m, 1 / SAMPLE_RATE).astype(np.float32)
    shape = 1 / np.sqrt((1 + (low / np.maximum(hz, 1.0)) ** 8) * (1 + (hz / high) ** 8))
    y = scipy.fft.irfft(spectrum * shape, m)[:n]
    return np.asarray(y / (np.sqrt(np.mean(y**2)) + 1e-9), dtype=np.float32)
