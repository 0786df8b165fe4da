"""Degraded copies of a sound: low-rate mp3, noise, a telephone line. Timing is kept exactly."""

from __future__ import annotations

import io

import av
import numpy as np
import scipy.fft
from numpy.typing import NDArray

Samples = NDArray[np.float32]
VARIANTS = ("mp3_64", "noise", "telephone")


def degrade(y: Samples, sample_rate: int, variant: str, seed: int) -> Samples:
    """`y` (2, n) as `variant` of `VARIANTS` would leave it; same length and timing."""
    rng = np.random.default_rng([seed, VARIANTS.index(variant)])
    if variant == "mp3_64":
        return mp3_round_trip(y, sample_rate, 64_000)
    if variant == "noise":
        return add_noise(y, float(rng.uniform(10, 20)), rng)
    return telephone(y, sample_rate)


def add_noise(y: Samples, snr_db: float, rng: np.random.Generator) -> Samples:
    """White or pinkish noise at `snr_db` below the mean power of `y`."""
    n = y.shape[1]
    spectrum = scipy.fft.rfft(rng.standard_normal(y.shape), axis=1)
    colour = float(rng.choice([0.0, 0.5]))
    spectrum /= np.maximum(np.arange(spectrum.shape[1]), 50) ** colour
    noise = scipy.fft.irfft(spectrum, n, axis=1)
    gain = np.sqrt(np.mean(y**2) / np.mean(noise**2)) * 10 ** (-snr_db / 20)
    return fit(y + gain * noise)


def telephone(y: Samples, sample_rate: int, low: float = 300.0, high: float = 3400.0) -> Samples:
    """Mono, 300–3400 Hz, slightly clipped and with quantisation of 8 bits."""
    mono = y.mean(axis=0)
    spectrum = scipy.fft.rfft(mono)
    hz = scipy.fft.rfftfreq(len(mono), 1 / sample_rate)
    spectrum *= 1 / np.sqrt((1 + (low / np.maximum(hz, 1)) ** 12) * (1 + (hz / high) ** 24))
    line = scipy.fft.irfft(spectrum, len(mono))
    line = np.clip(line / (4 * np.std(line) + 1e-9), -1, 1)
    line = np.round(line * 127) / 127 * 0.8
    return np.stack([line, line]).astype(np.float32)


def fit(y: NDArray[np.floating]) -> Samples:
    """`y` scaled down, if needed, so that nothing clips."""
    return (y * min(1.0, 0.98 / max(float(np.abs(y).max()), 1e-9))).astype(np.float32)


def mp3_round_trip(y: Samples, sample_rate: int, bit_rate: int) -> Samples:
    """`y` through libmp3lame and back, the codec's delay taken out by correlation."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=sample_rate)
        stream.layout = "stereo"
        stream.format = "fltp"
        stream.bit_rate = bit_rate
        for start in range(0, y.shape[1], 1152 * 64):
            block = np.ascontiguousarray(y[:, start : start + 1152 * 64])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            frame.sample_rate = sample_rate
            frame.pts = start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    buffer.seek(0)
    with av.open(buffer) as container:
        blocks = [f.to_ndarray() for f in container.decode(audio=0)]
    decoded = np.concatenate(blocks, axis=1)
    return fit(_aligned(decoded, y))


def _aligned(decoded: Samples, y: Samples) -> Samples:
    """`decoded` moved onto `y` by the lag of highest correlation within ±5000 samples."""
    span = slice(y.shape[1] // 2, y.shape[1] // 2 + 2**18)
    a, b = y[0, span], decoded[0, span]
    m = min(len(a), len(b))
    size = 2 * m
    cross = scipy.fft.irfft(
        np.conj(scipy.fft.rfft(a[:m], size)) * scipy.fft.rfft(b[:m], size), size
    )
    lags = np.concatenate([np.arange(0, 5000), np.arange(-5000, 0)])
    lag = int(lags[np.argmax(cross[lags])])
    n = y.shape[1]
    moved = decoded[:, lag:] if lag >= 0 else np.pad(decoded, ((0, 0), (-lag, 0)))
    return np.pad(moved[:, :n], ((0, 0), (0, max(0, n - moved.shape[1]))))
