"""What a plan of a mix must fulfil before a sample is touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.dj.plan import (
    KINDS,
    LONGEST_STRETCH,
    Controls,
    MixPlan,
    PlannedTrack,
    end_beat,
)
from mixolydian.dj.timeline import clock_of, played

RATES = (44100, 48000)
LONGEST_BAR = 8
"""beats: a track's beat 0 is the downbeat before its first sample, and silence is put there."""
SLACK = 1e-6
"""beats of rounding that are forgiven."""
LARGEST_TEMPO, SMALLEST_TEMPO = 400.0, 20.0
MOST_BEATS = 200_000
"""beats of the longest mix: a day."""
GAINS = (0.0, 4.0)
CUTOFFS = (10.0, 24000.0)
LIMITS = {"highpass": CUTOFFS, "lowpass": CUTOFFS, "echo": (0.0, 1.0)}
"""of each control's values; gains for the others."""


def check(plan: MixPlan, name: str) -> None:
    """Refuse a `plan` that contradicts itself or points outside a track.

    Raises
    ------
    RequestError
        With `name` and the first thing that is wrong.
    """
    for problem in _problems(plan):
        raise RequestError(f"{name}: {problem}; mend the plan or make it again with mixo mix")


def _problems(plan: MixPlan) -> Iterator[str]:
    if not plan.tracks:
        yield "a mix needs at least one track, found none"
    if len(plan.transitions) != len(plan.tracks) - 1:
        yield (
            f"{len(plan.tracks)} tracks need {len(plan.tracks) - 1} transitions, "
            f"found {len(plan.transitions)}"
        )
    yield from _frame(plan)
    for i, track in enumerate(plan.tracks):
        yield from (f"track {i + 1} ({track.title}): {text}" for text in _track(track))
    if plan.n_beats > MOST_BEATS:
        yield f"expected at most {MOST_BEATS} beats, found {plan.n_beats:.0f}"
    yield from _order(plan)
    yield from _speeds(plan)


def _frame(plan: MixPlan) -> Iterator[str]:
    if plan.sample_rate not in RATES:
        yield f"sample_rate must be {RATES[0]} or {RATES[1]}, found {plan.sample_rate}"
    if not -40.0 <= plan.loudness <= -5.0:
        yield f"loudness must lie between -40 and -5 LUFS, found {plan.loudness}"
    if not -20.0 <= plan.ceiling <= 0.0:
        yield f"ceiling must lie between -20 and 0 dBTP, found {plan.ceiling}"
    if not 1 <= plan.meter <= 16:
        yield f"meter must lie between 1 and 16, found {plan.meter}"
    wrong = [v for _, v in plan.tempo.knots if not SMALLEST_TEMPO <= v <= LARGEST_TEMPO]
    if wrong:
        yield f"tempo must lie between 20 and 400 BPM, found {wrong[0]}"


def _track(track: PlannedTrack) -> Iterator[str]:
    numbers = (track.at, track.start, track.end, track.ratio, track.semitones, track.gain_db)
    if not np.isfinite([*numbers, track.duration]).all():
        yield "all numbers must be finite"
        return
    if track.end <= track.start:
        yield f"it must end after it starts, found beats {track.start:g} to {track.end:g}"
    if track.at < -SLACK:
        yield f"it must not begin before beat 0 of the mix, found {track.at:g}"
    if not 0.25 <= track.ratio <= 4.0:
        yield f"ratio must lie between 1/4 and 4, found {track.ratio:g}"
    if abs(track.semitones) > 12 or abs(track.gain_db) > 40:
        yield "it may be shifted by 12 semitones and amplified by 40 dB at most"
    for beat in (track.start, track.end):
        bar = LONGEST_BAR * 60.0 / track.grid.bpm_at(beat)
        if not -bar - 0.01 <= track.grid.time_at(beat) <= track.duration + bar + 0.01:
            yield (
                f"beat {beat:g} lies at {track.grid.time_at(beat):.2f} s, outside its "
                f"{track.duration:.2f} s"
            )
    yield from _loops(track)


def _loops(track: PlannedTrack) -> Iterator[str]:
    before = track.start
    for loop in track.loops:
        after = loop.beat + loop.length
        if loop.length <= 0 or not 2 <= loop.times <= 256:
            yield "a loop needs a length above 0 and 2 to 256 times"
        if loop.beat < before - SLACK or after > track.end + SLACK:
            yield f"loop at beat {loop.beat:g} lies outside what is heard, or before another loop"
        before = after


def _order(plan: MixPlan) -> Iterator[str]:
    if abs(plan.tracks[0].at) > SLACK:
        yield f"the first track must begin on beat 0 of the mix, found {plan.tracks[0].at:g}"
    for i, transition in enumerate(plan.transitions):
        where = f"transition {i + 1}"
        if transition.kind not in KINDS:
            yield f"{where}: kind must be one of {', '.join(KINDS)}; found {transition.kind!r}"
        if not 0 <= transition.start <= transition.end:
            yield f"{where}: it must not end before it starts"
        ends, begins = end_beat(plan, i), plan.tracks[i + 1].at
        if ends < transition.start - SLACK or begins > transition.end + SLACK:
            yield f"{where}: both tracks must play in it; found {ends:g} and {begins:g} as edges"
        if begins > ends + SLACK:
            yield f"{where}: nothing plays from beat {ends:g} to {begins:g}"
        for controls in (transition.outgoing, transition.incoming):
            yield from (f"{where}: {text}" for text in _curves(controls))
    for i, (a, b) in enumerate(pairwise(plan.transitions)):
        if b.start < a.end - SLACK:
            yield f"transition {i + 2}: it starts at {b.start:g}, before the one before ends"


def _curves(controls: Controls) -> Iterator[str]:
    for each in fields(controls):
        low, high = LIMITS.get(each.name, GAINS)
        for beat, value in getattr(controls, each.name).knots:
            if not low <= value <= high:
                yield f"{each.name} must lie in {low:g} to {high:g}, found {value:g} at {beat:g}"


def _speeds(plan: MixPlan) -> Iterator[str]:
    mix = clock_of(plan)
    for i, track in enumerate(plan.tracks):
        for stretch in played(track, mix) if track.locked else ():
            if not 1 / LONGEST_STRETCH <= stretch.speed <= LONGEST_STRETCH:
                yield (
                    f"track {i + 1} ({track.title}) would be played at {stretch.speed:.2f} times "
                    f"its speed; at most 1.5 times and at least 2/3 sound like music"
                )
                break
