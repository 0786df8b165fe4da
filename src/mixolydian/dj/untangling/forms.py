"""The library of hands on two faders: the house's shapes in bars, and plain fades of any length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.transitions.kinds import SHORTEST_BREAK, Template
from mixolydian.dj.transitions.shapes import band_gains, shape
from mixolydian.dj.untangling.evidence import STEP

METER = 4
BARS = (2, 4, 8, 16, 32)
HALVED = ("blend", "eq-swap", "filter", "drop-on-drop", "breakdown-to-intro", "fade")
"""kinds whose bass changes hands in the middle."""
SHORTEST = {"breakdown-to-intro": SHORTEST_BREAK, "drop-on-drop": SHORTEST_BREAK}
"""bars that these last at least."""
SHORTEST_EQ = 3
"""bars of a plain fade with the bass handed over."""
LENGTHS = 0.4 * 1.12 ** np.arange(45)
"""seconds of plain fades."""
STRETCHES = 2.0 ** (np.delete(np.arange(-20, 21), 20) / 24.0)
"""by which the forms that lie best are made longer and shorter."""
STRANGE = 400.0
"""what such a form pays."""
ODD = 25.0
"""what a plain fade of any length pays."""
FULL = 0.89
"""amplitude from which on a deck counts as full: a dB below."""

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Gesture:
    """From second `start` to `end`; `cost` in dB · rows · steps it leaves off. The incoming deck
    `enters`, and is `full_from` a second on; the outgoing one is `full_until` another."""

    kind: str
    start: float
    end: float
    cost: float
    enters: float
    full_from: float
    full_until: float


@dataclass(frozen=True, eq=False)
class Form:
    """A shape to try: `gains` (2, 3, m) of both decks over its m steps, `bar` steps of a bar
    (none: it is not trimmed), and what it pays."""

    kind: str
    length: float
    gains: Float
    bar: float
    handicap: float

    def lengths(self) -> Iterator[Form]:
        """It, in other lengths than it has."""
        m = self.gains.shape[2]
        for factor in STRETCHES:
            n = max(round(m * factor), 1)
            at = (np.arange(n) + 0.5) * m / n - 0.5
            gains = np.stack([[np.interp(at, np.arange(m), g) for g in d] for d in self.gains])
            yield replace(
                self, length=self.length * factor, gains=gains, handicap=self.handicap or STRANGE
            )

    def placed(self, start: float, cost: float) -> Gesture:
        """It, from second `start` on."""
        full = self.gains[:, 1] > FULL
        step = self.length / full.shape[1]
        until = start + step * int(np.argmin(np.append(full[0], False)))
        since = start + self.length - step * int(np.argmin(np.append(full[1, ::-1], False)))
        return Gesture(self.kind, start, start + self.length, cost, start, since, until)


def forms(beat: float) -> Iterator[Form]:
    """All that is tried where a beat lasts `beat` seconds."""
    bar = METER * beat
    for template in _templates():
        length = template.bars * bar
        m = max(round(length / STEP), 1)
        beats = (np.arange(m) + 0.5) * template.bars * METER / m
        gains: Float = np.stack([band_gains(deck, beats).T for deck in shape(template, METER)])
        yield Form(template.kind, length, gains, bar / STEP, 0.0)
    for length in LENGTHS:
        m = max(round(length / STEP), 1)
        x: Float = (np.arange(m) + 0.5) / m
        power: Float = np.stack([np.cos(x * np.pi / 2), np.sin(x * np.pi / 2)])
        for kind, both in (("linear", np.stack([1.0 - x, x])), ("power", power)):
            yield Form(kind, length, np.repeat(both[:, np.newaxis], 3, axis=1), 0.0, ODD)
        if length > SHORTEST_EQ * bar:
            yield Form("eq-swap", length, _eq(x), 0.0, ODD)


def _eq(x: Float) -> Float:
    """Decks (2, 3, m) let in over the first quarter and out over the last, the bass handed over
    in the middle."""
    rise, fall = np.clip(4.0 * x, 0.0, 1.0), np.clip(4.0 * (1.0 - x), 0.0, 1.0)
    late = x >= 0.5
    return np.stack(
        [[np.where(late, 0.0, fall), fall, fall], [np.where(late, rise, 0.0), rise, rise]]
    )


@lru_cache(maxsize=1)
def _templates() -> tuple[Template, ...]:
    halved = [Template(k, n, n / 2) for k in HALVED for n in BARS if n >= SHORTEST.get(k, 1)]
    early = [Template("breakdown-to-intro", n, 0.0) for n in BARS if n >= SHORTEST_BREAK]
    return (*halved, *early)
