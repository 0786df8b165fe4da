"""The stretches of a track gathered into pieces that are rendered in one go.

A time-stretch starts anew with every call, and every start is a join that might be heard. So
neighbouring stretches whose speeds stay within ±0.25 % (4 cents) of one speed become one
piece: the stretch does the constant part, variable-rate reading the small rest. Pieces meet on
the beats at which stretches meet, so that the join hides behind the attack that follows.

Times in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.dj.grid import Grid
from mixolydian.dj.timeline import Stretch

TOLERANCE = 1.0025
"""largest speed against a piece's constant one: 4 cents."""
SHORT, SHORT_TOLERANCE = 2.0, 1.01
"""a piece shorter than this many seconds may leave its speed by 1 %: grids that jitter from
beat to beat would otherwise make a join on every beat."""
LONGEST = 120.0
"""seconds of a piece, which is held in memory."""
TOGETHER = 1e-6
"""seconds within which two source places are one."""


@dataclass(frozen=True)
class Piece:
    """Stretches that follow each other in the mix and in the source."""

    stretches: tuple[Stretch, ...]

    @property
    def start(self) -> float:
        """Second of the mix."""
        return self.stretches[0].start

    @property
    def end(self) -> float:
        """Second of the mix."""
        return self.stretches[-1].end

    @property
    def source(self) -> tuple[float, float]:
        """Seconds of the track it begins and ends at."""
        return self.stretches[0].source_start, self.stretches[-1].source_end

    @property
    def speed(self) -> float:
        """The constant speed: seconds of the track per second of the mix."""
        speeds = [s.speed for s in self.stretches]
        return float(np.sqrt(min(speeds) * max(speeds)))

    @property
    def is_plain(self) -> bool:
        """Whether the track's own speed is near enough to leave the pitch to it."""
        return all(1 / TOLERANCE <= s.speed <= TOLERANCE for s in self.stretches)

    def source_at(self, times: FloatArray) -> FloatArray:
        """Seconds of the track heard at `times` of the mix; goes on at both ends."""
        if len(self.stretches) == 1:
            return np.asarray(self.source[0] + (times - self.start) * self.speed)
        knots = [s.start for s in self.stretches] + [self.end]
        places = [s.source_start for s in self.stretches] + [self.source[1]]
        return np.asarray(Grid(np.array(knots), np.array(places)).beat_at(times))


def pieces(stretches: Sequence[Stretch], clock: Grid, meter: int) -> list[Piece]:
    """`stretches` of a track in pieces; `clock` is the mix's, `meter` its beats per bar."""
    groups: list[list[Stretch]] = []
    for whole in stretches:
        for stretch in _divided(whole, clock, meter):
            if groups and _may_join(groups[-1], stretch):
                groups[-1].append(stretch)
            else:
                groups.append([stretch])
    return [Piece(tuple(group)) for group in groups]


def _divided(stretch: Stretch, clock: Grid, meter: int) -> list[Stretch]:
    """`stretch`, or equal parts of it that are short enough, cut on downbeats of the mix."""
    n = int(np.ceil((stretch.end - stretch.start) / LONGEST))
    if n < 2:
        return [stretch]
    beats = clock.beat_at(np.linspace(stretch.start, stretch.end, n + 1)[1:-1])
    times = clock.time_at(meter * np.round(beats / meter))
    edges = [stretch.start, *(float(t) for t in times), stretch.end]
    places = [stretch.source_start + (t - stretch.start) * stretch.speed for t in edges]
    places[-1] = stretch.source_end
    cut = zip(edges, edges[1:], places, places[1:], strict=False)
    return [Stretch(a, b, c, d) for a, b, c, d in cut]


def _may_join(group: Sequence[Stretch], stretch: Stretch) -> bool:
    """Whether `stretch` goes on where `group` ends, at a speed near enough."""
    if abs(group[-1].source_end - stretch.source_start) > TOGETHER:
        return False
    length = stretch.end - group[0].start
    if length > LONGEST:
        return False
    speeds = [s.speed for s in group] + [stretch.speed]
    tolerance = SHORT_TOLERANCE if length <= SHORT else TOLERANCE
    return max(speeds) / min(speeds) <= tolerance**2
