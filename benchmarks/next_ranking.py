"""Ranking ten out of many: the baselines, the figures, and their intervals.

A question is a row of what is known (m, n); an answer is ten columns that are not among it. The
figures are those of `evaluation/retrieval.py`. Intervals (95 %) are percentile bootstraps over
users or DJs. Baselines besides popularity are those of `implicit` (MIT, `pip install implicit`);
else they are left out.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from mixolydian.evaluation import retrieval
from mixolydian.evaluation.significance import bootstrap_interval, paired_bootstrap

TOP = 10
Answers = np.ndarray
"""(m, 10) columns, best first."""
System = Callable[[sparse.csr_matrix], Answers]


def top(scores: np.ndarray, known: sparse.csr_matrix) -> Answers:
    """The ten columns of greatest `scores` (m, n) that are not `known`."""
    free = np.where(known.toarray() > 0, -np.inf, scores)
    return np.argsort(-free, axis=1, kind="stable")[:, :TOP]


def popularity(train: sparse.csr_matrix) -> System:
    """What most have."""
    counts = np.asarray(train.sum(axis=0)).ravel()
    return lambda known: top(np.broadcast_to(counts, known.shape), known)


def has_implicit() -> bool:
    """Whether the library of baselines is installed."""
    return importlib.util.find_spec("implicit") is not None


def neighbours(train: sparse.csr_matrix, k: int) -> System:
    """Item-kNN by cosine."""
    from implicit.nearest_neighbours import CosineRecommender

    return _implicit(CosineRecommender(K=k, num_threads=1), train, {})


def factors(train: sparse.csr_matrix, size: int, ridge: float) -> System:
    """ALS on implicit feedback (Hu, Koren and Volinsky, 2008); unseen users folded in."""
    from implicit.cpu.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(
        size, regularization=ridge, alpha=10.0, iterations=15, num_threads=1, random_state=0
    )
    return _implicit(model, train, {"recalculate_user": True})


def _implicit(model: Any, train: sparse.csr_matrix, options: Mapping[str, Any]) -> System:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(train, show_progress=False)

    def answer(known: sparse.csr_matrix) -> Answers:
        places = np.arange(known.shape[0])
        ids, _ = model.recommend(places, known, N=TOP, filter_already_liked_items=True, **options)
        return np.asarray(ids)

    return answer


# ---------------------------------------------------------------------- figures


def scored(answers: Answers, hidden: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """NDCG@10 and recall@10 (m,) of `answers` for what was `hidden` of each row."""
    return {"ndcg": retrieval.ndcg(answers, hidden), "recall": retrieval.recall(answers, hidden)}


def figures(
    answers: Answers, hidden: Sequence[np.ndarray], n_columns: int, groups: Any = None
) -> dict[str, Any]:
    """Mean and interval of each figure, and coverage."""
    found: dict[str, Any] = {}
    for name, values in scored(answers, hidden).items():
        interval = bootstrap_interval(values, groups=groups)
        found[f"{name}@10"] = [round(x, 4) for x in (interval.mean, interval.low, interval.high)]
    found["coverage"] = round(retrieval.coverage(answers, n_columns), 4)
    return found


def beside(
    ours: Answers, theirs: Answers, hidden: Sequence[np.ndarray], groups: Any = None
) -> list[float]:
    """Difference in NDCG@10, ours less theirs, and its interval."""
    pair = [scored(answers, hidden)["ndcg"] for answers in (ours, theirs)]
    found = paired_bootstrap(*pair, groups=groups)
    return [round(x, 4) for x in (found.mean, found.low, found.high)]
