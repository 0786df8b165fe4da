"""When each beat of a mix comes, and which moment of a track is heard then.

The whole mix has one tempo curve over its beats, and every locked track follows it. A track is
played in stretches of constant speed, the breaks of which are those of the tempo curve, of the
track's own grid, and the edges of its loops.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.dj.curve import Curve
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import MixPlan, PlannedTrack


@dataclass(frozen=True)
class Stretch:
    """From second `start` to `end` of the mix, the track's seconds `source_start` to
    `source_end` are heard at one speed."""

    start: float
    end: float
    source_start: float
    source_end: float

    @property
    def speed(self) -> float:
        """Seconds of the track per second of the mix."""
        return (self.source_end - self.source_start) / (self.end - self.start)


def clock(tempo: Curve, n_beats: float) -> Grid:
    """The grid of a mix of `n_beats` beats: beat 0 at second 0, tempo in BPM along `tempo`.

    The tempo moves in steps of at most one beat, so that every beat has one length.
    """
    last = float(np.ceil(max(n_beats, 1.0)))
    inner = [b for b, _ in tempo.knots if 0.0 < b < last]
    breaks = np.unique(np.concatenate([np.arange(last + 1.0), inner]))
    lengths = np.diff(breaks) * 60.0 / tempo.at((breaks[1:] + breaks[:-1]) / 2)
    return Grid(np.concatenate([[0.0], np.cumsum(lengths)]), breaks)


def clock_of(plan: MixPlan) -> Grid:
    """The grid of the whole mix."""
    return clock(plan.tempo, plan.n_beats)


def played(track: PlannedTrack, mix: Grid) -> list[Stretch]:
    """The stretches of constant speed in which `track` is heard, in the order of the mix.

    `mix` is the clock of the whole mix. Neighbours of the same speed are one stretch.
    """
    stretches: list[Stretch] = []
    at = track.at
    for begin, end in track.runs():
        until = at + (end - begin) / track.ratio
        for stretch in _run(track, mix, at, begin, end):
            _append(stretches, stretch)
        at = until
    return stretches


def _run(track: PlannedTrack, mix: Grid, at: float, begin: float, end: float) -> list[Stretch]:
    """Source beats `begin` to `end`, the first of them on mix beat `at`."""
    if not track.locked:
        start, first, last = mix.time_at(at), track.grid.time_at(begin), track.grid.time_at(end)
        return [Stretch(start, start + last - first, first, last)]
    until = at + (end - begin) / track.ratio
    own = at + (track.grid.beats - begin) / track.ratio
    inner = np.concatenate([own, mix.beats])
    inner = inner[(inner > at) & (inner < until)]
    edges = np.unique(np.round(np.concatenate([[at, until], inner]), 9))
    times = mix.time_at(edges)
    sources = track.grid.time_at(begin + (edges - at) * track.ratio)
    pairs = zip(times, times[1:], sources, sources[1:], strict=False)
    return [Stretch(*map(float, (a, b, c, d))) for a, b, c, d in pairs]


def _append(stretches: list[Stretch], new: Stretch) -> None:
    """Add `new`, or make the last one longer when it goes on at the same speed."""
    last = stretches[-1] if stretches else None
    if (
        last is not None
        and abs(last.source_end - new.source_start) < 1e-7
        and abs(last.speed - new.speed) < 1e-7
    ):
        stretches[-1] = Stretch(last.start, new.end, last.source_start, new.source_end)
    else:
        stretches.append(new)
