"""Who lends to a track that no list holds: the few that sound most like it, of those in lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.recommending.shelf import Array

KIN, LENT = 5, 1.3
"""tracks that lend to one that no list holds, and how many times their mean: a mean of five lies
below the best, and new tracks should not be the last to be suggested (benchmarks/next_sets.py)."""
_CHUNK = 2048
"""tracks that are compared with all others at once."""
_BLOCKS = 128
"""blocks of tracks in which the greatest are looked for."""
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Loans:
    """Tracks that are `new` (b,) to all lists, their `lenders` (b, KIN), and the `shares` (b, KIN)
    they get of what is said of each."""

    new: Places
    lenders: Places
    shares: Array


def loans(held: Places, sounds: NDArray[np.float32] | None) -> Loans:
    """What tracks borrow that are not among those `held` in lists, by `sounds` (n, d), unit
    vectors; nothing where too few are held, or nobody heard them."""
    new = np.zeros(0, dtype=np.intp)
    if sounds is not None and len(held) >= KIN:
        heard = np.any(sounds != 0.0, axis=1)
        heard[held] = False
        new = np.flatnonzero(heard)
    if sounds is None or not len(new):
        return Loans(new, np.zeros((0, KIN), dtype=np.intp), np.zeros((0, KIN)))
    parts = [_kin(sounds, held, part) for part in np.array_split(new, len(new) // _CHUNK + 1)]
    lenders, shares = (np.concatenate(side) for side in zip(*parts, strict=True))
    return Loans(new, lenders, shares)


def _kin(sounds: NDArray[np.float32], held: Places, new: Places) -> tuple[Places, Array]:
    likeness = sounds[new] @ sounds[held].T
    best = greatest(likeness, KIN)
    near = np.maximum(np.take_along_axis(likeness, best, axis=1).astype(np.float64), 1e-6)
    return held[best], LENT * near / near.sum(axis=1, keepdims=True)


def greatest(values: NDArray[Any], k: int) -> Places:
    """Columns (m, k) of the `k` greatest of each row of `values` (m, n), in any order.

    They lie in the k blocks of columns with the greatest maxima, and only those are searched.
    """
    width = values.shape[1] // _BLOCKS
    if width < 2 * k:
        return np.argpartition(values, -k, axis=1)[:, -k:]
    blocks = values[:, : width * _BLOCKS].reshape(len(values), width, _BLOCKS)
    best = np.argpartition(blocks.max(axis=1), -k, axis=1)[:, -k:]
    inside = best[:, :, np.newaxis] + _BLOCKS * np.arange(width)
    rest = np.arange(width * _BLOCKS, values.shape[1])
    columns = np.concatenate(
        [inside.reshape(len(values), -1), np.broadcast_to(rest, (len(values), len(rest)))], axis=1
    )
    found = np.argpartition(np.take_along_axis(values, columns, axis=1), -k, axis=1)[:, -k:]
    return np.take_along_axis(columns, found, axis=1)
