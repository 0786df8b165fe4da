"""Thresholds: from which probability on a label should be said.

Conventions
-----------
`probabilities` (n,) of one label, `truth` (n,) whether it is so. A label is said where its
probability is at least the threshold. Thresholds are chosen on one set of examples
(:func:`choose`) and judged on another (:func:`judge`): what is judged where it was chosen looks
better than it is. Intervals are as in `significance`; whole groups are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.evaluation.figures import affordable
from mixolydian.evaluation.ranking import Array
from mixolydian.evaluation.significance import Interval, bootstrap_interval

Aim = Literal["precision", "recall", "f1"]
LEAST_SAID = 5
"""A precision over fewer answers than this is not believed."""


@dataclass(frozen=True)
class Threshold:
    """A `threshold` chosen for an `aim`, and what it reaches where it was chosen.

    `threshold` is None where the aim cannot be reached; `best` is then the nearest one gets.
    """

    aim: Aim
    wanted: float | None
    threshold: float | None
    best: float


@dataclass(frozen=True)
class Judged:
    """What saying a label from `threshold` on gives: None where nothing was said, or is so."""

    threshold: float
    n_said: int
    precision: Interval | None
    recall: Interval | None


@dataclass(frozen=True, eq=False)
class Sweep:
    """Every threshold that makes a difference, from the highest down, and what it gives, (m,)."""

    thresholds: Array
    precision: Array
    recall: Array
    said: NDArray[np.int64]

    @property
    def f1(self) -> Array:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return np.asarray(2 * self.precision * self.recall / np.maximum(both, 1e-12))


def _pair(probabilities: Any, truth: Any) -> tuple[Array, NDArray[np.bool_]]:
    p, y = np.asarray(probabilities, dtype=np.float64), np.asarray(truth) >= 0.5
    if p.ndim != 1 or p.shape != y.shape or not p.size or not np.isfinite(p).all():
        raise RequestError(
            f"expected a probability and a truth for each example, found {p.shape} and {y.shape}"
        )
    return p, y


def sweep(probabilities: Any, truth: Any) -> Sweep:
    """Precision and recall at every threshold.

    Raises
    ------
    RequestError
        No examples, or shapes that do not fit.
    """
    p, y = _pair(probabilities, truth)
    order = np.argsort(-p, kind="stable")
    ends = np.flatnonzero(np.diff(p[order], append=-np.inf))
    hits, said = np.cumsum(y[order])[ends], ends + 1
    return Sweep(p[order][ends], hits / said, hits / max(1, int(y.sum())), said)


def choose(probabilities: Any, truth: Any, aim: Aim, wanted: float | None = None) -> Threshold:
    """The threshold for an aim.

    The lowest with at least the `wanted` precision (it loses the fewest), the highest with at
    least the wanted recall, or the one of the best F1.

    Raises
    ------
    RequestError
        No examples, or a precision or recall outside (0, 1].
    """
    found = sweep(probabilities, truth)
    if aim == "f1":
        i = int(found.f1.argmax())
        return Threshold(aim, None, float(found.thresholds[i]), float(found.f1[i]))
    if wanted is None or not 0 < wanted <= 1:
        raise RequestError(f"expected a {aim} above 0 and up to 1, found {wanted}")
    believed = found.said >= LEAST_SAID
    reached = found.precision if aim == "precision" else found.recall
    fits = np.flatnonzero(believed & (reached >= wanted))
    if not fits.size:
        best = float(reached[believed].max()) if believed.any() else 0.0
        return Threshold(aim, wanted, None, best)
    i = int(fits[-1] if aim == "precision" else fits[0])
    return Threshold(aim, wanted, float(found.thresholds[i]), float(reached[i]))


def judge(
    probabilities: Any, truth: Any, threshold: float, groups: Sequence[str] | None = None
) -> Judged:
    """What a threshold gives on other examples.

    Raises
    ------
    RequestError
        No examples, or shapes that do not fit.
    """
    p, y = _pair(probabilities, truth)
    said, names = p >= threshold, np.arange(len(p)) if groups is None else np.asarray(groups)

    def share(of: NDArray[np.bool_], among: NDArray[np.bool_]) -> Interval | None:
        if not among.any():
            return None
        n = affordable(int(among.sum()))
        return bootstrap_interval(of[among].astype(float), groups=names[among], n_resamples=n)

    return Judged(float(threshold), int(said.sum()), share(y, said), share(said, y))
