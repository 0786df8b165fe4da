"""Mel spectra as other networks were trained on them.

Conventions
-----------
Windows of sound are (n, n_samples), spectra (n, n_frames, n_bins) and hold magnitudes, mel
matrices are (n_bins, n_bands), all float32 unless said otherwise. Frequencies in Hz.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
LINEAR_HERTZ, LINEAR_MEL = 1000.0, 15.0
"""where Slaney's scale turns from linear to logarithmic."""
STEP = np.log(6.4) / 27.0
"""of the logarithmic part: 27 mel from 1 kHz to 6.4 kHz."""


def windows(samples: Float32, length: int, hop: int) -> Float32:
    """Every whole window, `hop` apart: a view (n, length)."""
    return sliding_window_view(samples, length)[::hop]


def magnitudes(sound: Float32, length: int, hop: int, size: int) -> Float32:
    """|STFT| of windows (n, n_samples): periodic Hann of `length`, an FFT of `size` ≥ `length`."""
    hann = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)
    frames = sliding_window_view(sound, length, axis=1)[:, ::hop]
    return np.asarray(np.abs(np.fft.rfft(frames * hann, size, axis=2)), dtype=np.float32)


def htk_mel(frequency: Float64) -> Float64:
    """Mel by the formula of HTK, natural logarithm."""
    return np.asarray(1127.0 * np.log1p(frequency / 700.0), dtype=np.float64)


@cache
def htk_matrix(sample_rate: int, size: int, n_bands: int, low: float, high: float) -> Float32:
    """Triangles that are straight over mel, of height 1; the constant part counts nowhere.

    This is the matrix of AudioSet's networks (`tf.signal.linear_to_mel_weight_matrix`).
    """
    ends = htk_mel(np.array([low, high]))
    edges = np.linspace(ends[0], ends[1], n_bands + 2)
    matrix = _triangles(htk_mel(_bins(sample_rate, size)), edges)
    matrix[0] = 0.0
    return np.asarray(matrix, dtype=np.float32)


@cache
def slaney_matrix(sample_rate: int, size: int, n_bands: int) -> Float32:
    """Triangles that are straight over Hz and of equal area, from 0 Hz to half the rate.

    Slaney's scale (Auditory Toolbox, 1998): linear under 1 kHz, logarithmic above.
    """
    top = _slaney_mel(sample_rate / 2)
    edges = _slaney_hertz(np.linspace(0.0, top, n_bands + 2))
    matrix = _triangles(_bins(sample_rate, size), edges)
    return np.asarray(matrix * (2.0 / (edges[2:] - edges[:-2])), dtype=np.float32)


def _bins(sample_rate: int, size: int) -> Float64:
    return np.asarray(np.fft.rfftfreq(size, 1 / sample_rate), dtype=np.float64)


def _slaney_mel(frequency: float) -> float:
    if frequency < LINEAR_HERTZ:
        return frequency * LINEAR_MEL / LINEAR_HERTZ
    return float(LINEAR_MEL + np.log(frequency / LINEAR_HERTZ) / STEP)


def _slaney_hertz(mel: Float64) -> Float64:
    linear = mel * LINEAR_HERTZ / LINEAR_MEL
    return np.where(mel < LINEAR_MEL, linear, LINEAR_HERTZ * np.exp(STEP * (mel - LINEAR_MEL)))


def _triangles(places: Float64, edges: Float64) -> Float64:
    """Weight (n_bins, n_bands) of each bin in the triangle over each three edges."""
    rise = (places[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - places[:, None]) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(rise, fall)), dtype=np.float64)
