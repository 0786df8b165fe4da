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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.untangling.echoing import handed
from mixolydian.dj.untangling.evidence import CELLS, LEVELS, STEP, Evidence, level_index
from mixolydian.dj.untangling.forms import METER, ODD, Form, Gesture, forms

TRIMS = np.array([0.0, -9.0, -6.0, -4.0, -2.0, 1.5])
"""dB by which both faders may be trimmed over a bar, and what a dB costs."""
TRIM_COST = 5.0
REACH = 6
"""steps around the best moment of a cut that are looked at cell by cell."""
ECHO_TAIL = 1.5
"""bars that an echo is heard for."""
FEW = 3
"""forms, those that lie best, that are tried in other lengths too."""
ECHO_BARS = 1.5
"""of the one or two that a handover by echo lasts; which of these cannot be heard."""
Float = NDArray[np.float64]
Index = NDArray[np.int64]


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
            model = handed(evidence, cell, beat if echo else 0.0)[:, cells]
            cost = outside + evidence.off(model, cells)
            yield Gesture(kind, end - bars * bar, end, cost, end, end, end - bars * bar)


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
