"""A mix heard backwards: which track plays when, how fast, how high, and how loud.

After Schwarz & Fourer (CMMR 2019: align, then estimate gains) and Kim et al. (ISMIR 2020, NIME
2021), but without beat tracking: chunks of the mix are looked for in every track (`searching`),
joined to paths (`tracing`), aligned to the millisecond (`aligning`), held against their twins in
the same track (`rivals`), weighed against each other (`balancing`), and the hands on the faders are
read off (`telling`, `meeting`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mixolydian.core.errors import EmptySignalError, RequestError
from mixolydian.core.types import Tick
from mixolydian.dj.untangling.aligning import Alignment, aligned
from mixolydian.dj.untangling.balancing import HOP, Balance, Deck, balance
from mixolydian.dj.untangling.found import Found
from mixolydian.dj.untangling.frames import level, vocabulary
from mixolydian.dj.untangling.heard import Float32, Heard
from mixolydian.dj.untangling.lines import Path
from mixolydian.dj.untangling.result import Untangled
from mixolydian.dj.untangling.rivals import decided
from mixolydian.dj.untangling.searching import best_likeness, centres, probe
from mixolydian.dj.untangling.telling import told_of
from mixolydian.dj.untangling.tracing import Trace, trace
from mixolydian.dj.untangling.transposing import transposition

SHORTEST = 10.0
"""seconds of a mix, or of a track, in which something can be found."""
SPREAD = 80.0
"""seconds before and after its surest part in which a deck may be fading."""
GAP = 15.0
"""seconds between two paths of a track up to which they are one turn with a jump."""
LEAST_HEARD = 4.0
"""seconds in which a play must explain what the others do not."""
AUDIBLE, EXPLAINS, MORE = 0.3, 0.5, 0.1
"""then it has this share of a band's power, the mix is explained by this, and by this less
without it."""


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
    return told_of(mix, found, shares, notes)


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
