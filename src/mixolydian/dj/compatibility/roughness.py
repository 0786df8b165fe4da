"""Sensory roughness of two sounds at once, for every shift of the second one.

Two partials within a critical band beat and sound rough (Plomp & Levelt, JASA 1965; the curve
is Sethares', JASA 1993). Each of the 84 notes of a salience row is given five partials, and the
roughness between the notes of A and those of B is a sum over all pairs, linear in both: for a
stretch of music it is one product with a table, and so costs next to nothing at all shifts.
Shifting B over ±6 semitones in steps of 1/8 and looking where the roughness is least is the
method of Gebhardt, Davies & Seeber (2016), whose listeners preferred it to matching keys.

Notes are rows 0–83 from A0 up; shifts are in semitones.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

N_NOTES = 84
LOWEST_HZ = 27.5
STEPS = 8
"""Shifts looked at per semitone."""
FURTHEST = 9
"""Semitones up and down that the table reaches."""
N_PARTIALS = 5
DECAY = 0.6
"""amplitude of a partial beside the one before."""
SALIENT = 0.25
"""Of a row's strongest note: what is weaker is no note."""

Float = NDArray[np.float64]


def notes(salience: NDArray[Any]) -> Float:
    """`salience` (…, 84) as amounts of notes that sum to 1 (or all 0): the salient ones only."""
    strongest = salience.max(axis=-1, keepdims=True)
    kept = np.maximum(salience - SALIENT * strongest, 0.0)
    total = kept.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(total > 0, kept / np.where(total > 0, total, 1.0), 0.0))


def together(a: NDArray[Any], b: NDArray[Any]) -> Float:
    """How often each note of A (rows) meets each of B (columns), (84, 84), mean over the
    moments of `a` and `b` (n, 84); moments in which one of them has no notes do not count."""
    sounding = max(int((a.any(axis=-1) & b.any(axis=-1)).sum()), 1)
    return np.asarray(a.T @ b / sounding)


def roughness(meeting: Float, shift: float) -> float:
    """Roughness of :func:`together`'s `meeting` with B `shift` semitones up."""
    place = (np.clip(shift, -FURTHEST, FURTHEST) + FURTHEST) * STEPS
    low = min(int(place), 2 * FURTHEST * STEPS - 1)
    part = place - low
    rows = _table()[low : low + 2].reshape(2, -1) @ meeting.ravel()
    return float((1 - part) * rows[0] + part * rows[1])


def roughness_curve(meeting: Float, centre: float = 0.0, reach: float = 6.0) -> tuple[Float, Float]:
    """(shifts (s,), roughness (s,)) for shifts in eighths from −`reach` to `reach`, on top of
    `centre`."""
    shifts = np.arange(-round(reach * STEPS), round(reach * STEPS) + 1) / STEPS
    grid = np.arange(-FURTHEST * STEPS, FURTHEST * STEPS + 1) / STEPS
    whole = _table().reshape(len(grid), -1) @ meeting.ravel()
    return shifts, np.interp(shifts + centre, grid, whole)


@cache
def _table() -> NDArray[np.float32]:
    """Roughness (shifts, 84, 84) between single notes of A and B, B shifted."""
    pitch = np.arange(N_NOTES)
    shifts = np.arange(-FURTHEST * STEPS, FURTHEST * STEPS + 1) / STEPS
    out = np.zeros((len(shifts), N_NOTES, N_NOTES), dtype=np.float32)
    orders = np.arange(1, N_PARTIALS + 1)
    for i in orders:
        first = (LOWEST_HZ * i * 2.0 ** (pitch / 12))[np.newaxis, :, np.newaxis]
        for j in orders:
            step = (pitch[np.newaxis, :] + shifts[:, np.newaxis]) / 12
            second = (LOWEST_HZ * j * 2.0**step)[:, np.newaxis, :]
            out += DECAY ** (i + j - 2) * _beating(first, second)
    return out


def _beating(first: Float, second: Float) -> NDArray[np.float32]:
    """Roughness of two partials in Hz, at most about 0.18 (Sethares 1993)."""
    low = np.minimum(first, second).astype(np.float32)
    apart = np.abs(first - second).astype(np.float32)
    x = 0.24 / (0.0207 * low + 18.96) * apart
    return np.asarray(np.exp(-3.51 * x) - np.exp(-5.75 * x), dtype=np.float32)
