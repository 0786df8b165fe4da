"""Form: which layers play in which section, and how much energy that makes.

Layers are kick, snare, hats, percussion, bass, chords, pad, arpeggio, lead, roll and riser.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.creation.brief import Brief
from mixolydian.creation.styles import STYLES, Style

DRUMS = frozenset({"kick", "snare", "hats", "percussion"})
FULL_BEAT = frozenset({"kick", "snare", "hats", "bass"})
_WEIGHT = {
    "kick": 0.24, "snare": 0.12, "hats": 0.12, "percussion": 0.06, "bass": 0.2, "chords": 0.1,
    "pad": 0.06, "arpeggio": 0.06, "lead": 0.1, "roll": 0.1, "riser": 0.05,
}  # fmt: skip


@dataclass(frozen=True)
class SectionPlan:
    """Bars [first_bar, last_bar) of one section, the layers that play, energy in [0, 1]."""

    label: str
    first_bar: int
    last_bar: int
    layers: frozenset[str]
    energy: float

    @property
    def bars(self) -> int:
        return self.last_bar - self.first_bar


def plan_sections(brief: Brief) -> tuple[SectionPlan, ...]:
    """The sections of the brief's form; same-named sections share most of their layers."""
    rng = brief.random("structure")
    style = STYLES[brief.style]
    extras = frozenset(
        layer
        for layer, p in (("arpeggio", style.arpeggio), ("lead", style.lead), ("pad", 0.6))
        if rng.random() < p
    )
    chosen: dict[str, frozenset[str]] = {}
    plans, bar = [], 0
    for label, bars in brief.form:
        if label not in chosen or label in ("breakdown", "intro"):
            chosen[label] = _layers(label, style, extras, rng)
        layers = chosen[label]
        plans.append(SectionPlan(label, bar, bar + bars, layers, _energy(layers)))
        bar += bars
    return tuple(plans)


def _energy(layers: frozenset[str]) -> float:
    return round(min(1.0, 0.05 + sum(_WEIGHT[x] for x in layers)), 3)


def _layers(
    label: str, style: Style, extras: frozenset[str], rng: np.random.Generator
) -> frozenset[str]:
    """One draw of the layers for a section called `label`."""
    if style.form == "ambient":
        return _ambient_layers(label, extras, rng)
    pick = rng.random()
    if label == "intro":
        return _intro(style, pick)
    if label == "verse":
        return DRUMS | {"bass"} | ({"chords"} if pick < 0.8 else {"pad"}) | (extras & {"lead"})
    if label == "buildup":
        drums = {"kick"} if pick < 0.4 else ({"hats"} if pick > 0.7 else set())
        return frozenset({"chords", "roll", "riser"} | (extras & {"arpeggio", "pad"}) | drums)
    if label == "breakdown":
        base = {"pad", "chords"} if pick < 0.6 else {"pad"}
        drums = {"percussion"} if pick < 0.3 else set()
        return frozenset(base | (extras & {"lead", "arpeggio"}) | drums)
    if label == "bridge":
        return frozenset({"chords", "pad"} | ({"hats", "percussion"} if pick < 0.5 else set()))
    if label == "outro":
        more = {"bass", "pad"} if pick < 0.3 else ({"bass"} if pick < 0.6 else set())
        return DRUMS | more
    return DRUMS | {"bass", "chords"} | extras  # drop, chorus


def _intro(style: Style, pick: float) -> frozenset[str]:
    if style.form == "song":
        if pick < 0.5:
            return frozenset({"chords"})
        return frozenset({"chords", "hats", "kick", "bass"} if pick < 0.75 else {"pad", "lead"})
    if pick < 0.35:
        return frozenset({"kick", "hats", "percussion"})
    if pick < 0.6:
        return frozenset({"pad"} if pick < 0.48 else {"pad", "chords"})
    if pick < 0.8:
        return DRUMS | {"bass"}
    return DRUMS | {"pad"}


def _ambient_layers(label: str, extras: frozenset[str], rng: np.random.Generator) -> frozenset[str]:
    layers = {"pad"} | set(extras & {"arpeggio"})
    if label in ("verse", "chorus", "drop"):
        layers |= {"bass"} | set(extras & {"lead"})
        if rng.random() < 0.75:
            layers |= {"percussion", "kick", "hats"}
    if label == "bridge" and rng.random() < 0.5:
        layers |= {"lead"}
    return frozenset(layers)
