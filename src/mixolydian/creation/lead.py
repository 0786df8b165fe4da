"""The hook: a short phrase that returns through the piece and is varied each time.

A drop plays it whole and turns every fourth pass; a later drop answers with a second voice,
an octave or a third above; a breakdown sings its skeleton, a buildup insists on its first bar
and climbs. The vocal takes turns with it: calls of one bar and an answer, silence between.
"""

from __future__ import annotations

from dataclasses import replace

from mixolydian.core.types import Note
from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.grid import Grid
from mixolydian.creation.melody import (
    RHYTHMS,
    MelodyPhrase,
    doubled,
    in_rhythm,
    insisted,
    melody_phrase,
    ornamented,
    skeleton,
)
from mixolydian.creation.patterns import bars_of, strokes, written_beats
from mixolydian.creation.score import Score
from mixolydian.creation.singing import Sung, sung
from mixolydian.creation.spans import Spans
from mixolydian.creation.structure import SectionPlan

CALM = ("breakdown", "bridge", "intro")
"""sections that sing only the hook's skeleton."""
SECOND_VOICES = (7, 7, 2)
"""scale steps of the second voice above the hook: an octave or a third."""
CALLS = ("-c-r", "c-r-", "---c", "-c--", "c---", "--cr")
"""Bars of four in which a voice calls (c), answers (r) or is silent."""
CALL_HIGHEST = 4
"""degree that a call does not go beyond: it is spoken rather than sung."""
VOCAL_REGISTER = (57, 64)


def play_lead(
    brief: Brief, plans: tuple[SectionPlan, ...], spans: Spans, grid: Grid
) -> tuple[Note, ...]:
    """The hook in every section that has it."""
    low = int(brief.random("lead register").integers(*GENRES[brief.genre].lead_register))
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
    """Calls of a voice on few tones, and their answers."""
    phrase = _calls(brief)
    low = int(brief.random("vocal register").integers(*VOCAL_REGISTER))
    score = Score(brief, grid, "vocal")
    for plan in plans:
        if "vocal" in plan.layers:
            score.open(plan)
            _sing(score, brief, plan, "vocal", phrase, spans, low)
    return tuple(score.notes)


def _hook(brief: Brief) -> MelodyPhrase:
    """The phrase of two, four or eight bars that the piece is known by."""
    rng = brief.random("lead")
    step = _step(float(rng.choice(GENRES[brief.genre].lead_step)))
    return melody_phrase(int(rng.choice([2, 4, 4, 8])), brief.meter, step, rng)


def _step(wanted: float) -> float:
    """The grid of `melody.RHYTHMS` nearest to the one a genre asks for."""
    return min(RHYTHMS, key=lambda step: abs(step - wanted))


def _calls(brief: Brief) -> MelodyPhrase:
    """Four bars of a voice: a call, the same call coming home, silence."""
    rng = brief.random("vocal")
    step = float(rng.choice([0.25, 0.5, 0.5, 1.0]))
    call, answer = melody_phrase(2, brief.meter, step, rng)
    rows = {"-": (), "c": call, "r": answer}
    layout = str(rng.choice(CALLS))
    return tuple(
        tuple(replace(s, degree=min(s.degree, CALL_HIGHEST), strong=True) for s in rows[bar])
        for bar in layout
    )


def _varied(hook: MelodyPhrase, brief: Brief, plan: SectionPlan) -> MelodyPhrase:
    """The hook as this section plays it."""
    rhythm = brief.setting("lead.pattern", plan.name)
    if rhythm is not None:
        hook = _in_rhythm(hook, rhythm, brief)
    if plan.label in CALM:
        return tuple(skeleton(bar, brief.meter) for bar in hook)
    if plan.label == "buildup":
        return insisted(hook[0], plan.bars, brief.meter)
    rng = brief.random("lead varies", plan.name)
    turned = hook if rhythm is not None else ornamented(hook, rng)
    if plan.number > 1:
        above = int(rng.choice(SECOND_VOICES))
        return (*hook, *doubled(hook, above), *turned, *doubled(turned, above))
    return (*hook * 3, *turned)


def _in_rhythm(hook: MelodyPhrase, rhythm: str, brief: Brief) -> MelodyPhrase:
    """The hook's contour in a rhythm that was written out."""
    written = written_beats(rhythm, brief.meter, GENRES[brief.genre].meter)
    n = max(len(hook), len(bars_of(rhythm, brief.meter, written)))
    rng = brief.random("lead rhythm")
    rows = [strokes(rhythm, bar, brief.meter, rng, written) for bar in range(n)]
    return in_rhythm(hook, tuple(tuple((s.position, s.length) for s in row) for row in rows))


def _sing(
    score: Score,
    brief: Brief,
    plan: SectionPlan,
    layer: str,
    phrase: MelodyPhrase,
    spans: Spans,
    low: int,
) -> None:
    """Play the phrase over the bars in which `layer` plays."""
    first, last = plan.entries[layer]
    note: Sung | None = None
    for bar in range(first, last):
        note = note if (bar - plan.first_bar) % len(phrase) else None
        for step in phrase[(bar - plan.first_bar) % len(phrase)]:
            beat = bar * brief.meter + step.position
            length = min(step.length, last * brief.meter - beat)
            velocity = (0.9 if step.strong else 0.76) * plan.swell(bar)
            note = sung(step, spans.at(beat), low, note)
            for i, pitch in enumerate(note.pitches):
                score.add(beat, length, pitch, velocity * (0.8 if i else 1.0))
