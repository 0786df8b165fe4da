"""Fitted classic models: how they score, and the same as a graph.

Each scores in double precision by :meth:`FittedClassic.learnt` and draws the same steps by
:meth:`FittedClassic.draw`; a test holds the two together.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.training.examples import Examples, Float32
from mixolydian.training.learners.base import INPUT, Epoch
from mixolydian.training.learners.graph import Graph
from mixolydian.training.learners.lessons import Float64, Scale, example_weights, learnable


@dataclass(frozen=True, eq=False)
class Columns:
    """Where the learnt scores stand among all labels; labels not learnt keep their prior.

    `learnt` (n_labels,) says which; `prior` (n_labels,) is the score of the others.
    """

    learnt: NDArray[np.bool_]
    prior: Float64
    exclusive: bool

    @property
    def places(self) -> Float64:
        """(n_learnt, n_labels), a 1 where each belongs."""
        return np.asarray(np.eye(len(self.learnt))[self.learnt])

    def apply(self, scores: Float64) -> Float64:
        """Scores (n, n_learnt) → (n, n_labels)."""
        if self.learnt.all():
            return scores
        if self.exclusive:
            scores = scores - log_sum(scores)
        return np.asarray(scores @ self.places + np.where(self.learnt, 0.0, self.prior))

    def draw(self, graph: Graph, scores: str) -> str:
        """The same in a graph."""
        if self.learnt.all():
            return scores
        if self.exclusive:
            scores = graph.op("LogSoftmax", scores, axis=1)
        return graph.affine(scores, self.places, np.where(self.learnt, 0.0, self.prior))


def columns_of(examples: Examples) -> Columns:
    """Where scores learnt from these examples belong."""
    return Columns(learnable(examples), prior_scores(examples), examples.exclusive)


def all_columns(examples: Examples) -> Columns:
    """Every label in its place, for models to which a label that never occurs is nothing else."""
    return replace(columns_of(examples), learnt=np.ones(len(examples.labels), dtype=bool))


def prior_scores(examples: Examples) -> Float64:
    """Logits (n_labels,) of how often each label is right, half an example added to each."""
    weights = example_weights(examples)
    right = weights @ examples.targets.astype(np.float64) + 0.5
    total = weights.sum() + 0.5 * (len(examples.labels) if examples.exclusive else 2)
    return np.asarray(
        np.log(right / total) if examples.exclusive else np.log(right / (total - right))
    )


def log_sum(scores: Float64) -> Float64:
    """The logarithm of the sum of exponentials of each row, (n, 1)."""
    top = scores.max(axis=1, keepdims=True)
    return np.asarray(top + np.log(np.exp(scores - top).sum(axis=1, keepdims=True)))


@dataclass(frozen=True, eq=False)
class FittedClassic(ABC):
    """A fitted model of `n_columns` inputs."""

    n_columns: int
    columns: Columns
    importances: Float64 | None = field(default=None, kw_only=True)
    history: tuple[Epoch, ...] = field(default=(), kw_only=True)

    def scores(self, inputs: Float32, mask: NDArray[np.bool_] | None = None) -> Float32:
        """Logits (n, n_labels); a mask says nothing about rows of figures."""
        self.check(inputs)
        return self.columns.apply(self.learnt(inputs)).astype(np.float32)

    def spread(self, inputs: Float32, mask: NDArray[np.bool_] | None = None) -> Float32 | None:
        """None: one model, one opinion."""
        return None

    def onnx(self) -> bytes:
        """The network, raw inputs to logits."""
        graph = Graph()
        scores = self.columns.draw(graph, self.draw(graph, INPUT))
        return graph.finished(scores, (self.n_columns,), len(self.columns.learnt))

    def check(self, inputs: Float32) -> None:
        """Refuse other inputs than those learnt from."""
        if inputs.ndim != 2 or inputs.shape[1] != self.n_columns:
            raise RequestError(
                f"expected rows of {self.n_columns} figures, found inputs of shape "
                f"{inputs.shape[1:]}; give the inputs the model was trained on"
            )

    @abstractmethod
    def learnt(self, inputs: Float32) -> Float64:
        """Scores (n, n_learnt) of the labels that were learnt."""

    @abstractmethod
    def draw(self, graph: Graph, source: str) -> str:
        """The same in a graph."""


@dataclass(frozen=True, eq=False)
class Constant(FittedClassic):
    """The same scores whatever the input of `shape` is."""

    shape: tuple[int, ...]

    def check(self, inputs: Float32) -> None:
        """Anything goes."""

    def learnt(self, inputs: Float32) -> Float64:
        """The prior, n times."""
        return np.tile(self.columns.prior, (len(inputs), 1))

    def draw(self, graph: Graph, source: str) -> str:
        """The prior, as often as there are inputs."""
        size = graph.op("Gather", graph.op("Shape", source), graph.constant(np.array([0])))
        shape = graph.op("Concat", size, graph.constant(np.array([1])), axis=0)
        return graph.op("Expand", graph.numbers(self.columns.prior[np.newaxis]), shape)

    def onnx(self) -> bytes:
        """The network; inputs may be sequences."""
        graph = Graph()
        return graph.finished(self.draw(graph, INPUT), self.shape, len(self.columns.prior))


@dataclass(frozen=True, eq=False)
class Linear(FittedClassic):
    """Standardised inputs times `weights` (n_columns, n_learnt), plus `bias`."""

    scale: Scale
    weights: Float64
    bias: Float64

    def learnt(self, inputs: Float32) -> Float64:
        """Affine in the standardised inputs."""
        return np.asarray(self.scale.apply(inputs) @ self.weights + self.bias)

    def draw(self, graph: Graph, source: str) -> str:
        """The same in a graph."""
        return graph.affine(self.scale.draw(graph, source), self.weights, self.bias)

    def mapped(self, weights: Float64, bias: Float64) -> Linear:
        """With an affine step after it."""
        return replace(self, weights=self.weights @ weights, bias=self.bias @ weights + bias)
