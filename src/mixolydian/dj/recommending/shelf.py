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

from mixolydian.core.names import same_name

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
    stars: float | None = None
    """1–5, as a DJ program has it; none is not nought."""
    plays: float | None = None
    """how often it was played."""


@dataclass(frozen=True, eq=False)
class Votes:
    """What DJ programs say of the user's taste: `stars` 1–5 and `plays` (n,), NaN where unsaid."""

    stars: Array
    plays: Array

    @property
    def any(self) -> bool:
        """Whether there is a vote at all."""
        return bool(np.isfinite(self.stars).any() or (self.plays > 0).any())


@dataclass(frozen=True, eq=False)
class Shelf:
    """A library of n tracks: each of its arrays holds one row per track, in the order of `ids`."""

    ids: tuple[str, ...]
    bpm: Array
    energy: Array
    wheel: Array
    """Places 0–11 around the Camelot wheel."""
    minor: NDArray[np.bool_]
    artists: NDArray[np.intp]
    """A number per artist, −1 where there is none."""
    sounds: NDArray[np.float32]
    """(n, d)"""
    votes: Votes
    emotions: Mapping[str, Array] = field(default_factory=dict)
    """label → probability"""

    @property
    def n(self) -> int:
        """How many tracks there are."""
        return len(self.ids)

    @cached_property
    def places(self) -> dict[str, int]:
        """track id → its place in every array."""
        return {track_id: n for n, track_id in enumerate(self.ids)}

    @cached_property
    def heard(self) -> NDArray[np.bool_]:
        """Which tracks have a sound to compare (n,)."""
        return np.asarray(np.any(self.sounds != 0.0, axis=1), dtype=bool)

    def camelot(self, place: int) -> str:
        """The key of the track at `place` as in 8A, empty where it is not known."""
        around = self.wheel[place]
        return "" if np.isnan(around) else f"{around + 1:.0f}{'A' if self.minor[place] else 'B'}"


def shelf_of(
    entries: Sequence[Entry],
    sounds: NDArray[np.float32],
    emotions: Mapping[str, Array] | None = None,
) -> Shelf:
    """The arrays of `entries` (n), whose unit vectors of sound are `sounds` (n, d)."""
    return Shelf(
        tuple(e.track_id for e in entries),
        _numbers([e.bpm for e in entries]),
        _numbers([e.energy for e in entries]),
        _numbers([int(e.camelot[:-1]) - 1 if e.camelot else None for e in entries]),
        np.array([(e.camelot or "").endswith("A") for e in entries], dtype=bool),
        _artists([e.artist for e in entries]),
        sounds,
        Votes(_numbers([e.stars for e in entries]), _numbers([e.plays for e in entries])),
        emotions or {},
    )


def _artists(written: Sequence[str | None]) -> NDArray[np.intp]:
    names = [same_name(name or "") for name in written]
    known = {name: n for n, name in enumerate(dict.fromkeys(filter(None, names)))}
    return np.array([known.get(name, -1) for name in names], dtype=np.intp)


def _numbers(values: Sequence[float | None]) -> Array:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def sounds_of(
    ids: Sequence[str], vectors: NDArray[Any], places: Mapping[str, int]
) -> NDArray[np.float32]:
    """A row (n, d) for each of the n tracks in `places` (id → its row) out of the `vectors` (m, d)
    of the tracks `ids`: :func:`unit_sounds` of those that are in both, zeros for the others."""
    known = [n for n, track_id in enumerate(ids) if track_id in places]
    sounds = np.zeros((len(places), vectors.shape[1]), dtype=np.float32)
    sounds[[places[ids[n]] for n in known]] = unit_sounds(vectors[known])
    return sounds


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
