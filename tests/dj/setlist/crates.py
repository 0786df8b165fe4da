"""Crates made by hand for planning sets."""

from __future__ import annotations

import numpy as np

from mixolydian.dj.portrait import Portrait
from tests.dj.transitions.made import track

SHORT = (("intro", 8), ("drop", 16), ("outro", 8))


def named(title: str, level: float = 5.0, bpm: float = 126.0, **other) -> Portrait:
    """A short track of one energy throughout, on the scale of 1 to 10."""
    curve = np.full(128, 0.20 + (level - 1.0) / 9.0 * 0.65, dtype=np.float32)
    return track(title, bpm, form=SHORT, **{"energy": curve, **other})


def crate(count: int, seed: int = 0, artists: int = 0) -> list[Portrait]:
    """`count` tracks of energies 1 to 10 in tempi and keys drawn at random."""
    rng = np.random.default_rng(seed)
    return [
        named(
            f"T{i}",
            float(rng.uniform(1, 10)),
            float(rng.uniform(118, 134)),
            tonic=int(rng.integers(12)),
            artist=f"Artist {int(rng.integers(artists))}" if artists else "",
            vector=rng.standard_normal(4),
        )
        for i in range(count)
    ]
