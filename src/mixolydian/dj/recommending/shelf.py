"""A library as arrays: what of every track matters to the question of what comes next.

Tempi in BPM, energy 1–10, places on the wheel of fifths 0–11 (NaN where not known), `sounds`
unit vectors of the tracks' timbre after each dimension is standardised over the library (zeros
where a track has none), so that their dot products are the likenesses of `mixo similar`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_FLAT = 1e-9
"""A spread below which all tracks agree in a dimension, which then says nothing."""


@dataclass(frozen=True)
class Entry:
    """What is known of one track; `camelot` as in 8A, `artist` as the file says."""

    track_id: str
    bpm: float | None = None
    camelot: str | None = None
    energy: float | None = None
    artist: str | None = None


@dataclass(frozen=True, eq=False)
class Shelf:
    """The `entries` (n) of a library and their `sounds` (n, d); `emotions`: label → (n,)."""

    entries: tuple[Entry, ...]
    sounds: NDArray[np.float32]
    emotions: Mapping[str, Array] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many tracks there are."""
        return len(self.entries)

    @cached_property
    def places(self) -> dict[str, int]:
        """track id → its place in every array."""
        return {entry.track_id: n for n, entry in enumerate(self.entries)}

    @cached_property
    def bpm(self) -> Array:
        """(n,)"""
        return _numbers([e.bpm for e in self.entries])

    @cached_property
    def energy(self) -> Array:
        """(n,)"""
        return _numbers([e.energy for e in self.entries])

    @cached_property
    def wheel(self) -> Array:
        """Places 0–11 around the Camelot wheel (n,)."""
        return _numbers([int(e.camelot[:-1]) - 1 if e.camelot else None for e in self.entries])

    @cached_property
    def minor(self) -> NDArray[np.bool_]:
        """Whether the key is a minor one (n,)."""
        return np.array([(e.camelot or "").endswith("A") for e in self.entries], dtype=bool)

    @cached_property
    def artists(self) -> NDArray[np.intp]:
        """A number per artist (n,), −1 where there is none."""
        names = [" ".join((e.artist or "").split()).casefold() for e in self.entries]
        known = {name: n for n, name in enumerate(dict.fromkeys(filter(None, names)))}
        return np.array([known.get(name, -1) for name in names], dtype=np.intp)

    @cached_property
    def heard(self) -> NDArray[np.bool_]:
        """Which tracks have a sound to compare (n,)."""
        return np.asarray(np.any(self.sounds != 0.0, axis=1), dtype=bool)


def _numbers(values: Sequence[float | None]) -> Array:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def unit_sounds(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """`vectors` (n, d) standardised over the n tracks, of length 1; zeros if all agree."""
    if not vectors.size:
        return np.zeros(vectors.shape, dtype=np.float32)
    wide = vectors.astype(np.float32)
    wide -= wide.mean(axis=0, dtype=np.float64).astype(np.float32)
    spread = wide.std(axis=0, dtype=np.float64)
    wide /= np.where(spread > _FLAT, spread, np.inf).astype(np.float32)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    return np.asarray(wide / np.where(lengths > 0.0, lengths, 1.0), dtype=np.float32)
