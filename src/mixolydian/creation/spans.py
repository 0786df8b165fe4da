"""The chords under the piece: one progression for its body, perhaps another for its contrasts."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from mixolydian.creation.brief import TONICS, Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.harmony import (
    Harmony,
    bank,
    parse_roman,
    progression,
    read_progression,
)
from mixolydian.creation.structure import SectionPlan

CONTRASTS = ("chorus", "bridge", "breakdown")
"""sections that may stand on the other progression."""
MOOD_SEVENTHS = {"calm": 0.3, "melancholic": 0.2, "aggressive": -0.3, "dark": -0.1}


@dataclass(frozen=True)
class ChordSpan:
    """`harmony` from beat `start` to beat `end`, in the key of `tonic` (0–11) and `mode`."""

    start: float
    end: float
    harmony: Harmony
    tonic: int
    mode: str


class Spans:
    """The chord spans of a piece in order, and which of them a beat falls into."""

    def __init__(self, rows: tuple[ChordSpan, ...]) -> None:
        self.rows = rows
        self._starts = [span.start for span in rows]

    def at(self, beat: float) -> ChordSpan:
        """The span that `beat` falls into (the last one beyond the end)."""
        return self.rows[max(bisect_right(self._starts, beat + 1e-6) - 1, 0)]

    def inside(self, first: float, last: float) -> tuple[ChordSpan, ...]:
        """The spans that begin in [first, last)."""
        return tuple(s for s in self.rows if first - 1e-6 <= s.start < last - 1e-6)


def chord_spans(brief: Brief, plans: tuple[SectionPlan, ...]) -> Spans:
    """The chords of every section; each section starts its progression anew."""
    genre = GENRES[brief.genre]
    rng = brief.random("harmony")
    bars_per_chord = float(rng.choice(genre.bars_per_chord))
    two = rng.random() < (0.7 if genre.form == "song" else 0.3)
    rows: list[ChordSpan] = []
    for plan in plans:
        which = "other" if two and plan.label in CONTRASTS else "main"
        rows += _section(brief, plan, which, bars_per_chord)
    return Spans(tuple(rows))


def key_at(brief: Brief, bar: int) -> tuple[int, str]:
    """(tonic pitch class, mode) that holds in `bar`."""
    tonic, mode = brief.tonic, brief.mode
    for start, t, m in sorted(brief.key_changes):
        if bar >= start:
            tonic, mode = t, m
    return TONICS.index(tonic), mode


def _section(brief: Brief, plan: SectionPlan, which: str, bars_per_chord: float) -> list[ChordSpan]:
    """The section's chords in turn; none runs past its end or into another key."""
    beat, last = float(plan.first_bar * brief.meter), plan.last_bar * brief.meter
    out: list[ChordSpan] = []
    while beat < last - 1e-6:
        bar = int(beat // brief.meter)
        tonic, mode = key_at(brief, bar)
        chords = _chords(brief, plan, which, tonic, mode, bars_per_chord)
        harmony, bars = chords[len(out) % len(chords)]
        limit = min(last, _next_key(brief, bar) * brief.meter)
        end = min(beat + bars * brief.meter, float(limit))
        out.append(ChordSpan(beat, end, harmony, tonic, mode))
        beat = end
    return out


def _next_key(brief: Brief, bar: int) -> int:
    """The first bar after `bar` in which the key changes; the end where it does not."""
    return min((b for b, _, _ in brief.key_changes if b > bar), default=brief.n_bars)


def _chords(
    brief: Brief, plan: SectionPlan, which: str, tonic: int, mode: str, bars_per_chord: float
) -> tuple[tuple[Harmony, float], ...]:
    """(chord, bars) of the progression that the section stands on."""
    asked = brief.setting("progression", plan.name)
    rows = read_progression(asked) if asked else brief.progression
    if rows:
        return tuple((parse_roman(numeral, tonic, mode), bars) for numeral, bars in rows)
    genre = GENRES[brief.genre]
    choices = bank(genre.progressions, mode)
    order = brief.random("progression").permutation(len(choices))
    numerals = choices[int(order[0 if which == "main" else 1 % len(choices)])]
    rng = brief.random(f"progression {which}")
    sevenths = float(np.clip(genre.sevenths + MOOD_SEVENTHS.get(brief.mood, 0.0), 0, 1))
    chords = progression(numerals, tonic, mode, rng, sevenths, genre.inversions)
    return tuple((chord, bars_per_chord) for chord in chords)
