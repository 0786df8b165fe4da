"""The lines of a track on which a transition may begin, turn or end.

Music for dancing is built in phrases of 8, 16 and 32 bars, and DJs change tracks on their lines:
three quarters of the cue points of different DJs for one track lie within 8 bars of each other,
and the lengths of transitions peak at every multiple of 32 beats (Kim et al., ISMIR 2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray
from mixolydian.dj.portrait import Portrait

IntArray = NDArray[np.int64]
LABELS = (
    "", "intro", "verse", "chorus", "bridge", "buildup", "drop", "breakdown", "outro",
)  # fmt: skip
WITHIN = ((8, 0.8), (4, 0.5), (2, 0.25), (1, 0.12))
"""bars since the phrase's start divide by …: strength of the line."""
MOST_POINTS = 26
FAINT = -30.0
"""LU under the track's loudness below which its ends count as silence."""
LATEST_IN, EARLIEST_OUT = 0.75, 0.25
"""shares of a track before which it comes in, after which it goes out."""


@dataclass(frozen=True, eq=False)
class Lines:
    """A track's bar lines. `strength` (n_bars + 1,): 1 where a phrase begins, 0.8 on a multiple
    of 8 bars inside one, 0.5 and 0.25 on 4 and 2, 0.12 on any other; `label` (n_bars + 1,):
    index into `LABELS` of what begins there; `first` and `last`: the beats between which it
    sounds."""

    meter: int
    strength: FloatArray
    label: IntArray
    first: float
    last: float

    def strength_at(self, beat: FloatArray) -> FloatArray:
        """Strength (any shape) of the line at `beat`; 0 between bar lines and outside."""
        bar = beat / self.meter
        near = np.round(bar)
        inside = (np.abs(bar - near) < 0.02) & (near >= 0) & (near < len(self.strength))
        i = np.clip(near, 0, len(self.strength) - 1).astype(np.int64)
        return np.where(inside, self.strength[i], 0.0)

    def label_at(self, beat: FloatArray) -> IntArray:
        """Index of the label (any shape) of the bar that `beat` lies in."""
        bar = np.floor(beat / self.meter + 0.02)
        return self.label[np.clip(bar, 0, len(self.label) - 1).astype(np.int64)]


@lru_cache(maxsize=512)
def lines_of(portrait: Portrait) -> Lines:
    """The lines of a track; worked out once per portrait."""
    bars = -(-portrait.n_beats // portrait.meter)
    first, last = _sounding(portrait)
    return Lines(portrait.meter, _strength(portrait, bars), _label(portrait, bars), first, last)


def _sounding(portrait: Portrait) -> tuple[float, float]:
    """Own beats of the bar lines around all that sounds."""
    loud = np.flatnonzero(portrait.level > FAINT)
    if not len(loud):
        return 0.0, float(portrait.n_beats)
    meter = portrait.meter
    return float(loud[0] // meter * meter), float(-(-(loud[-1] + 1) // meter) * meter)


def _strength(portrait: Portrait, bars: int) -> FloatArray:
    starts = sorted({p.beat // portrait.meter for p in portrait.phrases if p.beat >= 0})
    sure = bool(starts)
    starts = starts or [0]
    line = np.arange(bars + 1)
    since = line - np.array(starts)[np.maximum(np.searchsorted(starts, line, "right") - 1, 0)]
    strength = np.zeros(bars + 1)
    for every, worth in WITHIN:
        strength = np.maximum(strength, np.where(since % every == 0, worth, 0.0))
    strength[[s for s in starts if s <= bars]] = 1.0 if sure else WITHIN[0][1]
    return strength


def _label(portrait: Portrait, bars: int) -> IntArray:
    label = np.zeros(bars + 1, dtype=np.int64)
    for section in portrait.sections:
        bar = int(np.round(portrait.grid.beat_at(section.start) / portrait.meter))
        name = section.label if section.label in LABELS else ""
        label[max(bar, 0) :] = LABELS.index(name)
    return label


def section_bars(portrait: Portrait) -> IntArray:
    """Bars at which a section begins, and those of its drops."""
    starts = [portrait.grid.beat_at(s.start) for s in portrait.sections]
    both = np.array([*starts, *portrait.drops], dtype=np.float64)
    return np.unique(np.round(both / portrait.meter).astype(np.int64))


@lru_cache(maxsize=512)
def points_in(portrait: Portrait, most: int = MOST_POINTS) -> FloatArray:
    """Own beats (p,) at which the track may come in, rising."""
    lines = lines_of(portrait)
    until = lines.first + LATEST_IN * (lines.last - lines.first)
    found = _points(portrait, lines, lines.first, until, most)
    return np.union1d(found, [lines.first])


@lru_cache(maxsize=512)
def points_out(portrait: Portrait, most: int = MOST_POINTS) -> FloatArray:
    """Own beats (p,) at which its going out may begin, rising."""
    lines = lines_of(portrait)
    since = lines.first + EARLIEST_OUT * (lines.last - lines.first)
    found = _points(portrait, lines, since, lines.last, most)
    if not portrait.steady or len(found) < 3:
        ends = lines.last - np.array([8.0, 16.0, 24.0, 32.0, 48.0])
        found = np.union1d(found, ends[ends > lines.first])
    return found if len(found) else np.array([lines.first])


def _points(portrait: Portrait, lines: Lines, since: float, until: float, most: int) -> FloatArray:
    """The strongest `most` lines between two beats; sections' and drops' come first."""
    worth = lines.strength.copy()
    marked = section_bars(portrait)
    marked = marked[(marked >= 0) & (marked < len(worth))]
    worth[marked] += 0.5
    beat = np.arange(len(worth)) * float(lines.meter)
    wanted = (beat >= since) & (beat <= until)
    enough = 0.8 if (wanted & (worth >= 0.8)).sum() >= 4 else 0.5
    chosen = np.flatnonzero(wanted & (worth >= enough))
    order = np.argsort(-worth[chosen], kind="stable")
    return np.sort(beat[chosen[order[:most]]])
