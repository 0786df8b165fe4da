"""Knobs in motion: filters that open through a buildup, close in a breakdown, wander in acid.

Every section draws its own curves and returns to rest at its end, so that a change in one
section moves no knob in another.
"""

from __future__ import annotations

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.creation.arrangement import Automation
from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.grid import Grid
from mixolydian.creation.structure import SectionPlan

FILTERED = ("bass", "chords", "pad", "arpeggio", "lead")
SWEPT_DRUMS = ("hats", "percussion")
REST = 1e-3
"""seconds before a section's end at which its curve ends."""
OPEN_HZ = 20.0
"""a high-pass that lets everything through."""
BRIGHTER = {"dark": -0.6, "bright": 0.5, "melancholic": -0.3, "euphoric": 0.3, "calm": -0.5}
"""octaves by which a mood moves every filter."""

Points = list[tuple[float, float]]


def automation_of(
    brief: Brief, plans: tuple[SectionPlan, ...], grid: Grid
) -> tuple[Automation, ...]:
    """Every knob that moves, in a fixed order."""
    rows = []
    for part in FILTERED:
        points: Points = []
        for plan in plans:
            points += _cutoff(brief, plan, part, grid)
        if any(value for _, value in points):
            rows.append(Automation(part, "cutoff", tuple(points)))
    for stem in SWEPT_DRUMS:
        points = [p for plan in plans for p in _highpass(brief, plan, stem, grid)]
        if any(value > OPEN_HZ for _, value in points):
            rows.append(Automation(stem, "highpass", tuple(points)))
    return tuple(rows)


def _line(plan: SectionPlan, grid: Grid, values: FloatArray) -> Points:
    """`values` at even distances over the section, its last one just before the end."""
    start, end = grid.bar(plan.first_bar), grid.bar(plan.last_bar) - REST
    times = np.linspace(start, end, len(values))
    return [(round(float(t), 6), round(float(v), 3)) for t, v in zip(times, values, strict=True)]


def _cutoff(brief: Brief, plan: SectionPlan, part: str, grid: Grid) -> Points:
    """Octaves on the filter of `part` over the section."""
    sweep = GENRES[brief.genre].sweep
    rng = brief.random(f"sweep {part}", plan.name)
    base = 0.8 * (plan.energy - 0.7) + BRIGHTER.get(brief.mood, 0.0)
    if part == "bass":
        base = BRIGHTER.get(brief.mood, 0.0) / 2
    if plan.label == "buildup":
        values: FloatArray = np.linspace(-1.2 * sweep, 0.8 * sweep, 5)
    elif plan.label in ("intro", "breakdown") and part != "bass":
        values = np.linspace(-1.5 * sweep, 0.0, 5)
    elif plan.label == "outro":
        values = np.linspace(0.0, -1.5 * sweep, 5)
    else:
        values = sweep * _wander(max(2, plan.bars // 4 + 1), rng)
    return _line(plan, grid, base + values)


def _wander(n: int, rng: np.random.Generator) -> FloatArray:
    """A smooth path of `n` values between about −1 and 1 that begins at rest."""
    steps = rng.normal(0.0, 0.6, size=n)
    path = np.cumsum(steps) * 0.8
    return np.asarray(np.clip(path - path[0], -1.2, 1.2))


def _highpass(brief: Brief, plan: SectionPlan, stem: str, grid: Grid) -> Points:
    """Drums thin out through a buildup."""
    if plan.label != "buildup":
        return _line(plan, grid, np.array([OPEN_HZ, OPEN_HZ]))
    top = float(brief.random(f"highpass {stem}", plan.name).uniform(200, 900))
    return _line(plan, grid, np.geomspace(OPEN_HZ, top, 6))
