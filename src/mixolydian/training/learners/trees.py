"""Fitted forests: many trees, one way to walk them, one graph.

A forest is kept as flat tables of nodes. A row goes left where its figure ≤ the node's
threshold, both in single precision, so that training, scoring and the graph never disagree at
a threshold. A leaf is its own child, so that all trees can be walked equally deep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.training.examples import Float32
from mixolydian.training.learners.fitted import FittedClassic
from mixolydian.training.learners.graph import TREES, Graph
from mixolydian.training.learners.lessons import Float64

DOUBT = 1e-3
"""share of a forest's vote that is kept for every label, so that no logit is infinite."""
BLOCK = 1024
"""rows walked down all the trees at a time."""


@dataclass(frozen=True, eq=False)
class Tree:
    """One tree: per node a column, a threshold, two children (−1 at a leaf) and values."""

    column: NDArray[np.int64]
    threshold: NDArray[np.float32]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    values: Float32


@dataclass(frozen=True, eq=False)
class Forest:
    """All trees, one after another; `roots` (n_trees,) is where each begins."""

    column: NDArray[np.int64]
    threshold: NDArray[np.float32]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    values: Float32
    roots: NDArray[np.int64]
    depth: int

    def leaves(self, inputs: Float32) -> NDArray[np.int64]:
        """The leaf (n, n_trees) each row comes to in each tree."""
        at = np.broadcast_to(self.roots, (len(inputs), len(self.roots)))
        rows = np.arange(len(inputs))[:, np.newaxis]
        for _ in range(self.depth):
            goes_left = inputs[rows, self.column[at]] <= self.threshold[at]
            at = np.where(goes_left, self.left[at], self.right[at])
        return np.asarray(at)

    def sums(self, inputs: Float32) -> Float64:
        """Values (n, n_labels) added over the trees."""
        return np.concatenate([self.each(part).sum(axis=1) for part in _blocks(inputs)])

    def each(self, inputs: Float32) -> Float64:
        """Values (n, n_trees, n_labels) of every tree."""
        return self.values[self.leaves(inputs)].astype(np.float64)

    def draw(self, graph: Graph, source: str) -> str:
        """:meth:`sums` in a graph, in double precision."""
        return graph.double(
            graph.op("TreeEnsembleRegressor", source, domain=TREES, **self._attributes())
        )

    def _attributes(self) -> dict[str, Any]:
        tree = np.searchsorted(self.roots, np.arange(len(self.column)), side="right") - 1
        number = np.arange(len(self.column)) - self.roots[tree]
        leaf = self.left == np.arange(len(self.column))
        nodes, labels = np.nonzero(self.values * leaf[:, np.newaxis])
        return {
            "n_targets": self.values.shape[1],
            "aggregate_function": "SUM",
            "nodes_treeids": tree.tolist(),
            "nodes_nodeids": number.tolist(),
            "nodes_featureids": self.column.tolist(),
            "nodes_values": self.threshold.tolist(),
            "nodes_modes": ["LEAF" if is_leaf else "BRANCH_LEQ" for is_leaf in leaf],
            "nodes_truenodeids": np.where(leaf, 0, self.left - self.roots[tree]).tolist(),
            "nodes_falsenodeids": np.where(leaf, 0, self.right - self.roots[tree]).tolist(),
            "target_treeids": tree[nodes].tolist(),
            "target_nodeids": number[nodes].tolist(),
            "target_ids": labels.tolist(),
            "target_weights": self.values[nodes, labels].tolist(),
        }


def forest_of(trees: Sequence[Tree]) -> Forest:
    """Trees as one forest."""
    roots = np.cumsum([0, *(len(tree.column) for tree in trees[:-1])])
    left, right, depth = [], [], 1
    for tree, root in zip(trees, roots, strict=True):
        own = np.arange(len(tree.column))
        left.append(np.where(tree.left < 0, own, tree.left) + root)
        right.append(np.where(tree.left < 0, own, tree.right) + root)
        depth = max(depth, _depth(tree))
    return Forest(
        column=np.concatenate([np.where(t.left < 0, 0, t.column) for t in trees]),
        threshold=np.concatenate([np.where(t.left < 0, 0, t.threshold) for t in trees]),
        left=np.concatenate(left),
        right=np.concatenate(right),
        values=np.concatenate([t.values for t in trees]),
        roots=np.asarray(roots),
        depth=depth,
    )


def _depth(tree: Tree) -> int:
    """Steps from the root to the deepest leaf."""
    level, depth = np.array([0]), 0
    while len(level := level[tree.left[level] >= 0]):
        level = np.concatenate([tree.left[level], tree.right[level]])
        depth += 1
    return depth


def at_most(thresholds: NDArray[Any]) -> NDArray[np.float32]:
    """The largest single-precision numbers that do not lie above: same way at every node."""
    rounded = np.asarray(thresholds).astype(np.float32)
    below = np.nextafter(rounded, np.float32(-np.inf))
    return np.where(rounded.astype(np.float64) > thresholds, below, rounded)


def below(thresholds: NDArray[np.float32]) -> NDArray[np.float32]:
    """For trees that ask "<": the number under which "≤" asks the same."""
    return np.nextafter(thresholds.astype(np.float32), np.float32(-np.inf))


def _blocks(inputs: Float32) -> list[Float32]:
    return [inputs[at : at + BLOCK] for at in range(0, max(len(inputs), 1), BLOCK)]


@dataclass(frozen=True, eq=False)
class Voting(FittedClassic):
    """A forest whose trees give probabilities; the values are divided by their number."""

    forest: Forest

    def learnt(self, inputs: Float32) -> Float64:
        """Log probabilities, or log odds, of the mean vote."""
        shares = self._shares(self.forest.sums(_single(inputs)))
        return np.asarray(np.log(shares) - (0.0 if self.columns.exclusive else np.log1p(-shares)))

    @property
    def _kept(self) -> float:
        """What a label gets without a vote; the sum over labels stays 1."""
        return DOUBT / (len(self.columns.learnt) if self.columns.exclusive else 2)

    def _shares(self, votes: Float64) -> Float64:
        return votes * (1.0 - DOUBT) + self._kept

    def spread(self, inputs: Float32, mask: NDArray[np.bool_] | None = None) -> Float32:
        """Standard deviation of the trees' probabilities, (n, n_labels)."""
        self.check(inputs)
        n_trees = len(self.forest.roots)
        parts = [self.forest.each(p).std(axis=1) * n_trees for p in _blocks(_single(inputs))]
        return np.concatenate(parts).astype(np.float32)

    def draw(self, graph: Graph, source: str) -> str:
        """The same in a graph."""
        votes = graph.op("Mul", self.forest.draw(graph, source), graph.numbers(1.0 - DOUBT))
        shares = graph.op("Add", votes, graph.numbers(self._kept))
        if self.columns.exclusive:
            return graph.op("Log", shares)
        rest = graph.op("Sub", graph.numbers(1.0), shares)
        return graph.op("Log", graph.op("Div", shares, rest))


@dataclass(frozen=True, eq=False)
class Boosted(FittedClassic):
    """A forest whose trees add up to logits."""

    forest: Forest

    def learnt(self, inputs: Float32) -> Float64:
        """The sums."""
        return self.forest.sums(_single(inputs))

    def draw(self, graph: Graph, source: str) -> str:
        """The same in a graph."""
        return self.forest.draw(graph, source)


def _single(inputs: Float32) -> Float32:
    return np.asarray(inputs, dtype=np.float32)
