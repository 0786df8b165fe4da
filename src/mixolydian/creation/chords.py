"""Comping, pad and arpeggio over the chord spans, voiced with smooth voice leading."""

from __future__ import annotations

import numpy as np

from mixolydian.core.types import Note
from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.grid import Grid
from mixolydian.creation.harmony import voicing
from mixolydian.creation.patterns import strokes
from mixolydian.creation.score import Score
from mixolydian.creation.spans import ChordSpan, Spans
from mixolydian.creation.structure import SectionPlan

ARPEGGIO_CYCLE = 8
"""steps after which an arpeggio repeats its figure."""
FIGURES: dict[str, tuple[int, ...]] = {
    "up": (0, 1, 2, 3, 4, 5, 6, 7),
    "down": (7, 6, 5, 4, 3, 2, 1, 0),
    "up and down": (0, 1, 2, 3, 4, 3, 2, 1),
    "alberti": (0, 2, 1, 2, 0, 3, 1, 3),
    "octaves": (0, 4, 1, 5, 2, 6, 1, 5),
}
"""Order in which an arpeggio climbs its ladder of chord tones."""

Voicings = dict[float, tuple[int, ...]]
"""start of a span → MIDI pitches."""


def voicings(brief: Brief, plans: tuple[SectionPlan, ...], spans: Spans) -> Voicings:
    """The pitches of every span; each section begins from the middle, so that no section
    depends on the one before."""
    center = int(brief.random("chord register").integers(58, 66))
    out: Voicings = {}
    for plan in plans:
        previous: tuple[int, ...] = ()
        for span in _spans_of(plan, spans, brief.meter):
            previous = voicing(span.harmony, previous, center)
            out[span.start] = previous
    return out


def _spans_of(plan: SectionPlan, spans: Spans, meter: int) -> tuple[ChordSpan, ...]:
    return spans.inside(plan.first_bar * meter, plan.last_bar * meter)


def _cut(span: ChordSpan, bars: tuple[int, int], meter: int) -> tuple[float, float]:
    """The part of the span, in beats, within `bars` [first, last)."""
    return max(span.start, bars[0] * meter), min(span.end, bars[1] * meter)


def play_chords(
    brief: Brief, plans: tuple[SectionPlan, ...], spans: Spans, pitches: Voicings, grid: Grid
) -> tuple[Note, ...]:
    """Comping: the genre's chord rhythm, or held chords."""
    genre = GENRES[brief.genre]
    rng = brief.random("chords")
    usual = str(rng.choice(genre.chord_rhythms))
    hold = float(rng.uniform(0.4, 1.0))
    score = Score(brief, grid, "chords")
    for plan in plans:
        if "chords" not in plan.layers:
            continue
        score.open(plan)
        rhythm = brief.setting("chords.pattern", plan.name) or usual
        dice = brief.random("chords", plan.name)
        for span in _spans_of(plan, spans, brief.meter):
            start, end = _cut(span, plan.entries["chords"], brief.meter)
            if start < end:
                _comp(score, brief, (start, end), pitches[span.start], rhythm, hold, dice)
    return tuple(score.notes)


def _comp(
    score: Score,
    brief: Brief,
    beats: tuple[float, float],
    pitches: tuple[int, ...],
    rhythm: str,
    hold: float,
    rng: np.random.Generator,
) -> None:
    start, end = beats
    if rhythm == "hold":
        for p in pitches:
            score.add(start, (end - start) * 0.98, p, 0.75)
        return
    meter, written = brief.meter, GENRES[brief.genre].meter
    for bar in range(int(start // meter), int(np.ceil(end / meter))):
        for s in strokes(rhythm, bar, meter, rng, written):
            beat = bar * meter + s.position
            if start - 1e-9 <= beat < end - 1e-9:
                length = min(max(s.length * hold, 0.2), end - beat)
                for p in pitches:
                    score.add(beat, length, p, s.velocity * 0.9)


def play_pad(
    brief: Brief, plans: tuple[SectionPlan, ...], spans: Spans, pitches: Voicings, grid: Grid
) -> tuple[Note, ...]:
    """The pad: every chord held for its whole length."""
    score = Score(brief, grid, "pad")
    for plan in plans:
        if "pad" not in plan.layers:
            continue
        score.open(plan)
        for span in _spans_of(plan, spans, brief.meter):
            start, end = _cut(span, plan.entries["pad"], brief.meter)
            for p in pitches[span.start] if start < end else ():
                score.add(start, end - start, p, 0.75)
    return tuple(score.notes)


def play_arpeggio(
    brief: Brief, plans: tuple[SectionPlan, ...], spans: Spans, pitches: Voicings, grid: Grid
) -> tuple[Note, ...]:
    """Broken chords over two octaves, in one figure for the whole piece."""
    rng = brief.random("arpeggio")
    step = 1.0 if brief.meter == 6 else float(rng.choice(GENRES[brief.genre].arpeggio_step))
    figure = FIGURES[str(rng.choice(list(FIGURES)))]
    if rng.random() < 0.3:
        figure = tuple(int(i) for i in rng.permutation(ARPEGGIO_CYCLE))
    rests = rng.random(ARPEGGIO_CYCLE) < rng.choice([0.0, 0.0, 0.2])
    score = Score(brief, grid, "arpeggio")
    for plan in plans:
        if "arpeggio" not in plan.layers:
            continue
        score.open(plan)
        for span in _spans_of(plan, spans, brief.meter):
            start, end = _cut(span, plan.entries["arpeggio"], brief.meter)
            ladder = sorted({*pitches[span.start], *(p + 12 for p in pitches[span.start])})
            for i, beat in enumerate(np.arange(start, end - 1e-6, step)):
                place = i % ARPEGGIO_CYCLE
                if place and rests[place]:
                    continue
                pitch = ladder[figure[place] % len(ladder)]
                score.add(float(beat), step * 0.8, pitch, 0.85 if i % 4 == 0 else 0.65)
    return tuple(score.notes)
