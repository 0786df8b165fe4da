"""Effects of the studio: reverb, echo, ducking, colour, compression, saturation, limiting.

All take and give float32 (2, n) at `synth.SAMPLE_RATE`. Nothing here is random unless a
generator is passed in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.fft
from scipy.ndimage import maximum_filter1d, minimum_filter1d, uniform_filter1d

from mixolydian.core.types import FloatArray
from mixolydian.creation.sound.synth import SAMPLE_RATE

BLOCK = 64
"""samples per step of every gain computer (1.5 ms)."""


def convolve(y: FloatArray, kernel: FloatArray) -> FloatArray:
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


def reverb_kernel(seconds: float, damping: float, rng: np.random.Generator) -> FloatArray:
    """Impulse response (2, m) of a room: decorrelated decaying noise, highs dying first.

    `seconds` to −60 dB; `damping` Hz above which the tail is dull.
    """
    m = round(seconds * SAMPLE_RATE)
    t = np.arange(m) / SAMPLE_RATE
    noise = rng.standard_normal((2, m)) * 10 ** (-3 * t / seconds)
    spectrum = scipy.fft.rfft(noise, axis=1)
    hz = scipy.fft.rfftfreq(m, 1 / SAMPLE_RATE)
    spectrum *= 1 / np.sqrt((1 + (hz / damping) ** 2) * (1 + (180 / np.maximum(hz, 1)) ** 4))
    kernel = scipy.fft.irfft(spectrum, m, axis=1)
    late = round(0.012 * SAMPLE_RATE)
    kernel[:, :late] *= 0
    return np.asarray(kernel / np.sqrt(np.sum(kernel**2) / 2), dtype=np.float32)


def echo(y: FloatArray, seconds: float, feedback: float, repeats: int = 5) -> FloatArray:
    """The echoes of `y` alone (dry sound left out), bouncing from side to side."""
    out = np.zeros_like(y)
    for k in range(1, repeats + 1):
        shift = round(k * seconds * SAMPLE_RATE)
        if shift >= y.shape[1]:
            break
        source = y[::-1] if k % 2 else y
        out[:, shift:] += np.float32(feedback**k) * source[:, :-shift]
    return out


def duck_gain(n: int, times: Sequence[float], depth: float, recovery: float) -> FloatArray:
    """Gain (n,) pushed down by `depth` at each of `times`, back after `recovery` seconds."""
    gain = np.ones(n, dtype=np.float32)
    m = round(recovery * SAMPLE_RATE)
    shape = (1 - depth * (1 - np.linspace(0, 1, m)) ** 1.5).astype(np.float32)
    for time in times:
        start = round(time * SAMPLE_RATE)
        end = min(start + m, n)
        if start < n:
            np.minimum(gain[start:end], shape[: end - start], out=gain[start:end])
    return gain


def colour(y: FloatArray, tilt: float, cutoff: float) -> FloatArray:
    """A spectrum leaning by `tilt` dB from bass to treble around 1 kHz, dull above `cutoff` Hz."""
    if tilt == 0 and cutoff >= 20000:
        return y
    m = 1024
    hz = scipy.fft.rfftfreq(m, 1 / SAMPLE_RATE)
    slope = np.clip(np.log2(np.maximum(hz, 40) / 1000) / 4, -1, 1)
    gain = 10 ** (tilt / 2 * slope / 20) / np.sqrt(1 + (hz / cutoff) ** 8)
    kernel = np.roll(scipy.fft.irfft(gain, m), m // 2) * np.hanning(m)
    padded = np.pad(y, ((0, 0), (0, m // 2)))
    return convolve(padded, np.stack([kernel, kernel]))[:, m // 2 :]


def _blocks(y: FloatArray) -> FloatArray:
    """(2, n_blocks, BLOCK): `y` zero-padded to whole blocks."""
    pad = -y.shape[1] % BLOCK
    padded = np.pad(y, ((0, 0), (0, pad)))
    return padded.reshape(2, -1, BLOCK)


def _spread(gain: FloatArray, n: int) -> FloatArray:
    """Gain per block (k,) → per sample (n,), linear in between."""
    centers = (np.arange(len(gain)) + 0.5) * BLOCK
    return np.interp(np.arange(n), centers, gain).astype(np.float32)


def compress(y: FloatArray, threshold: float, ratio: float, release: float = 0.12) -> FloatArray:
    """Bus compression above `threshold` dBFS (RMS over 10 ms), smooth over `release`."""
    power = np.mean(_blocks(y) ** 2, axis=(0, 2))
    power = uniform_filter1d(power, 7, mode="nearest")
    over = np.maximum(0.0, 10 * np.log10(power + 1e-12) - threshold)
    width = max(1, round(release * SAMPLE_RATE / BLOCK))
    reduction = uniform_filter1d(over, width, mode="nearest") * (1 - 1 / ratio)
    return y * _spread(10 ** (-reduction / 20), y.shape[1])


def saturate(y: FloatArray, drive: float) -> FloatArray:
    """Soft clipping; `drive` 0 leaves the sound alone."""
    if drive <= 0:
        return y
    amount = np.float32(1 + 2 * drive)
    return np.asarray(np.tanh(y * amount) / np.tanh(amount))


def limit(y: FloatArray, ceiling: float = 0.97) -> FloatArray:
    """No sample above `ceiling`: a look-ahead gain that is down before each peak."""
    peak = np.max(np.abs(_blocks(y)), axis=(0, 2))
    peak = maximum_filter1d(peak, 5, mode="nearest")
    gain = np.minimum(1.0, ceiling / np.maximum(peak, 1e-9))
    gain = minimum_filter1d(gain, 41, mode="nearest")
    gain = uniform_filter1d(gain, 21, mode="nearest")
    return np.clip(y * _spread(gain, y.shape[1]), -ceiling, ceiling).astype(np.float32)


def loud_rms(y: FloatArray) -> float:
    """RMS of the loudest tenth of 0.4 s windows: how strong a stem is where it plays."""
    window = round(0.4 * SAMPLE_RATE)
    k = y.shape[1] // window
    if k == 0:
        return float(np.sqrt(np.mean(y**2)))
    power = np.mean(y[:, : k * window].reshape(2, k, window) ** 2, axis=(0, 2))
    playing = power[power > 1e-4 * power.max()] if power.max() > 0 else power
    return float(np.sqrt(np.quantile(playing, 0.9)))
