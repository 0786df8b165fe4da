"""Fitted models that compare with kept examples: kernel machines and nearest neighbours.

The kept examples are standardised and stored in single precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.training.examples import Float32
from mixolydian.training.learners.fitted import FittedClassic
from mixolydian.training.learners.graph import Graph
from mixolydian.training.learners.lessons import Float64, Scale

BLOCK = 512
"""rows compared with all the kept examples at a time."""


@dataclass(frozen=True, eq=False)
class Kernel(FittedClassic):
    """Likeness to kept examples `points` (m, d), ``exp(−gamma·distance²)``, times `weights`."""

    scale: Scale
    points: Float32
    gamma: float
    weights: Float64
    bias: Float64

    def learnt(self, inputs: Float32) -> Float64:
        """Affine in the likenesses."""
        parts = [
            np.exp(-self.gamma * distances(z, self.points)) @ self.weights + self.bias
            for z in _blocks(self.scale.apply(inputs))
        ]
        return np.concatenate(parts)

    def draw(self, graph: Graph, source: str) -> str:
        """The same in a graph."""
        apart = drawn_distances(graph, self.scale.draw(graph, source), self.points)
        likeness = graph.op("Exp", graph.op("Mul", apart, graph.numbers(np.array(-self.gamma))))
        return graph.affine(likeness, self.weights, self.bias)

    def mapped(self, weights: Float64, bias: Float64) -> Kernel:
        """With an affine step after it."""
        return replace(self, weights=self.weights @ weights, bias=self.bias @ weights + bias)


@dataclass(frozen=True, eq=False)
class Neighbours(FittedClassic):
    """Votes (m, n_labels + 1) of the `k` nearest of the kept `points` (m, d).

    A vote fades linearly to nothing at the distance of neighbour k + 1, so that it does not
    matter who of two equally far comes last. The last column of `votes` is the example's weight.
    The prior counts as one more vote.
    """

    scale: Scale
    points: Float32
    votes: Float64
    prior: Float64
    k: int

    def learnt(self, inputs: Float32) -> Float64:
        """Log probabilities, or log odds."""
        shares = np.concatenate([self._shares(z) for z in _blocks(self.scale.apply(inputs))])
        return np.asarray(np.log(shares) - (0.0 if self.columns.exclusive else np.log1p(-shares)))

    def _shares(self, z: Float64) -> Float64:
        apart = np.sqrt(distances(z, self.points))
        near = np.argpartition(apart, self.k, axis=1)[:, : self.k + 1]
        near_apart = np.take_along_axis(apart, near, axis=1)
        counts = 1.0 - near_apart / (near_apart.max(axis=1, keepdims=True) + 1e-9)
        sums = np.einsum("nk,nkl->nl", counts, self.votes[near])
        return np.asarray((sums[:, :-1] + self.prior) / (sums[:, -1:] + 1.0))

    def draw(self, graph: Graph, source: str) -> str:
        """The same in a graph."""
        apart = drawn_distances(graph, self.scale.draw(graph, source), self.points)
        count = graph.constant(np.array([self.k + 1]))
        options = {"axis": 1, "largest": 0, "sorted": 1}
        values, places = graph.ops("TopK", [graph.op("Sqrt", apart), count], 2, "", options)
        last = graph.op("Gather", values, graph.constant(np.array([self.k])), axis=1)
        share = graph.op("Div", values, graph.op("Add", last, graph.numbers(np.array(1e-9))))
        counts = graph.op("Sub", graph.numbers(np.array(1.0)), share)
        votes = graph.op("Gather", graph.numbers(self.votes), places, axis=0)
        weighted = graph.op("Mul", graph.op("Unsqueeze", counts, _axis(graph, 2)), votes)
        sums = graph.op("ReduceSum", weighted, _axis(graph, 1), keepdims=0)
        return self._draw_shares(graph, sums)

    def _draw_shares(self, graph: Graph, sums: str) -> str:
        n_labels = len(self.prior)
        labels = graph.op("Gather", sums, graph.constant(np.arange(n_labels)), axis=1)
        total = graph.op("Gather", sums, graph.constant(np.array([n_labels])), axis=1)
        one = graph.numbers(np.array(1.0))
        above = graph.op("Add", labels, graph.numbers(self.prior))
        shares = graph.op("Div", above, graph.op("Add", total, one))
        if self.columns.exclusive:
            return graph.op("Log", shares)
        odds = graph.op("Div", shares, graph.op("Sub", one, shares))
        return graph.op("Log", odds)


def _axis(graph: Graph, axis: int) -> str:
    return graph.constant(np.array([axis]))


def _blocks(rows: Float64) -> Iterator[Float64]:
    yield from (rows[at : at + BLOCK] for at in range(0, max(len(rows), 1), BLOCK))


def distances(rows: Float64, points: NDArray[Any]) -> Float64:
    """Squared distances (n, m) between rows (n, d) and points (m, d)."""
    wide = points.astype(np.float64)
    squares = (rows**2).sum(axis=1)[:, np.newaxis] + (wide**2).sum(axis=1)
    return np.asarray(np.maximum(squares - 2.0 * rows @ wide.T, 0.0))


def drawn_distances(graph: Graph, rows: str, points: Float32) -> str:
    """The same in a graph."""
    kept = graph.numbers(points)
    lengths = (points.astype(np.float64) ** 2).sum(axis=1)
    own = graph.op("ReduceSum", graph.op("Mul", rows, rows), _axis(graph, 1), keepdims=1)
    squares = graph.op("Add", own, graph.numbers(lengths))
    products = graph.op("MatMul", rows, graph.op("Transpose", kept, perm=[1, 0]))
    twice = graph.op("Mul", products, graph.numbers(np.array(2.0)))
    return graph.op("Max", graph.op("Sub", squares, twice), graph.numbers(np.array(0.0)))
