"""The best row of transitions through a whole mix, by dynamic programming.

What one transition is worth hangs on its own pair only, but a track must be left after it was
entered, and how long it is heard counts too. So the state after a transition is where the incoming
track stands and by how many semitones it is moved; over all states the best predecessor is found
exactly (Bellman 1957), link by link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray
from mixolydian.dj.transitions.candidates import SHIFTS, Candidate, Search
from mixolydian.dj.transitions.scores import shift_costs
from mixolydian.dj.transitions.space import column

IntArray = NDArray[np.int64]
RELATIVE = (-2, -1, 0, 1, 2)
"""semitones between two tracks of which each may be moved by one."""
Worth = Callable[[int, FloatArray], FloatArray]
"""(track, own beats from its start to its leaving (…)) → logarithm of what that is worth."""


@dataclass(frozen=True, eq=False)
class Link:
    """The candidates of one pair, gathered by what the chain has to know of them.

    `leaves` (U,): beats on which the outgoing track may be left; `states` (V, 3): the incoming
    track's first beat, its beat at the transition's end, and its beats heard more than once;
    `best` (U, V, R): the best logarithm of a score.
    """

    search: Search
    leaves: FloatArray
    states: FloatArray
    best: FloatArray
    leave_of: IntArray
    state_of: IntArray

    @property
    def locked(self) -> bool:
        """Whether both tracks are heard at one tempo, so that semitones count."""
        return self.search.space.relation.way == "locked"

    @property
    def possible(self) -> bool:
        """Whether there is any candidate."""
        return bool(np.isfinite(self.best).any())

    def worth(self, before: int, after: int) -> FloatArray:
        """`best` (U, V) with the tracks moved by `before` and `after` semitones; -inf when that
        is not to be tried."""
        if not self.locked:
            return self.best[..., 0] if after == 0 else np.full(self.best.shape[:2], -np.inf)
        shifts = self.search.shifts
        return self.best[..., shifts.index(after - before)] - shift_costs((after,))

    def candidate(self, leave: int, state: int, shift: int) -> Candidate:
        """The best candidate among those gathered at (leave, state) with a relative `shift`."""
        r = self.search.shifts.index(shift if self.locked else 0)
        logs = self.search.logs[..., r].copy()
        logs[
            (self.leave_of != leave)[:, np.newaxis] | (self.state_of != state)[np.newaxis]
        ] = -np.inf
        o, i, c = np.unravel_index(int(np.argmax(logs)), logs.shape)
        return self.search.candidate((int(o), int(i), int(c), r))


def link_of(search: Search) -> Link:
    """Gather the candidates of a search."""
    space = search.space
    leaves, leave_of = np.unique(space.out_start.round(6), return_inverse=True)
    swap, loop = column(space.templates, "swap"), column(space.templates, "loop_in")
    again = np.where(loop > 0, swap - loop, 0.0) * space.bar_b + 0.0 * space.in_start
    rows = np.stack([space.in_start, space.ready, again], axis=-1).reshape(-1, 3).round(6)
    states, state_of = np.unique(rows, axis=0, return_inverse=True)
    leave_of = leave_of.reshape(space.out_start.shape)
    state_of = state_of.reshape(space.in_start.shape)
    raw = search.logs + shift_costs(search.shifts)
    best = np.full((len(leaves) * len(states), len(search.shifts)), -np.inf)
    flat = leave_of[:, np.newaxis] * len(states) + state_of[np.newaxis]
    np.maximum.at(best, flat.ravel(), raw.reshape(-1, len(search.shifts)))
    shape = len(leaves), len(states), len(search.shifts)
    return Link(search, leaves, states, best.reshape(shape), leave_of, state_of)


@dataclass(frozen=True)
class Step:
    """A choice: the candidate, and by how many semitones the incoming track is moved in all."""

    candidate: Candidate
    semitones: int


def best_chain(
    links: list[Link], first: float, worth: Worth, gaps: list[float], shift: bool
) -> list[Step] | None:
    """The best candidate of every link, or None when no row of them fits.

    `first`: beat on which the first track begins; `gaps`: own beats that each track but the last
    must be heard between its transitions.
    """
    options = SHIFTS if shift else (0,)
    states, value = np.array([[first, first, 0.0]]), np.full((1, len(options)), -np.inf)
    value[0, options.index(0)] = 0.0
    back = []
    for k, link in enumerate(links):
        into = _left(states, link.leaves, value, worth, k, gaps[k])
        value, choice = _entered(link, into[0], options)
        back.append((into[1], choice))
        states = link.states
    value = value + worth(len(links), -states[:, :1])
    if not np.isfinite(value).any():
        return None
    return _traced(links, back, value, options)


def _left(
    states: FloatArray,
    leaves: FloatArray,
    value: FloatArray,
    worth: Worth,
    k: int,
    gap: float,
) -> tuple[FloatArray, IntArray]:
    """Best value (U, S) with which track `k` is left at each beat, and from which state."""
    heard = leaves[np.newaxis] - states[:, :1] + states[:, 2:]
    enough = leaves[np.newaxis] - states[:, 1:2] >= gap - 1e-6
    own = np.where(enough, worth(k, heard), -np.inf)
    both = own[:, :, np.newaxis] + value[:, np.newaxis, :]
    return both.max(axis=0), both.argmax(axis=0)


def _entered(link: Link, left: FloatArray, options: tuple[int, ...]) -> tuple[FloatArray, IntArray]:
    """Best value (V, S) with which the next track is entered, and the (leave, shift) before."""
    value, choice = [], []
    for after in options:
        rows = np.stack(
            [link.worth(s, after) + left[:, [j]] for j, s in enumerate(options)], axis=1
        ).reshape(-1, len(link.states))
        value.append(rows.max(axis=0))
        choice.append(rows.argmax(axis=0))
    return np.stack(value, axis=1), np.stack(choice, axis=1)


def _traced(
    links: list[Link],
    back: list[tuple[IntArray, IntArray]],
    value: FloatArray,
    options: tuple[int, ...],
) -> list[Step]:
    state, s = (int(k) for k in np.unravel_index(int(np.argmax(value)), value.shape))
    steps = []
    for link, (states, choices) in zip(reversed(links), reversed(back), strict=True):
        leave, before = divmod(int(choices[state, s]), len(options))
        moved = options[s] - options[before]
        steps.append(Step(link.candidate(leave, state, moved), options[s]))
        state, s = int(states[leave, before]), before
    return steps[::-1]
