"""Noises that come and go: machines, steps, animals, alarms, knocks, thunder.

Makers as in `noises`: (number of samples, sample rate, generator) → mono float32 (n,).
"""

from __future__ import annotations

import numpy as np

from mixolydian.training.datasets.noises import (
    Maker,
    Rng,
    band,
    engine,
    moments,
    rain,
    ringing,
    scattered,
    slow,
)
from mixolydian.training.datasets.vocal_tract import Mono


def machine(n: int, rate: int, rng: Rng) -> Mono:
    """A machine that clanks again and again, over its own hiss."""
    bodies = [ringing(rate, rng.uniform(150, 5000, 7), float(rng.uniform(0.05, 0.4)), rng)]
    bodies.append(ringing(rate, rng.uniform(80, 900, 5), float(rng.uniform(0.05, 0.3)), rng))
    period = float(rng.uniform(0.15, 1.8))
    starts = np.arange(0.0, n / rate, period)
    starts += rng.normal(0, float(rng.uniform(0.0, 0.03)) * period, len(starts))
    clanks = scattered(n, bodies, np.clip(starts * rate, 0, n - 1).astype(np.int64), rng)
    return clanks + np.float32(rng.uniform(0.05, 0.4)) * engine(n, rate, rng)


def footsteps(n: int, rate: int, rng: Rng) -> Mono:
    """Steps on some ground, walking or running, with pauses."""
    m = round(float(rng.uniform(0.05, 0.14)) * rate)
    high = float(rng.uniform(400, 4000))
    fades = np.exp(-np.arange(m) / (m / 5))
    steps = [band(m, rate, 60, high, 0.5, rng) * fades for _ in range(4)]
    walk = np.cumsum(rng.normal(float(rng.uniform(0.32, 0.75)), 0.02, int(n / rate * 3) + 2))
    walk = walk[(walk % 11) < 8]
    return scattered(n, steps, (walk[walk < n / rate] * rate).astype(np.int64), rng)


def birds(n: int, rate: int, rng: Rng) -> Mono:
    """Chirps and trills between 2 and 8 kHz."""
    calls = []
    for _ in range(int(rng.integers(2, 6))):
        t = np.arange(round(float(rng.uniform(0.04, 0.35)) * rate)) / rate
        start, sweep = float(rng.uniform(2000, 6000)), float(rng.uniform(-9000, 9000))
        trill = float(rng.uniform(0, 500)) * np.sin(2 * np.pi * float(rng.uniform(15, 50)) * t)
        hz = np.clip(start + sweep * t + trill, 1500, 0.45 * rate)
        calls.append(np.sin(2 * np.pi * np.cumsum(hz) / rate) * np.hanning(len(t)))
    return scattered(n, calls, moments(n, rate, float(rng.uniform(0.5, 5)), rng), rng)


def insects(n: int, rate: int, rng: Rng) -> Mono:
    """Crickets: a high tone switched on and off."""
    t = np.arange(n) / rate
    tone = np.sin(2 * np.pi * float(rng.uniform(2500, 7000)) * t)
    pulse = np.maximum(np.sin(2 * np.pi * float(rng.uniform(12, 60)) * t), 0)
    gate = np.sin(2 * np.pi * float(rng.uniform(0.3, 2)) * t) > float(rng.uniform(-0.5, 0.5))
    return np.asarray(tone * pulse * gate, dtype=np.float32)


def alarms(n: int, rate: int, rng: Rng) -> Mono:
    """Beeps at a fixed rate, or a siren."""
    t = np.arange(n) / rate
    hz = float(rng.uniform(400, 3500))
    if rng.random() < 0.5:
        swing = float(rng.uniform(0.1, 0.5)) * np.sin(2 * np.pi * float(rng.uniform(0.15, 6)) * t)
        siren = np.sin(2 * np.pi * np.cumsum(hz * (1 + swing)) / rate)
        return np.asarray(np.tanh(2 * siren), dtype=np.float32)
    period = float(rng.uniform(0.15, 1.5))
    on = (t % period) < period * float(rng.uniform(0.2, 0.6))
    pause = (t % (4 * period)) < float(rng.choice([2, 3, 4])) * period
    return np.asarray(np.sign(np.sin(2 * np.pi * hz * t)) * on * pause * 0.7, dtype=np.float32)


def clicks(n: int, rate: int, rng: Rng) -> Mono:
    """Typing, ticking, dripping: short knocks now and then."""
    knocks = [
        ringing(rate, rng.uniform(600, 6000, 3), float(rng.uniform(0.01, 0.06)), rng)
        for _ in range(5)
    ]
    return scattered(n, knocks, moments(n, rate, float(rng.uniform(0.5, 9)), rng), rng)


def thunder(n: int, rate: int, rng: Rng) -> Mono:
    """Rolling thunder over rain."""
    out = 0.3 * rain(n, rate, rng)
    for start in moments(n, rate, 0.06, rng):
        m = min(round(float(rng.uniform(2, 6)) * rate), n - int(start))
        if m > rate:
            roll = band(m, rate, 20, float(rng.uniform(120, 400)), 1.0, rng)
            out[start : start + m] += roll * slow(m, rate, 0.3, 0.2, 1.0, rng) * np.hanning(m)
    return np.asarray(out, dtype=np.float32)


EVENTS: dict[str, Maker] = {
    "machine": machine, "footsteps": footsteps, "birds": birds, "insects": insects,
    "alarms": alarms, "clicks": clicks, "thunder": thunder,
}  # fmt: skip
"""name → maker of the noises that happen."""
