"""Which tracks keep company: what the lists a user imported say of tracks together and in a row.

Together: EASE (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019), the linear
model of items from items whose diagonal is zero, in closed form. A library has far fewer lists than
tracks, so the dual form is used: with X (lists L × tracks n) and M = (λI + XXᵀ)⁻¹ (L × L),
P = (XᵀX + λI)⁻¹ = (I − XᵀMX)/λ and the scores of a query q are q − qP/diag(P).
In a row: how often a list goes from the last track straight to each other, with a little doubt.
Tracks that no list holds are lent some of what is said of those that sound most like them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from mixolydian.dj.recommending.shelf import Array

RIDGE = 50.0
"""λ: how much company it takes to be believed; chosen on other listeners (benchmarks/next)."""
MOST_LISTS = 2000
"""lists looked at, the newest; more cost seconds and say little new."""
DOUBT = 3.0
"""times a track would have to be followed by one other for a half of certainty, half of it."""
KIN, LENT = 5, 1.3
"""tracks that lend to one that no list holds, and how many times their mean: a mean of five lies
below the best, and new tracks should not be the last to be suggested (benchmarks/next_sets.py)."""
SOME_LONG = 25
"""tracks in a usual list."""
TENTH = 10
"""of all tracks, the score of the tenth best is what the others are measured by."""
_CHUNK = 4096


@dataclass(frozen=True, eq=False)
class Company:
    """What `lists` (L × n, 0 or 1) teach; `follows` (n × n) counts steps from row to column."""

    lists: sparse.csr_array
    follows: sparse.csr_array
    inverse: Array
    diagonal: Array
    ridge: float
    lent: sparse.csr_array
    """(n × n) what a row's track borrows from each column's; nothing where lists hold it."""

    @property
    def n_lists(self) -> int:
        """How many lists there are."""
        return int(self.lists.shape[0])

    def scores(self, query: Array) -> Array:
        """(n,) how strongly what is asked for (`query` (n,), its weights) asks for each track."""
        return np.asarray(self.scores_of(query[np.newaxis, :])[0])

    def scores_of(self, queries: Array) -> Array:
        """The same for many queries (m, n) at once."""
        if not self.n_lists:
            return np.zeros_like(queries)
        known = np.asarray(self.lists @ queries.T)
        back = (self.lists.T @ (self.inverse @ known)).T
        return np.asarray(queries - (queries - back) / (self.ridge * self.diagonal))

    @cached_property
    def fame(self) -> Array:
        """(n,) in how many lists each track is, on a logarithmic scale from 0 to 1."""
        counts = np.log1p(np.asarray(self.lists.sum(axis=0)).ravel())
        return np.asarray(counts / max(float(counts.max(initial=0.0)), 1e-9))

    def nearness(self, query: Array) -> Array:
        """(n,) scores on a scale of their own: about 1 for the ten that come nearest.

        One list alone does not make a track that near, nor does any when there are few.
        """
        scores = np.where(query > 0.0, 0.0, np.maximum(self.scores(query), 0.0))
        tenth = float(np.partition(scores, -TENTH)[-TENTH]) if len(scores) >= TENTH else 0.0
        one_list = float(query.max(initial=0.0)) / (self.ridge + SOME_LONG)
        return np.asarray(np.minimum(scores / max(tenth, 2.0 * one_list, 1e-12), 1.5))

    def with_lent(self, values: Array) -> Array:
        """`values` (n,), and what tracks that no list holds borrow of them."""
        return np.asarray(values + self.lent @ values)

    def next_to(self, place: int) -> Array:
        """(n,) share of times each track came straight after the one at `place`, doubted."""
        row = self.follows[[place], :].toarray()[0].astype(np.float64)
        return np.asarray(row / (row.sum() + DOUBT))

    def together(self, played: Sequence[int], places: Sequence[int]) -> NDArray[np.intp]:
        """In how many lists each of `places` stands with at least one that was `played`."""
        shared = np.asarray(self.lists[:, list(played)].sum(axis=1)).ravel() > 0
        return np.asarray(self.lists[shared][:, list(places)].sum(axis=0), dtype=np.intp).ravel()


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
    lists = _incidence(kept, n)
    gram = (lists @ lists.T).toarray() + ridge * np.eye(len(kept))
    inverse = linalg.inv(gram) if len(kept) else np.zeros((0, 0))
    diagonal = _diagonal(lists, inverse, ridge)
    return Company(lists, _follows(kept, n), inverse, diagonal, ridge, _lent(lists, sounds))


def _lent(lists: sparse.csr_array, sounds: NDArray[np.float32] | None) -> sparse.csr_array:
    """Shares (n × n) by likeness of the KIN listed tracks most like each unlisted one."""
    n = int(lists.shape[1])
    held = np.asarray(lists.sum(axis=0)).ravel() > 0
    if sounds is None or held.sum() < KIN:
        return sparse.csr_array((n, n))
    heard = np.any(sounds != 0.0, axis=1)
    named, new = np.flatnonzero(held), np.flatnonzero(~held & heard)
    parts = [_kin(sounds, named, part) for part in np.array_split(new, len(new) // _CHUNK + 1)]
    rows, columns, shares = (np.concatenate(side) for side in zip(*parts, strict=True))
    return sparse.coo_array((shares, (rows, columns)), shape=(n, n)).tocsr()


def _kin(
    sounds: NDArray[np.float32], named: NDArray[Any], new: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    likeness = sounds[new] @ sounds[named].T
    best = np.argpartition(likeness, -KIN, axis=1)[:, -KIN:]
    near = np.maximum(np.take_along_axis(likeness, best, axis=1), 1e-6)
    shares = LENT * near / near.sum(axis=1, keepdims=True)
    return np.repeat(new, KIN), named[best].ravel(), shares.ravel()


def _incidence(kept: Sequence[Sequence[int]], n: int) -> sparse.csr_array:
    sets = [sorted(set(row)) for row in kept]
    columns = np.array([p for row in sets for p in row], dtype=np.intp)
    starts = np.concatenate([[0], np.cumsum([len(row) for row in sets])]).astype(np.intp)
    ones: NDArray[Any] = np.ones(len(columns))
    return sparse.csr_array((ones, columns, starts), shape=(len(kept), n))


def _follows(kept: Sequence[Sequence[int]], n: int) -> sparse.csr_array:
    steps = [(a, b) for row in kept for a, b in pairwise(row) if a != b]
    pairs = np.array(steps, dtype=np.intp).reshape(-1, 2)
    counts = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return counts.tocsr()


def _diagonal(lists: sparse.csr_array, inverse: Array, ridge: float) -> Array:
    """The diagonal (n,) of P, a few columns of X at a time."""
    columns, found = lists.tocsc(), np.ones(lists.shape[1])
    for start in range(0, lists.shape[1], _CHUNK):
        part = columns[:, start : start + _CHUNK]
        if part.nnz:
            found[start : start + _CHUNK] -= np.asarray(part.multiply(inverse @ part).sum(axis=0))
    return np.asarray(found / ridge)
