"""Which tracks keep company: what the lists a user imported say of tracks together and in a row.

Together: EASE (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019), the linear
model of items from items whose diagonal is zero, in closed form. A library has far fewer lists than
tracks, so the dual form is used: with X (lists L × tracks n) and M = (λI + XXᵀ)⁻¹ (L × L),
P = (XᵀX + λI)⁻¹ = (I − XᵀMX)/λ and the scores of a query q are q − qP/diag(P).
In a row: how often a list goes from the last track straight to each other, with a little doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from mixolydian.dj.recommending.shelf import Array

RIDGE = 20.0
"""λ: how much company it takes to be believed; chosen on other listeners (benchmarks/next)."""
MOST_LISTS = 2000
"""lists looked at, the newest; more cost seconds and say little new."""
DOUBT = 3.0
"""times a track would have to be followed by one other for a half of certainty, half of it."""
_CHUNK = 4096


@dataclass(frozen=True, eq=False)
class Company:
    """What `lists` (L × n, 0 or 1) teach; `follows` (n × n) counts steps from row to column."""

    lists: sparse.csr_array
    follows: sparse.csr_array
    inverse: Array
    diagonal: Array
    ridge: float

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

    def next_to(self, place: int) -> Array:
        """(n,) share of times each track came straight after the one at `place`, doubted."""
        row = self.follows[[place], :].toarray()[0].astype(np.float64)
        return np.asarray(row / (row.sum() + DOUBT))

    def together(self, played: Sequence[int], places: Sequence[int]) -> NDArray[np.intp]:
        """In how many lists each of `places` stands with at least one that was `played`."""
        shared = np.asarray(self.lists[:, list(played)].sum(axis=1)).ravel() > 0
        return np.asarray(self.lists[shared][:, list(places)].sum(axis=0), dtype=np.intp).ravel()


def learn(rows: Iterable[Sequence[int]], n: int, ridge: float = RIDGE) -> Company:
    """What lists of places among `n` tracks teach; the order in each is the order played."""
    kept = [tuple(row) for row in rows if len(set(row)) > 1][-MOST_LISTS:]
    lists = _incidence(kept, n)
    gram = (lists @ lists.T).toarray() + ridge * np.eye(len(kept))
    inverse = linalg.inv(gram) if len(kept) else np.zeros((0, 0))
    return Company(lists, _follows(kept, n), inverse, _diagonal(lists, inverse, ridge), ridge)


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
