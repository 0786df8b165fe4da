"""Drum strokes: kicks, snares, claps, metal and small percussion, each from its own design.

A stroke is float32 (n,) at 44.1 kHz and begins with its attack on the very first sample, so
a stroke placed on the grid is heard on the grid. `rng` decides what differs from stroke to
stroke (noise, a touch of tuning); everything else stands in the design. Lengths are seconds
until the stroke has all but died away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.creation.sound.filters import band_noise, filtered
from mixolydian.creation.sound.shaping import distort
from mixolydian.creation.sound.units import SAMPLE_RATE
from mixolydian.creation.sound.waves import N_CUTOFFS, cycle


def _time(seconds: float) -> FloatArray:
    return np.arange(max(256, round(seconds * SAMPLE_RATE)), dtype=np.float32) / SAMPLE_RATE


def _decay(t: FloatArray, seconds: float) -> FloatArray:
    """Exponential decay by 43 dB in `seconds`, closed by a short fade."""
    y = np.exp(-5 * t / np.float32(seconds))
    fade = min(len(t), 256)
    y[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return np.asarray(y, dtype=np.float32)


def _burst(t: FloatArray, seconds: float) -> FloatArray:
    return np.asarray(np.exp(-t / np.float32(seconds)))


def _cosine(cycles: FloatArray) -> FloatArray:
    return np.asarray(np.cos(np.float32(2 * np.pi) * cycles))


@dataclass(frozen=True)
class Kick:
    """A falling sine with a click: from `high` to `low` Hz, `bend` its time constant."""

    low: float = 50.0
    high: float = 260.0
    bend: float = 0.03
    length: float = 0.3
    click: float = 0.4
    drive: float = 1.0
    hold: float = 0.0
    """seconds at full level before the decay."""
    dull: float = 0.0
    """Hz above which the stroke is cut; 0 leaves it bright."""

    def stroke(self, rng: np.random.Generator) -> FloatArray:
        t = _time(self.length * 1.4 + self.hold)
        fall = (self.high - self.low) * self.bend * (1 - _burst(t, self.bend))
        level = _decay(np.maximum(0, t - np.float32(self.hold)), self.length * 1.3)
        y: FloatArray = _cosine(np.float32(self.low) * t + fall.astype(np.float32)) * level
        click = rng.standard_normal(len(t), dtype=np.float32) * _burst(t, 0.0012)
        y = distort(y + np.float32(self.click) * click, self.drive)
        y = filtered(y, 22.0, self.dull) * _decay(t, self.length * 3 + 2 * self.hold)
        return np.asarray(y, dtype=np.float32)


@dataclass(frozen=True)
class Snare:
    """Two modes of the shell and the wires' noise."""

    tone: float = 190.0
    body: float = 0.5
    """share of the shell, 0–1."""
    noise_low: float = 1200.0
    noise_high: float = 9000.0
    length: float = 0.16
    gated: bool = False
    drive: float = 0.4
    clap: float = 0.0
    """level of a clap layered with it."""

    def stroke(self, rng: np.random.Generator) -> FloatArray:
        t = _time(self.length * 1.5)
        tone = np.float32(self.tone * (1 + 0.004 * rng.standard_normal()))
        bend = tone * (t + np.float32(0.006) * (1 - _burst(t, 0.02)))
        shell = _cosine(bend) + np.float32(0.6) * _cosine(np.float32(1.7) * bend)
        wires = band_noise(len(t), self.noise_low, self.noise_high, rng)
        shape = np.ones_like(t) if self.gated else _decay(t, self.length * 1.5)
        y: FloatArray = np.float32(self.body) * shell * _decay(t, 0.1)
        y += np.float32(0.7 - 0.3 * self.body) * wires * shape
        if self.clap:
            y += np.float32(self.clap) * Clap(self.length).stroke(rng)[: len(t)]
        y = distort(y * _decay(t, self.length * (6 if self.gated else 2.5)), self.drive)
        return np.asarray(filtered(y, 90.0) * _decay(t, 10.0), dtype=np.float32)


@dataclass(frozen=True)
class Clap:
    """Bursts of noise `spacing` seconds apart and a tail."""

    length: float = 0.16
    spacing: float = 0.009
    bursts: int = 3
    low: float = 900.0
    high: float = 6500.0

    def stroke(self, rng: np.random.Generator) -> FloatArray:
        t = _time(self.length * 1.6)
        shape = np.zeros_like(t)
        for k in range(self.bursts):
            since = t - np.float32(k * self.spacing)
            shape += np.where(since >= 0, _burst(since, 0.004), 0)
        since = t - np.float32(self.bursts * self.spacing)
        shape += np.where(since >= 0, _burst(since, self.length / 3), 0)
        noise = band_noise(len(t), self.low, self.high, rng)
        return np.asarray(noise * shape * _decay(t, self.length * 4), dtype=np.float32)


RATIOS = (1.0, 1.34, 1.72, 2.23, 2.66, 3.41)
"""frequencies of the six squares of an analogue cymbal against the lowest."""


@dataclass(frozen=True)
class Metal:
    """Hats and cymbals: inharmonic squares and noise above `low` Hz."""

    length: float = 0.05
    low: float = 7000.0
    tone: float = 0.4
    """share of the squares, 0–1; the rest is noise."""
    base: float = 540.0
    attack: float = 0.0
    """level of a harder tick at the start."""
    high: float = 17500.0

    def stroke(self, rng: np.random.Generator) -> FloatArray:
        t = _time(self.length * 1.4)
        y = np.float32(1 - self.tone) * rng.standard_normal(len(t), dtype=np.float32)
        if self.tone:
            y += np.float32(self.tone / 2) * _squares(self.base, len(t), rng)
        y = filtered(filtered(y, self.low, self.high), self.low)
        shape = _decay(t, self.length * 1.3) * (1 + np.float32(self.attack) * _burst(t, 0.003))
        return np.asarray(y * shape, dtype=np.float32)


def _squares(base: float, n: int, rng: np.random.Generator) -> FloatArray:
    """Six band-limited squares (n,) at `RATIOS` of `base` Hz."""
    y = np.zeros(n, dtype=np.float32)
    step = np.arange(n, dtype=np.float64)
    for ratio in RATIOS:
        hz = base * ratio
        table = cycle("square", round(hz, 1), 0.0, 0.7, N_CUTOFFS - 1)
        at = (step * (hz / SAMPLE_RATE) + rng.random()) * len(table)
        y += table.take(at.astype(np.int64) & (len(table) - 1))
    return y


@dataclass(frozen=True)
class Tom:
    """A gently falling sine with some skin."""

    hz: float = 110.0
    length: float = 0.35
    skin: float = 0.3
    bend: float = 0.5

    def stroke(self, rng: np.random.Generator) -> FloatArray:
        t = _time(self.length)
        fall = np.float32(self.hz * self.bend * 0.03) * (1 - _burst(t, 0.03))
        y = _cosine(np.float32(self.hz) * t + fall)
        y += np.float32(self.skin) * band_noise(len(t), 200, 3000, rng) * _burst(t, 0.01)
        return np.asarray(filtered(y * _decay(t, self.length), 40.0), dtype=np.float32)


@dataclass(frozen=True)
class Blip:
    """Small percussion by pitch, length and the ratio of its two modes: rim, conga, wood, bell."""

    hz: float = 600.0
    length: float = 0.08
    noise: float = 0.5
    ratio: float = 1.48
    drop: float = 0.0
    """octaves by which the pitch falls at the start."""
    square: bool = False

    def stroke(self, rng: np.random.Generator) -> FloatArray:
        t = _time(self.length * 1.5)
        hz = np.float32(self.hz * (1 + 0.003 * rng.standard_normal()))
        cycles = hz * (t + np.float32(self.drop * 0.01) * (1 - _burst(t, 0.012)))
        y = _cosine(cycles) + np.float32(0.5) * _cosine(np.float32(self.ratio) * cycles)
        if self.square:
            third = np.float32(3) * cycles
            y += np.float32(0.4) * (_cosine(third) + _cosine(np.float32(self.ratio) * third))
        y += np.float32(self.noise) * band_noise(len(t), 1500, 9000, rng) * _burst(t, 0.004)
        return np.asarray(filtered(y * _decay(t, self.length * 1.3), 80.0), dtype=np.float32)


@dataclass(frozen=True)
class Shaker:
    """A shake with a soft but immediate start."""

    length: float = 0.09
    low: float = 4000.0
    high: float = 12000.0

    def stroke(self, rng: np.random.Generator) -> FloatArray:
        t = _time(self.length)
        shape = (0.3 + 0.7 * np.minimum(1, t / np.float32(0.008))) * _decay(t, self.length)
        return np.asarray(band_noise(len(t), self.low, self.high, rng) * shape, dtype=np.float32)


@dataclass(frozen=True)
class Tick:
    """A click of a few milliseconds, for kits of almost nothing."""

    hz: float = 2500.0
    length: float = 0.012
    grain: float = 0.5

    def stroke(self, rng: np.random.Generator) -> FloatArray:
        t = _time(self.length * 1.5)
        y = _cosine(np.float32(self.hz) * t)
        y += np.float32(self.grain) * rng.standard_normal(len(t), dtype=np.float32)
        return np.asarray(filtered(y * _decay(t, self.length), 300.0), dtype=np.float32)


Design = Kick | Snare | Clap | Metal | Tom | Blip | Shaker | Tick
