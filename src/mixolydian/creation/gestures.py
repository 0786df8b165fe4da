"""Transitions: what leads the ear from one section into the next, and the air around it.

A riser and a reversed cymbal announce the beat, an impact and a downlifter mark its arrival
or its going, a sub drop opens a heavy section; textures lie under whole sections.
"""

from __future__ import annotations

from itertools import pairwise

from mixolydian.creation.arrangement import GESTURES, Gesture
from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.grid import Grid
from mixolydian.creation.structure import SectionPlan

RISER_BARS = 8
BEAT_LABELS = ("verse", "drop", "chorus")
"""sections that have kick, snare, hats and bass."""
LOUD = 0.6
"""energy from which a section is entered with an impact."""


def gestures_of(brief: Brief, plans: tuple[SectionPlan, ...], grid: Grid) -> tuple[Gesture, ...]:
    """Every gesture of the piece in order of time; muted stems have none."""
    rows: list[Gesture] = []
    for before, after in pairwise(plans):
        rows += _into(brief, before, after, grid)
    for plan in plans:
        rows += _inside(brief, plan, grid)
    return tuple(sorted(rows, key=lambda g: (g.start, g.kind)))


def _muted(brief: Brief, plan: SectionPlan, kind: str) -> bool:
    return brief.setting(f"{GESTURES[kind]}.mute", plan.name) == "on"


def _beats(brief: Brief, plan: SectionPlan) -> bool:
    """Whether the section is of the kind that has the whole beat, whatever is muted in it."""
    return GENRES[brief.genre].form != "ambient" and plan.label in BEAT_LABELS


def _into(brief: Brief, before: SectionPlan, after: SectionPlan, grid: Grid) -> list[Gesture]:
    """What happens around the bar line between two sections.

    It hangs on their kinds only, so that an edit of one section leaves its neighbours alone.
    """
    rng = brief.random("transition", after.name)
    bars, dice = min(before.bars, 1 + int(rng.integers(2))), rng.random(3)
    line = grid.bar(after.first_bar)
    arrives = _beats(brief, after) and not _beats(brief, before)
    leaves = _beats(brief, before) and not _beats(brief, after)
    rows: list[Gesture] = []
    if not _muted(brief, before, "reverse") and (arrives or dice[0] < 0.4):
        rows.append(Gesture("reverse", grid.bar(after.first_bar - bars), line, 0.8))
    if _muted(brief, after, "impact"):
        return rows
    end = grid.bar(min(after.first_bar + 2, after.last_bar))
    if arrives and after.energy >= LOUD:
        rows.append(Gesture("impact", line, end, after.energy))
        if dice[1] < 0.5:
            rows.append(Gesture("subdrop", line, end, after.energy))
    if leaves or dice[2] < 0.3:
        rows.append(Gesture("downlifter", line, end, 0.7))
    return rows


def _inside(brief: Brief, plan: SectionPlan, grid: Grid) -> list[Gesture]:
    """The riser of a buildup, and the texture of a section."""
    rows = []
    if "riser" in plan.layers:
        start = grid.bar(plan.last_bar - min(plan.bars, RISER_BARS))
        rows.append(Gesture("riser", start, grid.bar(plan.last_bar), 1.0))
    if "texture" in plan.layers:
        kind = str(brief.random("texture").choice(["noise", "noise", "drone"]))
        first, last = plan.entries["texture"]
        level = 0.5 if _beats(brief, plan) else 0.9
        rows.append(Gesture(kind, grid.bar(first), grid.bar(last), level))
    return rows
