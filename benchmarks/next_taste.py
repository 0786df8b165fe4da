"""Taste: artists that listeners of Last.fm hid from us.

HetRec 2011 Last.fm (Cantador, Brusilovsky and Kuflik; non-commercial research, measured on only):
1,892 listeners, 92,834 pairs of listener and artist, each with how often it was played. Listeners
are split 70 / 10 / 20 into those learnt from, those settings are chosen on, and those asked; a
fifth of what each of the last two has is hidden. A listener's artists stand where a user's lists
stand in `mixo next`: ours here is `dj/recommending/company.py` alone, for there is no sound.

Do plays count? Asked with the same artists, each weighted by its rank among the listener's own,
from 1 − SPREAD for the one played least to 1 + SPREAD. What is learnt from stays as it is: the
lists of a library say of no track how often it was played there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.stats import rankdata

from benchmarks.next_ranking import (
    Answers,
    System,
    beside,
    factors,
    figures,
    has_implicit,
    neighbours,
    popularity,
    scored,
    top,
)
from mixolydian.dj.recommending.company import RIDGE, learn

FILE = Path("lastfm_hetrec") / "user_artists.dat"
SPREAD = 0.6
SETTINGS: dict[str, tuple[Any, ...]] = {
    "item-kNN": (20, 50, 100, 300),
    "ALS": ((32, 0.1), (64, 0.1), (64, 1.0), (128, 1.0)),
    "ours": (20.0, 50.0, 100.0),
}


@dataclass(frozen=True)
class Part:
    """Rows of listeners: what is `known` (m, n), and what of each is `hidden`."""

    known: sparse.csr_matrix
    hidden: list[np.ndarray]
    plays: sparse.csr_matrix
    """as known, with how often each was played."""


def read(path: Path) -> sparse.csr_matrix:
    """Listeners × artists, how often each was played."""
    table = np.loadtxt(path, skiprows=1, usecols=(0, 1, 2), dtype=np.int64)
    rows, columns = (np.unique(side, return_inverse=True)[1] for side in table[:, :2].T)
    return sparse.csr_matrix((np.maximum(table[:, 2], 1).astype(np.float64), (rows, columns)))


def split(plays: sparse.csr_matrix, seed: int = 0) -> tuple[sparse.csr_matrix, Part, Part]:
    """Listeners learnt from (1 where played), chosen on, and asked."""
    dice = np.random.default_rng(seed)
    order = dice.permutation(plays.shape[0])
    a, b = round(0.7 * len(order)), round(0.8 * len(order))
    return _ones(plays[order[:a]]), _part(plays[order[a:b]], dice), _part(plays[order[b:]], dice)


def _ones(plays: sparse.csr_matrix) -> sparse.csr_matrix:
    return (plays > 0).astype(np.float64)


def _part(rows: sparse.csr_matrix, dice: np.random.Generator) -> Part:
    rows = rows[np.flatnonzero(np.diff(rows.indptr) >= 5)]
    hidden = [
        dice.choice(row.indices, max(1, len(row.indices) // 5), replace=False) for row in rows
    ]
    known = rows.tolil()
    for place, columns in enumerate(hidden):
        known[place, columns] = 0.0
    left = known.tocsr()
    left.eliminate_zeros()
    return Part(_ones(left), hidden, left)


def ours(train: sparse.csr_matrix, ridge: float) -> System:
    """Company learnt from the listeners, the nearest first."""
    company = learn([row.indices for row in train], train.shape[1], ridge)

    def answer(known: sparse.csr_matrix) -> Answers:
        near = [company.nearness(row, np.inf) for row in known.toarray()]
        return top(np.array(near), known)

    return answer


def by_rank(plays: sparse.csr_matrix) -> sparse.csr_matrix:
    """Each listener's plays as weights by rank, 1 on average."""
    found = plays.copy()
    for start, end in pairwise(plays.indptr):
        ranks = rankdata(plays.data[start:end]) - 0.5
        found.data[start:end] = 1.0 + SPREAD * (2.0 * ranks / (end - start) - 1.0)
    return found


def measure(data: Path) -> dict[str, Any]:
    """Every system's figures on the listeners asked, at the settings chosen on others."""
    train, chosen_on, asked = split(read(data / FILE))
    makers: dict[str, Callable[..., System]] = {"ours": lambda ridge: ours(train, ridge)}
    if has_implicit():
        makers["item-kNN"] = lambda k: neighbours(train, k)
        makers["ALS"] = lambda both: factors(train, *both)
    answers = {"popularity": popularity(train)(asked.known)}
    chosen: dict[str, Any] = {}
    for name, make in makers.items():
        best = max(SETTINGS[name], key=lambda s, make=make: _ndcg(make(s), chosen_on))
        chosen[name] = best
        answers[name] = make(best)(asked.known)
    shipped = ours(train, RIDGE)
    answers["ours as shipped"] = shipped(asked.known)
    answers["ours, plays counted"] = shipped(by_rank(asked.plays))
    hidden, n = asked.hidden, train.shape[1]
    return {
        "listeners": [train.shape[0], chosen_on.known.shape[0], asked.known.shape[0]],
        "artists": n,
        "chosen": chosen,
        "figures": {name: figures(a, hidden, n) for name, a in answers.items()},
        "ndcg ours less": {
            name: beside(answers["ours as shipped"], a, hidden)
            for name, a in answers.items()
            if not name.startswith("ours")
        },
        "ndcg plays counted less not": beside(
            answers["ours, plays counted"], answers["ours as shipped"], hidden
        ),
    }


def _ndcg(system: System, part: Part) -> float:
    return float(scored(system(part.known), part.hidden)["ndcg"].mean())
