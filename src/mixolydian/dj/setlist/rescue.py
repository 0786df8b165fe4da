"""An order that keeps apart what must never meet, looked for exhaustively within bounds."""

from __future__ import annotations

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.dj.setlist.improving import improved
from mixolydian.dj.setlist.problem import NEVER, IntArray, Problem

LOOKED_AT = 20_000
"""beginnings of orders that are tried."""


def rescued(problem: Problem, one: IntArray) -> IntArray:
    """An order of `one`, or of it and more tracks, that breaks no lock, then improved.

    Raises
    ------
    RequestError
        None was found; the message names the pair.
    """
    spare = [i for i in range(len(problem.crate)) if i not in set(one.tolist())]
    # the tracks least at odds with others are the best to put between
    spare.sort(key=lambda i: (int((problem.extra[i] >= NEVER).sum()), i))
    for more in range(min(len(spare), len(one)) + 1):
        found = _order(problem, [*one.tolist(), *spare[:more]])
        if found is not None:
            better = improved(problem, found)
            return found if problem.broken(better) else better
    a, b = problem.broken(one)[0]
    names = [problem.crate.portraits[i].title for i in (a, b)]
    raise RequestError(
        f"no order keeps {names[0]} and {names[1]} apart with the other locks; drop one of them"
    )


def _order(problem: Problem, tracks: list[int]) -> IntArray | None:
    locks = problem.locks
    row = [locks.first] if locks.first is not None else []
    left = [t for t in tracks if t not in (locks.first, locks.last)]
    tail = [] if locks.last is None or locks.last == locks.first else [locks.last]
    left.sort(key=lambda i: -int((problem.extra[i] >= NEVER).sum()))
    found = _Search(problem).go(row, left, tail)
    return None if found is None else np.array(found, dtype=np.int64)


class _Search:
    """Depth first, the tracks most at odds with others first."""

    def __init__(self, problem: Problem) -> None:
        self.forbidden = problem.extra >= NEVER
        self.tried = 0

    def go(self, row: list[int], left: list[int], tail: list[int]) -> list[int] | None:
        """`row` and all of `left` and `tail` behind it, or None."""
        self.tried += 1
        if not left:
            ends = row and tail and self.forbidden[row[-1], tail[0]]
            return None if ends else row + tail
        for track in left:
            if self.tried > LOOKED_AT:
                break
            if not row or not self.forbidden[row[-1], track]:
                found = self.go([*row, track], [t for t in left if t != track], tail)
                if found is not None:
                    return found
        return None
