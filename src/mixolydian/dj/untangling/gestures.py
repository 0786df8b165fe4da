"""Which hands on the faders explain a handover best: a library of them is tried everywhere.

A DJ's hands keep to few shapes: fades with the bass handed over at once in the middle, a deck let
in over an eighth, echoes, cuts; and most transitions last 1, 2, 4, 8, 16 or 32 bars. Each shape of
`dj.transitions.shapes` in each of these lengths, and plain fades of any length, are laid on every
moment of the handover; that one stands which leaves the mix least off (`evidence`). Both faders
may be trimmed together from bar to bar. Plain fades of odd lengths pay a handicap, so the habit
helps where the sound leaves it open and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.equaliser import DARK, FEEDBACK
from mixolydian.dj.transitions.kinds import SHORTEST_BREAK, Template
from mixolydian.dj.transitions.shapes import band_gains, shape
from mixolydian.dj.untangling.balancing import BANDS, FREQUENCIES
from mixolydian.dj.untangling.evidence import CELLS, LEVELS, STEP, Evidence, level_index
from mixolydian.dj.untangling.heard import Float32

METER = 4
BARS = (2, 4, 8, 16, 32)
HALVED = ("blend", "eq-swap", "filter", "drop-on-drop", "breakdown-to-intro", "fade")
"""kinds whose bass changes hands in the middle."""
SHORTEST = {"breakdown-to-intro": SHORTEST_BREAK, "drop-on-drop": SHORTEST_BREAK}
"""bars that these last at least."""
TRIMS = np.array([0.0, -9.0, -6.0, -4.0, -2.0, 1.5])
"""dB by which both faders may be trimmed over a bar, and what a dB costs."""
TRIM_COST = 5.0
ODD = 25.0
"""what a plain fade of any length pays."""
ECHO_REPEATS, ECHO_SEND, ECHO_TAIL = 6, 0.6, 1.5
"""repeats of an echo that count, how much is sent in the end, and the bars it is heard for."""
ECHO_KEEPS = np.float32(FEEDBACK**2) / (1.0 + (FREQUENCIES[:, np.newaxis] / DARK) ** 4)
"""power (64, 1) that each repeat keeps of the last."""
FULL = 0.89
"""amplitude from which on a deck counts as full: a dB below."""
REACH = 6
"""steps around the best moment of a cut that are looked at cell by cell."""
ECHO_BARS = 1.5
"""of the one or two that a handover by echo lasts; which of these cannot be heard."""
SHORTEST_EQ = 3
"""bars of a plain fade with the bass handed over."""
STRETCHES = 2.0 ** (np.delete(np.arange(-20, 21), 20) / 24.0)
"""by which the forms that lie best are made longer and shorter."""
STRANGE, FEW = 400.0, 3
"""what such a form pays, and of how many forms they are made."""
LENGTHS = 0.4 * 1.12 ** np.arange(45)
"""seconds of plain fades."""

Float = NDArray[np.float64]
Index = NDArray[np.int64]


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


def best_gesture(evidence: Evidence, beats: Sequence[float], also: Sequence[Gesture]) -> Gesture:
    """The one that explains most: of `also`, and of the library where a beat lasts one of
    `beats` seconds."""
    tried = [placed(evidence, form) for beat in beats for form in forms(beat)]
    best = sorted((each for each in tried if each[0].cost < np.inf), key=lambda each: each[0].cost)
    odd = [placed(evidence, form) for _, each in best[:FEW] for form in each.lengths()]
    at = [gesture for beat in beats for gesture in at_once(evidence, beat)]
    found = [*also, *at, *(gesture for gesture, _ in (*best, *odd))]
    return min(found, key=lambda gesture: gesture.cost)


def ramps(
    evidence: Evidence, down: tuple[float, float], up: tuple[float, float]
) -> tuple[Gesture, ...]:
    """Straight fades of each deck for itself, between two seconds each; none if they do not fit
    in what is seen."""
    start, end = min(down[0], up[0]), max(down[1], up[1])
    at, m = round((start - evidence.start) / STEP), max(round((end - start) / STEP), 1)
    if at < 0 or at + m > evidence.n:
        return ()
    x = start + (np.arange(m) + 0.5) * STEP
    gains = np.stack([1.0 - _ramp(x, *down), _ramp(x, *up)])
    form = Form("ramps", end - start, np.repeat(gains[:, np.newaxis], 3, axis=1), 0.0, ODD)
    cost = float(_costs(evidence, form)[at]) + ODD
    return (Gesture("ramps", start, end, cost, up[0], up[1], down[0]),)


def _ramp(x: NDArray[Any], start: float, end: float) -> Float:
    return np.asarray(np.clip((x - start) / max(end - start, 1e-3), 0.0, 1.0))


def placed(evidence: Evidence, form: Form) -> tuple[Gesture, Form]:
    """`form` where it lies best, of infinite cost where it does not fit in."""
    costs = _costs(evidence, form)
    if not len(costs):
        return form.placed(evidence.start, np.inf), form
    at = int(costs.argmin())
    return form.placed(evidence.start + at * STEP, float(costs[at]) + form.handicap), form


def at_once(evidence: Evidence, beat: float) -> Iterator[Gesture]:
    """A cut, and an echo after which the next deck comes in at once, where each lies best."""
    bar = METER * beat
    whole = evidence.before + evidence.after
    step = int(whole.argmin())
    lead, tail = round(bar / STEP), round(ECHO_TAIL * bar / STEP)
    first, last = max(step - REACH - lead, 0), min(step + REACH + tail, evidence.n)
    cells = slice(first * CELLS, last * CELLS)
    outside = evidence.before[first] + evidence.after[last]
    earliest = max(step - REACH, first + lead + 1) * CELLS
    latest = min(step + REACH, last) * CELLS
    if earliest > latest:
        at = evidence.start + step * STEP
        yield Gesture("cut", at, at, float(whole[step]), at, at, at)
    for cell in range(earliest, latest + 1):
        end = evidence.start + cell * STEP / CELLS
        for kind, bars, echo in (("cut", 0.0, False), ("echo-out", ECHO_BARS, True)):
            model = _handed(evidence, cell, beat if echo else 0.0)[:, cells]
            cost = outside + evidence.off(model, cells)
            yield Gesture(kind, end - bars * bar, end, cost, end, end, end - bars * bar)


def _handed(evidence: Evidence, cell: int, beat: float) -> Float32:
    """Power (64, cells) when the decks change at `cell`, the outgoing one's last bar being sent
    into an echo of 3/4 `beat` (0: none)."""
    model = evidence.incoming.copy()
    model[:, :cell] = evidence.outgoing[:, :cell]
    if not beat:
        return model
    step = STEP / CELLS
    n = round(METER * beat / step)
    send, dry = _echo_hands(n, beat / step)
    sent = evidence.outgoing[:, cell - n : cell] * send
    model[:, cell - n : cell] *= dry
    for k in range(1, ECHO_REPEATS + 1):
        sent = sent * ECHO_KEEPS
        place = k * 0.75 * beat / step
        late, share = int(place), np.float32(place % 1.0)
        for by, part in ((late, 1 - share), (late + 1, share)):
            into = model[:, cell - n + by : cell + by]
            into += part * sent[:, : into.shape[1]]
    return model


def _echo_hands(cells: int, beat: float) -> tuple[Float32, Float32]:
    """Power (64, cells) that goes into the echo and that is heard of itself, over the last bar:
    the send opens slowly, and the bass is gone in the last beat."""
    low = np.arange(64)[:, np.newaxis] < BANDS[0].stop
    x = np.arange(cells)
    dry = np.where(low & (x > cells - 1.25 * beat), 0.0, 1.0)
    send = np.where(low, 0.0, np.square(ECHO_SEND * x / cells))
    return send.astype(np.float32), dry.astype(np.float32)


def _costs(evidence: Evidence, form: Form) -> Float:
    """What the mix is off were `form` to begin with each step."""
    m = form.gains.shape[2]
    n = evidence.n - m + 1
    if n <= 0:
        return np.zeros(0)
    trims = TRIMS if form.bar else TRIMS[:1]
    steps: Index = np.arange(n)[:, np.newaxis] + np.arange(m)
    bars = _bars(m, form.bar)
    each = np.stack([_looked_up(evidence, form.gains, t, steps, bars) for t in trims])
    around = evidence.before[:n] + evidence.after[m : m + n]
    return np.asarray(around + each.min(axis=0).sum(axis=1))


def _bars(m: int, bar: float) -> Index:
    """The first step of each bar of `m` steps; one for all where `bar` (steps) is 0."""
    if not bar:
        return np.zeros(1, dtype=np.int64)
    return np.asarray(np.unique(np.floor(np.arange(m) / bar), return_index=True)[1])


def _looked_up(evidence: Evidence, gains: Float, trim: float, steps: Index, bars: Index) -> Float:
    """Cost (n, bars) with both faders trimmed by `trim` dB."""
    a, b = level_index(gains * 10.0 ** (trim / 20.0))
    cost = np.zeros(steps.shape, dtype=np.float32)
    for band in range(len(a)):
        flat = evidence.table[band].reshape(-1)
        cost += flat[steps * len(LEVELS) ** 2 + a[band] * len(LEVELS) + b[band]]
    return np.asarray(np.add.reduceat(cost, bars, axis=1) + TRIM_COST * abs(trim))


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
