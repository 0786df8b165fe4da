"""Ranking: how well scores put the right above the wrong, for many weightings at once.

Conventions
-----------
`weights` (m, n) say how often each of n answers counts in each of m resamples (all ones: the
data themselves); every figure comes as (m,), NaN where one side has no weight. Ties share.
ROC area: the chance that a right one ranks above a wrong one (Mann and Whitney, 1947). PR area:
average precision, the sum of precisions at each right one, without interpolation. AURC: see
:mod:`mixolydian.evaluation.reliability`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas under the `roc` and precision–recall (`pr`) curves, each (m,)."""

    roc: Array
    pr: Array


def ratio(above: Array, below: Array) -> Array:
    """`above` / `below`, NaN where there is nothing to divide by."""
    empty = np.full(np.broadcast_shapes(above.shape, below.shape), np.nan)
    return np.asarray(np.divide(above, below, out=empty, where=below > 0))


def ranking_areas(scores: Array, truth: NDArray[np.bool_], weights: Array) -> Areas:
    """ROC and PR areas of `scores` (n,) for the `truth` (n,), under each of `weights` (m, n)."""
    right, wrong = np.flatnonzero(truth), np.flatnonzero(~truth)
    right = right[np.argsort(-scores[right], kind="stable")]
    wrong = wrong[np.argsort(-scores[wrong], kind="stable")]
    weight = weights[:, right]
    wrongs, rights = _summed(weights[:, wrong]), _summed(weight)
    score, lower, higher = scores[right], -scores[wrong], -scores[right]
    above = wrongs[:, np.searchsorted(lower, -score, side="left")]
    level = wrongs[:, np.searchsorted(lower, -score, side="right")]
    found = rights[:, np.searchsorted(higher, -score, side="right")]
    lost = (weight * (above + level)).sum(axis=1) / 2
    precision = found / np.maximum(found + level, 1e-12)
    n_right, n_wrong = rights[:, -1], wrongs[:, -1]
    roc = 1.0 - ratio(lost, n_right * n_wrong)
    return Areas(roc, ratio((weight * precision).sum(axis=1), n_right))


def _summed(weights: Array) -> Array:
    """Running sums (m, n + 1), from nothing to all."""
    sums = np.zeros((weights.shape[0], weights.shape[1] + 1))
    np.cumsum(weights, axis=1, out=sums[:, 1:])
    return sums


def risk_area(confidence: Array, correct: Array, weights: Array) -> Array:
    """AURC (m,) of answers with a `confidence` (n,), `correct` (n,) in [0, 1]."""
    order = np.argsort(-confidence, kind="stable")
    weight, wrong = weights[:, order], 1.0 - correct[order]
    starts = np.flatnonzero(np.diff(confidence[order], prepend=np.inf))
    errors = weight * wrong
    if len(starts) < len(order):
        sizes = np.diff(np.append(starts, len(order)))
        totals = np.add.reduceat(weight, starts, axis=1)
        rates = np.add.reduceat(errors, starts, axis=1) / np.maximum(totals, 1e-12)
        errors = weight * np.repeat(rates, sizes, axis=1)
    answered = np.cumsum(weight, axis=1)
    risks = np.cumsum(errors, axis=1) / np.maximum(answered, 1e-12)
    return ratio((weight * risks).sum(axis=1), answered[:, -1])
