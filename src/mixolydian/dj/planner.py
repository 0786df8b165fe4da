"""The plan of a whole mix: which transition between each two tracks, and when everything comes.

First the tempi are settled, then every pair is searched, then the best row of transitions through
all tracks is found (`transitions/chain.py`), and what was chosen is laid out in mix beats. The
order of the tracks is given; the same tracks and wishes give the same plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.types import FloatArray
from mixolydian.dj.nudging import nudged
from mixolydian.dj.plan import KINDS, MixPlan
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.timeline import clock_of
from mixolydian.dj.transitions.candidates import search
from mixolydian.dj.transitions.chain import RELATIVE, Link, Step, best_chain, link_of
from mixolydian.dj.transitions.layout import Layout, laid_out
from mixolydian.dj.transitions.lines import lines_of
from mixolydian.dj.transitions.notes import notes_on
from mixolydian.dj.transitions.scores import HEARD_ENOUGH, WEIGHTS, WHOLE
from mixolydian.dj.transitions.tempi import Paces, paces_of
from mixolydian.dj.transitions.wishes import Wishes

SHORTEST_PLAY = 32
"""bars, or half the track if that is less, between a track's two transitions."""
SHARES_OF_PLAY = (1.0, 0.5, 0.25, 0.1, 0.0)
"""of the shortest play, tried in turn when a row of transitions is not to be had otherwise."""
LENGTH_WEIGHT, LENGTH_SPREAD = 0.3, 0.25
"""how much a track's wished length counts, and the share by which it may miss it."""
ROUNDS = 10
"""tries at a wished length of the mix."""
CLOSE = 4.0
"""seconds that a wished length may be missed without another try."""
LEAST_SECONDS = 8.0
"""of a track in a mix of a wished length."""


def plan_mix(portraits: Sequence[Portrait], wishes: Wishes | None = None) -> MixPlan:
    """The plan of a mix of `portraits` in their order.

    Raises
    ------
    RequestError
        No track, a track right after itself, or a wish that these tracks cannot fulfil.
    """
    wishes = wishes or Wishes()
    _check(portraits, wishes)
    paces = paces_of(portraits, wishes)
    links, forced = _links(portraits, paces, wishes)
    pieces = _Pieces(tuple(portraits), paces, wishes, links)
    layout = _fitted(pieces)
    meter = Counter(p.meter for p in portraits).most_common(1)[0][0]
    plan = MixPlan(layout.tracks, layout.transitions, layout.tempo, meter, wishes.loudness)
    plan = nudged(plan, portraits)
    lasts = clock_of(plan).time_at(plan.n_beats)
    return replace(plan, notes=notes_on(portraits, paces, wishes, layout, forced, float(lasts)))


def _check(portraits: Sequence[Portrait], wishes: Wishes) -> None:
    if not portraits:
        raise RequestError("a mix needs at least one track, found none")
    for a, b in pairwise(portraits):
        if a.track_id == b.track_id and not wishes.repeats:
            raise RequestError(
                f"{b.title} would follow itself; leave it out once, or allow repeats"
            )
    if wishes.minutes is not None and wishes.minutes * 60 < LEAST_SECONDS * len(portraits):
        raise RequestError(
            f"{len(portraits)} tracks do not fit into {wishes.minutes:g} minutes; "
            f"take at least {LEAST_SECONDS:g} seconds a track"
        )


@dataclass(frozen=True, eq=False)
class _Pieces:
    """What a chain is made of."""

    portraits: tuple[Portrait, ...]
    paces: Paces
    wishes: Wishes
    links: list[Link]

    def seconds(self, k: int, beats: FloatArray) -> FloatArray:
        """Seconds of the mix that own `beats` of track `k` last."""
        pace = self.paces.tracks[k]
        return beats / pace.ratio * 60.0 / pace.tempo

    def whole(self, k: int) -> float:
        """Seconds of the mix that all of track `k` lasts."""
        lines = lines_of(self.portraits[k])
        return float(self.seconds(k, np.array(lines.last - lines.first)))


def _links(
    portraits: Sequence[Portrait], paces: Paces, wishes: Wishes
) -> tuple[list[Link], set[int]]:
    """The candidates of each pair, and the pairs for which a wish had to be dropped."""
    links, forced = [], set()
    for k, (a, b) in enumerate(pairwise(portraits)):
        shifts = RELATIVE if wishes.shift and paces.relations[k].way == "locked" else (0,)
        link = link_of(search(a, b, wishes, paces.relations[k], shifts, ("heard",)))
        if not link.possible or not link.search.wished:
            forced.add(k)
            free = replace(wishes, kinds=KINDS, bars=None)
            link = link_of(search(a, b, free, paces.relations[k], shifts, ("heard",)))
        if not link.possible:
            raise RequestError(f"{a.title} or {b.title} is too short to be mixed; leave it out")
        links.append(link)
    return links, forced


def _fitted(pieces: _Pieces) -> Layout:
    """The layout whose length comes closest to the wished one; the best row, if none is wished."""
    if pieces.wishes.minutes is None:
        return _laid(pieces, None)
    wanted = pieces.wishes.minutes * 60.0
    low, high = 0.0, 1.0
    best: Layout | None = None
    for scale in [1.0, *([None] * ROUNDS)]:
        scale = (low + high) / 2 if scale is None else scale
        new = _laid(pieces, scale)
        if best is None or abs(new.seconds - wanted) < abs(best.seconds - wanted):
            best = new
        if abs(best.seconds - wanted) < CLOSE or (scale == 1.0 and new.seconds < wanted):
            break
        low, high = (scale, high) if new.seconds < wanted else (low, scale)
    if best is None:
        raise RequestError("no length was tried")
    return best.cut_to(wanted)


def _laid(pieces: _Pieces, scale: float | None) -> Layout:
    """The best row of transitions; each track is wished to be heard for `scale` of its length."""
    steps = _steps(pieces, scale)
    return laid_out(pieces.portraits, pieces.paces, steps, pieces.wishes)


def _steps(pieces: _Pieces, scale: float | None) -> list[Step]:
    first = lines_of(pieces.portraits[0]).first
    for share in SHARES_OF_PLAY if scale is None else SHARES_OF_PLAY[2:]:
        gaps = [share * _shortest_play(p) for p in pieces.portraits]
        worth = _Heard(pieces, scale)
        steps = best_chain(pieces.links, first, worth, gaps, pieces.wishes.shift)
        if steps is not None:
            return steps
    raise RequestError(
        "no row of transitions goes through all tracks: one of them is too short; leave it out, "
        "or allow more kinds and shorter transitions"
    )


def _shortest_play(portrait: Portrait) -> float:
    lines = lines_of(portrait)
    return min(SHORTEST_PLAY * portrait.meter, (lines.last - lines.first) / 2)


@dataclass(frozen=True, eq=False)
class _Heard:
    """What it is worth to hear so many own beats of a track: enough of it, or as long as wished.

    The last track plays to its end; its beats come as minus the beat on which it begins.
    """

    pieces: _Pieces
    scale: float | None

    def __call__(self, k: int, beats: FloatArray) -> FloatArray:
        if k == len(self.pieces.links):
            beats = beats + lines_of(self.pieces.portraits[k]).last
        seconds, whole = self.pieces.seconds(k, beats), self.pieces.whole(k)
        if self.scale is None:
            share = np.clip(seconds / (HEARD_ENOUGH * whole), 0.05, 1.0)
            return np.asarray(WEIGHTS["heard"] / WHOLE * np.log(share))
        wanted = self.scale * whole
        missed = (seconds - wanted) / (LENGTH_SPREAD * wanted)
        return np.asarray(-0.5 * LENGTH_WEIGHT * np.square(missed))
