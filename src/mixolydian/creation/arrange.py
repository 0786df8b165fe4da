"""Brief → Arrangement: every note, stroke, chord, section and drop in exact seconds.

The steps, each in a file of its own: form (`structure`) → harmony (`spans`) → groove
(`percussion`) → `bass` → `chords` → `lead` → transitions (`gestures`) → knobs (`motion`) →
sound design (`patches`). A drop is the downbeat on which the full drums and the bass come
in after a section without them (buildup, breakdown, bridge or a beatless intro). Chord
labels name what is heard: N where nothing pitched sounds, X where only a bass line does.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mixolydian.core.types import Chord, Drop, KeyChange, Note, Phrase, Section
from mixolydian.creation.arrangement import Arrangement, Part
from mixolydian.creation.bass import play_bass
from mixolydian.creation.brief import Brief
from mixolydian.creation.chords import play_arpeggio, play_chords, play_pad, voicings
from mixolydian.creation.gestures import gestures_of
from mixolydian.creation.grid import Grid, make_grid, tempo_truth
from mixolydian.creation.harmony import Harmony
from mixolydian.creation.layers import FULL_BEAT
from mixolydian.creation.lead import play_lead, play_vocal
from mixolydian.creation.motion import automation_of
from mixolydian.creation.patches import drum_kit, patch
from mixolydian.creation.percussion import play_drums
from mixolydian.creation.spans import ChordSpan, Spans, chord_spans
from mixolydian.creation.structure import SectionPlan, plan_sections
from mixolydian.theory.mode import family

CHORDAL = frozenset({"chords", "pad", "arpeggio"})
MELODIC = frozenset({"bass", "lead", "vocal"})


def arrange(brief: Brief) -> Arrangement:
    """The arrangement of `brief`."""
    grid = make_grid(brief)
    plans = plan_sections(brief)
    spans = chord_spans(brief, plans)
    sections = _sections(plans, grid)
    return Arrangement(
        brief=brief,
        tempo=tempo_truth(brief, grid),
        beats=grid.beats(_phrases(plans, grid)),
        key_changes=key_changes(brief, grid),
        chords=_chords(plans, spans, grid),
        sections=sections,
        drops=_drops(plans, sections),
        parts=_parts(brief, plans, spans, grid),
        drums=play_drums(brief, plans, grid),
        kit=drum_kit(brief),
        gestures=gestures_of(brief, plans, grid),
        automation=automation_of(brief, plans, grid),
        end=grid.end,
    )


def _parts(
    brief: Brief, plans: tuple[SectionPlan, ...], spans: Spans, grid: Grid
) -> tuple[Part, ...]:
    """The pitched parts that play anything."""
    pitches = voicings(brief, plans, spans)
    played: dict[str, tuple[Note, ...]] = {
        "bass": play_bass(brief, plans, spans, grid),
        "chords": play_chords(brief, plans, spans, pitches, grid),
        "pad": play_pad(brief, plans, spans, pitches, grid),
        "arpeggio": play_arpeggio(brief, plans, spans, pitches, grid),
        "lead": play_lead(brief, plans, spans, grid),
        "vocal": play_vocal(brief, plans, spans, grid),
    }
    return tuple(
        Part(name, name, patch(brief, name), notes) for name, notes in played.items() if notes
    )


def _sections(plans: tuple[SectionPlan, ...], grid: Grid) -> tuple[Section, ...]:
    return tuple(
        Section(grid.bar(p.first_bar), grid.bar(p.last_bar), p.label, p.energy) for p in plans
    )


def _phrases(plans: tuple[SectionPlan, ...], grid: Grid) -> tuple[Phrase, ...]:
    """Phrases of 8 bars inside each section (a whole shorter section is not a phrase)."""
    return tuple(
        Phrase(grid.bar(bar), 8) for p in plans for bar in range(p.first_bar, p.last_bar - 7, 8)
    )


def _drops(plans: tuple[SectionPlan, ...], sections: tuple[Section, ...]) -> tuple[Drop, ...]:
    drops = []
    for (before, after), section in zip(pairwise(plans), sections[1:], strict=True):
        full = after.at(after.first_bar) >= FULL_BEAT and after.label in ("drop", "chorus", "verse")
        if full and _without_beat(before):
            strength = 0.5 + 0.5 * (after.energy - before.energy)
            drops.append(Drop(section.start, round(float(np.clip(strength, 0.1, 1.0)), 3)))
    return tuple(drops)


def _without_beat(plan: SectionPlan) -> bool:
    """No bass and no snare in its last bar; only a buildup may keep its kick."""
    if plan.label not in ("buildup", "breakdown", "bridge", "intro"):
        return False
    missing = {"bass", "snare"} if plan.label == "buildup" else {"bass", "snare", "kick"}
    return not plan.at(plan.last_bar - 1) & missing


def key_changes(brief: Brief, grid: Grid) -> tuple[KeyChange, ...]:
    """The keys in turn; one entry over the whole piece when the key never changes."""
    changes = [(0, brief.tonic, brief.mode), *sorted(brief.key_changes)]
    bars = [c[0] for c in changes] + [brief.n_bars]
    return tuple(
        KeyChange(grid.bar(bars[i]), grid.bar(bars[i + 1]), tonic, family(mode))
        for i, (_, tonic, mode) in enumerate(changes)
    )


def _chords(plans: tuple[SectionPlan, ...], spans: Spans, grid: Grid) -> tuple[Chord, ...]:
    """What is heard, from 0 s to the last bar line, equal neighbours joined."""
    rows: list[Chord] = [] if grid.start == 0.0 else [Chord(0.0, grid.start, "N")]
    for plan in plans:
        for span in spans.inside(plan.first_bar * grid.meter, plan.last_bar * grid.meter):
            for start, end, label in _heard(plan, span, grid):
                if rows and rows[-1].label == label:
                    rows[-1] = Chord(rows[-1].start, end, label)
                else:
                    rows.append(Chord(start, end, label))
    return tuple(rows)


def _heard(plan: SectionPlan, span: ChordSpan, grid: Grid) -> list[tuple[float, float, str]]:
    """(start, end, label) of the span, cut where layers come in or go."""
    bars = {bar * grid.meter for entry in plan.entries.values() for bar in entry}
    cuts = sorted({span.start, span.end} | {b for b in bars if span.start < b < span.end})
    return [
        (grid.at(a), grid.at(b), _label(plan.at(int(a // grid.meter)), span.harmony))
        for a, b in pairwise(cuts)
    ]


def _label(layers: frozenset[str], harmony: Harmony) -> str:
    if layers & CHORDAL:
        if "bass" in layers:
            return harmony.label
        return Harmony(harmony.root, harmony.quality, harmony.root).label
    return "X" if layers & MELODIC else "N"
