"""An order that keeps apart what must never meet, looked for exhaustively within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.dj.setlist.improving import improved
from mixolydian.dj.setlist.problem import NEVER, IntArray, Problem

LOOKED_AT = 20_000
"""beginnings of orders that are tried."""
BETWEEN = 6
"""tracks that are put between those that must be in the set, where it has to be laid out anew."""


def rescued(problem: Problem, one: IntArray) -> IntArray:
    """An order of `one`, of it and more tracks, or of what must be in it and a few between, that
    breaks no lock, then improved.

    Raises
    ------
    RequestError
        None was found; the message names the pair.
    """
    for found in _orders(problem, one):
        if found is not None:
            better = improved(problem, found)
            return found if problem.broken(better) else better
    a, b = problem.broken(one)[0]
    names = [problem.crate.portraits[i].title for i in (a, b)]
    raise RequestError(
        f"no order keeps {names[0]} and {names[1]} apart with the other locks; drop one of them"
    )


def _orders(problem: Problem, one: IntArray) -> Iterator[IntArray | None]:
    inside = one.tolist()
    spare = _least_at_odds(problem, [i for i in range(len(problem.crate)) if i not in set(inside)])
    for more in range(min(len(spare), len(one)) + 1):
        yield _order(problem, [*inside, *spare[:more]])
    kept = sorted(problem.locks.kept) or inside[:1]
    others = _least_at_odds(problem, [i for i in range(len(problem.crate)) if i not in kept])
    for between in range(min(len(others), BETWEEN) + 1):
        yield _order(problem, kept, others, between)


def _least_at_odds(problem: Problem, tracks: list[int]) -> list[int]:
    """`tracks`, the best to put between others first."""
    return sorted(tracks, key=lambda i: (int((problem.extra[i] >= NEVER).sum()), i))


def _order(
    problem: Problem, tracks: list[int], others: Sequence[int] = (), between: int = 0
) -> IntArray | None:
    """All of `tracks` in an order that breaks no lock, with at most `between` of `others`."""
    locks = problem.locks
    row = [locks.first] if locks.first is not None else []
    left = [t for t in tracks if t not in (locks.first, locks.last)]
    tail = [] if locks.last is None or locks.last == locks.first else [locks.last]
    left.sort(key=lambda i: -int((problem.extra[i] >= NEVER).sum()))
    found = _Search(problem, tail).go(row, left, list(others), between)
    return None if found is None else np.array(found, dtype=np.int64)


class _Search:
    """Depth first, the tracks most at odds with others first; `tail` comes last."""

    def __init__(self, problem: Problem, tail: list[int]) -> None:
        self.forbidden = problem.extra >= NEVER
        self.tail = tail
        self.tried = 0

    def go(
        self, row: list[int], left: list[int], others: list[int], between: int
    ) -> list[int] | None:
        """`row` and all of `left` behind it, at most `between` of `others` among them; or None."""
        self.tried += 1
        if not left and not (row and self.tail and self.forbidden[row[-1], self.tail[0]]):
            return row + self.tail
        for track in [*left, *(others if between else ())]:
            if self.tried > LOOKED_AT:
                break
            if not row or not self.forbidden[row[-1], track]:
                spent = track in others
                rest = [t for t in left if t != track], [t for t in others if t != track]
                found = self.go([*row, track], *rest, between - spent)
                if found is not None:
                    return found
        return None
