"""Significance: how far a figure could move had other pieces been drawn.

Conventions
-----------
Values are one score per independent unit (a piece), (n,). Intervals are percentile bootstrap
intervals of the mean (Efron and Tibshirani, 1993), by default 95 % from 2000 resamples with a
fixed seed, so that a report can be repeated. Copies of one piece are not independent: pass
`groups` and whole groups are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Interval:
    """The `mean` of `n` values and the interval [low, high] around it."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Difference:
    """Mean difference a − b over the same pieces; `p` two-sided; `significant` at the level."""

    mean: float
    low: float
    high: float
    n: int
    p: float

    @property
    def significant(self) -> bool:
        """True when the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def _resampled_means(
    values: NDArray[np.float64], groups: Any, n_resamples: int, seed: int
) -> NDArray[np.float64]:
    """Means (n_resamples,) of resamples that draw whole groups with replacement."""
    labels = np.arange(len(values)) if groups is None else np.asarray(groups)
    _, index = np.unique(labels, return_inverse=True)
    sums, sizes = np.bincount(index, values), np.bincount(index)
    drawn = np.random.default_rng(seed).integers(0, len(sums), (n_resamples, len(sums)))
    means: NDArray[np.float64] = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    return means


def _checked(values: Any) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or not array.size or not np.isfinite(array).all():
        raise ValueError(
            f"expected a non-empty list of finite scores, found shape {array.shape}; "
            "leave unscored pieces out"
        )
    return array


def bootstrap_interval(
    values: Any,
    *,
    groups: Any = None,
    level: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """Mean and percentile bootstrap interval of `values` (n,)."""
    array = _checked(values)
    means = _resampled_means(array, groups, n_resamples, seed)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(array.mean()), float(low), float(high), len(array))


def paired_bootstrap(
    a: Any,
    b: Any,
    *,
    groups: Any = None,
    level: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Difference:
    """Mean difference a − b of scores of the same pieces in the same order, with interval."""
    first, second = _checked(a), _checked(b)
    if first.shape != second.shape:
        raise ValueError(
            f"expected scores of the same pieces, found {len(first)} and {len(second)}"
        )
    delta = first - second
    means = _resampled_means(delta, groups, n_resamples, seed)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    p = min(1.0, 2.0 * min(float(np.mean(means <= 0)), float(np.mean(means >= 0))))
    return Difference(float(delta.mean()), float(low), float(high), len(delta), p)
