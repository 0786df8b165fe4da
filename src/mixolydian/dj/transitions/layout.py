"""A row of chosen transitions laid out in mix beats: tracks, curves, tempo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixolydian.dj.curve import Curve
from mixolydian.dj.plan import Loop, PlannedTrack, Transition
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.timeline import clock
from mixolydian.dj.transitions.candidates import Candidate
from mixolydian.dj.transitions.chain import Step
from mixolydian.dj.transitions.controls import controls_of
from mixolydian.dj.transitions.lines import lines_of
from mixolydian.dj.transitions.scores import HEARD_ENOUGH, LEAST, WEIGHTS, WHOLE
from mixolydian.dj.transitions.tempi import Paces, tempo_curve
from mixolydian.dj.transitions.wishes import Wishes

CEILING, OVER = -1.0, 6.0
"""dBTP of the mix, and dB by which a track's peaks may stand over it before the limiter."""
STRONG = 0.7
"""strength of a line on which a mix may end."""
FEWEST_BARS = 8
"""bars that the last track is heard after its transition at least."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Everything of a plan that hangs on the choices. `seconds`: its length."""

    portraits: tuple[Portrait, ...]
    tracks: tuple[PlannedTrack, ...]
    transitions: tuple[Transition, ...]
    steps: tuple[Step, ...]
    tempo: Curve
    seconds: float

    def cut_to(self, wanted: float) -> Layout:
        """End the last track on the strong line that is nearest to `wanted` seconds, if that is
        nearer than its own end."""
        last, portrait = self.tracks[-1], self.portraits[-1]
        lines = lines_of(portrait)
        beats = np.flatnonzero(lines.strength >= STRONG) * float(lines.meter)
        since = self.steps[-1].candidate.ready if self.steps else last.start
        beats = beats[(beats >= since + FEWEST_BARS * lines.meter) & (beats < last.end)]
        ends = [replace(last, end=float(beat)) for beat in [*beats, last.end]]
        lengths = np.array([_seconds(self.tempo, end) for end in ends])
        best = int(np.argmin(np.abs(lengths - wanted)))
        return replace(self, tracks=(*self.tracks[:-1], ends[best]), seconds=float(lengths[best]))


def laid_out(
    portraits: Sequence[Portrait], paces: Paces, steps: Sequence[Step], wishes: Wishes
) -> Layout:
    """The layout of the `steps` taken."""
    starts = _starts(portraits, paces, steps)
    spans = [
        (start, start + s.candidate.template.bars * s.candidate.relation.meter)
        for start, s in zip(starts, steps, strict=True)
    ]
    tempo = tempo_curve(paces, spans)
    tracks = tuple(
        _track(k, portraits, paces, steps, starts, wishes) for k in range(len(portraits))
    )
    transitions = tuple(_transition(k, portraits[k], steps, span) for k, span in enumerate(spans))
    seconds = _seconds(tempo, tracks[-1])
    return Layout(tuple(portraits), tracks, transitions, tuple(steps), tempo, seconds)


def _seconds(tempo: Curve, last: PlannedTrack) -> float:
    """Length of a mix that ends with the track `last`."""
    if last.locked:
        end = last.at + last.beats_heard / last.ratio
        return float(clock(tempo, end).time_at(end))
    own = last.grid.time_at(last.end) - last.grid.time_at(last.start)
    return float(clock(tempo, last.at).time_at(last.at) + own)


def _starts(portraits: Sequence[Portrait], paces: Paces, steps: Sequence[Step]) -> list[float]:
    """Mix beat on which each transition begins."""
    starts: list[float] = []
    at, begun, again = 0.0, lines_of(portraits[0]).first, 0.0
    for k, step in enumerate(steps):
        one = step.candidate
        # rounded to what a beat number means: sums of fractions must not creep
        start = round(at + (one.out_start - begun + again) / paces.tracks[k].ratio, 9)
        starts.append(start)
        at, begun, again = start + one.template.enters * one.relation.meter, one.in_start, 0.0
        again = sum(loop.length * (loop.times - 1) for loop in _loop_in(one))
    return starts


def _loop_in(candidate: Candidate) -> tuple[Loop, ...]:
    """The loop with which the incoming track begins."""
    form = candidate.template
    if not form.loop_in:
        return ()
    length = form.loop_in * candidate.search.space.bar_b
    return (Loop(candidate.in_start, length, round(form.swap / form.loop_in)),)


def _loop_out(candidate: Candidate) -> tuple[Loop, ...]:
    """The loop with which the outgoing track ends."""
    form = candidate.template
    if not form.loop_out:
        return ()
    length = form.loop_out * candidate.search.space.bar_a
    return (Loop(candidate.out_start, length, form.bars // form.loop_out),)


def _track(
    k: int,
    portraits: Sequence[Portrait],
    paces: Paces,
    steps: Sequence[Step],
    starts: Sequence[float],
    wishes: Wishes,
) -> PlannedTrack:
    portrait, lines = portraits[k], lines_of(portraits[k])
    at, start, end, semitones = 0.0, lines.first, lines.last, 0.0
    loops: tuple[Loop, ...] = ()
    if k > 0:
        one = steps[k - 1].candidate
        at = starts[k - 1] + one.template.enters * one.relation.meter
        start, loops, semitones = one.in_start, _loop_in(one), float(steps[k - 1].semitones)
    if k < len(steps):
        end, loops = steps[k].candidate.out_end, (*loops, *_loop_out(steps[k].candidate))
    ratio = paces.tracks[k].ratio if portrait.steady else 1.0
    if not wishes.key_lock and portrait.steady:
        semitones += _pitch_of_speed(k, portrait, paces)
    return PlannedTrack(
        path=portrait.path,
        track_id=portrait.track_id,
        title=portrait.title,
        duration=portrait.duration,
        grid=portrait.grid,
        at=at,
        start=start,
        end=end,
        ratio=ratio,
        locked=portrait.steady,
        semitones=semitones,
        gain_db=gain_for(portrait, wishes.loudness),
        loops=loops,
    )


def _pitch_of_speed(k: int, portrait: Portrait, paces: Paces) -> float:
    """Semitones by which the speed at which a track comes in would move it."""
    relation = paces.relations[k - 1] if k else None
    apart = relation is None or relation.way != "locked"
    tempo = paces.tracks[k].tempo if apart or relation is None else relation.tempo
    return float(12.0 * np.log2(tempo * paces.tracks[k].ratio / portrait.bpm))


def gain_for(portrait: Portrait, loudness: float) -> float:
    """dB that bring a track to `loudness` LUFS, but its peaks not far over the ceiling."""
    most = CEILING + OVER - portrait.true_peak
    return round(float(np.clip(min(loudness - portrait.lufs, most), -40.0, 40.0)), 3)


def _transition(
    k: int, portrait: Portrait, steps: Sequence[Step], span: tuple[float, float]
) -> Transition:
    one = steps[k].candidate
    lines = lines_of(portrait)
    begun = steps[k - 1].candidate.in_start if k else lines.first
    heard = (one.out_start - begun) / (HEARD_ENOUGH * max(lines.last - lines.first, 1.0))
    parts = {**one.parts, "heard": float(np.clip(heard, 0.0, 1.0))}
    # the chain counted how long a track is heard by itself; here it is a part like the others
    others = float(one.search.logs[one.index])
    score = np.exp(others + WEIGHTS["heard"] / WHOLE * np.log(max(parts["heard"], LEAST)))
    outgoing, incoming = controls_of(one, span[0])
    return Transition(
        kind=one.kind,
        start=span[0],
        end=span[1],
        outgoing=outgoing,
        incoming=incoming,
        score=round(float(score), 4),
        parts={name: round(value, 4) for name, value in parts.items()},
        why=one.why,
    )
