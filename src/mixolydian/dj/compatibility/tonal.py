"""Tonal interval space: how far two chroma vectors lie apart for the ear.

A chroma vector that sums to 1 becomes the coefficients 1–6 of its discrete Fourier transform,
weighted by how consonant listeners find the intervals each stands for (Bernardes, Cocharro,
Caetano, Guedes & Davies, "A multi-level tonal interval space", JNMR 2016). In this space
pitches, chords and keys that go together lie near each other: the distance of two sounds is
that of their vectors, and their mixture's dissonance how near it comes to the centre.

Arrays are float (…, 12), pitch class 0 = C, of any scale; rows without pitch are all 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHTS = np.array([3.0, 8.0, 11.5, 15.0, 14.5, 7.5])
"""of the coefficients 1–6, for sounds (the paper's weights for audio)."""
FURTHEST = 2.0 * float(np.sqrt((WEIGHTS**2).sum()))
"""no two vectors lie further apart: two single pitches, were all their coefficients opposite."""

Float = NDArray[np.float64]
_TURNS = np.exp(-2j * np.pi * np.outer(np.arange(12), np.arange(1, 7)) / 12)


def tonal_vectors(chroma: NDArray[Any]) -> NDArray[np.complex128]:
    """Vectors (…, 6) of `chroma` (…, 12); 0 where no pitch sounds."""
    total = chroma.sum(axis=-1, keepdims=True)
    shares = np.where(total > 0, chroma / np.where(total > 0, total, 1.0), 0.0)
    return np.asarray((shares @ _TURNS) * WEIGHTS)


def tonal_distance(chroma_a: NDArray[Any], chroma_b: NDArray[Any]) -> Float:
    """Distance (n,) in [0, 1] of the sounds of `chroma_a` and `chroma_b` (n, 12).

    0 is the same pitch content; a row without pitch lies nowhere and is 0 from all: what
    does not sound cannot clash.
    """
    return vector_distance(tonal_vectors(chroma_a), tonal_vectors(chroma_b))


def vector_distance(a: NDArray[Any], b: NDArray[Any]) -> Float:
    """The distance (…) in [0, 1] of vectors (…, 6); see :func:`tonal_distance`."""
    apart = np.sqrt((np.abs(a - b) ** 2).sum(axis=-1)) / FURTHEST
    sounding = np.abs(a).any(axis=-1) & np.abs(b).any(axis=-1)
    return np.asarray(np.where(sounding, apart, 0.0))


def dissonance(chroma: NDArray[Any]) -> Float:
    """Dissonance (…) in [0, 1] of `chroma` (…, 12): 0 for one pitch, 1 for all twelve alike."""
    length = np.sqrt((np.abs(tonal_vectors(chroma)) ** 2).sum(axis=-1))
    sounding = chroma.sum(axis=-1) > 0
    return np.asarray(np.where(sounding, 1.0 - length / np.sqrt((WEIGHTS**2).sum()), 0.0))


def transposed(chroma: NDArray[Any], semitones: float) -> Float:
    """`chroma` (…, 12) shifted up; a fraction of a semitone is shared between neighbours."""
    whole = int(np.floor(semitones))
    part = semitones - whole
    lower = np.roll(chroma, whole, axis=-1)
    if part < 1e-9:
        return np.asarray(lower)
    return np.asarray((1 - part) * lower + part * np.roll(chroma, whole + 1, axis=-1))
