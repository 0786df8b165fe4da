"""Turns told as plays and handovers: when each is heard, how loud, and where one gives way.

Where a deck comes in and goes out is first read off its own gains (`edges`); where two turns
meet, the hands on both faders then decide (`meeting`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mixolydian.dj.untangling.balancing import Balance
from mixolydian.dj.untangling.edges import Curves, Ramp, curves, incoming, outgoing
from mixolydian.dj.untangling.found import Found
from mixolydian.dj.untangling.heard import Heard
from mixolydian.dj.untangling.lines import Line
from mixolydian.dj.untangling.meeting import Side, met
from mixolydian.dj.untangling.result import Handover, Play, Untangled
from mixolydian.dj.untangling.unexplained import unexplained

EDGE = 0.75
"""seconds from a track's first or last sound within which it counts as whole."""


@dataclass(frozen=True, eq=False)
class _Turn:
    """A turn with its curves, and the seconds when it is heard and when it is full."""

    found: Found
    shape: Curves
    first: float
    last: float
    start: float
    end: float
    full_from: float
    full_until: float

    @property
    def side(self) -> Side:
        return Side(
            self.found.deck,
            self.shape.plateau,
            sum(self.found.sure) / 2,
            self.start,
            self.end,
            self.full_from,
            self.full_until,
        )


def told_of(mix: Heard, found: list[Found], shares: Balance, notes: list[str]) -> Untangled:
    """What `found` with the gains `shares` says of `mix`."""
    turns = [_turn(mix, each, curves(shares, i)) for i, each in enumerate(found)]
    turns.sort(key=lambda turn: (turn.start + turn.end, turn.start))
    handovers = []
    for i in range(len(turns) - 1):
        turns[i], turns[i + 1], handover = _handed_over(mix, i, turns[i], turns[i + 1])
        handovers.append(handover)
    plays = tuple(_play(turn) for turn in turns)
    return Untangled(mix.duration, plays, tuple(handovers), unexplained(mix, shares), tuple(notes))


def _turn(mix: Heard, found: Found, shape: Curves) -> _Turn:
    """A turn for itself."""
    middle = sum(found.sure) / 2
    first, last = found.bounds(mix)
    up, down = incoming(shape, middle, first), outgoing(shape, middle, last)
    return _Turn(found, shape, first, last, *_span(up, down, first, last))


def _span(up: Ramp, down: Ramp, first: float, last: float) -> tuple[float, float, float, float]:
    """Start, end, full from, full until."""
    start = first if up.start < first + EDGE else up.start
    end = last if down.start > last - EDGE else down.start
    return start, end, min(max(up.end, start), end), max(min(down.end, end), start)


def _handed_over(mix: Heard, i: int, a: _Turn, b: _Turn) -> tuple[_Turn, _Turn, Handover]:
    """Two neighbours after their meeting is looked at; where they do not meet, the handover is
    the gap between them."""
    hands = met(mix, a.side, b.side)
    if hands is None:
        return a, b, Handover(i, i + 1, min(a.end, b.start), max(a.end, b.start))
    end = float(np.clip(hands.end, a.start, a.last))
    start = float(np.clip(hands.enters, b.first, b.end))
    a = replace(a, end=end, full_until=float(np.clip(hands.full_until, a.start, end)))
    b = replace(b, start=start, full_from=float(np.clip(hands.full_from, start, b.end)))
    low, high = max(hands.start, 0.0), min(hands.end, mix.duration)
    return a, b, Handover(i, i + 1, low, max(high, low), hands.kind)


def _play(turn: _Turn) -> Play:
    found, shape = turn.found, turn.shape
    semitones = round(found.cents / 100.0)
    within = (shape.times >= turn.first) & (shape.times <= turn.last)
    start, end = turn.start, max(turn.end, turn.start)
    return Play(
        track=found.track,
        start=start,
        end=end,
        full_from=min(max(turn.full_from, start), end),
        full_until=max(min(turn.full_until, end), start),
        lines=_lines(found, start, end),
        speed=found.deck.path.speed,
        semitones=semitones,
        cents=found.cents - 100.0 * semitones,
        gain_db=float(20 * np.log10(max(shape.plateau, 1e-6))),
        times=shape.times[within],
        low=shape.bands[0, within],
        mid=shape.bands[1, within],
        high=shape.bands[2, within],
        confidence=_confidence(found),
    )


def _lines(found: Found, start: float, end: float) -> tuple[Line, ...]:
    """The path's lines cut to the time in which it is heard."""
    path = found.deck.path
    edges = np.clip([start, *path.edges(), end], start, end)
    cut = zip(path.lines, edges, edges[1:], strict=False)
    return tuple(
        Line(float(a), float(b), float(line.own(a)), line.speed) for line, a, b in cut if b > a
    )


def _confidence(found: Found) -> float:
    """Logistic in the likeness of the moments and in how many there are."""
    count = sum(len(t.times) for t in found.traces)
    return float(1.0 / (1.0 + np.exp(-(12.0 * (found.likeness - 0.35) + 0.3 * (count - 4)))))
