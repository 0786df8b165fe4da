"""The grid: bars and beats of a brief in exact seconds.

`Grid.at(beat)` turns beats (fractions allowed, counted from the first downbeat = 0) into
seconds, through tempo changes and drift. Beats themselves never swing; `Grid.swung` moves
what lies between them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mixolydian.core.types import Beats, FloatArray, Phrase, Tempo, TempoSegment, frozen_array
from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES

EXTRA_BARS = 4
"""bars beyond the end, so that notes which ring over still have a time."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Seconds of every beat: `times[k]` is beat k, the bar has `meter` beats."""

    times: tuple[float, ...]
    meter: int
    n_beats: int
    swing: float
    swing_unit: float
    start: float = 0.0

    def at(self, beat: float) -> float:
        """Seconds of `beat`, linear between beats; held beyond the last one."""
        whole = min(max(int(beat), 0), len(self.times) - 2)
        share = min(beat - whole, 1.0)
        return self.times[whole] + share * (self.times[whole + 1] - self.times[whole])

    def bar(self, bar: int) -> float:
        """Seconds of the bar line of `bar` (0-based)."""
        return self.times[bar * self.meter]

    def swung(self, beat: float) -> float:
        """`beat` after swing: inside each pair of units the first one is stretched."""
        pair = 2 * self.swing_unit
        whole = math.floor(beat / pair + 1e-9) * pair
        inside, middle = beat - whole, self.swing_unit * (1 + self.swing)
        if inside < self.swing_unit:
            return whole + inside * middle / self.swing_unit
        rest = (inside - self.swing_unit) / self.swing_unit
        return whole + middle + rest * (pair - middle)

    def play(self, beat: float) -> float:
        """Seconds at which something written on `beat` is played (swing applied)."""
        return self.at(self.swung(beat))

    @property
    def end(self) -> float:
        """Seconds of the final bar line."""
        return self.times[self.n_beats]

    def beats(self, phrases: tuple[Phrase, ...] = ()) -> Beats:
        """The beats of the whole piece, first downbeat to the last beat."""
        positions = np.arange(self.n_beats) % self.meter + 1
        times = frozen_array(self.times[: self.n_beats])
        return Beats(times, positions, self.meter, phrases)


def beat_tempi(brief: Brief) -> FloatArray:
    """BPM of every beat (n_beats + extra,): changes and ramps by bar, times the drift."""
    n = (brief.n_bars + EXTRA_BARS) * brief.meter
    bpm = np.full(n, float(brief.bpm))
    moves = [(bar, bar, value) for bar, value in brief.tempo_changes] + list(brief.tempo_ramps)
    for bar, last, value in sorted(moves):
        first, stop = bar * brief.meter, last * brief.meter
        before = bpm[first - 1] if first else brief.bpm
        bpm[first:stop] = np.linspace(before, value, stop - first)
        bpm[stop:] = value
    return np.asarray(bpm * (1.0 + _drift(brief, n)))


def _drift(brief: Brief, n: int) -> FloatArray:
    """A slow wander of the tempo: sines of random phase over 12–60 beats."""
    if brief.drift == 0.0:
        return np.zeros(n)
    rng = brief.random("drift")
    k = np.arange(n)
    waves = [np.sin(2 * np.pi * (k / p + rng.random())) for p in rng.uniform(12, 60, size=4)]
    return np.asarray(brief.drift * np.sqrt(2) * np.mean(waves, axis=0))


def make_grid(brief: Brief) -> Grid:
    """The grid of `brief`, starting after its lead-in."""
    steps = 60.0 / beat_tempi(brief)
    times = brief.lead_in + np.concatenate([[0.0], np.cumsum(steps)])
    n_beats = brief.n_bars * brief.meter
    unit = GENRES[brief.genre].swing_unit
    rounded = tuple(float(t) for t in times)
    return Grid(rounded, brief.meter, n_beats, brief.swing, unit, brief.lead_in)


def tempo_truth(brief: Brief, grid: Grid) -> Tempo:
    """The exact tempo: one segment per stretch of steady tempo, bar by bar in a ramp and
    four bars each under drift."""
    bounds = {0, brief.n_bars} | {bar for bar, _ in brief.tempo_changes}
    for bar, last, _ in brief.tempo_ramps:
        bounds |= set(range(bar, last + 1))
    if brief.drift:
        bounds |= set(range(0, brief.n_bars, 4))
    edges = sorted(bounds)
    segments = []
    for first, last in pairwise(edges):
        start, end = grid.bar(first), grid.bar(last)
        bpm = 60.0 * (last - first) * brief.meter / (end - start)
        segments.append(TempoSegment(start, end, bpm, start))
    lengths: dict[float, float] = {}
    for s in segments:
        lengths[round(s.bpm, 3)] = lengths.get(round(s.bpm, 3), 0.0) + s.end - s.start
    if brief.drift:
        main = 60.0 * grid.n_beats / (grid.end - grid.start)
    else:
        main = max(lengths, key=lambda bpm: lengths[bpm])
    return Tempo(round(main, 4), tuple(segments))
