"""Portraits drawn by hand: chords, a kick, and whatever a test changes."""

from __future__ import annotations

import numpy as np

from mixolydian.dj.grid import Grid
from mixolydian.dj.portrait import Phrase, Portrait
from mixolydian.theory.chord import parse_chord
from mixolydian.theory.key import make_key

N = 128
LOOP = (("A:min", 9), ("F:maj", 5), ("C:maj", 0), ("G:maj", 7))


def sketch(
    *,
    shift: int = 0,
    tuning: float = 0.0,
    bpm: float = 125.0,
    steady: bool = True,
    key_confidence: float = 0.9,
    offbeat: bool = False,
    energy: float = 0.6,
    pitched: bool = True,
    track_id: str = "a",
) -> Portrait:
    """128 beats of A minor, F, C, G, a bar each, `shift` semitones up."""
    salience = np.zeros((N, 84))
    labels = []
    for beat in range(N):
        label, root = LOOP[beat // 4 % 4]
        symbol = parse_chord(label)
        for pc in symbol.pitch_classes:
            salience[beat, (pc - 9) % 12 + 36 + shift] = 1.0
        salience[beat, (root - 9) % 12 + 12 + shift] = 1.5
        labels.append(_moved(label, shift))
    salience *= pitched
    chroma = np.stack([salience[:, (np.arange(84) + 9) % 12 == pc].sum(1) for pc in range(12)], 1)
    chroma /= np.maximum(chroma.sum(axis=1, keepdims=True), 1e-9)
    onsets = np.zeros((N, 4, 3))
    onsets[:, 2 if offbeat else 0, 0] = 1.0
    onsets[:, 2, 2] = 1.0
    return Portrait(
        track_id=track_id,
        path=f"{track_id}.wav",
        title=track_id,
        artist="",
        duration=N * 60 / bpm,
        bpm=bpm,
        meter=4,
        steady=steady,
        reason="" if steady else "its beat is only 20 % sure",
        grid=Grid.steady(bpm),
        grid_confidence=0.9,
        phrases=tuple(Phrase(beat, 8) for beat in range(0, N, 32)),
        sections=(),
        drops=(),
        key=make_key(9 + shift, "minor"),
        key_confidence=key_confidence,
        tuning=tuning,
        lufs=-10.0,
        true_peak=-1.0,
        chords=tuple(labels) if pitched else ("N",) * N,
        bands=np.full((N, 3), 0.01),
        level=np.zeros(N),
        energy=np.full(N, energy),
        vocals=np.zeros(N),
        onsets=onsets,
        chroma=chroma,
        bass_chroma=chroma,
        salience=salience,
        texture=np.linspace(40, 10, 16)[np.newaxis] * np.ones((N, 1)),
        vector=np.array([1.0, 2.0, 3.0]),
    )


def _moved(label: str, shift: int) -> str:
    names = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
    root, _, quality = label.partition(":")
    return f"{names[(names.index(root) + shift) % 12]}:{quality}"
