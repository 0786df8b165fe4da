"""Drum parts: grooves, variations, fills, rolls and crashes as timed hits.

Every lane and every section has dice of its own, so that a change to one lane or one
section leaves all other strokes as they were.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mixolydian.creation.arrangement import Hit
from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.genres.base import EIGHTHS, OFF, Groove
from mixolydian.creation.grid import Grid
from mixolydian.creation.names import LANES, STEM_OF_LANE
from mixolydian.creation.patterns import Stroke, strokes, written_beats
from mixolydian.creation.structure import SectionPlan

SPARE: Mapping[str, tuple[str, str]] = {
    "snare": ("clap", "....x.......x..."),
    "hats": ("hat", OFF),
    "percussion": ("shaker", EIGHTHS),
    "kick": ("kick", "X......."),
}
"""layer → (lane, pattern) for a groove that has none of that layer."""
HALF_TIME: Mapping[str, str] = {
    "kick": "X.....x.........|X..x......x.....",
    "snare": "........X.......",
    "clap": "........X.......",
    "rim": "........x.......",
}
"""What these lanes play at half time."""
MERGE = 0.02
"""seconds within which two strokes of a lane are one."""
MAX_LATE = 0.03


def brief_grooves(brief: Brief) -> tuple[Groove, Groove]:
    """The groove the seed picks from its genre, and a second one for contrast."""
    grooves = GENRES[brief.genre].grooves
    order = brief.random("groove").permutation(len(grooves))
    first, second = grooves[int(order[0])], grooves[int(order[1 % len(order)])]
    return _complete(first, brief), _complete(second, brief)


def brief_groove(brief: Brief) -> Groove:
    """The groove of most of the piece."""
    return brief_grooves(brief)[0]


def _complete(groove: Groove, brief: Brief) -> Groove:
    """`groove` with something in every layer, and at half time where that is asked."""
    rows = dict(groove)
    for layer, (lane, pattern) in SPARE.items():
        if not any(STEM_OF_LANE[name] == layer for name in rows):
            rows[lane] = pattern
    if brief.half_time:
        rows |= {lane: HALF_TIME[lane] for lane in rows if lane in HALF_TIME}
    return rows


def play_drums(
    brief: Brief, plans: tuple[SectionPlan, ...], grid: Grid
) -> dict[str, tuple[Hit, ...]]:
    """lane → hits in order of time, with the brief's swing and jitter."""
    hits: dict[str, list[Hit]] = {}
    for plan in plans:
        for lane in LANES:
            row = _section_lane(brief, plan, lane)
            if row:
                hits.setdefault(lane, []).extend(_timed(row, brief, plan, lane, grid))
    return {lane: tuple(rows) for lane, rows in hits.items()}


Placed = tuple[float, float]
"""(beat of the piece, velocity)."""


def _section_lane(brief: Brief, plan: SectionPlan, lane: str) -> list[Placed]:
    """Everything one lane plays in one section, in beats."""
    layer = STEM_OF_LANE[lane]
    rng = brief.random(f"drums {lane}", plan.name)
    row: list[Placed] = []
    if layer in plan.layers:
        pattern = _pattern(brief, plan, lane)
        if pattern is not None:
            row += _groove(brief, plan, lane, pattern, rng)
        row += _fills(brief, plan, lane)
    if lane == "snare" and "roll" in plan.layers:
        row += _roll(plan, brief.meter)
    if lane == "crash" and _crashes(plan) and brief.setting("hats.mute", plan.name) != "on":
        row.append((float(plan.first_bar * brief.meter), 0.8))
    return row


def _crashes(plan: SectionPlan) -> bool:
    """Whether a cymbal marks the section's beginning: a loud one with the beat at once."""
    return plan.energy > 0.6 and plan.written.get("snare", (-1, 0))[0] == plan.first_bar


def _pattern(brief: Brief, plan: SectionPlan, lane: str) -> str | None:
    """What `lane` plays in the section: what is set, or the first or second groove."""
    written = brief.setting(f"{lane}.pattern", plan.name)
    if written is not None:
        return written
    first, second = brief_grooves(brief)
    other = plan.number > 1 and brief.random("second groove", plan.name).random() < 0.6
    same_kick = lane == "kick"
    return (second if other and not same_kick else first).get(lane)


def _groove(
    brief: Brief, plan: SectionPlan, lane: str, pattern: str, rng: np.random.Generator
) -> list[Placed]:
    first, last = plan.entries[STEM_OF_LANE[lane]]
    written = GENRES[brief.genre].meter
    if brief.setting(f"{lane}.pattern", plan.name) is not None:
        written = written_beats(pattern, brief.meter, written)
    row: list[Placed] = []
    for bar in range(first, last):
        if plan.bars >= 8 and _held_back(lane, plan, bar):
            continue
        cut = brief.meter - _gap(brief, plan, bar, lane)
        for s in strokes(pattern, bar - plan.first_bar, brief.meter, rng, written):
            if s.position < cut:
                row.append((bar * brief.meter + s.position, s.velocity))
    return row


def _held_back(lane: str, plan: SectionPlan, bar: int) -> bool:
    """Some lanes join only in the second half of a long intro or drop."""
    late = {"ride", "open", "shaker", "cowbell"} if plan.label == "intro" else {"ride"}
    return lane in late and bar - plan.first_bar < plan.bars // 2


def _gap(brief: Brief, plan: SectionPlan, bar: int, lane: str) -> float:
    """Beats of silence of kick and snare at the end of a section: a breath before the next."""
    if bar != plan.last_bar - 1 or lane not in ("kick", "snare", "clap"):
        return 0.0
    breath = brief.random("breath", plan.name).random() < 0.2
    return 1.0 if breath or "roll" in plan.written else 0.0


def _roll(plan: SectionPlan, meter: int) -> list[Placed]:
    """A snare roll in quarters, from the middle in eighths, in the last quarter in
    sixteenths, ever louder; the last beat is silent."""
    first, last = (bar * meter for bar in plan.entries["roll"])
    pulse = 2 if meter == 6 else 1
    row: list[Placed] = []
    for beat in range(first, last - pulse, pulse):
        left = (last - beat) / (last - first)
        parts = 1 if left > 0.5 else (2 if left > 0.25 else 4)
        for k in range(parts):
            share = (beat + k * pulse / parts - first) / (last - first)
            row.append((beat + k * pulse / parts, 0.3 + 0.6 * share + (0.08 if k == 0 else 0.0)))
    return row


def _fills(brief: Brief, plan: SectionPlan, lane: str) -> list[Placed]:
    """Sixteenths over the last beat or two of some four-bar groups, snare or toms."""
    if "snare" not in plan.written or "roll" in plan.written or lane not in ("snare", "tom"):
        return []
    rng = brief.random("fills", plan.name)
    share = GENRES[brief.genre].fills
    row: list[Placed] = []
    for bar in range(plan.first_bar + 3, plan.last_bar, 4):
        wanted = rng.random() < share or (bar == plan.last_bar - 1 and rng.random() < 0.6)
        which = "snare" if rng.random() < 0.6 else "tom"
        cells = _fill(brief.meter, rng)
        if wanted and which == lane and plan.plays(STEM_OF_LANE[lane], bar):
            row += [(bar * brief.meter + s.position, s.velocity) for s in cells]
    return row


def _fill(meter: int, rng: np.random.Generator) -> tuple[Stroke, ...]:
    start = meter - float(rng.choice([1.0, 1.0, 2.0]))
    cells = np.arange(start, meter, 0.25)
    heard = rng.random(len(cells)) < 0.75
    return tuple(
        Stroke(float(c), 0.25, 0.55 + 0.4 * i / len(cells)) for i, c in enumerate(cells) if heard[i]
    )


def _timed(row: list[Placed], brief: Brief, plan: SectionPlan, lane: str, grid: Grid) -> list[Hit]:
    """Hits in seconds: swing, the player's jitter and uneven force; near ones become one."""
    rng = brief.random(f"drums feel {lane}", plan.name)
    force = 0.8 + 0.2 * plan.energy
    wobble = 0.02 + 0.01 * min(brief.jitter, 8.0)
    out: list[Hit] = []
    for beat, velocity in sorted(row):
        time = grid.play(beat)
        loud = float(np.clip(velocity * force * (1 + wobble * rng.standard_normal()), 0.05, 1.0))
        late = float(np.clip(rng.normal(0, brief.jitter / 1000), -MAX_LATE, MAX_LATE))
        if out and time - out[-1].time < MERGE:
            out[-1] = Hit(out[-1].time, max(out[-1].velocity, loud))
        else:
            out.append(Hit(max(0.0, time + late) if brief.jitter else time, loud))
    return out
