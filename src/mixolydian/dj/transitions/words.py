"""A transition's reasons in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mixolydian.dj.portrait import Portrait
from mixolydian.dj.transitions.kinds import Template
from mixolydian.dj.transitions.lines import LABELS, lines_of
from mixolydian.dj.transitions.relation import Relation

GOOD, FAIR = 0.75, 0.5
CALLED = {"": "music", "buildup": "build-up"}
WEAK = {
    "phrase": "it does not lie on a phrase line of both",
    "bass": "the bass leaves a gap",
    "energy": "the energy steps",
    "loudness": "the level is uneven",
    "groove": "the rhythms differ",
    "heard": "one of them is heard only briefly",
    "sense": "it is an unusual place for it",
}


@dataclass(frozen=True)
class Told:
    """What there is to explain."""

    template: Template
    relation: Relation
    shift: int
    parts: Mapping[str, float]


def explained(a: Portrait, b: Portrait, told: Told, point_a: float, point_b: float) -> str:
    """Why the transition from `a` at `point_a` to `b` at `point_b` (own beats) is as it is."""
    out, into = _label(a, point_a), _label(b, point_b)
    place = f"{a.title}'s {out} under {b.title}'s {into}"
    if told.template.enters:
        place = f"{b.title}'s {into} takes over from {a.title}"
    said = [f"{_what(told.template)}: {place}"]
    said += [_keys(a, b, told), _bass(told), _voices(told), _tempo(told), *_weak(told)]
    return ", ".join(text for text in said if text)


def _label(portrait: Portrait, beat: float) -> str:
    name = LABELS[int(lines_of(portrait).label_at(np.array(beat)))]
    return CALLED.get(name, name)


def _what(template: Template) -> str:
    bars = f"{template.bars} bar" + ("s" if template.bars != 1 else "")
    if template.kind == "cut":
        return "cut on the line"
    if template.loop_out:
        held = f"{template.loop_out} bar" + ("s" if template.loop_out != 1 else "")
        return f"loop of {held} held for {bars}"
    if template.loop_in:
        return f"blend over {bars}, the intro's first {template.loop_in} bars looped"
    return f"{template.kind} over {bars}"


def _keys(a: Portrait, b: Portrait, told: Told) -> str:
    if told.template.enters:
        return ""
    worth = told.parts["harmonic"]
    fit = "fit" if worth >= GOOD else "get along" if worth >= FAIR else "clash"
    moved = f", moved by {told.shift:+d} semitone" if told.shift else ""
    if a.key is None or b.key is None:
        return f"what sounds together would {fit} ({worth:.2f}), no clear key{moved}"
    return f"keys {a.key.camelot} → {b.key.camelot}{moved} {fit} ({worth:.2f})"


def _bass(told: Told) -> str:
    if told.template.enters or told.template.kind == "fade":
        return ""
    if told.template.swap == 0:
        return "with its own bass from the start"
    bar = int(told.template.swap) + 1
    on = " on the phrase" if told.parts["phrase"] >= GOOD else ""
    return f"bass swapped{on} at bar {bar}"


def _voices(told: Told) -> str:
    if told.template.enters:
        return ""
    return "no voices meet" if told.parts["vocal"] >= 0.9 else "two voices may meet"


def _tempo(told: Told) -> str:
    relation = told.relation
    if relation.way == "apart":
        return "too far apart in tempo or metre to run together"
    if relation.way == "free":
        return "without a steady beat nothing is matched"
    between = relation.own_b / relation.own_a
    ratio = f", {between:.3g} beats to one" if abs(between - 1) > 1e-6 else ""
    change = f"tempo {100 * relation.stretch_b:+.1f} %" if abs(relation.stretch_b) > 5e-4 else ""
    return change + ratio if change else ratio.removeprefix(", ")


def _weak(told: Told) -> list[str]:
    """What speaks against it."""
    return [text for name, text in WEAK.items() if told.parts.get(name, 1.0) < FAIR]
