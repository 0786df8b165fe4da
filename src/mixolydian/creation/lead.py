"""The hook: a short phrase that returns through the piece and is varied each time.

A drop plays it whole, a later drop answers it with itself an octave higher or with passing
notes, a breakdown sings its skeleton, a buildup insists on its first bar. The vocal takes
turns with it: calls of one bar, silence where the lead speaks.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mixolydian.core.types import Note
from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.grid import Grid
from mixolydian.creation.harmony import scale_pitches
from mixolydian.creation.patterns import MelodyStep, melody_phrase, strokes
from mixolydian.creation.score import Score
from mixolydian.creation.spans import ChordSpan, Spans
from mixolydian.creation.structure import SectionPlan

Phrase = tuple[tuple[MelodyStep, ...], ...]
FULL = ("drop", "chorus")


def play_lead(
    brief: Brief, plans: tuple[SectionPlan, ...], spans: Spans, grid: Grid
) -> tuple[Note, ...]:
    """The hook in every section that has it."""
    low = int(brief.random("lead register").integers(64, 71))
    hook = _hook(brief)
    score = Score(brief, grid, "lead")
    for plan in plans:
        if "lead" in plan.layers:
            score.open(plan)
            _sing(score, brief, plan, "lead", _varied(hook, brief, plan), spans, low)
    return tuple(score.notes)


def play_vocal(
    brief: Brief, plans: tuple[SectionPlan, ...], spans: Spans, grid: Grid
) -> tuple[Note, ...]:
    """Calls of a voice on few tones, one bar in two or four."""
    rng = brief.random("vocal")
    call = melody_phrase(1, brief.meter, float(rng.choice([0.5, 0.5, 1.0])), rng)[0]
    calm = tuple(replace(s, steps=int(np.sign(s.steps)), strong=True) for s in call)
    every = int(rng.choice([2, 2, 4]))
    phrase: Phrase = (calm, *((),) * (every - 1))
    low = int(brief.random("vocal register").integers(57, 64))
    score = Score(brief, grid, "vocal")
    for plan in plans:
        if "vocal" in plan.layers:
            score.open(plan)
            _sing(score, brief, plan, "vocal", phrase, spans, low)
    return tuple(score.notes)


def _hook(brief: Brief) -> Phrase:
    """The phrase of two, four or eight bars that the piece is known by."""
    rng = brief.random("lead")
    step = 1.0 if brief.meter == 6 else float(rng.choice(GENRES[brief.genre].lead_step))
    return melody_phrase(int(rng.choice([2, 4, 4, 8])), brief.meter, step, rng)


def _varied(hook: Phrase, brief: Brief, plan: SectionPlan) -> Phrase:
    """The hook as this section plays it."""
    rhythm = brief.setting("lead.pattern", plan.name)
    if rhythm is not None:
        hook = _in_rhythm(hook, rhythm, brief)
    if plan.label in ("breakdown", "bridge", "intro"):
        return tuple(_skeleton(bar, brief.meter) for bar in hook)
    if plan.label == "buildup":
        return (hook[0],)
    if plan.number > 1:
        return _answered(hook, brief.random("lead varies", plan.name))
    return hook


def _in_rhythm(hook: Phrase, rhythm: str, brief: Brief) -> Phrase:
    """The hook's contour in a rhythm that was written out."""
    contour = [step.steps for bar in hook for step in bar] or [0]
    bars, k = [], 0
    rng = brief.random("lead rhythm")
    for bar in range(max(len(hook), rhythm.count("|") + 1)):
        row = []
        for s in strokes(rhythm, bar, brief.meter, rng, GENRES[brief.genre].meter):
            strong = s.position % 1 == 0
            row.append(MelodyStep(s.position, s.length, contour[k % len(contour)], strong))
            k += 1
        bars.append(tuple(row))
    return tuple(bars)


def _skeleton(bar: tuple[MelodyStep, ...], meter: int) -> tuple[MelodyStep, ...]:
    """Only the strong notes of a bar, held until the next."""
    kept = [s for s in bar if s.strong] or list(bar[:1])
    ends = [s.position for s in kept[1:]] + [float(meter)]
    return tuple(
        replace(s, length=0.95 * (end - s.position)) for s, end in zip(kept, ends, strict=True)
    )


def _answered(hook: Phrase, rng: np.random.Generator) -> Phrase:
    """The hook, and once more with passing notes between its own."""
    busy = tuple(tuple(note for step in bar for note in _ornamented(step, rng)) for bar in hook)
    return (*hook, *busy)


def _ornamented(step: MelodyStep, rng: np.random.Generator) -> tuple[MelodyStep, ...]:
    """Now and then a long note is split, its second half a neighbour."""
    if step.length < 0.5 or rng.random() < 0.6:
        return (step,)
    half = step.length / 2
    turn = int(rng.choice([-1, 1]))
    return (
        replace(step, length=half * 0.9),
        MelodyStep(step.position + half, half * 0.9, turn, False),
    )


def _sing(
    score: Score,
    brief: Brief,
    plan: SectionPlan,
    layer: str,
    phrase: Phrase,
    spans: Spans,
    low: int,
) -> None:
    """Play the phrase over the bars in which `layer` plays."""
    first, last = plan.entries[layer]
    pitch = low + 6
    for bar in range(first, last):
        if (bar - plan.first_bar) % len(phrase) == 0:
            pitch = low + 6
        for step in phrase[(bar - plan.first_bar) % len(phrase)]:
            beat = bar * brief.meter + step.position
            pitch = _next_pitch(pitch, step, spans.at(beat), low)
            score.add(beat, step.length, pitch, 0.9 if step.strong else 0.74)


def _next_pitch(pitch: int, step: MelodyStep, span: ChordSpan, low: int) -> int:
    """The next pitch: steps along the scale, pulled to the chord on strong positions."""
    scale = scale_pitches(span.tonic, span.mode, low - 3, low + 17)
    index = int(np.argmin(np.abs(np.array(scale) - pitch))) + step.steps
    wanted = scale[min(max(index, 0), len(scale) - 1)]
    if not step.strong:
        return wanted
    tones = [p for p in range(low - 3, low + 18) if p % 12 in span.harmony.pitch_classes]
    return min(tones, key=lambda p: (abs(p - wanted), p))
