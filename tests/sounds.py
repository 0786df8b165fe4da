"""Drums and chords on exactly known beats, for the tests of tempo, beats, metre and rhythm.

A piece is played on given beat times (so that tempo may change or drift), mono at
22 050 Hz: kick and snare alternate in even meters, hats on eighths (the off-beat may
swing), and with every bar a new bass note and chord. Times are in seconds.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.types import Beats, Estimate, Signal
from tests.estimators.form_sounds import SR, kick, tone

Sound = NDArray[np.float64]
ROOTS = (110.0, 87.31, 130.81, 98.0)
"""Hz of the bass note of bar 1, 2, 3, 4, and so on round."""


def steady(bpm: float, seconds: float, lead_in: float = 0.0) -> Sound:
    """Beat times at `bpm` from `lead_in`, each whole within `lead_in + seconds`."""
    return lead_in + np.arange(int(seconds * bpm / 60)) * 60 / bpm


def following(periods: Sound) -> Sound:
    """Beat times from 0 with the given period (n,) in seconds after each beat."""
    return np.concatenate([[0.0], np.cumsum(periods)])[:-1]


def burst(seconds: float, decay: float, seed: int = 0) -> Sound:
    """Decaying noise that starts at its loudest: a hi-hat, the rattle of a snare."""
    n = int(seconds * SR)
    noise = np.random.default_rng(seed).standard_normal(n)
    return np.asarray(noise * np.exp(-np.arange(n) / SR * decay))


def snare() -> Sound:
    """Rattle over a short tone."""
    return np.asarray(0.3 * burst(0.15, 25.0) + 0.3 * tone(190.0, 0.15, 1))


def add(y: Sound, sound: Sound, start: float) -> None:
    """Add `sound` to `y` at `start` seconds, cut where `y` ends."""
    i = round(start * SR)
    n = min(sound.size, y.size - i)
    if n > 0:
        y[i : i + n] += sound[:n]


def play(
    times: Sound,
    *,
    meter: int = 4,
    swing: float = 0.5,
    pickup: int = 0,
    harmony: bool = True,
    tail: float = 0.5,
) -> Sound:
    """Sound (n,) on beat `times`; the first `pickup` beats come before the first downbeat.

    `swing` is the share of the beat that the first eighth takes.
    """
    steps = np.append(np.diff(times), times[-1] - times[-2])
    y = np.zeros(int((times[-1] + steps[-1] + tail) * SR))
    for i, (at, step) in enumerate(zip(times, steps, strict=True)):
        bar, beat = divmod(i - pickup, meter)
        add(y, 0.1 * np.diff(burst(0.05, 90.0)), at)
        add(y, 0.2 * np.diff(burst(0.05, 90.0)), at + swing * step)
        if beat == 0:
            add(y, 0.9 * kick(), at)
        elif meter == 3 or beat % 2:
            add(y, 0.6 * snare(), at)
        else:
            add(y, 0.6 * kick(), at)
        if harmony and beat == 0:
            _chord(y, ROOTS[bar % 4], at, meter * step)
    return np.asarray(0.5 * y / np.abs(y).max())


def _chord(y: Sound, root: float, start: float, seconds: float) -> None:
    add(y, 0.15 * tone(root / 2, 0.95 * seconds), start)
    for ratio in (2.0, 2.5, 3.0):
        add(y, 0.04 * tone(root * ratio, 0.95 * seconds), start)


def held_chord(seconds: float) -> Sound:
    """Three tones that start before the sound does and never change."""
    t = np.arange(int(seconds * SR)) / SR
    return np.asarray(sum(0.1 * np.sin(2 * np.pi * f * t + f) for f in (220.0, 277.2, 329.6)))


def noise(seconds: float, seed: int = 1) -> Sound:
    """White noise at −20 dBFS."""
    return np.asarray(0.1 * np.random.default_rng(seed).standard_normal(int(seconds * SR)))


def after_silence(y: Sound, seconds: float) -> Sound:
    """`y` with `seconds` of digital silence before it."""
    return np.concatenate([np.zeros(round(seconds * SR)), y])


def features(y: Sound, sample_rate: int = SR) -> Features:
    """Features of `y` (n,) or (n_channels, n)."""
    return Features(Signal(np.atleast_2d(y).astype(np.float32), sample_rate))


def true_beats(times: Sound, meter: int = 4, pickup: int = 0) -> Estimate[Beats]:
    """The beats that :func:`play` plays."""
    return Estimate(Beats(times, (np.arange(times.size) - pickup) % meter + 1, meter), 0.9)


@cache
def groove(bpm: float, seconds: float = 40.0, lead_in: float = 0.0) -> Features:
    """Features of a steady 4/4 piece; computed once for all tests."""
    return features(play(steady(bpm, seconds, lead_in)))
