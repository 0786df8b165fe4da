"""Gestures: risers, downlifters, impacts, reverse cymbals, sub drops, texture and drones.

Each is a sound of its own, float32 (2, n) at 44.1 kHz, brought to 0 dB loudness by what it is
and not by what is around it. The dice of the piece choose the design; a gesture sounds the
same whatever else happens. Textures are loops of whole periods, so that minutes of them cost
no more than seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from zlib import crc32

import numpy as np
import scipy.fft

from mixolydian.core.types import FloatArray
from mixolydian.creation.brief import Brief
from mixolydian.creation.sound.drums import Metal
from mixolydian.creation.sound.filters import band_noise, filtered
from mixolydian.creation.sound.levels import loudness
from mixolydian.creation.sound.shaping import distort
from mixolydian.creation.sound.units import SAMPLE_RATE, gain, sample_of

LOOP = 1 << 18
"""samples of a texture before it repeats (5.9 s)."""
TEXTURES = ("air", "rain", "vinyl", "tape")
MIN_SECONDS = 0.1
ENDS_AT_END = ("riser", "reverse")
"""kinds that lead up to their end; the others begin at their start."""
LEVEL = {"subdrop": -8.0, "impact": 3.0, "reverse": -2.0}
"""dB of a kind against the others (the meter is half deaf to subs)."""


def gesture(kind: str, n: int, brief: Brief, root_hz: float) -> FloatArray:
    """The sound (2, n) of a gesture of `kind` that lasts `n` samples; `root_hz` is the tonic."""
    rng = np.random.default_rng([brief.seed, crc32(kind.encode())])
    sound = _MAKERS[kind](max(n / SAMPLE_RATE, MIN_SECONDS), rng, root_hz)
    span = 4 * SAMPLE_RATE
    heard = sound[:, -span:] if kind in ENDS_AT_END else sound[:, :span]
    return sound * gain(LEVEL.get(kind, 0.0) - loudness(heard, 0.4))


def _rise(n: int, power: float) -> FloatArray:
    """From nothing to 1 within n samples, closed by a 3 ms fade."""
    y = np.linspace(0, 1, n, dtype=np.float32) ** np.float32(power)
    fade = min(n, 132)
    y[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return y


def _climbing_noise(n: int, rng: np.random.Generator, low: float, high: float) -> FloatArray:
    """Noise (2, n) whose band climbs from `low` to `high` Hz through overlapping ones."""
    t = np.linspace(0, 8, n, dtype=np.float32)
    seed = int(rng.integers(1 << 30))
    out = np.zeros((2, n), dtype=np.float32)
    for band, start in enumerate(np.geomspace(low, high, 9)):
        first, last = (np.searchsorted(t, [band - 2.5, band + 2.5])).tolist()
        shape = np.exp(-((t[first:last] - np.float32(band)) ** 2) / np.float32(1.2))
        for side in (0, 1):
            loop = _noise_loop(seed + side, float(start), float(start) * 1.8)
            out[side, first:last] += shape * np.resize(loop, last - first)
    return out


@lru_cache(maxsize=64)
def _noise_loop(seed: int, low: float, high: float) -> FloatArray:
    """Band noise (2¹⁷,) that repeats without a seam."""
    return band_noise(1 << 17, low, high, np.random.default_rng(seed))


def _riser(seconds: float, rng: np.random.Generator, root_hz: float) -> FloatArray:
    n = sample_of(seconds)
    noise = _climbing_noise(n, rng, float(rng.uniform(200, 500)), float(rng.uniform(5000, 9000)))
    design = int(rng.integers(3))
    out = noise * _rise(n, float(rng.uniform(1.0, 2.2)))
    if design > 0:
        octaves = float(rng.choice([1.0, 2.0, 3.0]))
        tone = _gliding_tone(n, 2 * root_hz, octaves, rng) * _rise(n, 1.5)
        out = out * np.float32(0.5 if design == 1 else 0.25) + tone
    return out


def _gliding_tone(n: int, hz: float, octaves: float, rng: np.random.Generator) -> FloatArray:
    """A few detuned partials (2, n) that move by `octaves` from `hz`."""
    t = np.arange(n, dtype=np.float64) / max(n - 1, 1)
    out = np.zeros((2, n), dtype=np.float32)
    for k, level in ((1, 0.5), (2, 0.3), (3, 0.15)):
        for side in (0, 1):
            start = hz * k * 2.0 ** (rng.uniform(-12, 12) / 1200)
            path = np.minimum(start * 2.0 ** (octaves * t), 18000.0)
            phase = np.cumsum(path / SAMPLE_RATE)
            out[side] += np.float32(level) * _sine(phase)
    return out


def _sine(phase: FloatArray) -> FloatArray:
    wrapped = (phase - np.floor(phase)).astype(np.float32)
    return np.asarray(np.sin(np.float32(2 * np.pi) * wrapped))


def _downlifter(seconds: float, rng: np.random.Generator, root_hz: float) -> FloatArray:
    n = sample_of(seconds)
    noise = _climbing_noise(n, rng, 250.0, float(rng.uniform(4000, 8000)))[:, ::-1]
    fall = np.exp(-np.linspace(0, 4, n, dtype=np.float32)) * _ending(n)
    out = noise * fall
    if rng.random() < 0.5:
        out = out + np.float32(0.5) * _gliding_tone(n, 4 * root_hz, -2.0, rng) * fall
    return np.asarray(out)


def _ending(n: int) -> FloatArray:
    """Ones (n,) with a fade over the last tenth."""
    y = np.ones(n, dtype=np.float32)
    fade = max(1, n // 10)
    y[-fade:] = np.linspace(1, 0, fade, dtype=np.float32)
    return y


def _impact(seconds: float, rng: np.random.Generator, root_hz: float) -> FloatArray:
    n = sample_of(max(seconds, 1.2))
    t = np.arange(n, dtype=np.float32) / SAMPLE_RATE
    low = np.float32(rng.uniform(34, 46))
    boom = np.cos(2 * np.pi * (low * t + 4 * (1 - np.exp(-t / np.float32(0.08)))))
    boom = distort(boom * np.exp(-t / np.float32(0.35)), float(rng.uniform(0, 2)))
    top = float(rng.uniform(2500, 8000))
    noise = np.stack([band_noise(n, 120, top, rng) for _ in range(2)])
    noise *= np.exp(-t / np.float32(rng.uniform(0.15, 0.5))) * np.float32(0.4)
    return np.asarray((filtered(boom, 22.0) + noise) * _ending(n), dtype=np.float32)


def _reverse(seconds: float, rng: np.random.Generator, root_hz: float) -> FloatArray:
    n = sample_of(seconds)
    design = Metal(seconds * 0.7, float(rng.uniform(2500, 5000)), float(rng.uniform(0.1, 0.5)))
    sides = [np.resize(design.stroke(rng), n)[::-1] for _ in range(2)]
    return np.asarray(np.stack(sides) * _rise(n, 1.0), dtype=np.float32)


def _subdrop(seconds: float, rng: np.random.Generator, root_hz: float) -> FloatArray:
    n = sample_of(max(seconds, 0.5))
    t = np.arange(n, dtype=np.float64) / SAMPLE_RATE
    span = n / SAMPLE_RATE
    high, low = float(rng.uniform(80, 130)), float(rng.uniform(28, 36))
    path = low + (high - low) * np.exp(-t * 3 / span)
    mono = _sine(np.cumsum(path / SAMPLE_RATE)) * np.exp(-t * 2.5 / span).astype(np.float32)
    return np.stack([mono, mono]) * _ending(n)


def _loop_to(loop: FloatArray, seconds: float) -> FloatArray:
    """A seamless loop (2, m) repeated for `seconds`, faded in and out over up to a second."""
    n = sample_of(seconds)
    y = np.concatenate([np.resize(side, n)[np.newaxis] for side in loop])
    fade = max(1, min(n // 4, SAMPLE_RATE))
    y[:, :fade] *= np.linspace(0, 1, fade + 1, dtype=np.float32)[1:]
    y[:, -fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return y


def _noise(seconds: float, rng: np.random.Generator, root_hz: float) -> FloatArray:
    """Air, rain, vinyl or tape, as the dice decide."""
    kind = str(rng.choice(TEXTURES))
    bands = {"air": (600, 9000), "rain": (1500, 12000), "vinyl": (100, 3000), "tape": (3000, 14000)}
    low, high = bands[kind]
    loop = np.stack([band_noise(LOOP, low, high, rng) for _ in range(2)])
    if kind in ("rain", "vinyl"):
        drops = _crackle(rng, 900 if kind == "rain" else 60)
        loop = np.float32(0.25) * loop + drops
    return _loop_to(loop, seconds)


def _crackle(rng: np.random.Generator, count: int) -> FloatArray:
    """`count` clicks (2, LOOP) of random size, dull in different ways; circular."""
    clicks = np.zeros((2, LOOP), dtype=np.float32)
    for side in (0, 1):
        at = rng.integers(0, LOOP, count)
        clicks[side, at] = rng.exponential(12.0, count) * rng.choice([-1, 1], count)
    hz = scipy.fft.rfftfreq(LOOP, 1 / SAMPLE_RATE)
    shape = (1 / (1 + (hz / 4500) ** 2) * (hz / (hz + 300))).astype(np.float32)
    return np.asarray(scipy.fft.irfft(scipy.fft.rfft(clicks) * shape, LOOP), dtype=np.float32)


def _drone(seconds: float, rng: np.random.Generator, root_hz: float) -> FloatArray:
    """Root and fifth in slow motion; every partial fits the loop a whole number of times."""
    t = np.arange(LOOP, dtype=np.float64) / LOOP
    loop = np.zeros((2, LOOP), dtype=np.float32)
    for ratio, level in ((1, 1.0), (1.5, 0.4), (2, 0.6), (3, 0.3), (4, 0.2), (5, 0.08)):
        for side in (0, 1):
            turns = round(root_hz * ratio * LOOP / SAMPLE_RATE) + int(rng.integers(-1, 2))
            sway = 1 + 0.5 * np.sin(2 * np.pi * (int(rng.integers(1, 4)) * t + rng.random()))
            loop[side] += (level * sway).astype(np.float32) * _sine(turns * t + rng.random())
    return _loop_to(loop, seconds)


_MAKERS: dict[str, Callable[[float, np.random.Generator, float], FloatArray]] = {
    "riser": _riser,
    "downlifter": _downlifter,
    "impact": _impact,
    "reverse": _reverse,
    "subdrop": _subdrop,
    "noise": _noise,
    "drone": _drone,
}
