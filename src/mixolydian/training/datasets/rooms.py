"""Rooms: impulse responses drawn at random, and convolution with them, at any sample rate."""

from __future__ import annotations

import numpy as np
import scipy.fft

from mixolydian.training.datasets.item import Samples


def convolve(y: Samples, kernel: Samples) -> Samples:
    """`y` (2, n) convolved with `kernel` (2, m), cut to n samples; FFT overlap-add."""
    n, m = y.shape[1], kernel.shape[1]
    size = scipy.fft.next_fast_len(4 * m, real=True)
    step = size - m + 1
    spectrum = scipy.fft.rfft(kernel.astype(np.float32), size, axis=1)
    out = np.zeros((2, n + size), dtype=np.float32)
    for start in range(0, n, step):
        part = scipy.fft.rfft(y[:, start : start + step], size, axis=1)
        out[:, start : start + size] += scipy.fft.irfft(part * spectrum, size, axis=1)
    return out[:, :n]


def reverb_kernel(
    seconds: float, damping: float, sample_rate: int, rng: np.random.Generator
) -> Samples:
    """The tail (2, m) of a room: decorrelated noise that dies away, highs first.

    `seconds` to −60 dB; `damping` Hz above which the tail is dull. The first 12 ms are empty,
    and each side has energy 1.
    """
    m = max(round(seconds * sample_rate), 64)
    t = np.arange(m) / sample_rate
    noise = rng.standard_normal((2, m)) * 10 ** (-3 * t / seconds)
    spectrum = scipy.fft.rfft(noise, axis=1)
    hz = scipy.fft.rfftfreq(m, 1 / sample_rate)
    spectrum *= 1 / np.sqrt((1 + (hz / damping) ** 2) * (1 + (180 / np.maximum(hz, 1)) ** 4))
    kernel = scipy.fft.irfft(spectrum, m, axis=1)
    kernel[:, : round(0.012 * sample_rate)] = 0
    return np.asarray(kernel / np.sqrt(np.sum(kernel**2) / 2 + 1e-12), dtype=np.float32)


def small_room(sample_rate: int, rng: np.random.Generator) -> Samples:
    """The whole response (2, m) of a room: the direct sound first, early echoes, a tail."""
    wet = 10 ** (float(rng.uniform(-18, -4)) / 20)
    seconds, damping = float(rng.uniform(0.1, 0.7)), float(rng.uniform(2000, 9000))
    kernel = np.float32(wet) * reverb_kernel(seconds, damping, sample_rate, rng)
    early = (rng.uniform(0.002, 0.03, 6) * sample_rate).astype(int)
    for side in range(2):
        np.add.at(kernel[side], early, (wet * rng.uniform(-0.4, 0.4, 6)).astype(np.float32))
    kernel[:, 0] += 1.0
    return kernel
