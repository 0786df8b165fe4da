"""The bass line: a riff of one to four bars on the chords' basses, in the genre's idiom."""

from __future__ import annotations

import numpy as np

from mixolydian.core.types import Note
from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.grid import Grid
from mixolydian.creation.patterns import BassStep, Riff, bass_riff, read_riff
from mixolydian.creation.percussion import brief_groove
from mixolydian.creation.score import Score
from mixolydian.creation.spans import ChordSpan, Spans
from mixolydian.creation.structure import SectionPlan
from mixolydian.theory.mode import mode_scale


def play_bass(
    brief: Brief, plans: tuple[SectionPlan, ...], spans: Spans, grid: Grid
) -> tuple[Note, ...]:
    """The notes of the bass in every section that has one."""
    low = _lowest(brief)
    score = Score(brief, grid, "bass")
    for plan in plans:
        if "bass" not in plan.layers:
            continue
        score.open(plan)
        riff = riff_of(brief, plan)
        rng = brief.random("bass approach", plan.name)
        first, last = plan.entries["bass"]
        for bar in range(first, last):
            for step in riff[(bar - plan.first_bar) % len(riff)]:
                beat = bar * brief.meter + step.position
                span = spans.at(beat)
                pitch = _pitch(step, span, _following(spans, span, plan, brief.meter), low, rng)
                length = min(step.length, last * brief.meter - beat)
                score.add(beat, max(length, 0.05), pitch, step.velocity)
    return tuple(score.notes)


def riff_of(brief: Brief, plan: SectionPlan) -> Riff:
    """The riff of a section: the piece's own, or from the second drop on perhaps its answer."""
    written = brief.setting("bass.pattern", plan.name)
    if written is not None:
        return read_riff(written, brief.meter)
    genre = GENRES[brief.genre]
    idiom = str(brief.random("bass idiom").choice(genre.bass))
    kick = brief_groove(brief).get(
        "kick", "X..............." if brief.meter != 3 else "X..........."
    )
    main = bass_riff(idiom, brief.meter, kick, brief.random("bass"))
    varies = plan.number > 1 and brief.random("bass varies", plan.name).random() < 0.35
    if not varies:
        return main
    other = bass_riff(idiom, brief.meter, kick, brief.random("bass", "answer"))
    return (*main, *other)


def _following(spans: Spans, span: ChordSpan, plan: SectionPlan, meter: int) -> ChordSpan:
    """The chord after `span`; at the section's end its first one, so that no section hears
    what the next one plays."""
    ends = span.end >= plan.last_bar * meter - 1e-6
    return spans.at(plan.first_bar * meter) if ends else spans.at(span.end + 0.01)


def _lowest(brief: Brief) -> int:
    """The lowest MIDI pitch of the line's octave, from the genre's register."""
    low, high = GENRES[brief.genre].bass_register
    return int(brief.random("bass register").integers(low, high))


def _pitch(
    step: BassStep, span: ChordSpan, following: ChordSpan, low: int, rng: np.random.Generator
) -> int:
    """MIDI pitch of one step, in the octave above `low` (the octave tone one higher)."""
    intervals = span.harmony.intervals
    base = low + (span.harmony.bass - low) % 12
    root = low + (span.harmony.root - low) % 12
    if step.tone == "third":
        return low + (root + intervals[1] - low) % 12
    if step.tone == "fifth":
        return root + intervals[min(2, len(intervals) - 1)]
    if step.tone == "seventh":
        return root + (intervals[3] if len(intervals) > 3 else _seventh(span))
    if step.tone == "octave":
        return base + 12
    if step.tone == "approach":
        target = low + (following.harmony.bass - low) % 12
        return target + int(rng.choice([-2, -1, 1, 2]))
    return base


def _seventh(span: ChordSpan) -> int:
    """Semitones from the root of a triad to the seventh that the key has above it."""
    major = (span.harmony.root + 11) % 12 in mode_scale(span.tonic, span.mode)
    return 11 if major else 10
