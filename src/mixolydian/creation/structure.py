"""Form: which layers play in which bars of which section.

A piece first decides which optional layers it owns; a section then takes them by its label
and its energy (`layers`), in steps that suit its length.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.genres.base import DEFAULT_SHARES
from mixolydian.creation.layers import Shares, layer_shares

ENERGY = {
    "intro": 0.4, "verse": 0.6, "buildup": 0.6, "drop": 0.95, "breakdown": 0.35, "chorus": 0.85,
    "bridge": 0.45, "outro": 0.4,
}  # fmt: skip
"""Energy of a section nobody asked anything of."""
MOOD_ENERGY = {"calm": -0.1, "aggressive": 0.05, "euphoric": 0.05, "dark": -0.03}

MUTED_WITH = {"roll": "snare", "riser": "fx"}
"""Layers that have no stem of their own."""


@dataclass(frozen=True)
class SectionPlan:
    """Bars [first_bar, last_bar) of one section; `energy` in [0, 1].

    `name` is the label and its number (drop2), `number` counts from 1; `entries` has, for
    every layer, the bars [from, to) of the piece in which it plays. `written` has the muted
    layers too: other layers look at those, so that muting one never moves another.
    """

    label: str
    name: str
    number: int
    first_bar: int
    last_bar: int
    energy: float
    entries: Mapping[str, tuple[int, int]]
    written: Mapping[str, tuple[int, int]]

    @property
    def bars(self) -> int:
        return self.last_bar - self.first_bar

    @property
    def layers(self) -> frozenset[str]:
        """Every layer that plays at some time in the section."""
        return frozenset(self.entries)

    def plays(self, layer: str, bar: int) -> bool:
        """Whether `layer` plays in `bar` (counted from the start of the piece)."""
        first, last = self.entries.get(layer, (0, 0))
        return first <= bar < last

    def at(self, bar: int) -> frozenset[str]:
        """The layers that play in `bar`."""
        return frozenset(layer for layer in self.entries if self.plays(layer, bar))

    def swell(self, bar: float) -> float:
        """How loud accompanying layers are played in `bar`: a buildup grows, others do not."""
        if self.label != "buildup":
            return 1.0
        return 0.65 + 0.35 * (bar - self.first_bar) / self.bars


def plan_sections(brief: Brief) -> tuple[SectionPlan, ...]:
    """The sections of the brief's form."""
    owned = owned_layers(brief)
    counts: dict[str, int] = {}
    plans, bar = [], 0
    for i, (label, bars) in enumerate(brief.form):
        counts[label] = counts.get(label, 0) + 1
        name = f"{label}{counts[label]}"
        energy = section_energy(brief, i, name)
        follows = brief.form[i + 1][0] if i + 1 < len(brief.form) else ""
        shares = layer_shares(brief, label, counts[label], energy, owned, follows)
        written = _entries(shares, bar, bars)
        entries = _unmuted(brief, name, written)
        plans.append(
            SectionPlan(label, name, counts[label], bar, bar + bars, energy, entries, written)
        )
        bar += bars
    return tuple(plans)


def section_energy(brief: Brief, index: int, name: str) -> float:
    """What the brief asks of a section, else its label's habit under the brief's mood."""
    chosen = brief.setting("energy", name)
    if chosen is not None:
        return round(float(chosen) / 10, 3)
    if brief.energy:
        return brief.energy[index]
    usual = ENERGY[brief.form[index][0]] + MOOD_ENERGY.get(brief.mood, 0.0)
    return round(min(max(usual, 0.0), 1.0), 3)


def owned_layers(brief: Brief) -> frozenset[str]:
    """The optional layers this piece has at all; never so few that it sounds empty."""
    genre = GENRES[brief.genre]
    owned = {
        layer
        for layer in DEFAULT_SHARES
        if brief.random(f"owns {layer}").random() < genre.share(layer)
    }
    if not owned & {"chords", "pad", "arpeggio"}:
        owned.add("pad")
    by_habit = sorted(DEFAULT_SHARES, key=lambda x: (-genre.share(x), x))
    for layer in by_habit:
        if len(owned) >= 4:
            break
        owned.add(layer)
    return frozenset(owned)


def _entries(shares: list[Shares], first: int, bars: int) -> dict[str, tuple[int, int]]:
    """Shares of a section → bars of the piece, in steps that suit its length."""
    step = 4 if bars >= 16 else (2 if bars >= 8 else 1)
    entries = {}
    for layer, start, end in shares:
        begin, stop = (min(bars, round(x * bars / step) * step) for x in (start, end))
        if end >= 1.0:
            stop = bars
        if stop > begin:
            entries[layer] = (first + begin, first + stop)
    return entries


def _unmuted(
    brief: Brief, name: str, entries: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    """The entries of the layers whose stem is not muted."""
    return {
        layer: bars
        for layer, bars in entries.items()
        if brief.setting(f"{MUTED_WITH.get(layer, layer)}.mute", name) != "on"
    }
