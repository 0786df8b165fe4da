"""Judging what a model says comes next, beside the baselines that ship.

A question is what was played of a set and the track that came then; an answer is ten tracks out of
the whole library, judged by NDCG@10, recall@10 and coverage (`evaluation/retrieval.py`).
Intervals (95 %) draw groups of sets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mixolydian.dj.recommending.company import Company, learn
from mixolydian.dj.recommending.learned import Voice, joined
from mixolydian.dj.recommending.recommend import Wish, weigh
from mixolydian.dj.recommending.shelf import Shelf
from mixolydian.dj.recommending.steps import key_worth, tempo_worth
from mixolydian.evaluation.retrieval import coverage, ndcg, recall
from mixolydian.evaluation.significance import Difference, bootstrap_interval, paired_bootstrap

TOP, PER_SET, MOST = 10, 6, 1200
NEAR_TEMPO, NEAR_KEY = 0.77, 0.9
"""worth of a stretch of 6 %, and of a fifth."""
NEIGHBOURS = 100
WEIGHTS = (0.0, 1.0, 2.0, 3.0, 4.5, 6.0, 9.0, 12.0, 18.0, 24.0)
"""what a voice may weigh; the parts of `recommend` weigh about 12 together."""
Ints = NDArray[np.int64]
Places = NDArray[np.intp]
System = Callable[[tuple[int, ...]], Places]
"""what was played → ten places, best first."""


@dataclass(frozen=True, eq=False)
class Questions:
    """What was `played`, what came `next` (m,), and of which group the set is (m,)."""

    played: tuple[tuple[int, ...], ...]
    next: Ints
    groups: Ints

    @property
    def right(self) -> list[Ints]:
        """What would be right of each, as a row."""
        return list(self.next[:, np.newaxis])


def questions(sets: Sequence[Ints], groups: Ints | None = None) -> Questions:
    """Up to `PER_SET` places of each set, spread evenly; fewer where there are many sets."""
    groups = np.arange(len(sets)) if groups is None else groups
    n_each = max(1, min(PER_SET, MOST // max(len(sets), 1)))
    asked, following, whose = [], [], []
    for row, group in zip(sets, groups, strict=True):
        for place in np.unique(np.linspace(len(row) - 1, 2, n_each).astype(int)):
            asked.append(tuple(int(t) for t in row[:place]))
            following.append(int(row[place]))
            whose.append(int(group))
    return Questions(tuple(asked), np.array(following), np.array(whose))


# ---------------------------------------------------------------------- systems


def popularity(sets: Sequence[Ints], n: int) -> System:
    """What most sets hold."""
    counts = np.bincount(np.concatenate(sets), minlength=n).astype(np.float64)
    return lambda played: _top(counts, played)


def item_knn(sets: Sequence[Ints], n: int) -> System:
    """Cosine of tracks over sets, the nearest `NEIGHBOURS` of each (Sarwar et al., WWW 2001)."""
    rows = np.repeat(np.arange(len(sets)), [len(row) for row in sets])
    places = np.concatenate(sets)
    held = sparse.csc_array((np.ones(len(rows)), (rows, places)), shape=(len(sets), n))
    lengths = np.sqrt(np.maximum(np.asarray(held.sum(axis=0)).ravel(), 1.0))

    def answer(played: tuple[int, ...]) -> Places:
        near = np.asarray((held[:, list(played)].T @ held).toarray()) / lengths
        near /= lengths[list(played), np.newaxis]
        if n > NEIGHBOURS:
            least = np.partition(near, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS, np.newaxis]
            near = np.where(near >= least, near, 0.0)
        return _top(near.sum(axis=0), played)

    return answer


def by_numbers(shelf: Shelf, sets: Sequence[Ints]) -> System:
    """BPM and Camelot as DJs are taught: within 6 % and a near key, then what most sets hold."""
    fame = np.bincount(np.concatenate(sets), minlength=shelf.n) / (len(sets) + 1.0)

    def answer(played: tuple[int, ...]) -> Places:
        tempo, key = tempo_worth(shelf, played[-1]), key_worth(shelf, played[-1])
        return _top((tempo > NEAR_TEMPO).astype(float) + (key >= NEAR_KEY) + fame, played)

    return answer


def baselines(shelf: Shelf, sets: Sequence[Ints]) -> dict[str, System]:
    """What must be beaten besides what is shipped."""
    return {
        "popularity": popularity(sets, shelf.n),
        "item-kNN": item_knn(sets, shelf.n),
        "BPM + Camelot": by_numbers(shelf, sets),
    }


def company_of(shelf: Shelf, sets: Sequence[Ints]) -> Company:
    """What the lists teach `mixo next` without a model."""
    return learn([row.tolist() for row in sets], shelf.n, sounds=shelf.sounds)


def alone(voice: Voice) -> System:
    """A voice, and nothing else."""
    return lambda played: _top(voice.scores(played).astype(np.float64), played)


def _top(scores: NDArray[np.float64], played: tuple[int, ...]) -> Places:
    scores = scores.copy()
    scores[list(played)] = -np.inf
    return np.asarray(np.argsort(-scores, kind="stable")[:TOP])


# ---------------------------------------------------------------------- figures


def answers(system: System, asked: Questions) -> Places:
    """(m, 10)"""
    return np.array([system(played) for played in asked.played])


def together(
    shelf: Shelf, company: Company, voice: Voice, asked: Questions, weights: Sequence[float]
) -> Places:
    """(weights, m, 10) what `mixo next` answers with the voice at each weight; 0: without it."""
    found = []
    for played in asked.played:
        plain, scores = weigh(shelf, Wish(played), company, None), voice.scores(played)
        found.append([joined(plain, voice.name, w, scores).best(TOP) for w in weights])
    return np.array(found).swapaxes(0, 1)


def best_weight(shelf: Shelf, company: Company, voice: Voice, asked: Questions) -> float:
    """The weight of greatest NDCG@10; the lesser of two equal ones."""
    tried = together(shelf, company, voice, asked, WEIGHTS)
    return WEIGHTS[int(np.argmax([ndcg(found, asked.right).mean() for found in tried]))]


def figures(found: Places, asked: Questions, n: int) -> dict[str, Any]:
    """NDCG@10, recall@10 (mean, low, high) and coverage."""
    told: dict[str, Any] = {}
    for name, figure in (("ndcg", ndcg), ("recall", recall)):
        interval = bootstrap_interval(figure(found, asked.right), groups=asked.groups)
        told[name] = [round(x, 4) for x in (interval.mean, interval.low, interval.high)]
    told["coverage"] = round(coverage(found, n), 4)
    return told


def beside(ours: Places, theirs: Places, asked: Questions) -> Difference:
    """Difference in NDCG@10, ours less theirs."""
    right = asked.right
    return paired_bootstrap(ndcg(ours, right), ndcg(theirs, right), groups=asked.groups)
