"""Small sounds and truths for the tests of the data sets."""

from __future__ import annotations

import numpy as np

from mixolydian.core.types import Beats, Chord, Note, Tempo, TempoSegment
from mixolydian.theory.key import make_key
from mixolydian.training.datasets.item import Item, content, truth_document
from mixolydian.training.datasets.song import Song

RATE = 44100
ONSETS = np.arange(0.25, 5.5, 0.5)


def clicks(onsets: np.ndarray = ONSETS, seconds: float = 6.0) -> np.ndarray:
    """Stereo (2, n): a short burst at each onset over very soft noise."""
    rng = np.random.default_rng(0)
    y = 1e-4 * rng.standard_normal((2, round(seconds * RATE)))
    t = np.arange(2000) / RATE
    burst = 0.5 * np.sin(2 * np.pi * 1000 * t + 1.5) * np.exp(-t * 150)
    for onset in onsets:
        start = round(onset * RATE)
        y[:, start : start + 2000] += burst
    return y.astype(np.float32)


def click_item() -> Item:
    """Clicks at 120 BPM in A minor with chords, notes, drums and f0 that say so."""
    values = {
        "tempo": Tempo(120.0, (TempoSegment(0.25, 6.0, 120.0, 0.25),)),
        "beats": Beats(ONSETS, np.arange(len(ONSETS)) % 4 + 1, 4),
        "key": make_key(9, "minor", 10.0),
        "chords": (Chord(0.25, 3.0, "A:min"), Chord(3.0, 6.0, "F:maj7/3")),
        "notes": tuple(Note(float(t), float(t) + 0.2, 69.1, 80) for t in ONSETS),
        "music": content("music", 6.0),
    }
    facts = {
        "drums": {"kick": [0.25, 0.75]},
        "brief": {"bpm": 120.0},
        "f0": {"start": 0.0, "step": 0.01, "hz": [0.0, 440.0]},
    }
    return Item("clicks", clicks(), RATE, truth_document("test", 1, 6.0, values, facts))


def strikes(y: np.ndarray, near: np.ndarray, rate: int = RATE, speed: float = 1.0) -> np.ndarray:
    """Where the burst of `clicks`, played at `speed`, fits best within 20 ms of each of `near`."""
    t = speed * np.arange(600) / rate
    shape = np.sin(2 * np.pi * 1000 * t + 1.5) * np.exp(-t * 150)
    found = []
    for time in near:
        first = round((time - 0.02) * rate)
        part = y[0, first : first + round(0.04 * rate) + 600]
        found.append((first + np.argmax(np.correlate(part, shape, "valid"))) / rate)
    return np.array(found)


def song(meter: int = 4, bars: int = 8, bpm: float = 120.0) -> Song:
    """Chords C and F by turns, a scale as melody, steady."""
    beats = np.arange(meter * bars + 1) * 60 / bpm
    bar = meter * 60 / bpm
    chords = tuple(Chord(k * bar, (k + 1) * bar, ("C:maj", "F:maj")[k % 2]) for k in range(bars))
    steps = (60, 62, 64, 65, 67, 69, 71, 72)
    melody = tuple(
        Note(float(t), float(t) + 0.3, float(steps[i % 8]), 90) for i, t in enumerate(beats[:-1])
    )
    held = tuple(Note(c.start, c.end, 48.0, 80) for c in chords)
    positions = np.arange(len(beats)) % meter + 1
    return Song(
        "song", {"MELODY": melody, "PIANO": held}, beats, positions, meter, chords, 0, "major"
    )
