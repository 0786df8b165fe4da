"""What was found in a mix as a plan, so that the mix can be edited and played again.

Mix beats are counted at one tempo from the first sound found; a track's grid says where those
beats fell in it, so that it runs as it did, whatever its own beats are. A place where a track
jumps is left out of the plan, and a note says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.dj.curve import Curve
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import Controls, MixPlan, PlannedTrack, Transition
from mixolydian.dj.untangling.heard import Heard
from mixolydian.dj.untangling.result import Play, Untangled

USUAL_BPM = 120.0
"""for mixes whose tempo is not known."""
AUDIBLE_CENTS = 5.0
"""below this a track counts as not transposed beyond its semitones."""
_LEAST_BEATS = 1.0
_JUMP = 0.05


def plan_of(found: Untangled, tracks: Sequence[Heard], bpm: float | None) -> MixPlan:
    """The plan of `found`, whose `tracks` are those looked for, in beats of `bpm`.

    Raises
    ------
    RequestError
        Nothing was found, so there is nothing to plan.
    """
    if not found.plays:
        raise RequestError("expected a mix of which something was found, found nothing to plan")
    beat = 60.0 / (bpm or USUAL_BPM)
    origin = found.plays[0].start
    spans = _spans(found.plays, beat)
    planned = tuple(
        _track(play, tracks[play.track], (a - origin) / beat, (b - origin) / beat, beat)
        for play, (a, b) in zip(found.plays, spans, strict=True)
    )
    return MixPlan(
        planned,
        tuple(_transitions(found, spans, origin, beat)),
        Curve.constant(60.0 / beat),
        proposer="untangle",
        notes=(*found.notes, *_jumps(found.plays, tracks)),
    )


def _spans(plays: Sequence[Play], beat: float) -> list[tuple[float, float]]:
    """Start and end of each play in mix seconds, so that one is always heard."""
    spans = [(p.start, max(p.end, p.start + _LEAST_BEATS * beat)) for p in plays]
    for i, ((a, b), (c, _)) in enumerate(pairwise(spans)):
        spans[i] = (a, max(b, c))
    return spans


def _track(play: Play, track: Heard, at: float, until: float, beat: float) -> PlannedTrack:
    line = max(play.lines, key=lambda each: each.end - each.start)
    knots = [(line.start, line.own_start), (line.end, line.own_end)]
    for other in play.lines:
        at_end = max(knots)
        if other.start >= at_end[0] - _JUMP and abs(other.own_start - at_end[1]) < _JUMP:
            knots.append((other.end, other.own_end))
    times, own = np.array(sorted(set(knots))).T
    grid = Grid(own, (times - play.start) / beat)
    cents = play.cents if abs(play.cents) > AUDIBLE_CENTS else 0.0
    return PlannedTrack(
        track.path,
        track.track_id,
        track.title,
        track.duration,
        grid,
        at,
        0.0,
        until - at,
        semitones=play.semitones + cents / 100.0,
        gain_db=play.gain_db,
    )


def _transitions(
    found: Untangled, spans: list[tuple[float, float]], origin: float, beat: float
) -> list[Transition]:
    made: list[Transition] = []
    for a, b, before, after in zip(found.plays, found.plays[1:], spans, spans[1:], strict=False):
        low, high = after[0], min(before[1], after[1])
        start, end = (low - origin) / beat, max((high - origin) / beat, (low - origin) / beat)
        start = max(start, made[-1].end if made else 0.0)
        end = max(end, start)
        kind = "fade" if end - start > 2 * _LEAST_BEATS else "cut"
        out, into = (_controls(p, start, end, origin, beat) for p in (a, b))
        made.append(Transition(kind, start, end, out, into, why="as heard"))
    return made


def _controls(play: Play, start: float, end: float, origin: float, beat: float) -> Controls:
    """The deck's bands between mix beats `start` and `end`, one knot per beat."""
    if end - start < _LEAST_BEATS:
        return Controls()
    beats = np.linspace(start, end, max(int(np.ceil(end - start)) + 1, 2))
    bands = (play.low, play.mid, play.high)
    low, mid, high = (_curve(play.times, b, beats, origin, beat) for b in bands)
    return Controls(low=low, mid=mid, high=high)


def _curve(
    times: NDArray[np.float64],
    values: NDArray[np.float64],
    beats: NDArray[np.float64],
    origin: float,
    beat: float,
) -> Curve:
    heights = np.interp(beats * beat + origin, times, values, left=0.0, right=0.0)
    return Curve(tuple((float(b), round(float(h), 3)) for b, h in zip(beats, heights, strict=True)))


def _jumps(plays: Sequence[Play], tracks: Sequence[Heard]) -> list[str]:
    return [
        f"{tracks[play.track].title} jumps at {b.start:.1f} s of the mix; the plan plays it on"
        for play in plays
        for a, b in pairwise(play.lines)
        if abs(a.own_end - b.own_start) > _JUMP
    ]
