"""How good answers are that are ranked: a few out of many, the best first.

Answers (m, k) are numbers of what was chosen; `hidden` holds for each of the m questions the
numbers (at least one) that would have been right. NDCG@k counts a right one at rank r as
1/log2(r + 1), against the best that could be had (Järvelin and Kekäläinen, 2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def ndcg(answers: NDArray[Any], hidden: Sequence[NDArray[Any]]) -> Array:
    """NDCG@k (m,) in [0, 1]."""
    gains = 1.0 / np.log2(np.arange(2, answers.shape[1] + 2))
    best = np.cumsum(gains)[_sizes(answers, hidden) - 1]
    return np.asarray((_hits(answers, hidden) * gains).sum(axis=1) / best)


def recall(answers: NDArray[Any], hidden: Sequence[NDArray[Any]]) -> Array:
    """Share (m,) of what was right, of k at most, that was answered."""
    return np.asarray(_hits(answers, hidden).sum(axis=1) / _sizes(answers, hidden))


def coverage(answers: NDArray[Any], n: int) -> float:
    """Share of all `n` that is in any answer."""
    return len(np.unique(answers)) / n


def _hits(answers: NDArray[Any], hidden: Sequence[NDArray[Any]]) -> NDArray[np.bool_]:
    pairs = zip(answers, hidden, strict=True)
    return np.array([np.isin(row, right) for row, right in pairs], dtype=bool)


def _sizes(answers: NDArray[Any], hidden: Sequence[NDArray[Any]]) -> NDArray[np.int64]:
    return np.array([min(answers.shape[1], len(right)) for right in hidden], dtype=np.int64)
