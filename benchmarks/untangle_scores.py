"""How right an untangled mix is, against the plan it was rendered from.

Seconds of the mix, except `bars`. A play is right when the track is, and when it lies where the
plan has it; a turn that is missing or too many makes the mix's order wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.plan import MixPlan
from mixolydian.dj.timeline import Stretch, clock_of, played
from mixolydian.dj.untangling import Handover, Play, Untangled

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Turn:
    """What is true of one track's turn."""

    track_id: str
    start: float
    end: float
    stretches: tuple[Stretch, ...]
    semitones: float

    def own(self, times: Float) -> Float:
        """Second of the track at `times` of the mix; NaN where it does not play."""
        out = np.full(times.shape, np.nan)
        for s in self.stretches:
            here = (times >= s.start) & (times < s.end)
            out[here] = s.source_start + (times[here] - s.start) * s.speed
        return out


def truth_of(plan: MixPlan) -> list[Turn]:
    """The turns of `plan`."""
    clock = clock_of(plan)
    turns = []
    for track in plan.tracks:
        stretches = tuple(played(track, clock))
        start, end = stretches[0].start, stretches[-1].end
        turns.append(Turn(track.track_id, start, end, stretches, track.semitones))
    return turns


def own_of(play: Play, times: Float) -> Float:
    """Second of the track at `times` as found; NaN where it does not play."""
    out = np.full(times.shape, np.nan)
    for line in play.lines:
        here = (times >= line.start) & (times <= line.end)
        out[here] = line.own(times[here])
    return out


def edges_of(plan: MixPlan) -> list[tuple[float, float, float]]:
    """Start and end of each transition, and the length of a bar there."""
    clock = clock_of(plan)
    found = []
    for t in plan.transitions:
        start, end = float(clock.time_at(t.start)), float(clock.time_at(t.end))
        bar = plan.meter * 60.0 / float(plan.tempo.at(t.start))
        found.append((start, end, bar))
    return found


def score(plan: MixPlan, found: Untangled, ids: list[str]) -> dict[str, object]:
    """Order, edges in bars, tempo in per cent, place in ms; `ids` are of the tracks looked for."""
    turns = truth_of(plan)
    order = [ids[p.track] for p in found.plays]
    right = order == [t.track_id for t in turns]
    plays = [_paired(t, found, ids) for t in turns]
    rows = [_turn(t, p) for t, p in zip(turns, plays, strict=True) if p is not None]
    edges = []
    for i, (start, end, bar) in enumerate(edges_of(plan)):
        kind = plan.transitions[i].kind
        told = _handover(plays[i], plays[i + 1], found)
        missed_start = None if told is None else round((told.start - start) / bar, 3)
        missed_end = None if told is None else round((told.end - end) / bar, 3)
        edges.append({"kind": kind, "start_bars": missed_start, "end_bars": missed_end,
                      "bars": round((end - start) / bar, 2)})  # fmt: skip
    return {
        "order_right": right,
        "found": sum(p is not None for p in plays),
        "turns": len(turns),
        "false": len(found.plays) - sum(p is not None for p in plays),
        "plays": rows,
        "edges": edges,
    }


def _handover(a: Play | None, b: Play | None, found: Untangled) -> Handover | None:
    """The handover found between two plays."""
    for each in found.handovers:
        if found.plays[each.outgoing] is a and found.plays[each.incoming] is b:
            return each
    return None


def _paired(turn: Turn, found: Untangled, ids: list[str]) -> Play | None:
    """The play of the right track that overlaps the turn most."""
    best, most = None, 0.0
    for play in found.plays:
        overlap = min(play.end, turn.end) - max(play.start, turn.start)
        if ids[play.track] == turn.track_id and overlap > most:
            best, most = play, overlap
    return best


def _turn(turn: Turn, play: Play) -> dict[str, float | None]:
    """Tempo (per cent) over the middle half of the turn, place (ms, median) and pitch (cents)."""
    low, high = max(turn.start, play.start), min(turn.end, play.end)
    quarter = (high - low) / 4
    times = np.linspace(low + quarter, high - quarter, 200)
    truth, heard = turn.own(times), own_of(play, times)
    good = np.isfinite(truth) & np.isfinite(heard)
    if good.sum() < 20:
        return {"tempo_percent": None, "place_ms": None, "cents": None}
    slope = np.polyfit(times[good], truth[good], 1)[0]
    told = np.polyfit(times[good], heard[good], 1)[0]
    off = 1000.0 * float(np.median(np.abs(heard - truth)[good]))
    cents = 100.0 * (play.semitones - turn.semitones) + play.cents
    return {
        "tempo_percent": round(100.0 * abs(float(told / slope) - 1.0), 4),
        "place_ms": round(off, 2),
        "cents": round(cents, 1),
    }
