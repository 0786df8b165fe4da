"""A crate too large to compare every track with every other: fewer, of all its energies alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mixolydian.dj.portrait import Portrait
from mixolydian.dj.setlist.crate import level_of
from mixolydian.dj.setlist.problem import Locks

MOST = 1500
"""tracks that are compared, each with each."""


def kept_places(portraits: Sequence[Portrait], locks: Locks, most: int = MOST) -> list[int]:
    """Numbers of at most `most` tracks, and of all that a lock names, in their order."""
    if len(portraits) <= most:
        return list(range(len(portraits)))
    order = np.argsort([level_of(p) for p in portraits], kind="stable")
    even = np.linspace(0, len(order) - 1, most).round().astype(int)
    named = locks.kept | {track for pair in locks.never for track in pair}
    return sorted({int(i) for i in order[even]} | named)


def renumbered(locks: Locks, places: Sequence[int]) -> Locks:
    """`locks` in the numbers of the tracks at `places`."""
    number = {old: new for new, old in enumerate(places)}

    def of(track: int | None) -> int | None:
        return None if track is None else number[track]

    return Locks(
        of(locks.first),
        of(locks.last),
        frozenset(number[track] for track in locks.must),
        frozenset((number[a], number[b]) for a, b in locks.never),
        locks.gap,
    )
