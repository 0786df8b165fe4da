"""What is found in a mix. Times in seconds, speeds in own seconds per second of the mix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.untangling.lines import Line

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Play:
    """A track's turn in the mix: it is audible from second `start` to `end` of the mix."""

    track: int
    """number in the list of tracks."""
    start: float
    end: float
    full_from: float
    """when its fade in is over."""
    full_until: float
    """when its fade out begins."""
    lines: tuple[Line, ...]
    """which second of the track is heard when; one line unless the tempo moves or it jumps."""
    speed: float
    """the one it has longest: 1.02 is two per cent faster."""
    semitones: int
    cents: float
    """beyond the semitones, in [−50, 50]."""
    gain_db: float
    """level against the file's own while it plays alone."""
    times: Float
    low: Float
    """amplitude (n,) below 180 Hz at `times`, 1 where it plays alone."""
    mid: Float
    high: Float
    """above 2800 Hz."""
    confidence: float
    """probability that this track plays here, in [0, 1]."""


@dataclass(frozen=True)
class Handover:
    """Between seconds `start` and `end` of the mix play `outgoing` gives way to `incoming`."""

    outgoing: int
    incoming: int
    start: float
    end: float
    kind: str = ""
    """the hands that explain it best: a kind of `dj.plan`, `linear`, `power` or `ramps`; empty
    where the two do not meet."""


@dataclass(frozen=True)
class Unknown:
    """From second `start` to `end` of the mix no track explains what sounds."""

    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Untangled:
    """A mix of `duration` seconds: `plays` in their order, `handovers` between neighbours,
    stretches nothing explains, and what else is to be said."""

    duration: float
    plays: tuple[Play, ...]
    handovers: tuple[Handover, ...]
    unknown: tuple[Unknown, ...]
    notes: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, ...]:
        """Numbers of the tracks in the order in which they play."""
        return tuple(play.track for play in self.plays)
