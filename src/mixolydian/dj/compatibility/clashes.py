"""Semitones between what two tracks play: of chords by their names, of voices as they sound.

Pitch classes are rows (…, 12), 0 = C.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.theory.chord import parse_chord

Float = NDArray[np.float64]


def strong(chroma: Float) -> Float:
    """Rows (…, 12) of unit length, of what rises above the mean of the row."""
    rise = np.maximum(chroma - 1.2 * chroma.mean(axis=-1, keepdims=True), 0.0)
    length = np.linalg.norm(rise, axis=-1, keepdims=True)
    return np.asarray(rise / np.where(length > 0, length, 1.0))


def semitones_between(x: Float, y: Float) -> Float:
    """How far pitch classes (…, 12) of `x` lie a semitone from those of `y`, 0–1."""
    beside = np.roll(y, 1, axis=-1) + np.roll(y, -1, axis=-1)
    return np.asarray((x * beside).sum(axis=-1) / 2)


def chord_clash(x: NDArray[Any], y: NDArray[Any]) -> Float:
    """0–1 for chord pairs (…, 12) of 0 and 1: semitones between notes only one of them has.

    One such semitone is a colour (C:maj over G:maj), two rub, three are wrong.
    """
    only_x, only_y = x * (1 - y), y * (1 - x)
    beside = np.roll(only_y, 1, axis=-1) + np.roll(only_y, -1, axis=-1)
    return np.asarray(np.minimum((only_x * beside).sum(axis=-1) / 3.0, 1.0))


@lru_cache(maxsize=512)
def _pitches(label: str) -> tuple[float, ...]:
    held = set(parse_chord(label).pitch_classes)
    return tuple(1.0 if pc in held else 0.0 for pc in range(12))


def chord_rows(labels: Sequence[str]) -> Float:
    """Pitch classes (n, 12) of chord labels; 0 where there is none."""
    return np.array([_pitches(label) for label in labels])
