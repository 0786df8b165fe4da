"""Examples as classic learners take them: rows of figures, a class, a weight.

Soft targets become several rows: an example that is 70 % one class and 30 % another counts as
0.7 of an example of the one and 0.3 of the other. Columns are standardised by the training
part (mean 0, standard deviation 1) and clipped at ±8 standard deviations, so that one absurd
figure cannot decide; a column that never changes counts for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.training.examples import Examples
from mixolydian.training.learners.graph import Graph

Float64 = NDArray[np.float64]
CLIP = 8.0
LEAST_SHARE = 0.02
"""a smaller share of a soft target is left out."""


@dataclass(frozen=True, eq=False)
class Lessons:
    """`rows` of the examples (m,), the class each is a lesson of (m,), and its weight (m,)."""

    rows: NDArray[np.int64]
    classes: NDArray[np.int64]
    weights: Float64

    @property
    def n_classes(self) -> int:
        """Classes are numbered from 0."""
        return int(self.classes.max()) + 1


@dataclass(frozen=True, eq=False)
class Scale:
    """Standardisation of columns: ``clip((x − mean) · factor)``."""

    mean: Float64
    factor: Float64

    def apply(self, inputs: NDArray[np.float32]) -> Float64:
        """Inputs (n, d) in standard deviations."""
        return np.clip((inputs.astype(np.float64) - self.mean) * self.factor, -CLIP, CLIP)

    def draw(self, graph: Graph, source: str) -> str:
        """The same in a graph."""
        centred = graph.op("Sub", graph.double(source), graph.numbers(self.mean))
        scaled = graph.op("Mul", centred, graph.numbers(self.factor))
        return graph.op("Clip", scaled, graph.constant(-CLIP), graph.constant(CLIP))


def scale_of(inputs: NDArray[np.float32]) -> Scale:
    """The standardisation of these rows."""
    wide = inputs.astype(np.float64)
    mean, spread = wide.mean(axis=0), wide.std(axis=0)
    moves = spread > 1e-6 * np.maximum(np.abs(mean), 1e-6)
    return Scale(mean, np.where(moves, 1.0 / np.where(moves, spread, 1.0), 0.0))


def check_table(examples: Examples, name: str) -> None:
    """Refuse what a classic learner cannot learn from.

    Raises
    ------
    RequestError
        Sequences instead of rows, no example, or one class only.
    """
    if examples.inputs.ndim != 2:
        raise RequestError(
            f"{name} takes one row of figures per example, found inputs of shape "
            f"{examples.inputs.shape[1:]}; use a model for sequences (attention, convolution)"
        )
    if not len(examples) or not examples.inputs.shape[1]:
        raise RequestError(f"{name}: there is no example to learn from")
    if not learnable(examples).any():
        seen = [label for label, some in zip(examples.labels, _some(examples), strict=True) if some]
        raise RequestError(
            f"{name}: expected examples of at least two classes, found only "
            f"{', '.join(seen) or 'none'}; add examples of the others"
        )


def _some(examples: Examples) -> NDArray[np.bool_]:
    return np.asarray((examples.targets > LEAST_SHARE).any(axis=0))


def learnable(examples: Examples) -> NDArray[np.bool_]:
    """The labels (n_labels,) that can be learnt: those that occur, and not always."""
    some = _some(examples)
    if examples.exclusive:
        return some if some.sum() > 1 else np.zeros_like(some)
    return some & np.asarray((examples.targets < 1.0 - LEAST_SHARE).any(axis=0))


def example_weights(examples: Examples) -> Float64:
    """How much each example counts, (n,), 1 on average."""
    if examples.weights is None:
        return np.ones(len(examples))
    wide = examples.weights.astype(np.float64)
    if not (wide >= 0).all() or not wide.sum() > 0:
        raise RequestError("expected weights of examples ≥ 0, and some above 0")
    return np.asarray(wide / wide.mean())


def lessons_in_classes(
    examples: Examples, balance: bool, labels: NDArray[np.bool_] | None = None
) -> Lessons:
    """Lessons in `labels` (those that occur), numbered in their order."""
    chosen = learnable(examples) if labels is None else labels
    shares = examples.targets[:, chosen].astype(np.float64)
    return _lessons(shares, example_weights(examples), balance)


def lessons_in_label(examples: Examples, label: int, balance: bool) -> Lessons:
    """Lessons in one label: class 1 where it is right, 0 where it is not."""
    right = examples.targets[:, label].astype(np.float64)
    return _lessons(np.c_[1.0 - right, right], example_weights(examples), balance)


def _lessons(shares: Float64, weights: Float64, balance: bool) -> Lessons:
    rows, classes = np.nonzero(shares > LEAST_SHARE)
    counted = shares[rows, classes] * weights[rows]
    rows, classes, counted = rows[counted > 0], classes[counted > 0], counted[counted > 0]
    if balance:
        totals = np.bincount(classes, counted, minlength=shares.shape[1])
        counted /= totals[classes]
    return Lessons(rows, classes, counted * (len(counted) / counted.sum()))


def drawn(examples: Examples, most: int, seed: int) -> Examples:
    """At most so many of the examples, drawn at random where there are more."""
    if len(examples) <= most:
        return examples
    rows = np.random.default_rng(seed).choice(len(examples), most, replace=False)
    return examples.take(np.sort(rows))
