"""Rhythm of two tracks at once: tempo relation, the stretch it takes, and the groove.

DJs change a track's tempo by less than 5 % in 86.1 % of transitions, by less than 10 % in
94.5 % and by less than 20 % in 98.6 % (Kim et al., ISMIR 2020, 20,765 transitions):
``COMFORT`` follows these habits. Groove is the correlation of the mean bars, onsets in
sixteenths and three bands.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.compatibility.moments import Moments
from mixolydian.dj.compatibility.parts import Part, unit
from mixolydian.dj.portrait import Portrait

RELATIONS = {
    Fraction(1): (1.0, "the same tempo"),
    Fraction(2): (0.85, "double time"),
    Fraction(1, 2): (0.85, "half time"),
    Fraction(3, 2): (0.55, "three against two"),
    Fraction(2, 3): (0.55, "two against three"),
    Fraction(4, 3): (0.45, "four against three"),
    Fraction(3, 4): (0.45, "three against four"),
}
"""own beats of B per beat of A → (value, words)."""
COMFORT = (
    (0.0, 1.0),
    (0.01, 0.98),
    (0.03, 0.9),
    (0.05, 0.8),
    (0.10, 0.5),
    (0.20, 0.15),
    (0.50, 0.0),
)
"""stretch → value, linear between."""
SHARES = {"tempo": 0.7, "groove": 0.3}
OTHER_METER = 0.5
"""Factor when the bars have different numbers of beats."""
UNSTEADY = 0.25
"""Value when a track has no steady beat: it can be faded, not mixed on the beat."""
SIXTEENTHS = 4

Float = NDArray[np.float64]


@dataclass(frozen=True)
class TempoRelation:
    """`ratio` own beats of B per beat of A; B must play at `speed` times its own tempo."""

    ratio: Fraction
    speed: float
    value: float
    words: str

    @property
    def stretch(self) -> float:
        """Share by which B's tempo changes, −0.02 for 2 % slower."""
        return self.speed - 1.0


def tempo_relation(a: Portrait, b: Portrait) -> TempoRelation:
    """The relation that is most comfortable, the stretch counted."""
    found = []
    for ratio, (worth, words) in RELATIONS.items():
        speed = a.bpm * float(ratio) / b.bpm
        found.append(TempoRelation(ratio, speed, worth * comfort(speed), words))
    best = max(found, key=lambda relation: relation.value)
    nearest = min(found, key=lambda relation: abs(np.log(relation.speed)))
    return best if best.value > 0 else nearest


def comfort(speed: float) -> float:
    """In [0, 1]: how gladly DJs change a tempo by the factor `speed`."""
    stretch, value = np.array(COMFORT).T
    return float(np.interp(max(speed, 1 / max(speed, 1e-9)) - 1.0, stretch, value))


def halfway(relation: TempoRelation) -> TempoRelation:
    """The same relation with the change of tempo shared: each track gives half of it."""
    worth, words = RELATIONS[relation.ratio]
    speed = float(np.sqrt(relation.speed))
    return TempoRelation(relation.ratio, speed, worth * comfort(speed) ** 2, words)


def groove(a: Moments, b: Moments, ratio: Fraction) -> float | None:
    """Correlation in [−1, 1] of the mean bars; None where one of them has no onsets."""
    x = bar_pattern(a, a.portrait.meter, Fraction(1))
    y = bar_pattern(b, a.portrait.meter, ratio)
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    length = np.linalg.norm(x) * np.linalg.norm(y)
    return float((x * y).sum() / length) if length > 1e-6 else None


def bar_pattern(moments: Moments, meter: int, ratio: Fraction) -> Float:
    """Mean onset strength (4 · meter, 3) of a bar in A's sixteenths, each of which lasts
    `ratio` of the track's own."""
    onsets = np.minimum(moments.portrait.onsets.reshape(-1, 3), 1.5)
    slots = SIXTEENTHS * meter
    places = np.arange(slots * moments.bars) * float(ratio)
    first = np.round(SIXTEENTHS * moments.starts[:, np.newaxis] + places).astype(np.int64)
    width = max(1, int(ratio))
    reached = first[..., np.newaxis] + np.arange(width)
    heard = onsets[np.clip(reached, 0, len(onsets) - 1)].max(axis=-2)
    exact = np.isclose(places % 1.0, 0.0)[np.newaxis, :, np.newaxis]
    played = np.where(exact, heard, 0.0) if ratio < 1 else heard
    return np.asarray(played.reshape(-1, slots, 3).mean(axis=0))


def rhythmic(a: Moments, b: Moments, relation: TempoRelation, weight: float) -> Part:
    """The part "rhythmic" of a match."""
    loose = [m.portrait for m in (a, b) if not m.portrait.steady]
    if loose:
        return Part(UNSTEADY, weight, _unsteady(loose), {"steady": False})
    found = groove(a, b, relation.ratio)
    alike = 0.5 if found is None else unit((found + 0.2) / 1.1)
    value = SHARES["tempo"] * relation.value + SHARES["groove"] * alike * _reachable(relation)
    same_bars = a.portrait.meter == b.portrait.meter
    facts: dict[str, Any] = {
        "steady": True,
        "bpm": [round(a.portrait.bpm, 3), round(b.portrait.bpm, 3)],
        "relation": str(relation.ratio),
        "stretch_percent": 100 * relation.stretch,
        "comfort": comfort(relation.speed),
        "groove": found,
        "meters": [a.portrait.meter, b.portrait.meter],
    }
    value *= 1.0 if same_bars else OTHER_METER
    return Part(unit(value), weight, _words(relation, found, same_bars), facts)


def _reachable(relation: TempoRelation) -> float:
    """A groove counts only as far as the tempo can be reached."""
    return min(1.0, 2 * comfort(relation.speed))


def _unsteady(loose: list[Portrait]) -> str:
    said = "; ".join(f"{p.title} has no steady beat ({p.reason})" for p in loose)
    return f"{said}: fade or cut, do not match beats"


def _words(relation: TempoRelation, found: float | None, same_bars: bool) -> str:
    change = 100 * relation.stretch
    moved = "no change of tempo" if abs(change) < 0.05 else f"B {change:+.1f} %"
    alike = (
        "no onsets to compare"
        if found is None
        else "grooves alike"
        if found > 0.6
        else "grooves unlike"
        if found < 0.25
        else "grooves fairly alike"
    )
    bars = "" if same_bars else "; bars of different length"
    return f"{relation.words}, {moved}; {alike}{bars}"
