"""Sound of known form for the tests of sections, drops, cues, energy and content.

A piece is a list of (bars, layers); layers are kick, hats, bass, pad, chords, roll and noise.
Everything is synthesised here at 22 050 Hz, mono, and every moment is known exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.types import Beats, Estimate, Signal

SR = 22050
CLUB = (
    (8, "pad"),
    (4, "pad roll"),
    (8, "kick hats bass pad"),
    (8, "pad"),
    (4, "pad roll"),
    (8, "kick hats bass pad"),
    (4, "kick hats"),
)

Form = Sequence[tuple[int, str]]
Sound = NDArray[np.float64]


def _decay(seconds: float, rate: float) -> Sound:
    t = np.arange(int(seconds * SR)) / SR
    return np.asarray(np.exp(-t * rate))


def kick() -> Sound:
    t = np.arange(int(0.25 * SR)) / SR
    return np.asarray(np.sin(2 * np.pi * (50 * t + 8 * (1 - np.exp(-30 * t)))) * np.exp(-12 * t))


def hat(rng: np.random.Generator) -> Sound:
    noise = np.diff(rng.standard_normal(int(0.05 * SR) + 1), n=1)
    return np.asarray(0.15 * noise * _decay(0.05, 80.0)[: noise.size])


def tone(frequency: float, seconds: float, partials: int = 5) -> Sound:
    t = np.arange(int(seconds * SR)) / SR
    wave = sum(np.sin(2 * np.pi * frequency * k * t) / k for k in range(1, partials + 1))
    fade = np.minimum(1.0, np.minimum(t, t[::-1]) / 0.01)
    return np.asarray(wave * fade)


def _add(y: Sound, sound: Sound, start: float) -> None:
    i = round(start * SR)
    n = min(sound.size, y.size - i)
    if n > 0:
        y[i : i + n] += sound[:n]


def _play_bar(y: Sound, layers: str, start: float, beat: float, rng: np.random.Generator) -> None:
    for i in range(4):
        at = start + i * beat
        if "kick" in layers:
            _add(y, 0.8 * kick(), at)
        if "hats" in layers:
            _add(y, hat(rng), at + beat / 2)
        if "bass" in layers:
            _add(y, 0.3 * tone(55.0, beat / 2 * 0.9), at + beat / 2)
            _add(y, 0.2 * tone(55.0, beat / 2 * 0.9), at)
        for k in range(4 if "roll" in layers else 0):
            _add(y, 2.0 * hat(rng), at + k * beat / 4)
    root = (220.0, 174.6, 261.6, 196.0)[round(start / (4 * beat)) % 4]
    if "pad" in layers:
        for ratio in (1.0, 1.25, 1.5):
            _add(y, 0.05 * tone(root * ratio, 4 * beat), start)
    if "noise" in layers:
        _add(y, 0.1 * rng.standard_normal(int(4 * beat * SR)), start)


def render(form: Form, bpm: float = 128.0, lead_in: float = 0.0) -> Sound:
    """Sound (n,) of `form`; the first bar starts at `lead_in` seconds."""
    rng = np.random.default_rng(7)
    beat = 60.0 / bpm
    n_bars = sum(bars for bars, _ in form)
    y = np.zeros(int((lead_in + n_bars * 4 * beat) * SR))
    start = lead_in
    for bars, layers in form:
        for _ in range(bars):
            _play_bar(y, layers, start, beat, rng)
            start += 4 * beat
    return np.asarray(0.5 * y / max(1.0, np.abs(y).max()))


def starts(form: Form, bpm: float = 128.0, lead_in: float = 0.0) -> list[float]:
    """Boundaries of `form` in seconds, start and end included."""
    bars = np.concatenate([[0], np.cumsum([b for b, _ in form])])
    return [float(lead_in + b * 240.0 / bpm) for b in bars]


def beats(form: Form, bpm: float = 128.0, lead_in: float = 0.0, late: int = 0) -> Estimate[Beats]:
    """The exact beats of `form`; `late` moves the downbeats by so many beats."""
    n = 4 * sum(bars for bars, _ in form)
    positions = (np.arange(n) - late) % 4 + 1
    return Estimate(Beats(lead_in + np.arange(n) * 60.0 / bpm, positions, 4), confidence=0.9)


def listen(y: Sound) -> Features:
    """Features of mono sound (n,) at 22 050 Hz."""
    return Features(Signal(y.astype(np.float32)[np.newaxis], SR))


@cache
def club(lead_in: float = 0.0) -> Features:
    """Features of ``CLUB`` at 128 BPM; computed once for all tests."""
    return listen(render(CLUB, lead_in=lead_in))
