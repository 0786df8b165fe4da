"""A strike: what a voice has to play, and how its pitch moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.creation.sound.units import SAMPLE_RATE
from mixolydian.creation.sound.voices import Voice


@dataclass(frozen=True)
class Strike:
    """One note for a voice: what decides its samples, and nothing else.

    `hz` the pitch, `held` seconds until the release, `opening` and `closing` octaves added to
    the cutoff at the note's start and end (in a straight line between), `source` the pitch in
    Hz from which it slides (0: none).
    """

    hz: float
    held: float
    opening: float = 0.0
    closing: float = 0.0
    source: float = 0.0


def is_steady(voice: Voice, strike: Strike) -> bool:
    """Whether the pitch stands still."""
    return not (voice.glide or voice.vibrato or (strike.source and voice.slide))


def phase(voice: Voice, strike: Strike, hz: float, n: int) -> FloatArray:
    """Phase in cycles (n,) of an oscillator at `hz`; sample 0 is one step in, so that even a
    sine is heard on its first sample."""
    t = np.arange(1, n + 1, dtype=np.float64) / SAMPLE_RATE
    if is_steady(voice, strike):
        return t * hz
    return np.cumsum(bend(voice, strike, n)) * (hz / SAMPLE_RATE)


def bend(voice: Voice, strike: Strike, n: int) -> FloatArray:
    """Frequency ratio (n,) against the note's pitch: slide, glide and a vibrato fading in."""
    t = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE)
    octaves = np.zeros(n, dtype=np.float32)
    if strike.source and voice.slide:
        distance = np.float32(np.log2(strike.source / strike.hz))
        octaves += distance * np.exp(-t / np.float32(voice.slide / 3))
    elif voice.glide:
        octaves -= np.float32(voice.glide / 1200) * np.exp(-t / np.float32(voice.glide_time))
    if voice.vibrato:
        depth = np.float32(voice.vibrato / 1200) * np.minimum(1, t / np.float32(0.4))
        octaves += depth * np.sin(np.float32(2 * np.pi * 5.3) * t)
    return np.asarray(np.exp2(octaves), dtype=np.float64)
