"""What a set costs: how far it leaves the arc, how it goes from track to track, how long it is.

Per track ``ARC`` × levels off the wished energy at its middle and ``ARC_FAR`` × their square; per
transition one minus its value, and more for a jump of tempo and for a change of sound. Both are
means over the set, times the number of tracks a set of this length usually has. For tracks of one
artist too near each other ``AGAIN``; for the length ``LENGTH`` × (tracks too many or too few)². A
pair that must never meet costs more than all else together. Sets are rows (c, m) of track numbers;
minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray
from mixolydian.dj.setlist.arc import Arc
from mixolydian.dj.setlist.crate import Crate

IntArray = NDArray[np.int64]
ARC, ARC_FAR = 0.03, 0.02
"""cost of a level of energy, and of its square, so that a track far off costs more than two half
as far; a transition between tracks in one key and one that jumps in tempo differ by about 0.1 in
value. Chosen so that no crate looked at has its arc followed worse than by a plain rule."""
JUMP = 0.08
"""cost of two tracks that cannot run together, beside what their transition is worth less."""
SOUND = 0.06
"""cost of two tracks that sound as unlike as can be in this crate."""
AGAIN = 0.5
LENGTH = 0.5
NEVER = 1000.0
STRETCH = (0.75, 1.2)
"""shares of its nominal time that each track may be heard for, to make the length fit."""


def arc_cost(off: FloatArray) -> FloatArray:
    """What a track costs that is `off` levels (any shape) off the arc."""
    far = np.abs(off)
    return np.asarray(far * (ARC + ARC_FAR * far))


@dataclass(frozen=True)
class Locks:
    """What must be kept; numbers of tracks. `never`: pairs that must not be neighbours, either
    way round. `gap`: so many tracks lie between two of one artist."""

    first: int | None = None
    last: int | None = None
    must: frozenset[int] = frozenset()
    never: frozenset[tuple[int, int]] = frozenset()
    gap: int = 0

    @property
    def kept(self) -> frozenset[int]:
        """The tracks that must be in the set."""
        ends = {track for track in (self.first, self.last) if track is not None}
        return self.must | ends


@dataclass(eq=False)
class Problem:
    """A crate, an arc of as many minutes as are wanted, what must be kept, and what each step
    costs: `steps` (n, n), which changes as more is known of the transitions; `extra` (n, n) is the
    part of it that is not the transition's value."""

    crate: Crate
    arc: Arc
    locks: Locks
    apart: NDArray[np.bool_]
    """(n, n) pairs whose tempi cannot run together."""
    extra: FloatArray = field(init=False)
    steps: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        alike = self.crate.timbre @ self.crate.timbre.T
        self.extra = JUMP * self.apart + SOUND * (1.0 - alike) / 2
        for a, b in self.locks.never:
            self.extra[a, b] += NEVER
            self.extra[b, a] += NEVER
        self.steps = self.extra

    def know(self, values: FloatArray) -> None:
        """Take over the values (n, n) of the transitions as far as they are known now."""
        self.steps = 1.0 - values + self.extra

    def scale(self, sets: IntArray) -> FloatArray:
        """By what (c,) the nominal times are multiplied to fill the minutes."""
        total = self.crate.minutes[sets].sum(axis=-1)
        return np.asarray(np.clip(self.arc.minutes / np.maximum(total, 1e-9), *STRETCH))

    def middles(self, sets: IntArray) -> FloatArray:
        """Minute (c, m) of the middle of every track."""
        long = self.crate.minutes[sets] * self.scale(sets)[..., np.newaxis]
        return np.asarray(np.cumsum(long, axis=-1) - long / 2)

    def costs(self, sets: IntArray) -> FloatArray:
        """What each set (c, m) costs in all."""
        per_track, per_step = self.weights(sets.shape[-1])
        off = self.crate.levels[sets] - self.arc.level_at(self.middles(sets))
        total = per_track * arc_cost(off).sum(axis=-1)
        total = total + per_step * self.steps[sets[..., :-1], sets[..., 1:]].sum(axis=-1)
        return np.asarray(total + AGAIN * self.repeats(sets) + self._length(sets))

    def weights(self, count: int) -> tuple[float, float]:
        """What a track and a step of a set of `count` tracks count: means over the set, times the
        number of tracks it usually takes, so that neither few nor many tracks are cheaper."""
        usual = self.arc.minutes / float(self.crate.minutes.mean())
        return usual / count, usual / max(count - 1, 1)

    def cost(self, one: IntArray) -> float:
        """What one set (m,) costs."""
        return float(self.costs(one[np.newaxis])[0])

    def repeats(self, sets: IntArray) -> IntArray:
        """How often (c,) an artist comes again too soon."""
        artists = self.crate.artists[sets]
        far = min(self.locks.gap, sets.shape[-1] - 1)
        found = np.zeros(sets.shape[:-1], dtype=np.int64)
        for apart in range(1, far + 1):
            found += (artists[..., apart:] == artists[..., :-apart]).sum(axis=-1)
        return found

    def broken(self, one: IntArray) -> list[tuple[int, int]]:
        """The neighbours of a set (m,) that must not be neighbours."""
        pairs = list(pairwise(one.tolist()))
        never = self.locks.never
        return [(a, b) for a, b in pairs if (a, b) in never or (b, a) in never]

    def _length(self, sets: IntArray) -> FloatArray:
        total = self.crate.minutes[sets].sum(axis=-1)
        usual = total / sets.shape[-1]
        return np.asarray(LENGTH * np.square((total - self.arc.minutes) / usual))
