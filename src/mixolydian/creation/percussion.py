"""Drum parts: grooves, variations, fills, rolls and crashes as timed hits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.creation.brief import Brief
from mixolydian.creation.grid import Grid
from mixolydian.creation.patterns import Stroke, strokes
from mixolydian.creation.structure import SectionPlan
from mixolydian.creation.styles import STYLES, Groove

LAYER_OF = {
    "kick": "kick", "snare": "snare", "clap": "snare", "rim": "snare", "hat": "hats",
    "open": "hats", "ride": "hats", "shaker": "percussion", "perc": "percussion",
    "cowbell": "percussion", "tom": "percussion", "crash": "snare",
}  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """A drum stroke: `time` in seconds, `velocity` 0–1."""

    time: float
    velocity: float


def play_drums(
    brief: Brief, plans: tuple[SectionPlan, ...], grid: Grid
) -> dict[str, tuple[Hit, ...]]:
    """lane → hits, in order of time, with the brief's swing and jitter."""
    rng = brief.random("drums")
    groove = brief_groove(brief)
    hits: dict[str, list[Hit]] = {}
    for i, plan in enumerate(plans):
        for bar in range(plan.first_bar, plan.last_bar):
            _play_bar(brief, plan, bar, groove, grid, rng, hits)
        if i and "snare" in plan.layers and plan.energy > 0.6:
            hits.setdefault("crash", []).append(Hit(grid.bar(plan.first_bar), 0.8))
    return {lane: _in_order(rows, brief, rng) for lane, rows in hits.items()}


def brief_groove(brief: Brief) -> Groove:
    """The groove the brief's seed picks from its style."""
    grooves = STYLES[brief.style].grooves
    return grooves[int(brief.random("groove").integers(len(grooves)))]


def _play_bar(
    brief: Brief,
    plan: SectionPlan,
    bar: int,
    groove: Groove,
    grid: Grid,
    rng: np.random.Generator,
    hits: dict[str, list[Hit]],
) -> None:
    inside = bar - plan.first_bar
    last = bar == plan.last_bar - 1
    gap = last and ("roll" in plan.layers or rng.random() < 0.15)
    for lane, pattern in groove.items():
        if LAYER_OF[lane] not in plan.layers or (plan.bars >= 8 and _held_back(lane, plan, inside)):
            continue
        row = strokes(pattern, inside, brief.meter, rng)
        if gap and lane in ("kick", "snare", "clap"):
            row = tuple(s for s in row if s.position < brief.meter - 1)
        _add(hits, lane, row, bar, brief, grid, rng)
    if "roll" in plan.layers:
        _add(hits, "snare", _roll(plan, inside, brief.meter), bar, brief, grid, rng)
    elif "snare" in plan.layers and inside % 4 == 3 and (last or rng.random() < 0.3):
        lane = "snare" if rng.random() < 0.6 else "tom"
        _add(hits, lane, _fill(brief.meter, rng), bar, brief, grid, rng)


def _held_back(lane: str, plan: SectionPlan, inside: int) -> bool:
    """Some lanes join only in the second half of a long intro or drop."""
    late = {"ride", "open", "shaker", "cowbell"} if plan.label == "intro" else {"ride"}
    return lane in late and inside < plan.bars // 2


def _roll(plan: SectionPlan, inside: int, meter: int) -> tuple[Stroke, ...]:
    """A snare roll that doubles its speed towards the end of the buildup."""
    left = plan.bars - inside
    step = 1.0 if left > plan.bars // 2 else (0.5 if left > 1 else 0.25)
    loud = 0.35 + 0.6 * (inside + 1) / plan.bars
    count = round((meter - (1 if left == 1 else 0)) / step)
    return tuple(Stroke(k * step, step, loud) for k in range(count))


def _fill(meter: int, rng: np.random.Generator) -> tuple[Stroke, ...]:
    """Strokes in sixteenths over the last beat or two of the bar."""
    start = meter - float(rng.choice([1.0, 1.0, 2.0]))
    cells = np.arange(start, meter, 0.25)
    return tuple(
        Stroke(float(c), 0.25, 0.55 + 0.4 * i / len(cells))
        for i, c in enumerate(cells)
        if rng.random() < 0.75
    )


def _add(
    hits: dict[str, list[Hit]],
    lane: str,
    row: tuple[Stroke, ...],
    bar: int,
    brief: Brief,
    grid: Grid,
    rng: np.random.Generator,
) -> None:
    wobble = 0.02 + 0.01 * min(brief.jitter, 8.0)
    for s in row:
        velocity = float(np.clip(s.velocity * (1 + wobble * rng.standard_normal()), 0.05, 1.0))
        time = grid.play(bar * brief.meter + s.position)
        hits.setdefault(lane, []).append(Hit(time, velocity))


def _in_order(rows: list[Hit], brief: Brief, rng: np.random.Generator) -> tuple[Hit, ...]:
    """Sorted hits with the player's jitter; two strokes within 20 ms become one."""
    out: list[Hit] = []
    for h in sorted(rows, key=lambda h: h.time):
        if out and h.time - out[-1].time < 0.02:
            out[-1] = Hit(out[-1].time, max(out[-1].velocity, h.velocity))
        else:
            out.append(h)
    if brief.jitter:
        late = rng.normal(0.0, brief.jitter / 1000, size=len(out)).clip(-0.03, 0.03)
        out = [Hit(max(0.0, h.time + float(d)), h.velocity) for h, d in zip(out, late, strict=True)]
    return tuple(out)
