"""How well two tracks, or two moments of them, go together: one value with its parts.

The value is the weighted geometric mean of the parts: what clashes in one of them is not made
good by the others. The weights are reasoned: what is heard as wrong at once (harmony, beats
that cannot be matched) counts most, colour and energy are a matter of taste.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.dj.compatibility.advice import Advice, Asked, advise
from mixolydian.dj.compatibility.harmonic import LEAST_KEY, Harmonic, HarmonicCore
from mixolydian.dj.compatibility.level import level
from mixolydian.dj.compatibility.moments import Moments, Span, moments
from mixolydian.dj.compatibility.parts import Part
from mixolydian.dj.compatibility.rhythmic import (
    TempoRelation,
    halfway,
    rhythmic,
    tempo_relation,
)
from mixolydian.dj.compatibility.timbre import timbre
from mixolydian.dj.portrait import Portrait

WEIGHTS = {"harmonic": 0.4, "rhythmic": 0.35, "energy": 0.1, "timbre": 0.15}
FLOOR = 0.02
"""Least value of a part in the mean: nothing is so bad that the rest says nothing."""
WELL, CARE = 0.7, 0.55
"""Values from which two tracks go together well, and can be mixed with care."""
FURTHEST = 12.0
"""Semitones a track may be shifted by."""


@dataclass(frozen=True)
class Match:
    """`value` in [0, 1] and its `parts` by name; `advice` when something clearly helps.

    `semitones` is how far B was shifted; `key_locked` whether its pitch stays when its tempo
    is changed. `same` says that both are one sound.
    """

    value: float
    parts: Mapping[str, Part]
    semitones: float
    key_locked: bool
    same: bool
    advice: Advice | None

    @property
    def verdict(self) -> str:
        """The value in words."""
        if self.same:
            return "both are the same sound"
        if self.value >= WELL:
            return "they go together well"
        return "they can be mixed with care" if self.value >= CARE else "they do not go together"

    @property
    def words(self) -> str:
        """One sentence."""
        return f"{self.verdict}: " + "; ".join(p.words for p in self.parts.values())

    def to_json(self) -> dict[str, Any]:
        """As a plain dict."""
        return {
            "value": round(self.value, 4),
            "same": self.same,
            "semitones": self.semitones,
            "key_locked": self.key_locked,
            "words": self.words,
            "parts": {name: part.to_json() for name, part in self.parts.items()},
            "advice": None if self.advice is None else self.advice.to_json(),
        }


def match(
    a: Portrait,
    b: Portrait,
    *,
    a_span: Span | None = None,
    b_span: Span | None = None,
    semitones: float = 0.0,
    stretch: bool = True,
) -> Match:
    """How well B goes with A, B brought to A's tempo and shifted by `semitones`.

    Spans are (start, end) in own beats; without them whole tracks are compared, at the places
    where they go together best. `stretch` False is a turntable: pitch goes with the tempo.

    Raises
    ------
    RequestError
        A span outside its track, or a shift beyond an octave.
    """
    if not abs(semitones) <= FURTHEST:
        raise RequestError(f"expected a shift of at most {FURTHEST:g} semitones, found {semitones}")
    relation = tempo_relation(a, b)
    x, y = moments(a, b, a_span, b_span, float(relation.ratio))
    core = HarmonicCore(x, y)
    along = 0.0 if stretch or not (a.steady and b.steady) else _pitch_of(relation)
    found = core.at(semitones + along)
    others = _others(x, y, relation, a_span is not None and b_span is not None)
    parts = {"harmonic": _harmonic(found, core)} | others
    shared = rhythmic(x, y, halfway(relation), WEIGHTS["rhythmic"])
    now = value(parts)
    value_at = partial(_changed, parts, core, along, shared)
    asked = Asked(value_at, now, semitones, along + core.tuning / 100, a.bpm, relation.speed)
    return Match(now, parts, semitones, stretch, a.track_id == b.track_id, advise(asked))


def value(parts: Mapping[str, Part]) -> float:
    """The weighted geometric mean of the parts."""
    total = sum(part.weight for part in parts.values())
    logs = sum(part.weight * np.log(max(part.value, FLOOR)) for part in parts.values())
    return float(np.exp(logs / max(total, 1e-9)))


def _others(x: Moments, y: Moments, relation: TempoRelation, spans: bool) -> dict[str, Part]:
    """The parts that no shift changes."""
    return {
        "rhythmic": rhythmic(x, y, relation, WEIGHTS["rhythmic"]),
        "energy": level(x, y, spans, WEIGHTS["energy"]),
        "timbre": timbre(x, y, WEIGHTS["timbre"]),
    }


def _pitch_of(relation: TempoRelation) -> float:
    """Semitones by which a turntable at this speed raises the pitch."""
    return float(12 * np.log2(relation.speed))


def _changed(
    parts: Mapping[str, Part],
    core: HarmonicCore,
    along: float,
    shared: Part,
    semitones: float,
    meet: bool,
) -> float:
    """The match's value with B shifted by `semitones` instead, and the tempo shared or not."""
    changed = {**parts, "harmonic": _harmonic(core.at(semitones + along), core)}
    return value(changed | {"rhythmic": shared} if meet else changed)


def _harmonic(found: Harmonic, core: HarmonicCore) -> Part:
    """The part "harmonic" of a match."""
    a, b = core.a.portrait, core.b.portrait
    facts = {
        "keys": [None if p.key is None else p.key.camelot for p in (a, b)],
        "open_keys": [None if p.key is None else p.key.open_key for p in (a, b)],
        "key_names": [None if p.key is None else str(p.key) for p in (a, b)],
        "key_sureness": core.sureness,
        "tuning_cents": core.tuning,
        **found.facts,
        "values": {name: round(v, 4) for name, v in found.values.items()},
    }
    return Part(found.value, WEIGHTS["harmonic"], _words(found, core), facts)


def _words(found: Harmonic, core: HarmonicCore) -> str:
    said = [str(found.facts["relation"])]
    if core.sureness < LEAST_KEY:
        said = ["the keys are unclear and count for little"]
    if found.facts["pitched_share"] < 0.5:
        said.append("hardly any pitch sounds")
    said.append(_fit(found.values["bars"]))
    if found.values["rough"] < 0.5:
        said.append("rough together")
    if abs(found.facts["cents_off"]) > 10:
        said.append(f"{abs(found.facts['cents_off']):.0f} cents out of tune")
    return ", ".join(said)


def _fit(bars: float) -> str:
    if bars > 0.75:
        return "the harmony agrees bar by bar"
    return "the harmony fits" if bars > 0.45 else "the harmony does not fit"
