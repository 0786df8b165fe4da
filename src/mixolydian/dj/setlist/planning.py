"""From a crate, an arc and locks to the set: searched with estimates, settled with exact values.

The search runs on estimated transitions; those it chose are then worked out exactly, and it runs
again from where it was, until every transition of the set is known (`ROUNDS`, `MOST_PAIRS`). The
same crate and wishes give the same set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Tick
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.setlist.arc import Arc
from mixolydian.dj.setlist.beam import first_sets
from mixolydian.dj.setlist.crate import crate_of
from mixolydian.dj.setlist.improving import improved, replacing
from mixolydian.dj.setlist.pairs import Values, comforts, estimated
from mixolydian.dj.setlist.plain import plain_sets
from mixolydian.dj.setlist.problem import STRETCH, IntArray, Locks, Problem
from mixolydian.dj.setlist.rescue import rescued
from mixolydian.dj.setlist.shaking import shaken
from mixolydian.dj.setlist.thinning import kept_places, renumbered
from mixolydian.dj.setlist.words import notes_on, reason
from mixolydian.dj.transitions.wishes import Wishes

ROUNDS = 40
TRIES, AGAIN_TRIES = 40, 6
"""times that a set is shaken, at first and in every later round; at most once per track."""
MOST_PAIRS = 900
"""transitions worked out exactly; a millisecond or two each."""
SCOUTED = 3
"""other tracks per place whose transitions are worked out as well."""
FITTED = (10, 90)
"""percentiles of the crate's energy that a fitted arc goes between."""


@dataclass(frozen=True)
class SetStep:
    """A track of the set: heard from minute `at` for `minutes`; its energy `level` and what is
    `wished` at its middle, 1 to 10; the `stage` it belongs to; `value` of the transition into it
    in [0, 1], None for the first; `stretch` of the tempo in it, None where they cannot run
    together; and why it is there."""

    portrait: Portrait
    at: float
    minutes: float
    level: float
    wished: float
    stage: str
    value: float | None
    stretch: float | None
    reason: str


@dataclass(frozen=True)
class SetPlan:
    """The set, the `arc` as it was played, and what could not be fulfilled in `notes`."""

    steps: tuple[SetStep, ...]
    arc: Arc
    notes: tuple[str, ...]
    compared: int
    """transitions worked out exactly."""

    @property
    def minutes(self) -> float:
        """How long it is, mixed."""
        return sum(step.minutes for step in self.steps)

    @property
    def value(self) -> float | None:
        """Mean value of its transitions; None when there is none."""
        values = [step.value for step in self.steps if step.value is not None]
        return float(np.mean(values)) if values else None

    @property
    def arc_error(self) -> float:
        """Levels by which the energy misses the arc, mean over the time."""
        off = sum(abs(step.level - step.wished) * step.minutes for step in self.steps)
        return float(off / self.minutes)


def plan_set(
    portraits: Sequence[Portrait],
    arc: Arc,
    locks: Locks | None = None,
    levels: Sequence[float | None] = (),
    wishes: Wishes | None = None,
    fit: bool = False,
    tick: Tick | None = None,
) -> SetPlan:
    """The set of tracks out of `portraits` that follows `arc` and flows best.

    `levels`, where given, say the energy of a track instead of its portrait; `fit` brings the
    arc's lowest and highest level to what the crate has; `tick` is told the share that is done.

    Raises
    ------
    RequestError
        No track, or locks that no order keeps.
    """
    locks = locks or Locks()
    _check(portraits, locks)
    tick = tick or (lambda share: None)
    wishes = wishes or Wishes()
    places = kept_places(portraits, locks)
    levels = [levels[i] for i in places] if levels else ()
    crate, locks = crate_of([portraits[i] for i in places], levels), renumbered(locks, places)
    fillable = float(crate.minutes.sum()) * STRETCH[1]
    played = arc.lasting(min(arc.minutes, fillable))
    if fit:
        played = played.between(*map(float, np.percentile(crate.levels, FITTED)))
    _, stretch = comforts(crate, wishes)
    problem = Problem(crate, played, locks, ~np.isfinite(stretch))
    values = Values(crate, wishes, estimated(crate, wishes))
    one = _settled(problem, values, tick)
    steps = _steps(problem, values, one)
    notes = (*_thinned(len(portraits), len(crate)), *notes_on(problem, one, arc))
    return SetPlan(steps, played, notes, len(values.known))


def _check(portraits: Sequence[Portrait], locks: Locks) -> None:
    if not portraits:
        raise RequestError("a set needs at least one track, found none")
    if locks.first is not None and locks.first == locks.last and len(portraits) > 1:
        title = portraits[locks.first].title
        raise RequestError(f"{title} cannot be both the first and the last; name another")


def _thinned(asked: int, kept: int) -> list[str]:
    if asked == kept:
        return []
    return [f"{kept} of the {asked} tracks were compared, of all energies alike; name fewer"]


def _settled(problem: Problem, values: Values, tick: Tick) -> IntArray:
    """The best set found all of whose transitions are known."""
    problem.know(values.now)
    plain = plain_sets(problem)
    values.ask(pair for one in plain for pair in _pairs(one))
    problem.know(values.now)
    best = min(plain, key=problem.cost)
    found = [improved(problem, one) for one in (*first_sets(problem), *plain)]
    one = min(found, key=problem.cost)
    for turn in range(ROUNDS):
        tick(turn / ROUNDS)
        one = shaken(problem, one, min(len(one), AGAIN_TRIES if turn else TRIES))
        new = values.ask([*_pairs(one), *_scouted(problem, one)])
        problem.know(values.now)
        best = min((best, one), key=problem.cost)
        if new == 0 or len(values.known) > MOST_PAIRS:
            break
        one = improved(problem, min((one, best), key=problem.cost))
    tick(1.0)
    return _kept(problem, values, best)


def _scouted(problem: Problem, one: IntArray) -> list[tuple[int, int]]:
    """The transitions that the most promising other tracks in each place would bring."""
    change = replacing(problem, one)
    found: list[tuple[int, int]] = []
    for k, row in enumerate(change):
        for other in np.argsort(row, kind="stable")[:SCOUTED]:
            if np.isfinite(row[other]):
                found += _pairs(np.array([*one[max(k - 1, 0) : k], other, *one[k + 1 : k + 2]]))
    return found


def _kept(problem: Problem, values: Values, one: IntArray) -> IntArray:
    """`one`, or another order of it where it breaks a lock.

    Raises
    ------
    RequestError
        There is none.
    """
    if problem.broken(one):
        one = rescued(problem, one)
        values.ask(_pairs(one))
        problem.know(values.now)
    return one


def _pairs(one: IntArray) -> list[tuple[int, int]]:
    return list(pairwise(one.tolist()))


def _steps(problem: Problem, values: Values, one: IntArray) -> tuple[SetStep, ...]:
    crate, arc = problem.crate, problem.arc
    middles = problem.middles(one)
    long = crate.minutes[one] * float(problem.scale(one))
    wished = arc.level_at(middles)
    _, stretch = comforts(crate, values.wishes)
    others = replacing(problem, one)
    steps = []
    for k, track in enumerate(map(int, one)):
        before = None if k == 0 else int(one[k - 1])
        pace = None if before is None else float(stretch[before, track])
        steps.append(
            SetStep(
                crate.portraits[track],
                float(middles[k] - long[k] / 2),
                float(long[k]),
                float(crate.levels[track]),
                float(wished[k]),
                arc.stage_at(float(middles[k])),
                None if before is None else values.known[before, track],
                None if pace is None or np.isnan(pace) else pace,
                reason(problem, before, track, pace, float(wished[k]), others[k]),
            )
        )
    return tuple(steps)
