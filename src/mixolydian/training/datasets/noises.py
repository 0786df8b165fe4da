"""Noise to build from, and steady noises of the world: weather, engines, crowds, water.

Every maker takes (number of samples, sample rate, generator) and gives mono float32 (n,) of
peak about 1. Steady noise repeats seamlessly every few seconds, which no ear will notice
under the slow changes laid over it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from mixolydian.training.datasets.vocal_tract import (
    FORMANTS,
    HOP,
    Mono,
    Throat,
    glottal_source,
    through_tract,
)

Rng = np.random.Generator
LOOP = 2**18


def band(n: int, rate: int, low: float, high: float, slope: float, rng: Rng) -> Mono:
    """Noise of peak 1 between `low` and `high` Hz; its power falls by 3 × `slope` dB/octave."""
    size = min(scipy.fft.next_fast_len(n, real=True), LOOP)
    hz = np.maximum(scipy.fft.rfftfreq(size, 1 / rate), 1.0)
    gain = hz ** (-slope / 2) / np.sqrt((1 + (low / hz) ** 6) * (1 + (hz / high) ** 6))
    spectrum = gain * (rng.standard_normal(len(hz)) + 1j * rng.standard_normal(len(hz)))
    noise = scipy.fft.irfft(spectrum, size)
    return np.resize(noise / np.abs(noise).max(), n).astype(np.float32)


def slow(n: int, rate: int, seconds: float, low: float, high: float, rng: Rng) -> Mono:
    """A random path (n,) between `low` and `high` that turns about every `seconds`."""
    knots = np.arange(0, n + seconds * rate, seconds * rate)
    return np.interp(np.arange(n), knots, rng.uniform(low, high, len(knots))).astype(np.float32)


def scattered(
    n: int, shots: Sequence[NDArray[np.floating]], starts: NDArray[np.int64], rng: Rng
) -> Mono:
    """Shots at the samples `starts`, each of a random kind and height."""
    out = np.zeros(n, dtype=np.float32)
    for start in starts:
        shot = shots[int(rng.integers(len(shots)))][: n - start]
        out[start : start + len(shot)] += (shot * rng.uniform(0.2, 1)).astype(np.float32)
    return out / np.float32(max(float(np.abs(out).max(initial=0.0)), 1e-9))


def moments(n: int, rate: int, per_second: float, rng: Rng) -> NDArray[np.int64]:
    """Random sample numbers, `per_second` of them on average, at least one."""
    count = max(1, int(rng.poisson(per_second * n / rate)))
    return rng.integers(0, max(n - 1, 1), count)


def ringing(rate: int, hz: NDArray[np.float64], seconds: float, rng: Rng) -> Mono:
    """A struck body: sines at `hz` that die away within `seconds`, after a click."""
    t = np.arange(round(seconds * rate)) / rate
    fades = np.exp(-t[None, :] * rng.uniform(4, 10, (len(hz), 1)) / seconds)
    tones = np.sin(2 * np.pi * hz[:, None] * t + rng.uniform(0, 6, (len(hz), 1))) * fades
    click = rng.standard_normal(len(t)) * np.exp(-t / 0.002)
    return np.asarray(tones.sum(axis=0) / len(hz) + 0.5 * click, dtype=np.float32)


# --------------------------------------------------------------------------- steady


def coloured(n: int, rate: int, rng: Rng) -> Mono:
    """White, pink, brown or band noise."""
    low, high = float(rng.uniform(10, 500)), float(rng.uniform(2000, 0.49 * rate))
    return band(n, rate, low, high, float(rng.choice([0.0, 0.5, 1.0, 1.5, 2.0])), rng)


def room_tone(n: int, rate: int, rng: Rng) -> Mono:
    """The quiet of a room: low noise and a trace of mains hum."""
    t = np.arange(n) / rate
    hum = np.sin(2 * np.pi * float(rng.choice([50.0, 60.0])) * t)
    tone = band(n, rate, 20, float(rng.uniform(300, 2000)), 1.2, rng)
    return tone + 0.05 * hum.astype(np.float32)


def wind(n: int, rate: int, rng: Rng) -> Mono:
    """Gusts: low noise whose level and colour wander."""
    gusts = slow(n, rate, float(rng.uniform(0.7, 3)), 0.05, 1.0, rng) ** 2
    low = band(n, rate, 20, float(rng.uniform(150, 400)), 1.0, rng)
    whistle = band(n, rate, float(rng.uniform(400, 700)), float(rng.uniform(700, 1200)), 0, rng)
    return gusts * low + 0.3 * gusts**2 * whistle


def rain(n: int, rate: int, rng: Rng) -> Mono:
    """A hiss of far drops and the ticks of near ones."""
    t = np.arange(round(0.01 * rate)) / rate
    drops = [np.sin(2 * np.pi * f * t) * np.exp(-t / 0.0015) for f in rng.uniform(1500, 7000, 12)]
    near = scattered(n, drops, moments(n, rate, float(rng.uniform(10, 60)), rng), rng)
    hiss = band(n, rate, float(rng.uniform(300, 1500)), float(rng.uniform(6000, 14000)), 0.3, rng)
    return hiss * slow(n, rate, 4.0, 0.6, 1.0, rng) + np.float32(rng.uniform(0.2, 0.8)) * near


def waves(n: int, rate: int, rng: Rng) -> Mono:
    """Surf: noise that swells and falls back every few seconds."""
    period = float(rng.uniform(3, 9)) * slow(n, rate, 8.0, 0.8, 1.2, rng)
    swell = (0.5 - 0.5 * np.cos(2 * np.pi * np.cumsum(1 / (period * rate)))) ** 2
    body = band(n, rate, 40, 900, 1.0, rng)
    foam = band(n, rate, 600, 9000, 0.5, rng)
    return np.asarray((0.15 + swell) * body + 0.6 * swell**2 * foam, dtype=np.float32)


def engine(n: int, rate: int, rng: Rng) -> Mono:
    """A motor: many partials of a low tone that wanders, and its noise beating with it."""
    hz = float(rng.uniform(18, 130)) * slow(n, rate, float(rng.uniform(1, 5)), 0.85, 1.15, rng)
    phase = 2 * np.pi * np.cumsum(hz) / rate
    count, tilt = int(rng.integers(6, 20)), float(rng.uniform(0.4, 1.4))
    table = np.zeros(4096)
    for k in range(1, count):
        turn = np.arange(4096) / 4096 * 2 * np.pi
        table += np.sin(k * turn + rng.uniform(0, 6)) * float(rng.uniform(0.3, 1)) / k**tilt
    tone = table[(phase / (2 * np.pi) * 4096).astype(np.int64) % 4096] / np.abs(table).max()
    noise = band(n, rate, 100, float(rng.uniform(800, 5000)), 0.7, rng)
    return np.asarray(tone + rng.uniform(0.1, 0.8) * noise * (1 + np.sin(phase)), dtype=np.float32)


def applause(n: int, rate: int, rng: Rng) -> Mono:
    """Many hands."""
    m = round(0.025 * rate)
    fades = np.exp(-np.arange(m) / (m / 6))
    claps = [
        band(m, rate, float(f), 3 * float(f), 0, rng) * fades for f in rng.uniform(600, 1800, 8)
    ]
    many = moments(n, rate, float(rng.uniform(40, 250)), rng)
    return scattered(n, claps, many, rng) * slow(n, rate, 3.0, 0.2, 1.0, rng)


def water(n: int, rate: int, rng: Rng) -> Mono:
    """A brook: bubbles, each a short rising tone."""
    bubbles = []
    for _ in range(10):
        t = np.arange(round(float(rng.uniform(0.02, 0.08)) * rate)) / rate
        hz = float(rng.uniform(300, 1600)) * (1 + float(rng.uniform(2, 8)) * t)
        bubbles.append(np.sin(2 * np.pi * np.cumsum(hz) / rate) * np.exp(-t * 60))
    return scattered(n, bubbles, moments(n, rate, float(rng.uniform(15, 70)), rng), rng)


def babble(n: int, rate: int, rng: Rng) -> Mono:
    """A crowd: a few murmuring voices, laid over themselves at several speeds and places."""
    out = np.zeros(n, dtype=np.float32)
    for _ in range(3):
        voice = murmur(min(n, 10 * rate), rate, rng)
        for _ in range(int(rng.integers(2, 5))):
            speed = float(rng.uniform(0.85, 1.2))
            place = np.arange(int(len(voice) / speed)) * speed
            copy = np.interp(place, np.arange(len(voice)), voice).astype(np.float32)
            out += np.float32(rng.uniform(0.2, 1)) * np.roll(
                np.resize(copy, n), int(rng.integers(n))
            )
    return out / np.float32(np.abs(out).max() + 1e-9)


def murmur(n: int, rate: int, rng: Rng) -> Mono:
    """One voice that speaks no words: syllables about four times a second."""
    t = np.arange(n) / rate
    middle = float(rng.uniform(90, 240))
    hz = middle * slow(n, rate, 0.3, 0.85, 1.2, rng).astype(np.float64)
    syllables = np.maximum(np.sin(2 * np.pi * float(rng.uniform(3, 5)) * t), 0) ** 0.7
    syllables *= slow(n, rate, 0.5, -0.3, 1.0, rng).clip(0)
    frames = n // HOP + 2
    vowels = [FORMANTS[v] for v in rng.choice(list("aeiou@"), frames // 30 + 2)]
    knots = np.arange(len(vowels)) * 30
    paths = [np.interp(np.arange(frames), knots, column) for column in np.array(vowels).T]
    throat = Throat(float(rng.uniform(0.95, 1.2)), breath=0.1)
    source = glottal_source(hz, throat, rate, rng) * syllables.astype(np.float32)
    return through_tract(source, np.stack(paths, axis=1), throat, rate)


def dull(y: Mono, rate: int, hz: float) -> Mono:
    """`y` heard from afar: 6 dB per octave less above `hz`."""
    size = scipy.fft.next_fast_len(len(y), real=True)
    gain = 1 / np.sqrt(1 + (scipy.fft.rfftfreq(size, 1 / rate) / hz) ** 2)
    far = scipy.fft.irfft(scipy.fft.rfft(y, size) * gain.astype(np.float32), size)
    return np.asarray(far[: len(y)], dtype=np.float32)


Maker = Callable[[int, int, Rng], Mono]
STEADY: dict[str, Maker] = {
    "coloured": coloured, "room tone": room_tone, "wind": wind, "rain": rain, "waves": waves,
    "engine": engine, "babble": babble, "applause": applause, "water": water,
}  # fmt: skip
"""name → maker of the noises that go on."""
