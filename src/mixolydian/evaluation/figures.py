"""The figures of a classifier, under many weightings of the groups at once.

A figure of the data is the figure under one weighting that counts every group once; its
bootstrap distribution is the figure under a thousand others. Definitions: `classification`.
`weights` are (m, n_groups), a figure is (m,), a figure of each label (m, k); NaN where the
weighted data cannot give it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.evaluation.ranking import Array, ranking_areas, ratio, risk_area

N_BINS = 10
"""of the expected calibration error."""
LEAST = 1e-12
"""the probability below which log loss does not look."""
AT_ONCE = 250_000
"""weights looked at in one piece: they stay in the processor's cache."""
WEIGHTS_AT_ONCE = 2_000_000
"""weights of groups drawn at once: 16 MB."""
MOST_RANKED = 5_000_000
"""answers ranked in all resamples together; beyond it ranks get fewer resamples."""
FEWEST = 200
"""resamples, however many examples there are."""
Drawn = dict[str, Array]


@dataclass(frozen=True, eq=False)
class Answers:
    """What was answered (`probabilities`, (n, k)) and what is so (`targets`, (n, k))."""

    probabilities: Array
    targets: Array
    group: NDArray[np.int64]
    """the number of each example's group."""
    exclusive: bool

    def __len__(self) -> int:
        return len(self.probabilities)

    @cached_property
    def n_groups(self) -> int:
        return int(self.group.max()) + 1

    @cached_property
    def truth(self) -> NDArray[np.bool_]:
        """What is right, (n, k)."""
        return _decided(self.targets, self.exclusive)

    @cached_property
    def said(self) -> NDArray[np.bool_]:
        """What was answered, (n, k)."""
        return _decided(self.probabilities, self.exclusive)

    @cached_property
    def confidence(self) -> Array:
        """The stated probability of every answer: (n,), or of every label, (n · k,)."""
        if self.exclusive:
            return np.asarray(self.probabilities.max(axis=1))
        return np.asarray(self.probabilities.ravel())

    @cached_property
    def correct(self) -> Array:
        """Whether what :attr:`confidence` is about is so, 0 or 1, of the same length."""
        if self.exclusive:
            return np.asarray((self.truth & self.said).sum(axis=1), dtype=np.float64)
        return np.asarray(self.truth.ravel(), dtype=np.float64)


def figures(s: Answers, weights: Array, ranked: bool = True) -> Drawn:
    """Every figure under each weighting of the groups (m, n_groups); those of ranks if wanted."""
    ranks = _ranks(s, weights) if ranked else {}
    return {**_decisions(s, weights), **_sums(s, weights), **ranks}


def affordable(n: int, n_resamples: int = 2000) -> int:
    """So many resamples of `n` values are worth their time and memory."""
    return min(n_resamples, max(FEWEST, MOST_RANKED // max(1, n)))


def resampled(s: Answers, n_resamples: int, seed: int) -> Drawn:
    """Every figure under bootstrap weightings, which draw whole groups with replacement.

    Where there are many examples, the costly figures of ranks come from fewer of them.
    """
    rng = np.random.default_rng(seed)
    n_ranked = affordable(len(s.confidence), n_resamples)
    step = max(1, min(n_ranked, WEIGHTS_AT_ONCE // s.n_groups))
    parts: list[Drawn] = []
    for start in range(0, n_resamples, step):
        weights = _resamples(rng, min(step, n_resamples - start), s.n_groups)
        parts.append(figures(s, weights, ranked=start < n_ranked))
    return {n: np.concatenate([part[n] for part in parts if n in part]) for n in parts[0]}


def _resamples(rng: np.random.Generator, m: int, n_groups: int) -> Array:
    """How often each group is drawn, (m, n_groups)."""
    drawn = rng.integers(0, n_groups, (m, n_groups)) + np.arange(m)[:, np.newaxis] * n_groups
    counts = np.bincount(drawn.ravel(), minlength=m * n_groups)
    return np.asarray(counts.reshape(m, n_groups), dtype=np.float64)


def _decided(values: Array, exclusive: bool) -> NDArray[np.bool_]:
    if not exclusive:
        return values >= 0.5
    chosen = np.zeros(values.shape, dtype=bool)
    chosen[np.arange(len(values)), values.argmax(axis=1)] = True
    return chosen


def _mean(values: Array) -> Array:
    """The mean over the last axis of what is not NaN, (m,)."""
    there = np.isfinite(values)
    return ratio(np.where(there, values, 0.0).sum(axis=-1), there.sum(axis=-1).astype(np.float64))


def _per_group(s: Answers, columns: Any) -> Array:
    """Columns (n, d) summed over each group, (n_groups, d)."""
    columns = np.asarray(columns, dtype=np.float64)
    return np.stack([np.bincount(s.group, c, minlength=s.n_groups) for c in columns.T], axis=1)


def _decisions(s: Answers, weights: Array) -> Drawn:
    """What follows from the answers alone."""
    hit, said, true = (weights @ _per_group(s, c) for c in (s.said & s.truth, s.said, s.truth))
    n = weights @ np.bincount(s.group, minlength=s.n_groups).astype(np.float64)
    total = n[:, np.newaxis]
    precision = np.where(true > 0, np.nan_to_num(ratio(hit, said)), np.nan)
    recall, f1 = ratio(hit, true), np.where(true > 0, ratio(2 * hit, said + true), np.nan)
    if s.exclusive:
        accuracy, balanced = hit.sum(axis=1) / n, recall
    else:
        rejected = total - said - true + hit
        accuracy = ((hit + rejected) / total).mean(axis=1)
        balanced = (recall + ratio(rejected, total - true)) / 2
    return {
        "accuracy": accuracy,
        "balanced_accuracy": _mean(balanced),
        "macro_precision": _mean(precision),
        "macro_recall": _mean(recall),
        "macro_f1": _mean(f1),
        "class precision": precision,
        "class recall": recall,
        "class f1": f1,
    }


def _sums(s: Answers, weights: Array) -> Drawn:
    """What is a sum over examples."""
    n, k = s.probabilities.shape
    gaps = np.zeros((n, N_BINS))
    rows = np.arange(len(s.confidence)) // (1 if s.exclusive else k)
    place = np.minimum((s.confidence * N_BINS).astype(int), N_BINS - 1)
    np.add.at(gaps, (rows, place), s.confidence - s.correct)
    squares, losses = _proper(s)
    size = weights @ np.bincount(s.group, minlength=s.n_groups).astype(np.float64)
    both = weights @ _per_group(s, np.stack([squares, losses], axis=1))
    ece = np.abs(weights @ _per_group(s, gaps)).sum(axis=1) / (size * len(s.confidence) / n)
    return {"ece": ece, "brier": both[:, 0] / size, "log_loss": both[:, 1] / size}


def _proper(s: Answers) -> tuple[Array, Array]:
    """Squared error and log loss of each example, (n,) each."""
    p, y = np.clip(s.probabilities, LEAST, 1.0 - LEAST), s.targets
    squares = (s.probabilities - y) ** 2
    if s.exclusive:
        return squares.sum(axis=1), -(y * np.log(p)).sum(axis=1)
    return squares.mean(axis=1), -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(axis=1)


def _ranks(s: Answers, weights: Array) -> Drawn:
    """What follows from the order of the probabilities."""
    parts = [_ranks_of(s, part[:, s.group]) for part in _pieces(weights, len(s))]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _pieces(weights: Array, n: int) -> Iterator[Array]:
    step = max(1, AT_ONCE // n)
    return (weights[i : i + step] for i in range(0, len(weights), step))


def _ranks_of(s: Answers, weights: Array) -> Mapping[str, Array]:
    areas = [
        ranking_areas(p, t, weights) for p, t in zip(s.probabilities.T, s.truth.T, strict=True)
    ]
    roc = np.stack([a.roc for a in areas], axis=1)
    pr = np.stack([a.pr for a in areas], axis=1)
    if s.exclusive:
        aurc = risk_area(s.confidence, s.correct, weights)
    else:
        sure = np.abs(s.confidence - 0.5)
        right = (s.said == s.truth).ravel().astype(np.float64)
        aurc = risk_area(sure, right, np.repeat(weights, s.targets.shape[1], axis=1))
    return {
        "roc_auc": _mean(roc),
        "pr_auc": _mean(pr),
        "class roc_auc": roc,
        "class pr_auc": pr,
        "aurc": aurc,
    }
