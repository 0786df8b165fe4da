"""Why a track stands where it stands, and what of the wishes could not be fulfilled, in words."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np

from mixolydian.core.types import FloatArray, Key
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.setlist.arc import Arc
from mixolydian.dj.setlist.problem import IntArray, Problem
from mixolydian.theory.key import wheel_distance

MISSED = 1.5
"""levels off the arc from which on a track is said to miss it."""
LENGTH_OFF = 0.05
"""share of the wished length from which on the set is said to miss it."""
MUCH = 0.1
"""share of a set that has to miss the arc before it is said."""
CLOSE = 0.01
"""cost within which another track would have done as well."""
FAR = 0.15
"""cost from which on no other track is a choice worth naming: a bad transition's, or two levels."""
_STEPS = ("", "a step", "two steps", "three steps", "four steps", "five steps")


def reason(
    problem: Problem,
    before: int | None,
    track: int,
    stretch: float | None,
    wished: float,
    others: FloatArray,
) -> str:
    """Why `track` comes after `before`; `others` (n,) is what each other track costs more."""
    tracks = problem.crate.portraits
    found = [*_asked(problem, track), _energy(float(problem.crate.levels[track]), wished)]
    if before is not None and stretch is not None:
        found.append(_tempo(tracks[before], tracks[track], stretch))
        if not math.isnan(stretch):
            found.append(_key(tracks[before].key, tracks[track].key))
    found += _rather(problem, others)
    return "; ".join(part for part in found if part)


def _asked(problem: Problem, track: int) -> list[str]:
    locks = problem.locks
    if track == locks.first:
        return ["first, as you asked"]
    if track == locks.last:
        return ["last, as you asked"]
    return ["in it, as you asked"] if track in locks.must else []


def _energy(level: float, wished: float) -> str:
    return f"energy {level:.1f} where {wished:.1f} is wished"


def _tempo(a: Portrait, b: Portrait, stretch: float) -> str:
    if not a.steady or not b.steady:
        return "no steady beat: a fade"
    if math.isnan(stretch):
        return f"{a.bpm:.0f} and {b.bpm:.0f} BPM do not meet: one after the other"
    if abs(stretch) < 0.002:
        return f"the same tempo, {b.bpm:.0f} BPM"
    beats = _beats(b.bpm * (1.0 + stretch) / a.bpm)
    return f"{b.bpm:.1f} after {a.bpm:.1f} BPM ({beats}{100 * stretch:+.1f} % while they meet)"


def _beats(ratio: float) -> str:
    """How beats of two tracks fall together whose tempi are not meant to be the same."""
    ways = {2.0: "two beats on one, ", 0.5: "one beat on two, ", 1.5: "three beats on two, "}
    ways |= {2 / 3: "two beats on three, "}
    return next((said for way, said in ways.items() if abs(ratio / way - 1.0) < 0.01), "")


def _key(a: Key | None, b: Key | None) -> str:
    if a is None or b is None:
        return ""
    apart = wheel_distance(a, b)
    if apart == 0:
        same = a.camelot == b.camelot
        return f"{a.camelot} again" if same else f"{a.camelot} → {b.camelot}, the same notes"
    steps = _STEPS[apart] if apart < len(_STEPS) else "opposite"
    return f"{a.camelot} → {b.camelot}, {steps} on the wheel"


def _rather(problem: Problem, others: FloatArray) -> list[str]:
    """The next best track for this place, where another could stand there."""
    other = int(np.argmin(others))
    if not others[other] < FAR:
        return []
    title = problem.crate.portraits[other].title
    if others[other] < CLOSE:
        return [f"{title} would do nearly as well"]
    return [f"next best would be {title}"]


# ---------------------------------------------------------------------- wishes not fulfilled


def notes_on(problem: Problem, one: IntArray, asked: Arc) -> tuple[str, ...]:
    """What the set could not do of what was wished."""
    return (*_length(problem, one, asked), *_energies(problem, one), *_others(problem, one))


def _length(problem: Problem, one: IntArray, asked: Arc) -> list[str]:
    got = float((problem.crate.minutes[one] * problem.scale(one)).sum())
    if abs(got / asked.minutes - 1.0) <= LENGTH_OFF:
        return []
    if got < asked.minutes:
        why = "the crate has no more; the arc is shortened alike"
        why = why if len(one) == len(problem.crate) else "no other length would flow as well"
        return [f"{got:.3g} of the {asked.minutes:.3g} minutes wished: {why}"]
    return [
        f"{got:.3g} minutes instead of {asked.minutes:.3g}: all that must be in it takes so long"
    ]


def _energies(problem: Problem, one: IntArray) -> list[str]:
    wished = problem.arc.level_at(problem.middles(one))
    levels = problem.crate.levels
    off = np.abs(levels[one] - wished) > MISSED
    found = []
    low, high = float(levels.min()), float(levels.max())
    least, most = (f(level for _, level in problem.arc.knots) for f in (min, max))
    if least < low - MISSED or most > high + MISSED:
        found.append(
            f"the arc goes from energy {least:.1f} to {most:.1f}, the crate only from {low:.1f} to "
            f"{high:.1f}; --fit-arc fits the arc to the crate"
        )
    minutes = problem.crate.minutes[one] * problem.scale(one)
    if minutes[off].sum() > MUCH * minutes.sum():
        stages = Counter(problem.arc.stage_at(float(m)) for m in problem.middles(one)[off])
        found.append(
            f"{_counted(int(off.sum()), 'track')} of {minutes[off].sum():.1f} minutes more than "
            f"{MISSED:g} levels off the arc, most of it in {stages.most_common(1)[0][0]}"
        )
    return found


def _others(problem: Problem, one: IntArray) -> list[str]:
    found = []
    again = int(problem.repeats(one[np.newaxis])[0])
    if again:
        found.append(
            f"an artist comes again within {_counted(problem.locks.gap, 'track')}, "
            f"{_counted(again, 'time')}: the crate has too few others that fit"
        )
    jumps = sum(bool(problem.apart[int(a), int(b)]) for a, b in pairwise(one))
    if jumps:
        found.append(
            f"{_counted(jumps, 'transition')} between tracks that cannot run together: by cut, "
            "echo or fade"
        )
    return found


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
