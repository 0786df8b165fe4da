"""Classification: how good the probabilities of a classifier are, and how sure of that we are.

Conventions
-----------
`probabilities` and `targets` are (n, k) in [0, 1]. Labels that exclude each other: the most
probable one is the answer, and the largest target the truth. Labels that do not: each is a
question of its own, answered (and true) from 0.5 on; accuracy, ECE and AURC are then over all
n · k questions. Macro figures are means over the labels that occur in the truth; the others are
named in `absent`. Balanced accuracy is the mean recall (of both sides of each question where
labels do not exclude each other).

ECE: ten equal bins of the probability of the answer (of the label). Brier score: summed over
labels that exclude each other (0 to 2; Brier, 1950), their mean otherwise. Log loss in nats.
Both compare with the targets as they are, soft or not. Areas and AURC: `ranking`, `reliability`.

Intervals are 95 % percentile bootstrap intervals; whole `groups` are drawn (see `significance`).
A figure that the data cannot give is NaN (null in JSON): the ROC area of one class, an interval
from a single group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.evaluation.figures import Answers, Drawn, figures, resampled
from mixolydian.evaluation.ranking import Array
from mixolydian.evaluation.significance import Interval

METRICS = (
    "accuracy",
    "balanced_accuracy",
    "macro_f1",
    "macro_precision",
    "macro_recall",
    "roc_auc",
    "pr_auc",
    "ece",
    "brier",
    "log_loss",
    "aurc",
)
LOWER_IS_BETTER = frozenset({"ece", "brier", "log_loss", "aurc"})
PER_CLASS = ("precision", "recall", "f1", "roc_auc", "pr_auc")
N_RESAMPLES = 1000


@dataclass(frozen=True)
class ClassScores:
    """One label: its `support` (examples it is true of), and its figures with intervals."""

    label: str
    support: int
    precision: Interval
    recall: Interval
    f1: Interval
    roc_auc: Interval
    pr_auc: Interval


@dataclass(frozen=True, eq=False)
class Scores(Answers):
    """The scores of n answers; see the module's text. Made by :func:`score`."""

    labels: tuple[str, ...]
    seed: int = 0

    @property
    def absent(self) -> tuple[str, ...]:
        """Labels that no example has: macro figures leave them out."""
        there = self.truth.sum(axis=0)
        return tuple(label for i, label in enumerate(self.labels) if there[i] == 0)

    @property
    def confusion(self) -> NDArray[np.int64]:
        """Counts (k, k), truth × answer; where labels do not exclude each other (k, 2, 2)."""
        truth, said = self.truth.astype(np.int64), self.said.astype(np.int64)
        if self.exclusive:
            return np.asarray(truth.T @ said, dtype=np.int64)
        sides = [[(1 - truth, 1 - said), (1 - truth, said)], [(truth, 1 - said), (truth, said)]]
        counts = np.array([[(a * b).sum(axis=0) for a, b in row] for row in sides])
        return np.asarray(counts.transpose(2, 0, 1), dtype=np.int64)

    def value(self, metric: str) -> float:
        """One of :data:`METRICS`."""
        return float(self._point[_known(metric)][0])

    def interval(self, metric: str) -> Interval:
        """The value and its interval."""
        return self._interval(self._point[_known(metric)], self._drawn[metric])

    @cached_property
    def per_class(self) -> tuple[ClassScores, ...]:
        """Every label's own scores; NaN for an absent one."""
        return tuple(self._of_label(i) for i in range(len(self.labels)))

    def _of_label(self, i: int) -> ClassScores:
        found = {
            name: self._interval(
                self._point["class " + name][:, i], self._drawn["class " + name][:, i]
            )
            for name in PER_CLASS
        }
        return ClassScores(self.labels[i], int(self.truth[:, i].sum()), **found)

    def _interval(self, point: Array, drawn: Array) -> Interval:
        kept = drawn[np.isfinite(drawn)]
        low, high = np.quantile(kept, [0.025, 0.975]) if len(kept) else (np.nan, np.nan)
        return Interval(float(point[0]), float(low), float(high), len(self))

    @cached_property
    def _point(self) -> Drawn:
        return figures(self, np.ones((1, self.n_groups)))

    @cached_property
    def _drawn(self) -> Drawn:
        if self.n_groups < 2:
            return {name: np.full_like(value, np.nan) for name, value in self._point.items()}
        return resampled(self, N_RESAMPLES, self.seed)

    def to_json(self) -> dict[str, Any]:
        """Everything, for a card or a report: `values` and `intervals` ([low, high]) by metric."""
        return {
            "n": len(self),
            "n_groups": self.n_groups,
            "exclusive": self.exclusive,
            "labels": list(self.labels),
            "absent": list(self.absent),
            **_json({name: self.interval(name) for name in METRICS}),
            "per_class": [_class_json(c) for c in self.per_class],
            "confusion": self.confusion.tolist(),
        }


def score(
    probabilities: Any,
    targets: Any,
    labels: Sequence[str],
    *,
    groups: Sequence[str] | None = None,
    exclusive: bool = True,
    seed: int = 0,
) -> Scores:
    """Judge probabilities (n, k) by targets (n, k); intervals are worked out when asked for.

    Raises
    ------
    RequestError
        Nothing to judge, shapes that do not fit, or values that are no probabilities.
    """
    p = np.asarray(probabilities, dtype=np.float64)
    y = np.asarray(targets, dtype=np.float64)
    names = list(range(len(p))) if groups is None else list(groups)
    if p.ndim != 2 or p.shape != y.shape or p.shape[1] != len(labels) or len(names) != len(p):
        raise RequestError(
            f"expected probabilities and targets of shape (n, {len(labels)}) and n groups; "
            f"found {p.shape}, {y.shape} and {len(names)}"
        )
    if not p.size:
        raise RequestError("there is nothing to score: no examples, or no labels")
    _check(p, "probabilities")
    _check(y, "targets")
    if exclusive and np.abs(p.sum(axis=1) - 1.0).max() > 1e-3:
        raise RequestError("probabilities of labels that exclude each other must sum to 1")
    _, group = np.unique(np.asarray(names), return_inverse=True)
    return Scores(np.clip(p, 0.0, 1.0), y, group, exclusive, tuple(labels), seed)


def _check(values: Array, what: str) -> None:
    if not np.isfinite(values).all() or values.min() < -1e-6 or values.max() > 1 + 1e-6:
        raise RequestError(f"{what} must lie in [0, 1]; some do not, or are missing")


def _known(metric: str) -> str:
    if metric not in METRICS:
        raise RequestError(f"expected a metric of {', '.join(METRICS)}; found {metric!r}")
    return metric


def _json(found: Mapping[str, Interval]) -> dict[str, Any]:
    return {
        "values": {name: _number(i.mean) for name, i in found.items()},
        "intervals": {name: [_number(i.low), _number(i.high)] for name, i in found.items()},
    }


def _class_json(c: ClassScores) -> dict[str, Any]:
    found = _json({name: getattr(c, name) for name in PER_CLASS})
    named = {"label": c.label, "support": c.support, **found["values"]}
    return {**named, "intervals": found["intervals"]}


def _number(value: float) -> float | None:
    return round(value, 6) if np.isfinite(value) else None
