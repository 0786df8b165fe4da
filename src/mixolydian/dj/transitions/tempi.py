"""How the tempo of a mix goes from track to track, before any transition is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mixolydian.dj.curve import Curve
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.transitions.relation import (
    HALF_SECONDS,
    Relation,
    ratio_for,
    relate,
    stretch_of,
)
from mixolydian.dj.transitions.wishes import Wishes

RAMP = 64.0
"""beats over which the tempo goes to the incoming track's own, if there are as many."""
NEARLY = 1e-9


@dataclass(frozen=True)
class Pace:
    """A track in the mix: the `tempo` it settles at, and its `ratio` of own beats per mix beat
    (of half seconds, when it runs freely)."""

    tempo: float
    ratio: float


@dataclass(frozen=True)
class Paces:
    """The pace of every track, and the relation of every two neighbours."""

    tracks: tuple[Pace, ...]
    relations: tuple[Relation, ...]


def paces_of(portraits: Sequence[Portrait], wishes: Wishes) -> Paces:
    """Tempi along the order of `portraits`."""
    wanted = _wanted(portraits, wishes)
    tracks = [_first(portraits, wanted, wishes)]
    relations = []
    for a, b in pairwise(portraits):
        relation, pace = _next(a, b, tracks[-1], wanted, wishes)
        relations.append(relation)
        tracks.append(pace)
    return Paces(tuple(tracks), tuple(relations))


def _wanted(portraits: Sequence[Portrait], wishes: Wishes) -> float | None:
    """The one tempo of the whole mix; None when it follows the tracks."""
    if not isinstance(wishes.tempo, str):
        return float(wishes.tempo)
    return _first_bpm(portraits) if wishes.tempo == "first" else None


def _first_bpm(portraits: Sequence[Portrait]) -> float:
    return next((p.bpm for p in portraits if p.steady), HALF_SECONDS)


def _first(portraits: Sequence[Portrait], wanted: float | None, wishes: Wishes) -> Pace:
    if portraits[0].steady:
        return _settled(portraits[0], wanted, wishes)
    tempo = _first_bpm(portraits) if wanted is None else wanted
    return Pace(tempo, HALF_SECONDS / tempo)


def _settled(track: Portrait, wanted: float | None, wishes: Wishes) -> Pace:
    """The wanted tempo where the track can go along, else its own."""
    if wanted is not None:
        ratio = ratio_for(track.bpm, wanted)
        if abs(stretch_of(track.bpm, ratio, wanted)) <= wishes.max_stretch + NEARLY:
            return Pace(wanted, ratio)
    return Pace(track.bpm, 1.0)


def _next(
    a: Portrait, b: Portrait, pace: Pace, wanted: float | None, wishes: Wishes
) -> tuple[Relation, Pace]:
    if not b.steady:
        return relate(a, b, wishes, *_heard(a, pace)), Pace(pace.tempo, HALF_SECONDS / pace.tempo)
    if not a.steady:
        settled = _settled(b, wanted, wishes)
        return relate(a, b, wishes, settled.tempo), settled
    relation = relate(a, b, wishes, pace.tempo, pace.ratio)
    if relation.way == "apart":
        return relation, _settled(b, wanted, wishes)
    tempo = b.bpm / relation.own_b if wanted is None else pace.tempo
    return relation, Pace(tempo, relation.own_b)


def _heard(a: Portrait, pace: Pace) -> tuple[float, float]:
    return pace.tempo, pace.ratio if a.steady else 1.0


def tempo_curve(paces: Paces, spans: Sequence[tuple[float, float]]) -> Curve:
    """BPM over mix beats; `spans` are the transitions' (start, end).

    While two tracks run together the tempo stands still; afterwards it goes to the incoming
    track's own. Between tracks that do not run together it jumps on the line.
    """
    knots = [(0.0, paces.tracks[0].tempo)]
    for k, (start, end) in enumerate(spans):
        before, after = paces.tracks[k].tempo, paces.tracks[k + 1].tempo
        if abs(before - after) < NEARLY:
            continue
        if paces.relations[k].way == "locked":
            until = spans[k + 1][0] if k + 1 < len(spans) else end + RAMP
            knots += [(end, before), (min(end + RAMP, until), after)]
        else:
            jump = end if paces.relations[k].way == "apart" else start
            knots += [(jump, before), (jump, after)]
    return Curve(tuple(knots))
