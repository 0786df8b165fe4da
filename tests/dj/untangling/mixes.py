"""Small tracks of random notes and drums, and mixes of them, whose every move is known.

A track can be played faster with its pitches kept, or higher at its speed: its notes are simply
synthesised so. Mono at 22 050 Hz, times in seconds.
"""

from __future__ import annotations

import numpy as np

from mixolydian.audio.features import Features
from mixolydian.core.types import Signal
from mixolydian.dj.untangling import Heard

SR = 22050
STEP = 0.25
"""seconds of a note at speed 1."""
SCALE = (0, 2, 3, 5, 7, 8, 10)


def track(seed: int, seconds: float = 40.0, speed: float = 1.0, semitones: float = 0.0):
    """Sound (n,) of a track of `seconds` at speed 1."""
    rng = np.random.default_rng(seed)
    n_steps = int(seconds / STEP)
    out = np.zeros(int(seconds / speed * SR) + SR)
    root = rng.integers(40, 52)
    decay, bright = rng.uniform(4, 14), rng.uniform(0.1, 0.8)
    hats = rng.random(16) < 0.5
    for i in range(n_steps):
        start = int(i * STEP / speed * SR)
        if i % 4 == 0:
            _add(out, start, 0.5 * _tone(55.0 + 3 * (seed % 5), 0.15, 18.0, 0.0))
        if hats[i % 16]:
            noise = rng.standard_normal(int(0.05 * SR))
            _add(out, start, 0.06 * np.diff(noise * np.exp(-np.arange(noise.size) / SR * 60)))
        if rng.random() < 0.7:
            pitch = root + 12 * rng.integers(0, 3) + SCALE[rng.integers(0, 7)] + semitones
            _add(out, start, 0.2 * _tone(440 * 2 ** ((pitch - 69) / 12), 0.4, decay, bright))
    return out[: int(seconds / speed * SR)]


def _tone(frequency, seconds, decay, bright):
    t = np.arange(int(seconds * SR)) / SR
    wave = sum(bright**k * np.sin(2 * np.pi * (k + 1) * frequency * t) for k in range(5))
    return wave * np.exp(-decay * t)


def _add(out, start, sound):
    n = min(sound.size, out.size - start)
    out[start : start + n] += sound[:n]


def faded(first, second, overlap: float):
    """`first`, then `second`, with a linear crossfade of `overlap` seconds."""
    n = int(overlap * SR)
    up = (np.arange(n) + 0.5) / n
    out = np.zeros(first.size + second.size - n)
    out[: first.size] += np.concatenate([first[:-n], first[-n:] * (1 - up)])
    out[first.size - n :] += np.concatenate([second[:n] * up, second[n:]])
    return out


def heard(sound, name: str = "") -> Heard:
    """The frames of `sound`."""
    signal = Signal(np.asarray(sound, dtype=np.float32), SR)
    return Heard.of(Features(signal), name, f"{name}.wav", name)
