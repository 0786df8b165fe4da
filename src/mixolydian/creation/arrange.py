"""Brief → Arrangement: every note, stroke, chord, section and drop in exact seconds.

The arrangement is the truth: what the renderer plays is what stands here. A drop is the
downbeat on which the full drums and the bass come in after a section without them
(buildup, breakdown, bridge or a beatless intro). Chord labels name what is heard: N where
nothing pitched sounds, X where only a bass line does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mixolydian.core.types import Beats, Chord, Drop, KeyChange, Note, Phrase, Section, Tempo
from mixolydian.creation.brief import Brief
from mixolydian.creation.grid import Grid, make_grid, tempo_truth
from mixolydian.creation.harmony import Harmony
from mixolydian.creation.parts import ChordSpan, chord_spans, play_bass, play_chords, play_lead
from mixolydian.creation.percussion import Hit, play_drums
from mixolydian.creation.structure import FULL_BEAT, SectionPlan, plan_sections


@dataclass(frozen=True)
class Part:
    """The notes one voice plays; `stem` is bass, harmony or lead."""

    name: str
    stem: str
    voice: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, eq=False)
class Arrangement:
    """A piece in exact terms; times in seconds from the first sample of the rendered file."""

    brief: Brief
    tempo: Tempo
    beats: Beats
    key_changes: tuple[KeyChange, ...]
    chords: tuple[Chord, ...]
    sections: tuple[Section, ...]
    drops: tuple[Drop, ...]
    parts: tuple[Part, ...]
    drums: Mapping[str, tuple[Hit, ...]]
    """lane → strokes."""
    risers: tuple[tuple[float, float], ...]
    """(start, end) of each noise riser."""
    end: float
    """seconds of the final bar line; sound may ring on."""


def arrange(brief: Brief) -> Arrangement:
    """The arrangement of `brief`."""
    grid = make_grid(brief)
    plans = plan_sections(brief)
    spans = chord_spans(brief, plans)
    drums = play_drums(brief, plans, grid)
    parts = tuple(
        Part(name, stem, voice, notes)
        for name, stem, voice, notes in (
            play_bass(brief, plans, spans, grid),
            *play_chords(brief, plans, spans, grid),
            play_lead(brief, plans, spans, grid),
        )
        if notes
    )
    sections = _sections(plans, grid)
    return Arrangement(
        brief=brief,
        tempo=tempo_truth(brief, grid),
        beats=grid.beats(_phrases(plans, grid)),
        key_changes=_key_changes(brief, grid),
        chords=_chords(plans, spans, grid),
        sections=sections,
        drops=_drops(plans, sections),
        parts=parts,
        drums=drums,
        risers=_risers(plans, grid),
        end=grid.end,
    )


def _risers(plans: tuple[SectionPlan, ...], grid: Grid) -> tuple[tuple[float, float], ...]:
    """The last four bars of every section that has a riser."""
    return tuple(
        (grid.bar(p.last_bar - min(p.bars, 4)), grid.bar(p.last_bar))
        for p in plans
        if "riser" in p.layers
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
        full = after.layers >= FULL_BEAT and after.label in ("drop", "chorus", "verse")
        if full and _without_beat(before):
            strength = 0.5 + 0.5 * (after.energy - before.energy)
            drops.append(Drop(section.start, round(float(np.clip(strength, 0.1, 1.0)), 3)))
    return tuple(drops)


def _without_beat(plan: SectionPlan) -> bool:
    """No bass and no snare; only a buildup may keep its kick."""
    if plan.label not in ("buildup", "breakdown", "bridge", "intro"):
        return False
    missing = {"bass", "snare"} if plan.label == "buildup" else {"bass", "snare", "kick"}
    return not plan.layers & missing


def _key_changes(brief: Brief, grid: Grid) -> tuple[KeyChange, ...]:
    """The keys in turn; one entry over the whole piece when the key never changes."""
    changes = [(0, brief.tonic, brief.mode), *sorted(brief.key_changes)]
    bars = [c[0] for c in changes] + [brief.n_bars]
    return tuple(
        KeyChange(grid.bar(bars[i]), grid.bar(bars[i + 1]), tonic, mode)
        for i, (_, tonic, mode) in enumerate(changes)
    )


def _chords(
    plans: tuple[SectionPlan, ...], spans: tuple[ChordSpan, ...], grid: Grid
) -> tuple[Chord, ...]:
    """What is heard, from 0 s to the last bar line, equal neighbours joined."""
    rows: list[Chord] = [] if grid.start == 0.0 else [Chord(0.0, grid.start, "N")]
    for span in spans:
        plan = next(p for p in plans if p.first_bar <= span.start / grid.meter < p.last_bar)
        label = _heard(plan, span.harmony)
        start, end = grid.at(span.start), grid.at(span.end)
        if rows and rows[-1].label == label:
            rows[-1] = Chord(rows[-1].start, end, label)
        else:
            rows.append(Chord(start, end, label))
    return tuple(rows)


def _heard(plan: SectionPlan, harmony: Harmony) -> str:
    if plan.layers & {"chords", "pad", "arpeggio"}:
        if "bass" in plan.layers:
            return harmony.label
        return Harmony(harmony.root, harmony.quality, harmony.root).label
    return "X" if plan.layers & {"bass", "lead"} else "N"
