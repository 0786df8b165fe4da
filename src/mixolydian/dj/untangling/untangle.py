"""A mix heard backwards: which track plays when, how fast, how high, and how loud.

After Schwarz & Fourer (CMMR 2019: align, then estimate gains) and Kim et al. (ISMIR 2020, NIME
2021), but without beat tracking: chunks of the mix are looked for in every track (`searching`),
joined to paths (`tracing`), aligned to the millisecond (`aligning`), held against their twins in
the same track (`rivals`), and weighed against each other (`balancing`, `edges`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import EmptySignalError, RequestError
from mixolydian.dj.untangling.aligning import Alignment, aligned
from mixolydian.dj.untangling.balancing import HOP, WINDOW, Balance, Deck, balance
from mixolydian.dj.untangling.edges import Curves, Ramp, curves, incoming, outgoing
from mixolydian.dj.untangling.frames import level, vocabulary
from mixolydian.dj.untangling.heard import Float32, Heard
from mixolydian.dj.untangling.lines import Line, Path
from mixolydian.dj.untangling.result import Handover, Play, Untangled
from mixolydian.dj.untangling.rivals import decided
from mixolydian.dj.untangling.searching import best_likeness, centres, probe
from mixolydian.dj.untangling.tracing import Trace, trace
from mixolydian.dj.untangling.transposing import transposition
from mixolydian.dj.untangling.unexplained import unexplained

SHORTEST = 10.0
"""seconds of a mix, or of a track, in which something can be found."""
SPREAD = 80.0
"""seconds before and after its surest part in which a deck may be fading."""
GAP = 15.0
"""seconds between two paths of a track up to which they are one turn with a jump."""
LEAST_HEARD = 4.0
"""seconds in which a play must explain what the others do not."""
EDGE = 0.75
"""seconds from a track's first or last sound within which it counts as whole."""
LONGEST_ECHO, LONGEST_EFFECT = 8.0, 10.0
"""seconds that an echo may last, and an effect before it."""
ALTERED = 0.03
"""by so much less than usual an altered deck explains the mix."""
AUDIBLE, EXPLAINS, MORE = 0.3, 0.5, 0.1
"""then it has this share of a band's power, the mix is explained by this, and by this less
without it."""

Float = NDArray[np.float64]
Tick = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Found:
    """One turn of track number `track`: its deck, and the moments it was found by."""

    track: int
    deck: Deck
    traces: tuple[Trace, ...]
    cents: float

    @property
    def sure(self) -> tuple[float, float]:
        """Seconds of the mix between which it was matched."""
        return float(self.traces[0].times[0]), float(self.traces[-1].times[-1])

    @property
    def support(self) -> float:
        """How many chunks speak for it, and how much."""
        return sum(t.support for t in self.traces)

    @property
    def likeness(self) -> float:
        """Median over the moments."""
        return float(np.median(np.concatenate([t.likeness for t in self.traces])))


def untangle(mix: Heard, tracks: Sequence[Heard], tick: Tick | None = None) -> Untangled:
    """What of `tracks` is heard in `mix`; `tick` is told the share done.

    Raises
    ------
    RequestError
        No track to look for.
    EmptySignalError
        The mix is silent, or too short to find anything in.
    """
    _check(mix, tracks)
    told = tick or (lambda share: None)
    usable = [i for i, t in enumerate(tracks) if not t.silent and t.duration >= SHORTEST]
    notes = [f"{_name(t)}: {_useless(t)}" for i, t in enumerate(tracks) if i not in usable]
    found = _found(mix, tracks, usable, told) if usable else []
    told(0.8)
    found, shares = _kept(mix, found)
    told(0.95)
    return _result(mix, found, shares, notes)


def _check(mix: Heard, tracks: Sequence[Heard]) -> None:
    if not tracks:
        raise RequestError("expected at least one track to look for, found none; name files")
    if mix.silent:
        raise EmptySignalError("the mix is silent: there is nothing to find in it")
    if mix.duration < SHORTEST:
        raise EmptySignalError(
            f"expected a mix of at least {SHORTEST:g} s, found {mix.duration:.1f} s"
        )


def _name(track: Heard) -> str:
    return track.title or track.path or track.track_id[:8] or "a track"


def _useless(track: Heard) -> str:
    if track.silent:
        return "silent, so it cannot be found"
    return f"shorter than {SHORTEST:g} s, so it cannot be found"


def _found(mix: Heard, tracks: Sequence[Heard], usable: list[int], tick: Tick) -> list[Found]:
    """Every turn of every track, each looked at for itself."""
    levels = {i: level(tracks[i].mel) for i in usable}
    projection = vocabulary(list(levels.values()))
    frames = projection @ level(mix.mel)
    own = {i: projection @ levels[i] for i in usable}
    probes = [probe(own[i]) for i in usable]
    times = centres(mix.duration)
    best = best_likeness(frames, probes, times[::2], lambda share: tick(0.4 * share))
    found: list[Found] = []
    for k, i in enumerate(usable):
        traces = trace(frames, probes[k], times, best[k])
        found += _turns(mix, frames, i, tracks[i], own[i], traces)
        tick(0.4 + 0.3 * (k + 1) / len(usable))
    return _settled(mix, frames, own, found)


def _turns(
    mix: Heard,
    frames: Float32,
    index: int,
    track: Heard,
    own: Float32,
    traces: list[Trace],
) -> list[Found]:
    """Traces that follow each other closely are one turn."""
    groups: list[list[Trace]] = []
    for each in traces:
        if groups and each.times[0] - groups[-1][-1].times[-1] <= GAP:
            groups[-1].append(each)
        else:
            groups.append([each])
    return [_turn(mix, frames, index, track, own, group) for group in groups]


def _turn(
    mix: Heard, frames: Float32, index: int, track: Heard, own: Float32, traces: list[Trace]
) -> Found:
    parts = [aligned(frames, own, each) for each in traces]
    path = Path(tuple(line for part in parts for line in part.lines))
    start, end = float(traces[0].times[0]), float(traces[-1].times[-1])
    cents = transposition(mix, track, path, start, end).cents
    deck = Deck(track, path, cents / 100.0, start - SPREAD, end + SPREAD)
    return Found(
        index, deck, tuple(_exact(t, p) for t, p in zip(traces, parts, strict=True)), cents
    )


def _exact(trace: Trace, part: Alignment) -> Trace:
    return Trace(trace.times, part.own, part.likeness, trace.speeds)


def _settled(
    mix: Heard, frames: Float32, own: dict[int, Float32], found: list[Found]
) -> list[Found]:
    """Each turn where it explains most, the surest first."""
    settled = list(found)
    for i in sorted(range(len(found)), key=lambda i: -found[i].likeness):
        each = settled[i]
        if len(each.traces) > 1:
            continue
        low, high = each.sure
        others = [
            f.deck
            for j, f in enumerate(settled)
            if j != i and f.sure[0] < high + SPREAD and f.sure[1] > low - SPREAD
        ]
        deck = decided(mix, frames, own[each.track], each.deck, each.traces[0], others)
        settled[i] = Found(each.track, deck, each.traces, each.cents)
    return settled


def _kept(mix: Heard, found: list[Found]) -> tuple[list[Found], Balance]:
    """Turns without which something would be left unexplained, in order, and all their gains."""
    found = sorted(found, key=lambda f: f.sure)
    for each in sorted(found, key=lambda f: f.support):
        rest = [f for f in found if f is not each]
        if not _needed(mix, each, rest):
            found = rest
    return found, balance(mix, [f.deck for f in found])


def _needed(mix: Heard, found: Found, rest: list[Found]) -> bool:
    """Whether a turn explains for seconds on end what the `rest` does not."""
    low, high = max(found.sure[0] - 6.0, 0.0), min(found.sure[1] + 6.0, mix.duration)
    decks = [f.deck for f in rest if f.deck.first < high and f.deck.last > low]
    whole = balance(mix, [found.deck, *decks], low, high)
    without = balance(mix, decks, low, high).explained
    heard = (whole.share[0].max(axis=0) > AUDIBLE) & (whole.explained > EXPLAINS)
    more = heard & (whole.explained > np.maximum(without, 0.0) + MORE)
    return float(more.sum() * HOP) >= LEAST_HEARD


def _result(mix: Heard, found: list[Found], shares: Balance, notes: list[str]) -> Untangled:
    plays = tuple(_play(mix, each, curves(shares, i)) for i, each in enumerate(found))
    plays = tuple(sorted(plays, key=lambda p: (p.start + p.end, p.start)))
    return Untangled(
        mix.duration, plays, _handovers(plays, shares), unexplained(mix, shares), tuple(notes)
    )


def _play(mix: Heard, found: Found, shape: Curves) -> Play:
    low, high = found.sure
    middle = (low + high) / 2
    first, last = _bounds(mix, found)
    up = incoming(shape, middle, first)
    down = outgoing(shape, middle, last)
    semitones = round(found.cents / 100.0)
    within = (shape.times >= first) & (shape.times <= last)
    level_db = float(20 * np.log10(max(shape.plateau, 1e-6)))
    return Play(
        found.track,
        *_span(up, down, first, last),
        _lines(found, up, down, first, last),
        found.deck.path.speed,
        semitones,
        found.cents - 100.0 * semitones,
        level_db,
        shape.times[within],
        shape.bands[0, within],
        shape.bands[1, within],
        shape.bands[2, within],
        _confidence(found),
        up.at_once,
    )


def _bounds(mix: Heard, found: Found) -> tuple[float, float]:
    """Seconds of the mix within which the track has sound to give."""
    path, low, high = found.deck.path, *found.sure
    first = low - path.own(low) / path.lines[0].speed
    last = high + (found.deck.track.duration - path.own(high)) / path.lines[-1].speed
    return max(float(first), 0.0, found.deck.first), min(float(last), mix.duration, found.deck.last)


def _span(up: Ramp, down: Ramp, first: float, last: float) -> tuple[float, float, float, float]:
    """Start, end, full from, full until."""
    start = first if up.start < first + EDGE else up.start
    end = last if down.start > last - EDGE else down.start
    return start, end, min(max(up.end, start), end), max(min(down.end, end), start)


def _lines(found: Found, up: Ramp, down: Ramp, first: float, last: float) -> tuple[Line, ...]:
    """The path's lines cut to the time in which it is heard."""
    start, end, _, _ = _span(up, down, first, last)
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


def _handovers(plays: Sequence[Play], shares: Balance) -> tuple[Handover, ...]:
    """One between each two neighbours; where they do not overlap, the gap between them."""
    return tuple(_handover(i, a, b, shares) for i, (a, b) in enumerate(pairwise(plays)))


def _handover(i: int, a: Play, b: Play, shares: Balance) -> Handover:
    """From the first hand on a fader to the last. When the new track comes in at once and the old
    goes, what is left of the old is its echo, and the handover is over."""
    going = a.full_until < b.start + WINDOW
    if b.at_once and going and abs(a.end - b.start) < LONGEST_ECHO:
        return Handover(i, i + 1, min(_altered_from(shares, b.start), a.full_until), b.start)
    return Handover(i, i + 1, min(a.end, b.start), max(a.end, b.start))


def _altered_from(shares: Balance, time: float) -> float:
    """Since when before `time` the decks alone no longer explain the mix: an effect is on."""
    before = (shares.times < time - WINDOW / 2) & (shares.times > time - LONGEST_EFFECT)
    usual = (shares.times <= time - LONGEST_EFFECT) & (shares.times > time - 4 * LONGEST_EFFECT)
    if not before.any() or not usual.any():
        return time
    limit = float(np.quantile(shares.explained[usual], 0.1)) - ALTERED
    odd = np.where(shares.explained[before] < limit, 1.0, -1.0)
    tail = np.cumsum(odd[::-1])[::-1]
    at = int(np.argmax(tail))
    return float(shares.times[before][at]) if tail[at] > 0 else time
