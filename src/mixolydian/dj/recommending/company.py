"""Which tracks keep company: what the lists a user imported say of tracks together and in a row.

Together: EASE (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019), the linear
model of items from items whose diagonal is zero, in closed form. A library has far fewer lists than
tracks, so the dual form is used: with X (lists L × tracks n) and M = (λI + XXᵀ)⁻¹ (L × L),
P = (XᵀX + λI)⁻¹ = (I − XᵀMX)/λ and the scores of a query q are q − qP/diag(P).
In patterns: with R = XD, D the counts of each track to the power −1/4 (EIGENREC; Nikolakopoulos et
al., Knowl. Inf. Syst. 2019), the query is laid on those eigenvectors of RRᵀ that stand out of what
lists without any pattern would have (the edge of Marchenko and Pastur, 1967), and back. EASE knows
what single lists say, patterns what all of them have in common.
In a row: how often a list goes from the last track straight to each other, with a little doubt.
Tracks that no list holds are lent some of what is said of those that sound most like them
(`lending.py`).

X is kept as the places of its ones; its products are sums over them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.recommending.lending import Places, loans
from mixolydian.dj.recommending.shelf import Array

RIDGE = 50.0
"""λ: how much company it takes to be believed; chosen on other listeners (benchmarks/next)."""
MOST_LISTS = 2000
"""lists looked at, the newest; more cost seconds and say little new."""
DOUBT = 3.0
"""times a track would have to be followed by one other for a half of certainty, half of it."""
DAMPED = 0.25
"""power by which what many lists hold counts less in patterns."""
SINGLE = 0.3
"""what single lists say, beside what is common to them; chosen as the others."""
SOME_LONG = 25
"""tracks in a usual list."""
TENTH = 10
"""of all tracks, the score of the tenth best is what the others are measured by."""
_CHUNK = 2048
"""tracks that are counted at once."""


@dataclass(frozen=True, eq=False)
class Company:
    """What lists teach of n tracks: entry k (of e) says that list `lists[k]` holds `tracks[k]`."""

    n: int
    n_lists: int
    lists: Places
    tracks: Places
    steps: Places
    """(s, 3) from a track straight to another, and how many times."""
    inverse: Array
    """M (L, L)"""
    diagonal: Array
    """of P (n,)"""
    ridge: float
    patterns: Array
    """(L, k) eigenvectors of RRᵀ by the roots of their eigenvalues; k may be 0."""
    new: Places
    """(b,) tracks that no list holds, and have somebody to borrow from;"""
    lenders: Places
    """(b, KIN) those;"""
    shares: Array
    """(b, KIN) of what is said of each."""

    def scores(self, query: Array) -> Array:
        """(n,) how strongly what is asked for (`query` (n,), its weights) asks for each track."""
        if not self.n_lists:
            return np.zeros(self.n)
        known = np.bincount(self.lists, query[self.tracks], minlength=self.n_lists)
        told = (self.inverse @ known)[self.lists]
        back = np.bincount(self.tracks, told, minlength=self.n)
        return np.asarray(query - (query - back) / (self.ridge * self.diagonal))

    def pattern_scores(self, query: Array) -> Array:
        """(n,) the same by what the lists have in common; zeros where they have nothing."""
        damped = (self._damping**2 * query)[self.tracks]  # into the scale of R, and times R
        known = np.bincount(self.lists, damped, minlength=self.n_lists)
        told = (self.patterns @ (self.patterns.T @ known))[self.lists]
        # times R, and out of its scale again: the two undo each other
        return np.asarray(np.bincount(self.tracks, told, minlength=self.n))

    @cached_property
    def _damping(self) -> Array:
        return _damping(self.tracks, self.n)

    @cached_property
    def fame(self) -> Array:
        """(n,) in how many lists each track is, on a logarithmic scale from 0 to 1."""
        counts = np.log1p(np.bincount(self.tracks, minlength=self.n))
        return np.asarray(counts / max(float(counts.max(initial=0.0)), 1e-9))

    def nearness(self, query: Array, at_most: float = 1.5) -> Array:
        """(n,) scores on a scale of their own: about 1 for the ten that come nearest.

        One list alone does not make a track that near, nor does any when there are few.
        """
        most = float(query.max(initial=0.0))
        single = _scaled(self.scores(query), query, 2.0 * most / (self.ridge + SOME_LONG), at_most)
        if not self.patterns.shape[1]:
            return single
        common = _scaled(self.pattern_scores(query), query, 2.0 * most / SOME_LONG, at_most)
        return np.asarray((common + SINGLE * single) / (1.0 + SINGLE))

    def with_lent(self, values: Array) -> Array:
        """`values` (n,), and what tracks that no list holds borrow of them."""
        found = values.copy()
        found[self.new] += (self.shares * values[self.lenders]).sum(axis=1)
        return found

    def borrows(self, place: int) -> bool:
        """Whether the track at `place` is in no list and judged by its like."""
        return bool((self.new == place).any())

    def next_to(self, place: int) -> Array:
        """(n,) share of times each track came straight after the one at `place`, doubted."""
        _, after, times = self.steps[self.steps[:, 0] == place].T
        return np.asarray(np.bincount(after, times, minlength=self.n) / (times.sum() + DOUBT))

    def straight_after(self, last: int, place: int) -> int:
        """How many times the track at `place` came straight after the one at `last`."""
        same = (self.steps[:, 0] == last) & (self.steps[:, 1] == place)
        return int(self.steps[same, 2].sum())

    def lists_with(self, place: int) -> int:
        """In how many lists the track at `place` stands."""
        return int((self.tracks == place).sum())

    def together(self, played: Sequence[int], place: int) -> int:
        """In how many lists the track at `place` stands with at least one that was `played`."""
        holding = self.lists[self.tracks == place]
        return int(np.isin(holding, self.lists[np.isin(self.tracks, played)]).sum())


def _scaled(scores: Array, query: Array, least: float, most: float) -> Array:
    """`scores` (n,) of tracks not asked with, about 1 for the ten best, if these reach `least`."""
    scores = np.where(query > 0.0, 0.0, np.maximum(scores, 0.0))
    tenth = float(np.partition(scores, -TENTH)[-TENTH]) if len(scores) >= TENTH else 0.0
    return np.asarray(np.minimum(scores / max(tenth, least, 1e-12), most))


def learn(
    rows: Iterable[Sequence[int]],
    n: int,
    ridge: float = RIDGE,
    sounds: NDArray[np.float32] | None = None,
) -> Company:
    """What lists of places among `n` tracks teach; the order in each is the order played.

    With `sounds` (n, d), unit vectors, tracks that no list holds borrow from their like.
    """
    kept = [tuple(row) for row in rows if len(set(row)) > 1][-MOST_LISTS:]
    sets = [sorted(set(row)) for row in kept]
    lists = np.repeat(np.arange(len(kept)), [len(row) for row in sets])
    tracks = np.fromiter(chain.from_iterable(sets), dtype=np.intp)
    gram = _gram(lists, tracks, len(kept), n, np.ones(n))
    inverse = np.asarray(np.linalg.inv(gram + ridge * np.eye(len(kept))))
    diagonal = (1.0 - _own(lists, tracks, inverse, n)) / ridge
    lent = loans(np.unique(tracks), sounds)
    return Company(
        n=n,
        n_lists=len(kept),
        lists=lists,
        tracks=tracks,
        steps=_steps(kept),
        inverse=inverse,
        diagonal=diagonal,
        ridge=ridge,
        patterns=_patterns(lists, tracks, len(kept), n),
        new=lent.new,
        lenders=lent.lenders,
        shares=lent.shares,
    )


def _steps(kept: Sequence[Sequence[int]]) -> Places:
    steps = [(a, b) for row in kept for a, b in pairwise(row) if a != b]
    pairs = np.array(steps, dtype=np.intp).reshape(-1, 2)
    distinct, times = np.unique(pairs, axis=0, return_counts=True)
    return np.column_stack([distinct, times]).astype(np.intp)


# ---------------------------------------------------------------------- together


def _gram(lists: Places, tracks: Places, n_lists: int, n: int, scale: Array) -> Array:
    """(L, L) XSSXᵀ with S the `scale` (n,) of columns, from a few thousand of them at a time."""
    gram = np.zeros((n_lists, n_lists))
    for start in range(0, n if n_lists else 0, _CHUNK):
        inside = (tracks >= start) & (tracks < start + _CHUNK)
        part = np.zeros((n_lists, _CHUNK), dtype=np.float32)
        part[lists[inside], tracks[inside] - start] = scale[tracks[inside]]
        gram += part @ part.T
    return gram


def _damping(tracks: Places, n: int) -> Array:
    """(n,) what an entry of each track counts in patterns; D."""
    return np.asarray((1.0 + np.bincount(tracks, minlength=n)) ** -DAMPED)


def _patterns(lists: Places, tracks: Places, n_lists: int, n: int) -> Array:
    """(L, k) eigenvectors of RRᵀ, each by the root of its eigenvalue, that are above the noise."""
    if not n_lists:
        return np.zeros((0, 0))
    values, vectors = np.linalg.eigh(_gram(lists, tracks, n_lists, n, _damping(tracks, n)))
    edge = values.mean() * (1.0 + np.sqrt(n_lists / len(np.unique(tracks)))) ** 2
    clear = values > edge
    return np.asarray(vectors[:, clear] / np.sqrt(values[clear]))


def _own(lists: Places, tracks: Places, inverse: Array, n: int) -> Array:
    """The diagonal (n,) of XᵀMX: for each track the sum of M over the lists that hold it."""
    found, counts = np.zeros(n), np.bincount(tracks, minlength=n)
    holding = lists[np.argsort(tracks, kind="stable")]
    starts = np.cumsum(counts) - counts
    for many in np.unique(counts[counts > 0]):
        for places in _in_parts(np.flatnonzero(counts == many), int(many) ** 2):
            rows = holding[starts[places, np.newaxis] + np.arange(many)]
            found[places] = inverse[rows[:, :, np.newaxis], rows[:, np.newaxis, :]].sum(axis=(1, 2))
    return found


def _in_parts(places: Places, cost: int) -> list[Places]:
    """`places` in parts, so that a part costs a few million numbers at most."""
    return np.array_split(places, len(places) * cost // 4_000_000 + 1)
