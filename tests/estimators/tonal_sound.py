"""Small sounds of known harmony, for the tests of key, chords and harmony."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.types import Beats, Estimate, Signal
from mixolydian.theory.chord import parse_chord

SAMPLE_RATE = 22050
BEAT = 0.5


def _note(pitch: float, seconds: float) -> NDArray[np.float64]:
    t = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    f = 440.0 * 2 ** ((pitch - 69) / 12)
    y = sum(np.sin(2 * np.pi * f * h * t + h) / h for h in range(1, 9))
    return np.asarray(y * np.minimum(1, t / 0.01) * np.minimum(1, (seconds - t) / 0.03))


def play(
    labels: list[str], beats_each: int = 4, cents: float = 0.0, drums: bool = True
) -> NDArray[np.float32]:
    """Chords (Harte labels, N for drums alone) with bass and drums, mono at SAMPLE_RATE."""
    rng = np.random.default_rng(1)
    seconds = beats_each * BEAT
    parts = []
    for label in labels:
        symbol = parse_chord(label)
        y = np.zeros(int(seconds * SAMPLE_RATE))
        if symbol.root is not None and symbol.bass_pitch_class is not None:
            pitches = [60 + (pc - 7) % 12 - 5 for pc in symbol.pitch_classes]
            for pitch in (*pitches, 36 + symbol.bass_pitch_class):
                y += 0.1 * _note(pitch + cents / 100, seconds)
        if drums:
            for beat in range(beats_each):
                start = int(beat * BEAT * SAMPLE_RATE)
                hit = rng.standard_normal(2000) * np.exp(-np.arange(2000) / 300)
                y[start : start + 2000] += 0.2 * hit
        parts.append(y)
    return np.concatenate(parts).astype(np.float32)


def features(y: NDArray[np.float32]) -> Features:
    return Features(Signal(y[np.newaxis, :], SAMPLE_RATE))


def beats(y: NDArray[np.float32]) -> Estimate[Beats]:
    """The exact beats of :func:`play`."""
    times = np.arange(0, y.size / SAMPLE_RATE - 0.01, BEAT)
    return Estimate(Beats(times, np.arange(times.size) % 4 + 1, 4), 1.0)
