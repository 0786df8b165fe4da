"""Comping, pad and arpeggio over the chord spans, voiced with smooth voice leading."""

from __future__ import annotations

import numpy as np

from mixolydian.core.types import Note
from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.grid import Grid
from mixolydian.creation.harmony import voicing
from mixolydian.creation.patterns import Stroke, strokes, written_beats
from mixolydian.creation.score import Score
from mixolydian.creation.spans import ChordSpan, Spans
from mixolydian.creation.structure import SectionPlan

ARPEGGIO_CYCLE = 8
"""steps after which an arpeggio repeats its figure."""
ARPEGGIO_LOW = 60
"""MIDI pitch from which an arpeggio climbs: above the chords' roots, clear of the bass."""
ARPEGGIO_HIGH = 93
"""MIDI pitch that an arpeggio does not climb beyond."""
HELD = 0.98
"""share of its time that a held chord sounds: its end belongs to its own section."""
SPREAD_FROM = 60
"""MIDI pitch a pad's second voice from the top must have to be played an octave lower."""
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
    low, high = GENRES[brief.genre].chord_register
    center = int(brief.random("chord register").integers(low, high))
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
    rng = brief.random("chords")
    usual = str(rng.choice(GENRES[brief.genre].chord_rhythms))
    hold = float(rng.uniform(0.4, 1.0))
    score = Score(brief, grid, "chords")
    for plan in plans:
        if "chords" not in plan.layers:
            continue
        score.open(plan)
        rhythm = brief.setting("chords.pattern", plan.name)
        for span in _spans_of(plan, spans, brief.meter):
            start, end = _cut(span, plan.entries["chords"], brief.meter)
            for s in _comping(brief, plan, (start, end), usual, rhythm) if start < end else ():
                length = s.length * (HELD if (rhythm or usual) == "hold" else hold)
                length = min(max(length, 0.2), end - s.position)
                for p in pitches[span.start]:
                    score.add(
                        s.position, length, p, s.velocity * plan.swell(s.position / brief.meter)
                    )
    return tuple(score.notes)


def _comping(
    brief: Brief, plan: SectionPlan, beats: tuple[float, float], usual: str, asked: str | None
) -> list[Stroke]:
    """The strokes of a chord between two beats of the piece; never none, so that every chord
    is heard."""
    start, end = beats
    whole = Stroke(start, end - start, 0.75)
    rhythm = asked or usual
    if rhythm == "hold":
        return [whole]
    meter, written = brief.meter, GENRES[brief.genre].meter
    if asked:
        written = written_beats(asked, meter, written)
    out = []
    for bar in range(int(start // meter), int(np.ceil(end / meter))):
        dice = brief.random(f"chords in bar {bar}", plan.name)
        for s in strokes(rhythm, bar - plan.first_bar, meter, dice, written):
            beat = bar * meter + s.position
            if start - 1e-9 <= beat < end - 1e-9:
                out.append(Stroke(beat, s.length, s.velocity * 0.9))
    return out or [whole]


def play_pad(
    brief: Brief, plans: tuple[SectionPlan, ...], spans: Spans, pitches: Voicings, grid: Grid
) -> tuple[Note, ...]:
    """The pad: every chord held for its whole length, wider than the chords."""
    score = Score(brief, grid, "pad")
    for plan in plans:
        if "pad" not in plan.layers:
            continue
        score.open(plan)
        for span in _spans_of(plan, spans, brief.meter):
            start, end = _cut(span, plan.entries["pad"], brief.meter)
            for p in _spread(pitches[span.start]) if start < end else ():
                score.add(start, HELD * (end - start), p, 0.75 * plan.swell(start / brief.meter))
    return tuple(score.notes)


def _spread(pitches: tuple[int, ...]) -> tuple[int, ...]:
    """Open position: the second voice from the top an octave lower, where there is room."""
    if len(pitches) < 3 or pitches[-2] < SPREAD_FROM:
        return pitches
    return tuple(sorted((*pitches[:-2], pitches[-2] - 12, pitches[-1])))


def play_arpeggio(
    brief: Brief, plans: tuple[SectionPlan, ...], spans: Spans, pitches: Voicings, grid: Grid
) -> tuple[Note, ...]:
    """Broken chords over two octaves, in one figure for the whole piece; they climb through
    a buildup."""
    step, figure, rests = _figure(brief)
    score = Score(brief, grid, "arpeggio")
    for plan in plans:
        if "arpeggio" not in plan.layers:
            continue
        score.open(plan)
        for span in _spans_of(plan, spans, brief.meter):
            start, end = _cut(span, plan.entries["arpeggio"], brief.meter)
            ladder = _ladder(pitches[span.start])
            for i, beat in enumerate(np.arange(start, end - 1e-6, step)):
                place = i % ARPEGGIO_CYCLE
                if place and rests[place]:
                    continue
                bar = float(beat) / brief.meter
                pitch = ladder[figure[place] + _climb(plan, bar)]
                velocity = (0.85 if i % 4 == 0 else 0.65) * plan.swell(bar)
                score.add(float(beat), min(step * 0.8, end - beat), pitch, velocity)
    return tuple(score.notes)


def _figure(brief: Brief) -> tuple[float, tuple[int, ...], tuple[bool, ...]]:
    """(beats per step, places on the ladder, rests) of the piece's arpeggio."""
    rng = brief.random("arpeggio")
    step = float(rng.choice(GENRES[brief.genre].arpeggio_step))
    if brief.meter == 6:
        step = 1.0 if step > 0.25 else 0.5
    figure = FIGURES[str(rng.choice(list(FIGURES)))]
    if rng.random() < 0.3:
        figure = tuple(int(i) for i in rng.permutation(ARPEGGIO_CYCLE))
    rests = rng.random(ARPEGGIO_CYCLE) < rng.choice([0.0, 0.0, 0.2])
    return step, figure, tuple(bool(r) for r in rests)


def _ladder(chord: tuple[int, ...]) -> tuple[int, ...]:
    """The chord's tones from `ARPEGGIO_LOW` upwards, those too high an octave lower."""
    tones = {p % 12 for p in chord}
    rungs = (p for p in range(ARPEGGIO_LOW, ARPEGGIO_LOW + 60) if p % 12 in tones)
    return tuple(p if p <= ARPEGGIO_HIGH else p - 12 for p in rungs)


def _climb(plan: SectionPlan, bar: float) -> int:
    """Steps of the ladder that a buildup adds by and by."""
    return int(4 * (bar - plan.first_bar) / plan.bars) if plan.label == "buildup" else 0
