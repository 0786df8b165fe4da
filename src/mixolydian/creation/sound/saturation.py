"""Saturation of the master and the noise of its tape.

Soft clipping works at twice the rate: what the clipper changes (not the sound itself) is
brought back through a half-band filter, so its harmonics do not fold into the audible range.
Float32 (c, n) at 44.1 kHz, changed in place; a sample depends on 24 neighbours.
"""

from __future__ import annotations

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.creation.sound.shaping import noise_bank
from mixolydian.creation.sound.units import gain

PIECE = 1 << 15
SIDE = 6
"""taps of the half-band filters on each side."""
NO_HISS = -90.0


def _half_taps() -> FloatArray:
    """Taps (SIDE,) of the value half-way between two samples, nearest neighbours first."""
    place = np.arange(SIDE) + 0.5
    taps = np.sinc(place) * np.cos(np.pi * place / (2 * SIDE + 1))
    return np.asarray(taps / (2 * taps.sum()), dtype=np.float32)


TAPS = _half_taps()


def saturate(y: FloatArray, drive: float) -> None:
    """Clip softly; `drive`, 0–1, moves the level that is never passed from +6 to −2 dBFS."""
    amount = np.float32(0.5 + 0.75 * drive)
    reach = 2 * SIDE
    for side in y:
        past = np.zeros(reach, dtype=np.float32)
        for start in range(0, len(side), PIECE):
            piece = side[start : start + PIECE]
            ahead = side[start + PIECE : start + PIECE + reach]
            line = np.concatenate([past, piece, ahead, np.zeros(reach, dtype=np.float32)])
            past = piece[-reach:].copy()
            if line.any():
                piece += _change(line, amount)[reach : reach + len(piece)]


def _change(line: FloatArray, amount: np.float32) -> FloatArray:
    """What clipping does to `line` (n,), without what would alias; its ends are not right."""
    at_samples = _clipped(line, amount) - line
    between = _between(line)
    at_middles = _clipped(between, amount) - between
    change = np.float32(0.5) * at_samples
    change[1:] += np.float32(0.5) * _between(at_middles)[:-1]
    return np.asarray(change)


def _clipped(y: FloatArray, amount: np.float32) -> FloatArray:
    return np.asarray(np.tanh(y * amount) / amount)


def _between(y: FloatArray) -> FloatArray:
    """The values (n,) half-way after each sample of `y` (n,); zero near both ends."""
    n = len(y)
    out = np.zeros_like(y)
    middle = out[SIDE - 1 : n - SIDE]
    for k, tap in enumerate(TAPS):
        pair = y[SIDE - 1 - k : n - SIDE - k] + y[SIDE + k : n - SIDE + 1 + k][: len(middle)]
        middle += tap * pair
    return out


def add_hiss(y: FloatArray, level: float) -> None:
    """Add steady noise of `level` dBFS; none below −90 dBFS."""
    if level <= NO_HISS:
        return
    bank = noise_bank()
    for start in range(0, y.shape[1], PIECE):
        stretch = y[:, start : start + PIECE]
        at = (start // PIECE * 7919) % (len(bank) - 2 * PIECE)
        noise = bank[at : at + 2 * PIECE].reshape(2, PIECE)
        stretch += gain(level) * noise[:, : stretch.shape[1]]
