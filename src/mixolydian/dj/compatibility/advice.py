"""What would make two tracks go together better: a shift of the second one, or a shared tempo.

Whole semitones are tried from −6 to 6, and beside each the same with the difference of tuning
taken away, in steps of 1/8 semitone. Shifts cost: DJs shift 2.5 % of their tracks, and 94 % of
these by one semitone (Kim et al., ISMIR 2020), for a voice soon sounds unnatural. A large
change of tempo hurts less when both tracks give half of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

REACH = 6
STEPS = 8
COST = 0.01
"""value that each semitone must bring."""
LEAST_GAIN = 0.05
"""Value below which advice is not worth giving."""


@dataclass(frozen=True)
class Advice:
    """Shift B by `semitones` in all and, where `bpm` is given, let both meet at this tempo, A
    stretched by `a_percent` and B by `b_percent`: the match's value is then `value`."""

    semitones: float
    bpm: float | None
    a_percent: float
    b_percent: float
    value: float
    words: str

    def to_json(self) -> dict[str, Any]:
        """As a plain dict."""
        return {
            "semitones": self.semitones,
            "bpm": None if self.bpm is None else round(self.bpm, 2),
            "a_stretch_percent": round(self.a_percent, 2),
            "b_stretch_percent": round(self.b_percent, 2),
            "value": round(self.value, 4),
            "words": self.words,
        }


@dataclass(frozen=True)
class Asked:
    """What is asked of the adviser.

    `value_at(semitones, halfway)` is the match's value with B shifted so and, if `halfway`,
    the change of tempo shared. B is at `shifted` now, which gives `now`; `off` is by how many
    semitones it is then out of tune. A plays at `bpm`; B has `speed` times its own tempo.
    """

    value_at: Callable[[float, bool], float]
    now: float
    shifted: float
    off: float
    bpm: float
    speed: float


def candidates(off: float) -> list[float]:
    """Shifts in [−6, 6]: whole semitones, and near each that which undoes `off` semitones."""
    whole = [float(s) for s in range(-REACH, REACH + 1)]
    undone = [s - round(off * STEPS) / STEPS for s in whole]
    return sorted({s for s in whole + undone if abs(s) <= REACH})


def advise(asked: Asked) -> Advice | None:
    """The best change, if it is clearly better than things as they are."""
    off = asked.off - float(np.round(asked.off))
    tried = [(s, asked.value_at(s, False)) for s in candidates(off)]
    best, reached = max(tried, key=lambda pair: (pair[1] - COST * abs(pair[0]), -abs(pair[0])))
    gain = reached - COST * abs(best) - (asked.now - COST * abs(asked.shifted))
    if gain < LEAST_GAIN:
        best, reached = asked.shifted, asked.now
    shared = asked.value_at(best, True)
    meet = shared - reached >= LEAST_GAIN
    if best == asked.shifted and not meet:
        return None
    return _advice(asked, best, max(shared, reached) if meet else reached, meet)


def _advice(asked: Asked, semitones: float, value: float, meet: bool) -> Advice:
    half = float(np.sqrt(asked.speed))
    a, b = (100 * (1 / half - 1), 100 * (half - 1)) if meet else (0.0, 100 * (asked.speed - 1))
    bpm = asked.bpm / half if meet else None
    said = [] if semitones == asked.shifted else [f"shift B by {_shift(semitones)}"]
    if bpm is not None:
        said.append(f"let both meet at {bpm:.1f} BPM (A {a:+.1f} %, B {b:+.1f} %)")
    words = f"{' and '.join(said)}: {asked.now:.2f} becomes {value:.2f}"
    return Advice(semitones, bpm, a, b, value, words)


def _shift(semitones: float) -> str:
    if semitones == 0:
        return "nothing at all"
    if semitones == round(semitones):
        return f"{semitones:+.0f} semitone{'s' if abs(semitones) != 1 else ''}"
    return f"{100 * semitones:+.0f} cents"
