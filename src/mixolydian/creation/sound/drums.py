"""Drum one-shots: every kit builds its sounds from sines, noise and clicks.

Samples are float32 mono (n,) at `synth.SAMPLE_RATE`; each begins with its attack on the
very first sample, so a stroke placed on the grid is heard on the grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.fft

from mixolydian.core.types import FloatArray
from mixolydian.creation.sound.synth import SAMPLE_RATE


@dataclass(frozen=True)
class Kick:
    """A falling sine with a click: `low` and `high` Hz, `bend` and `length` in seconds."""

    low: float = 50.0
    high: float = 260.0
    bend: float = 0.03
    length: float = 0.3
    click: float = 0.4
    drive: float = 1.0


@dataclass(frozen=True)
class Snare:
    """Two shell modes and a noise band; lengths in seconds."""

    tone: float = 190.0
    body: float = 0.5
    noise_low: float = 1200.0
    noise_high: float = 9000.0
    length: float = 0.16
    gated: bool = False


KICKS: dict[str, tuple[Kick, ...]] = {
    "club": (Kick(48, 300, 0.025, 0.28, 0.5, 1.5), Kick(52, 220, 0.035, 0.24, 0.3, 1.0)),
    "techno": (Kick(45, 350, 0.03, 0.4, 0.35, 2.5), Kick(50, 280, 0.025, 0.3, 0.6, 3.0)),
    "hardcore": (Kick(55, 420, 0.05, 0.26, 0.8, 12.0), Kick(60, 500, 0.04, 0.24, 0.7, 8.0)),
    "808": (Kick(44, 150, 0.03, 0.5, 0.4, 1.2), Kick(48, 180, 0.04, 0.4, 0.3, 2.0)),
    "breaks": (Kick(62, 180, 0.02, 0.15, 0.7, 1.2), Kick(56, 240, 0.02, 0.18, 0.6, 1.5)),
    "dubstep": (Kick(52, 300, 0.03, 0.25, 0.6, 2.0), Kick(48, 260, 0.03, 0.28, 0.5, 2.5)),
    "lofi": (Kick(58, 140, 0.03, 0.2, 0.3, 1.0), Kick(54, 160, 0.025, 0.22, 0.4, 1.5)),
    "acoustic": (Kick(64, 130, 0.015, 0.18, 0.6, 0.6), Kick(70, 150, 0.012, 0.16, 0.8, 0.5)),
    "eighties": (Kick(55, 200, 0.02, 0.22, 0.7, 1.0), Kick(60, 230, 0.02, 0.2, 0.5, 1.2)),
}
SNARES: dict[str, tuple[Snare, ...]] = {
    "club": (Snare(200, 0.4), Snare(180, 0.3, 1500, 12000, 0.13)),
    "techno": (Snare(210, 0.3, 2000, 12000, 0.1), Snare(170, 0.4, 900, 8000, 0.14)),
    "hardcore": (Snare(220, 0.5, 1000, 10000, 0.12), Snare(200, 0.4)),
    "808": (Snare(185, 0.6, 1800, 12000, 0.12), Snare(210, 0.5, 1000, 10000, 0.18)),
    "breaks": (Snare(230, 0.6, 900, 8000, 0.12), Snare(205, 0.5, 1500, 9000, 0.15)),
    "dubstep": (Snare(195, 0.7, 900, 10000, 0.25), Snare(220, 0.6, 1200, 12000, 0.2)),
    "lofi": (Snare(180, 0.5, 700, 5000, 0.13), Snare(200, 0.4, 900, 6000, 0.16)),
    "acoustic": (Snare(190, 0.6, 1000, 9000, 0.18), Snare(220, 0.5, 1500, 11000, 0.15)),
    "eighties": (Snare(180, 0.6, 800, 9000, 0.32, True), Snare(170, 0.5, 1000, 9000, 0.26, True)),
}


def band_noise(n: int, low: float, high: float, rng: np.random.Generator) -> FloatArray:
    """Noise (n,) of unit RMS between `low` and `high` Hz with soft edges."""
    m = scipy.fft.next_fast_len(n, real=True)
    spectrum = scipy.fft.rfft(rng.standard_normal(m, dtype=np.float32))
    hz = scipy.fft.rfftfreq(m, 1 / SAMPLE_RATE).astype(np.float32)
    shape = 1 / np.sqrt((1 + (low / np.maximum(hz, 1.0)) ** 8) * (1 + (hz / high) ** 8))
    y = scipy.fft.irfft(spectrum * shape, m)[:n]
    return np.asarray(y / (np.sqrt(np.mean(y**2)) + 1e-9), dtype=np.float32)


def _decay(n: int, seconds: float) -> FloatArray:
    """Exponential decay (n,) to −60 dB in about 7 × `seconds` / 5, closed by a short fade."""
    y = np.exp(-5 * np.arange(n) / (seconds * SAMPLE_RATE))
    fade = min(n, 128)
    y[n - fade :] *= np.linspace(1, 0, fade)
    return np.asarray(y, dtype=np.float32)


def _samples(seconds: float) -> int:
    return max(256, round(seconds * SAMPLE_RATE))


def kick(spec: Kick, rng: np.random.Generator) -> FloatArray:
    """A kick; its cosine starts at the crest, so the onset is sample 0."""
    n = _samples(spec.length * 1.4)
    t = np.arange(n) / SAMPLE_RATE
    phase = spec.low * t + (spec.high - spec.low) * spec.bend * (1 - np.exp(-t / spec.bend))
    y = np.cos(2 * np.pi * phase) * _decay(n, spec.length * 1.3)
    click = rng.standard_normal(n) * np.exp(-t / 0.0012) * spec.click
    y = np.tanh((y + click) * (1 + spec.drive)) / np.tanh(1 + spec.drive)
    return np.asarray(y * _decay(n, spec.length * 3), dtype=np.float32)


def snare(spec: Snare, rng: np.random.Generator) -> FloatArray:
    """A snare drum."""
    n = _samples(spec.length * 1.5)
    t = np.arange(n) / SAMPLE_RATE
    bend = 1 + 0.3 * np.exp(-t / 0.01)
    tone = np.cos(2 * np.pi * spec.tone * bend * t) + 0.6 * np.cos(2 * np.pi * 1.7 * spec.tone * t)
    noise = band_noise(n, spec.noise_low, spec.noise_high, rng)
    shape = np.ones(n) if spec.gated else _decay(n, spec.length * 1.5)
    y = spec.body * tone * _decay(n, 0.1) + (0.7 - 0.3 * spec.body) * noise * shape
    return np.tanh(1.4 * y * _decay(n, spec.length * (6 if spec.gated else 2.5))).astype(np.float32)


def clap(rng: np.random.Generator, length: float = 0.16) -> FloatArray:
    """Four bursts 9 ms apart and a tail."""
    n = _samples(length * 1.6)
    t = np.arange(n) / SAMPLE_RATE
    shape = sum(np.where(t >= d, np.exp(-(t - d) / 0.004), 0) for d in (0, 0.009, 0.018))
    shape = shape + np.where(t >= 0.027, np.exp(-(t - 0.027) / (length / 3)), 0)
    return (0.45 * band_noise(n, 900, 6500, rng) * shape).astype(np.float32)


def metal(rng: np.random.Generator, length: float, low: float, tone: float = 0.4) -> FloatArray:
    """Hats and cymbals: inharmonic squares and noise above `low` Hz."""
    n = _samples(length * 1.4)
    t = np.arange(n) / SAMPLE_RATE
    base = rng.uniform(480, 620)
    ratios = (1.0, 1.34, 1.72, 2.23, 2.66, 3.41)
    squares = sum(np.sign(np.sin(2 * np.pi * base * r * t)) for r in ratios) / 3
    spectrum = scipy.fft.rfft(squares * tone + rng.standard_normal(n) * (1 - tone))
    hz = scipy.fft.rfftfreq(n, 1 / SAMPLE_RATE)
    spectrum *= 1 / np.sqrt(1 + (low / np.maximum(hz, 1)) ** 8)
    y = scipy.fft.irfft(spectrum, n)
    level = 0.5 / (np.std(y[: n // 2]) + 1e-9)
    return np.asarray(level * y * _decay(n, length * 1.3), dtype=np.float32)


def tom(rng: np.random.Generator, hz: float) -> FloatArray:
    """A tom: a gently falling sine with some skin."""
    n = _samples(0.3)
    t = np.arange(n) / SAMPLE_RATE
    y = np.cos(2 * np.pi * (hz * t + hz * 0.5 * 0.03 * (1 - np.exp(-t / 0.03))))
    skin = band_noise(n, 200, 3000, rng) * np.exp(-t / 0.01) * 0.3
    return np.asarray((y + skin) * _decay(n, 0.3), dtype=np.float32)


def blip(rng: np.random.Generator, hz: float, length: float, noise: float) -> FloatArray:
    """Small percussion: two modes and a tick (rim, conga, wood, cowbell by pitch and length)."""
    n = _samples(length * 1.5)
    t = np.arange(n) / SAMPLE_RATE
    y = np.cos(2 * np.pi * hz * t) + 0.5 * np.cos(2 * np.pi * hz * 1.48 * t)
    tick = band_noise(n, 1500, 9000, rng) * np.exp(-t / 0.004) * noise
    return (0.6 * (y + tick) * _decay(n, length * 1.3)).astype(np.float32)


def shaker(rng: np.random.Generator) -> FloatArray:
    """A shake of 60 ms with a soft but immediate start."""
    n = _samples(0.09)
    t = np.arange(n) / SAMPLE_RATE
    shape = (0.3 + 0.7 * np.minimum(1, t / 0.008)) * np.exp(-t / 0.022)
    return (0.5 * band_noise(n, 4000, 12000, rng) * shape).astype(np.float32)


def make_kit(name: str, rng: np.random.Generator) -> dict[str, FloatArray]:
    """All lanes of kit `name` → one-shot; `rng` chooses among designs and detunes them."""
    bright = float(rng.uniform(0.8, 1.25))
    kicks, snares = KICKS[name], SNARES[name]
    closed, opened = float(rng.uniform(0.03, 0.07)), float(rng.uniform(0.14, 0.3))
    tone = float(rng.uniform(0.1, 0.6))
    return {
        "kick": kick(kicks[int(rng.integers(len(kicks)))], rng),
        "snare": snare(snares[int(rng.integers(len(snares)))], rng),
        "clap": clap(rng, float(rng.uniform(0.1, 0.24))),
        "hat": metal(rng, closed, 7000 * bright, tone),
        "open": metal(rng, opened, 6000 * bright, tone),
        "ride": metal(rng, float(rng.uniform(0.4, 0.8)), 4000 * bright, 0.6),
        "crash": metal(rng, 1.8, 2500 * bright, 0.3),
        "tom": tom(rng, float(rng.uniform(85, 160))),
        "perc": blip(rng, float(rng.uniform(250, 1100)), float(rng.uniform(0.05, 0.15)), 0.5),
        "rim": blip(rng, float(rng.uniform(700, 1700)), 0.04, 1.2),
        "cowbell": blip(rng, 560 * bright, 0.18, 0.3),
        "shaker": shaker(rng),
    }


LANE_LEVEL = {
    "kick": 1.0, "snare": 0.8, "clap": 0.75, "hat": 0.32, "open": 0.36, "ride": 0.25, "crash": 0.4,
    "tom": 0.6, "perc": 0.35, "rim": 0.45, "cowbell": 0.25, "shaker": 0.3,
}  # fmt: skip
LANE_PAN = {
    "hat": 0.15, "open": -0.1, "ride": 0.3, "perc": -0.35, "shaker": 0.4, "tom": -0.2,
    "cowbell": 0.3,
}  # fmt: skip
