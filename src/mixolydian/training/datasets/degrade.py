"""Damage to a sound that keeps its timing exactly: noise, telephone, vinyl, room, clipping.

All take and give float32 (2, n); every random choice comes from the generator given.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from mixolydian.training.datasets.codecs import aligned, mp3_round_trip
from mixolydian.training.datasets.item import Samples
from mixolydian.training.datasets.levels import limited
from mixolydian.training.datasets.rooms import convolve, small_room

VARIANTS = ("mp3_64", "noise", "telephone")
"""The damages of the accuracy benchmark's crates."""
__all__ = ["VARIANTS", "add_noise", "aligned", "degrade", "fit", "mp3_round_trip", "telephone"]


def degrade(y: Samples, sample_rate: int, variant: str, seed: int) -> Samples:
    """`y` (2, n) as `variant` of `VARIANTS` would leave it; same length and timing."""
    rng = np.random.default_rng([seed, VARIANTS.index(variant)])
    if variant == "mp3_64":
        return fit(mp3_round_trip(y, sample_rate, 64_000))
    if variant == "noise":
        return add_noise(y, float(rng.uniform(10, 20)), rng)
    return telephone(y, sample_rate)


def fit(y: NDArray[np.floating[Any]]) -> Samples:
    """`y` scaled down, if needed, so that nothing clips."""
    return (y * min(1.0, 0.98 / max(float(np.abs(y).max()), 1e-9))).astype(np.float32)


def add_noise(y: Samples, snr_db: float, rng: np.random.Generator) -> Samples:
    """White or pinkish noise at `snr_db` below the mean power of `y`."""
    n = y.shape[1]
    size = scipy.fft.next_fast_len(n, real=True)
    white = rng.standard_normal((y.shape[0], size), dtype=np.float32)
    spectrum = scipy.fft.rfft(white, axis=1)
    colour = float(rng.choice([0.0, 0.5]))
    spectrum /= np.maximum(np.arange(spectrum.shape[1]), 50) ** colour
    noise = scipy.fft.irfft(spectrum, size, axis=1)[:, :n]
    gain = np.sqrt(np.mean(y**2) / np.mean(noise**2)) * 10 ** (-snr_db / 20)
    return fit(y + gain * noise)


def _filtered(y: Samples, sample_rate: int, low: float, high: float, order: int) -> Samples:
    """Zero-phase band-pass with slopes of 6 × `order` dB per octave (2 × `order` above)."""
    n = y.shape[1]
    size = scipy.fft.next_fast_len(n, real=True)
    hz = scipy.fft.rfftfreq(size, 1 / sample_rate)
    below = (low / np.maximum(hz, 1)) ** (2 * order)
    gain = 1 / np.sqrt((1 + below) * (1 + (hz / high) ** (4 * order)))
    spectrum = scipy.fft.rfft(y, size, axis=1) * gain.astype(np.float32)
    return np.asarray(scipy.fft.irfft(spectrum, size, axis=1)[:, :n], dtype=np.float32)


def band_limit(y: Samples, sample_rate: int, low: float, high: float) -> Samples:
    """Only `low` … `high` Hz are left: a small loudspeaker, an old tape, a cheap microphone."""
    return fit(_filtered(y, sample_rate, low, high, 4))


def telephone(y: Samples, sample_rate: int, low: float = 300.0, high: float = 3400.0) -> Samples:
    """Mono, 300–3400 Hz, slightly clipped and with quantisation of 8 bits."""
    mono = y.mean(axis=0)
    size = scipy.fft.next_fast_len(len(mono), real=True)
    spectrum = scipy.fft.rfft(mono, size)
    hz = scipy.fft.rfftfreq(size, 1 / sample_rate)
    spectrum *= 1 / np.sqrt((1 + (low / np.maximum(hz, 1)) ** 12) * (1 + (hz / high) ** 24))
    line = scipy.fft.irfft(spectrum, size)[: len(mono)]
    line = np.clip(line / (4 * np.std(line) + 1e-9), -1, 1)
    line = np.round(line * 127) / 127 * 0.8
    return np.stack([line, line]).astype(np.float32)


def room(y: Samples, sample_rate: int, rng: np.random.Generator) -> Samples:
    """A small to middling room: the direct sound on time, a few early echoes, a short tail."""
    return fit(convolve(y, small_room(sample_rate, rng)))


def mastered(y: Samples, drive_db: float, hard: bool) -> Samples:
    """Pushed `drive_db` beyond full scale into a clipper (`hard`) or a limiter."""
    pushed = y * np.float32(10 ** (drive_db / 20) / max(float(np.abs(y).max()), 1e-6))
    return np.clip(pushed, -0.98, 0.98) if hard else limited(pushed)


def vinyl(y: Samples, sample_rate: int, rng: np.random.Generator) -> Samples:
    """Crackle, hum, rumble and a wow whose time error stays below 0.3 ms."""
    n = y.shape[1]
    level = float(np.sqrt(np.mean(y**2))) + 1e-6
    turned = wow(y, sample_rate, float(rng.uniform(0, 0.0003)), float(rng.uniform(0, 6)))
    noise = crackle(n, sample_rate, float(rng.uniform(2, 40)), rng) * level
    t = np.arange(n) / sample_rate
    mains = float(rng.choice([50.0, 60.0]))
    partials = np.array([[1], [2], [3], [5]])
    hum = np.sum(np.sin(2 * np.pi * mains * partials * t + partials) / partials, axis=0)
    hum *= level * 10 ** (float(rng.uniform(-50, -30)) / 20)
    return fit(turned + noise + hum)


def wow(y: Samples, sample_rate: int, seconds: float, phase: float) -> Samples:
    """`y` read up to `seconds` early or late, once per turn of a record at 33⅓ rpm."""
    n = y.shape[1]
    place = np.arange(n, dtype=np.float64)
    place += seconds * sample_rate * np.sin(2 * np.pi * place / sample_rate * 33.333 / 60 + phase)
    place = np.clip(place, 1, n - 3)
    at = place.astype(np.int64)
    x = (place - at).astype(np.float32)
    before, here, after, later = (y[:, at + k] for k in (-1, 0, 1, 2))
    # Catmull-Rom interpolation: flat to a few kHz, where a worn record has lost the rest anyway
    a = 1.5 * (here - after) + 0.5 * (later - before)
    b = before - 2.5 * here + 2 * after - 0.5 * later
    return np.asarray(((a * x + b) * x + 0.5 * (after - before)) * x + here, dtype=np.float32)


def crackle(n: int, sample_rate: int, per_second: float, rng: np.random.Generator) -> Samples:
    """Ticks of random height (2, n), of about the level of the music at their highest."""
    out = np.zeros((2, n), dtype=np.float32)
    ticks = int(rng.poisson(per_second * n / sample_rate))
    shape = np.exp(-np.arange(24) / 5) * np.cos(np.arange(24) * 1.3)
    for start in rng.integers(0, max(n - 24, 1), ticks):
        height = float(rng.lognormal(-2.5, 1.0)) * rng.uniform(-1, 1, (2, 1))
        out[:, start : start + 24] += (height * shape)[:, : n - start].astype(np.float32)
    return out
