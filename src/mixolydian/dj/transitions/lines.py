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
WITHIN = ((8, 0.7), (4, 0.5), (2, 0.25), (1, 0.12))
"""bars since the phrase's start divide by …: strength of the line."""
WHOLE_PHRASE = 8
SURE = (1.0, 0.75, 0.45)
"""strength of a phrase's start after at least 8 bars or at a drop, of one that counts in eights
from another, and of any other: 94, 62 and 25 % were the composer's lines in 17 composed tracks."""
MOST_POINTS = 26
ENOUGH, STRONG_LINE, WEAKEST = 2, 0.65, 0.4
"""where there are `ENOUGH` strong lines only these are tried, else also weaker ones."""
SECTIONS_FIRST = 1.3
"""how much more a line counts, when there are too many, on which a section or drop begins."""
FAINT = -30.0
"""LU under the track's loudness below which its ends count as silence."""
LATEST_IN, EARLIEST_OUT = 0.75, 0.25
"""shares of a track before which it comes in, after which it goes out."""


@dataclass(frozen=True, eq=False)
class Lines:
    """A track's bar lines. `strength` (n_bars + 1,) in [0, 1]: how good a place each is, see
    `SURE` for where phrases begin and `WITHIN` for the lines inside them; `label` (n_bars + 1,):
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
    line = np.arange(bars + 1)
    starts, sure = _starts(portrait, bars)
    place = np.maximum(np.searchsorted(starts, line, "right") - 1, 0)
    since = line - starts[place]
    strength = np.zeros(bars + 1)
    for every, worth in WITHIN:
        strength = np.maximum(strength, np.where(since % every == 0, worth, 0.0))
    strength *= np.maximum(sure[place], SURE[1])
    strength[starts] = sure
    return strength


def _starts(portrait: Portrait, bars: int) -> tuple[IntArray, FloatArray]:
    """Bars on which phrases begin, and how sure each is a line of the form.

    A fill in the last bars of a phrase is often heard as a phrase of its own; what begins after
    less than 8 bars is a line only when it lies 8 or 16 bars after another, or is a drop.
    """
    found = sorted({p.beat // portrait.meter for p in portrait.phrases if p.beat >= 0})
    starts = np.array([s for s in found if s <= bars] or [0], dtype=np.int64)
    before = np.diff(starts, prepend=starts[0] - WHOLE_PHRASE)
    drops = np.round(np.array(portrait.drops) / portrait.meter)
    whole = (before >= WHOLE_PHRASE) | np.isin(starts, drops)
    counted = np.isin(starts - 8, starts) | np.isin(starts - 16, starts)
    sure = np.where(whole, SURE[0], np.where(counted, SURE[1], SURE[2]))
    return starts, sure if found else np.full(1, SURE[1])


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
    worth[marked] *= SECTIONS_FIRST
    beat = np.arange(len(worth)) * float(lines.meter)
    wanted = (beat >= since) & (beat <= until)
    least = STRONG_LINE if (wanted & (worth >= STRONG_LINE)).sum() >= ENOUGH else WEAKEST
    chosen = np.flatnonzero(wanted & (worth >= least))
    order = np.argsort(-worth[chosen], kind="stable")
    return np.sort(beat[chosen[order[:most]]])
