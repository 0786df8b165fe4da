"""Form: which layers play in which bars of which section.

Layers are the stems of `arrangement.STEMS` plus `roll` and `riser`. A piece first decides
which optional layers it owns; a section then takes them by its label and its energy, and
lets them come in and go out at fixed shares of its length, so that a DJ finds beats to mix
at both ends and a listener hears something new every eight bars.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.genres.base import DEFAULT_SHARES, Genre

BEAT = ("kick", "snare", "hats", "bass")
FULL_BEAT = frozenset(BEAT)
ENERGY = {
    "intro": 0.4, "verse": 0.6, "buildup": 0.6, "drop": 0.95, "breakdown": 0.35, "chorus": 0.85,
    "bridge": 0.45, "outro": 0.4,
}  # fmt: skip
"""Energy of a section nobody asked anything of."""
MOOD_ENERGY = {"calm": -0.1, "aggressive": 0.05, "euphoric": 0.05, "dark": -0.03}

MUTED_WITH = {"roll": "snare", "riser": "fx"}
"""Layers that have no stem of their own."""

Shares = tuple[str, float, float]
"""(layer, share of the section at which it comes in, share at which it is gone)."""


@dataclass(frozen=True)
class SectionPlan:
    """Bars [first_bar, last_bar) of one section; `energy` in [0, 1].

    `name` is the label and its number (drop2), `number` counts from 1; `entries` has, for
    every layer, the bars [from, to) of the piece in which it plays.
    """

    label: str
    name: str
    number: int
    first_bar: int
    last_bar: int
    energy: float
    entries: Mapping[str, tuple[int, int]]

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
        shares = _shares(brief, label, counts[label], energy, owned, follows)
        entries = _entries(brief, name, shares, bar, bars)
        plans.append(SectionPlan(label, name, counts[label], bar, bar + bars, energy, entries))
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


def _entries(
    brief: Brief, name: str, shares: list[Shares], first: int, bars: int
) -> dict[str, tuple[int, int]]:
    """Shares of a section → bars of the piece, in steps that suit its length; muted ones go."""
    step = 4 if bars >= 16 else (2 if bars >= 8 else 1)
    entries = {}
    for layer, start, end in shares:
        if brief.setting(f"{MUTED_WITH.get(layer, layer)}.mute", name) == "on":
            continue
        begin, stop = (min(bars, round(x * bars / step) * step) for x in (start, end))
        if end >= 1.0:
            stop = bars
        if stop > begin:
            entries[layer] = (first + begin, first + stop)
    return entries


def _shares(
    brief: Brief, label: str, number: int, energy: float, owned: frozenset[str], follows: str
) -> list[Shares]:
    genre = GENRES[brief.genre]
    soft = brief.random("soft intro").random() < genre.soft_intro
    if genre.form == "ambient":
        return _ambient(label, energy, owned)
    if label == "intro":
        return _intro(genre, owned, soft, energy)
    if label == "outro":
        return _outro(owned, energy)
    if label == "buildup":
        return _buildup(brief, number, owned)
    if label == "breakdown":
        return _breakdown(owned, energy, follows)
    if label == "bridge":
        return _whole("chords", "pad", "texture") + _some(owned, energy, ("hats", "percussion"))
    if label == "verse":
        return _verse(owned, energy)
    return _full(owned, energy, number)


def _whole(*layers: str) -> list[Shares]:
    return [(layer, 0.0, 1.0) for layer in layers]


def _some(owned: frozenset[str], energy: float, order: tuple[str, ...]) -> list[Shares]:
    """As many of `order` (most wanted first) as the energy calls for."""
    count = round(energy * len(order) + 0.25)
    return [(x, 0.0, 1.0) for x in order[:count] if x in owned or x in FULL_BEAT]


def _only(owned: frozenset[str], rows: list[Shares]) -> list[Shares]:
    """The rows whose layer the piece owns or always has."""
    always = FULL_BEAT | {"roll", "riser"}
    return [row for row in rows if row[0] in owned or row[0] in always]


def _intro(genre: Genre, owned: frozenset[str], soft: bool, energy: float) -> list[Shares]:
    """Beats for the DJ, one layer more at each quarter; or a beatless opening."""
    if genre.form == "song":
        start = 0.0 if energy > 0.5 else 0.5
        beat = [(x, start, 1.0) for x in ("kick", "hats")]
        return _only(owned, [("chords", 0.0, 1.0), ("pad", 0.5, 1.0), *beat])
    if soft:
        rows = [
            ("pad", 0.0, 1.0), ("texture", 0.0, 1.0), ("chords", 0.25, 1.0),
            ("arpeggio", 0.5, 1.0), ("hats", 0.5, 1.0), ("percussion", 0.75, 1.0),
        ]  # fmt: skip
        return _only(owned, rows)
    early = energy > 0.55
    rows = [
        ("kick", 0.0, 1.0), ("texture", 0.0, 1.0), ("hats", 0.0 if early else 0.25, 1.0),
        ("percussion", 0.5, 1.0), ("snare", 0.25 if early else 0.5, 1.0), ("arpeggio", 0.75, 1.0),
    ]  # fmt: skip
    if energy > 0.3:
        rows.append(("bass", 0.75, 1.0))
    return _only(owned, rows)


def _outro(owned: frozenset[str], energy: float) -> list[Shares]:
    """The intro's way back: the kick stays longest."""
    rows = [
        ("kick", 0.0, 1.0), ("hats", 0.0, 1.0), ("snare", 0.0, 0.75), ("percussion", 0.0, 0.75),
        ("bass", 0.0, 0.5), ("texture", 0.0, 1.0), ("pad", 0.0, 0.5),
    ]  # fmt: skip
    if energy < 0.25:
        rows = [row for row in rows if row[0] not in ("snare", "percussion")]
    return _only(owned, rows)


def _verse(owned: frozenset[str], energy: float) -> list[Shares]:
    order = ("chords", "percussion", "arpeggio", "vocal", "texture", "pad", "lead")
    return _whole("kick", "snare", "hats", "bass") + _some(owned, energy, order)


def _full(owned: frozenset[str], energy: float, number: int) -> list[Shares]:
    """A drop or a chorus: the whole beat and, by its energy, all that the piece has.

    The first one keeps something back for its second half; later ones start with it."""
    order = ("chords", "lead", "percussion", "arpeggio", "pad", "vocal", "texture")
    rows = _some(owned, energy, order)
    late = {"arpeggio", "vocal"} if number == 1 else {"vocal"}
    rows = [(x, 0.5 if x in late else start, end) for x, start, end in rows]
    return _whole(*BEAT) + rows


def _buildup(brief: Brief, number: int, owned: frozenset[str]) -> list[Shares]:
    """Tension: rolls and a riser, the bass gone; the kick stops before the drop."""
    pick = brief.random("buildup").random()
    rows = [("chords", 0.0, 1.0), ("arpeggio", 0.0, 1.0), ("pad", 0.0, 1.0)]
    rows += [("roll", 0.0, 1.0), ("riser", 0.0, 1.0)]
    if pick < 0.45:
        rows.append(("kick", 0.0, 0.75))
    if pick > 0.3:
        rows.append(("hats", 0.0, 1.0))
    if number > 1:
        rows.append(("vocal", 0.5, 1.0))
    if pick > 0.6:
        rows.append(("lead", 0.5, 1.0))
    return _only(owned, rows)


def _breakdown(owned: frozenset[str], energy: float, follows: str) -> list[Shares]:
    """The beat rests; harmony and the hook come forward, and grow towards what follows."""
    rows = [("pad", 0.0, 1.0), ("chords", 0.0, 1.0), ("texture", 0.0, 1.0), ("vocal", 0.0, 1.0)]
    rows += [("arpeggio", 0.25, 1.0), ("lead", 0.5 if follows == "buildup" else 0.25, 1.0)]
    if energy > 0.45:
        rows.append(("percussion", 0.5, 1.0))
    return _only(owned, rows)


def _ambient(label: str, energy: float, owned: frozenset[str]) -> list[Shares]:
    """No beat to wait for: layers swell in and out over a pad."""
    rows = [("pad", 0.0, 1.0), ("texture", 0.0, 1.0)]
    if label in ("intro", "outro"):
        inside = (0.5, 1.0) if label == "intro" else (0.0, 0.5)
        rows += [("arpeggio", *inside), ("chords", *inside)]
    else:
        rows += [("arpeggio", 0.0, 1.0), ("chords", 0.0, 1.0), ("lead", 0.25, 1.0)]
    if label in ("verse", "chorus", "drop"):
        rows += [("bass", 0.0, 1.0), ("percussion", 0.0, 1.0), ("hats", 0.25, 1.0)]
        rows += [("kick", 0.0, 1.0)] if energy > 0.5 else []
    if label in ("chorus", "drop"):
        rows += [("vocal", 0.5, 1.0), ("snare", 0.25, 1.0)]
    return _only(owned, rows)
