"""Decisions: what acting on a classifier is worth, in the user's own currency.

Conventions
-----------
A table says what each decision is worth for each truth. Truths are the labels, or one label
and "not LABEL". With two decisions the first of the table is taken where the probability of the
truths that it is better for reaches the threshold, the other elsewhere. With more, one is the
way out (it bears no label's name) and the others are labels: the most probable label is acted on
where its probability reaches the threshold, the way out is taken elsewhere. Values are means per
example; intervals are as in `significance`, whole groups drawn.

The threshold that is best on some examples looks better on them than it is: `unseen` is the
value when the threshold is chosen on one half of the groups and judged on the other, both ways.
`informed` takes no threshold: each time the decision of the highest expected value, which is
optimal where the probabilities are calibrated (Elkan, IJCAI 2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.evaluation.figures import affordable
from mixolydian.evaluation.ranking import Array
from mixolydian.evaluation.significance import Interval, bootstrap_interval

THRESHOLDS = np.linspace(0.0, 1.0, 101)
NOT = "not "


@dataclass(frozen=True)
class Costs:
    """What each decision is worth for each truth: `values[decision][truth]`."""

    decisions: tuple[str, ...]
    truths: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, cells: Sequence[tuple[str, str, float]]) -> Costs:
        """From cells (decision, truth, value), in the order they first appear.

        Raises
        ------
        RequestError
            A cell is missing, stands there twice or is no finite number; too few of either.
        """
        decisions = tuple(dict.fromkeys(d for d, _, _ in cells))
        truths = tuple(dict.fromkeys(t for _, t, _ in cells))
        table = {(d, t): float(value) for d, t, value in cells}
        if len(decisions) < 2 or len(truths) < 2:
            raise RequestError(
                "expected at least two decisions and two truths, found "
                f"{len(decisions)} and {len(truths)}"
            )
        if len(table) < len(cells):
            raise RequestError("a decision and a truth stand together more than once")
        missing = [f"{d} × {t}" for d in decisions for t in truths if (d, t) not in table]
        if missing:
            raise RequestError(f"the value of {', '.join(missing)} is missing; add it")
        if not np.isfinite(list(table.values())).all():
            raise RequestError("every value must be a finite number")
        return cls(decisions, truths, tuple(tuple(table[d, t] for t in truths) for d in decisions))

    @property
    def table(self) -> Array:
        """The values, (n_decisions, n_truths)."""
        return np.array(self.values, dtype=np.float64)


@dataclass(frozen=True)
class Constant:
    """Always the same `decision`, whatever the classifier says."""

    decision: str
    value: Interval


@dataclass(frozen=True, eq=False)
class Impact:
    """What deciding by `thresholds` (m,) is worth per example: `values` (m,)."""

    thresholds: Array
    values: Array
    taken: tuple[str, ...]
    """the decisions taken from the threshold on, and below it: "act, else way out"."""
    best_threshold: float
    best: Interval
    unseen: Interval
    informed: Interval
    perfect: float
    """if the truth were known."""
    always: tuple[Constant, ...]
    n: int


def impact(
    costs: Costs,
    probabilities: Any,
    targets: Any,
    labels: Sequence[str],
    groups: Sequence[str] | None = None,
    exclusive: bool = True,
) -> Impact:
    """What the decisions of `costs` are worth on examples with probabilities (n, k).

    Raises
    ------
    RequestError
        Truths that are no labels, or decisions that cannot be told apart by a threshold.
    """
    p, y = _by_truth(costs, probabilities, targets, labels, exclusive)
    worth = y @ costs.table.T  # (n, n_decisions)
    names = np.arange(len(p)) if groups is None else np.asarray(groups)
    chosen = _chosen(costs, p)  # (n, n_thresholds), numbers of decisions
    values = worth[np.arange(len(p))[:, np.newaxis], chosen]
    means = values.mean(axis=0)
    best = _best(means)
    wise = worth[np.arange(len(p)), (p @ costs.table.T).argmax(axis=1)]

    def interval(each: Array) -> Interval:
        return bootstrap_interval(each, groups=names, n_resamples=affordable(len(each)))

    always = [Constant(name, interval(worth[:, i])) for i, name in enumerate(costs.decisions)]
    return Impact(
        THRESHOLDS,
        means,
        _taken(costs),
        float(THRESHOLDS[best]),
        interval(values[:, best]),
        interval(_crossed(values, names)),
        interval(wise),
        float(worth.max(axis=1).mean()),
        tuple(always),
        len(p),
    )


def _best(means: Array) -> int:
    """The middle of the thresholds that are best: the safest of them."""
    tied = np.flatnonzero(means >= means.max() - 1e-12)
    runs = np.split(tied, np.flatnonzero(np.diff(tied) > 1) + 1)
    longest = max(runs, key=len)
    return int(longest[len(longest) // 2])


def _crossed(values: Array, names: NDArray[Any]) -> Array:
    """Values (n,) by thresholds chosen on the half of the groups an example is not in."""
    _, group = np.unique(names, return_inverse=True)
    half = np.random.default_rng(0).permutation(int(group.max()) + 1)[group] % 2
    result = np.zeros(len(values))
    for side in (0, 1):
        there, other = half == side, half != side
        chosen = _best(values[other if other.any() else there].mean(axis=0))
        result[there] = values[there, chosen]
    return result


def _by_truth(
    costs: Costs, probabilities: Any, targets: Any, labels: Sequence[str], exclusive: bool
) -> tuple[Array, Array]:
    """Probabilities and targets of the table's truths, (n, n_truths) each."""
    p = np.asarray(probabilities, dtype=np.float64)
    y = np.asarray(targets, dtype=np.float64)
    if exclusive and set(costs.truths) == set(labels):
        order = [list(labels).index(t) for t in costs.truths]
        return p[:, order], y[:, order]
    sides = [t.removeprefix(NOT) for t in costs.truths]
    if len(costs.truths) == 2 and sides[0] == sides[1] and sides[0] in labels:
        i = list(labels).index(sides[0])
        return _sides(costs, p[:, i]), _sides(costs, y[:, i])
    wanted = f"{', '.join(labels)}, or " if exclusive else ""
    raise RequestError(
        f'expected the truths {wanted}one label and "{NOT}" it; found {", ".join(costs.truths)} '
        f"(labels: {', '.join(labels)})"
    )


def _sides(costs: Costs, values: Array) -> Array:
    return np.stack([1 - values if t.startswith(NOT) else values for t in costs.truths], axis=1)


def _chosen(costs: Costs, p: Array) -> NDArray[np.int64]:
    """The decision (n, n_thresholds) at each threshold."""
    if len(costs.decisions) == 2:
        better = costs.table[0] > costs.table[1]
        if better.all() or not better.any():
            raise RequestError(
                f"{costs.decisions[0]} and {costs.decisions[1]}: one is never worse than the "
                "other, so there is nothing to decide; correct the values"
            )
        reached = p[:, better].sum(axis=1)[:, np.newaxis] >= THRESHOLDS - 1e-9
        return np.where(reached, 0, 1)
    out = _way_out(costs)
    number = np.array([_number(costs, truth) for truth in costs.truths])
    reached = p.max(axis=1)[:, np.newaxis] >= THRESHOLDS - 1e-9
    return np.where(reached, number[p.argmax(axis=1)][:, np.newaxis], out)


def _way_out(costs: Costs) -> int:
    others = [i for i, name in enumerate(costs.decisions) if name not in costs.truths]
    if len(others) != 1 or len(costs.decisions) != len(costs.truths) + 1:
        raise RequestError(
            "expected two decisions, or one for each truth (of the same name) and one way out; "
            f"found {', '.join(costs.decisions)} for {', '.join(costs.truths)}"
        )
    return others[0]


def _number(costs: Costs, truth: str) -> int:
    return costs.decisions.index(truth)


def _taken(costs: Costs) -> tuple[str, ...]:
    if len(costs.decisions) == 2:
        return costs.decisions
    return ("the most probable label", costs.decisions[_way_out(costs)])
