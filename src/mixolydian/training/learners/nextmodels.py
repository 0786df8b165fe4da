"""The learners of what comes next: `self-attention` (a sequence model) and `light-graph`.

Both learn from sets, as `nextlearner.py` says; their networks are those of `nextnets.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from mixolydian.core.errors import RequestError
from mixolydian.training.learners.nextlearner import NextLearner
from mixolydian.training.learners.nextloss import in_company, in_order
from mixolydian.training.learners.nextnets import GraphNet, NextNet, SetNet
from mixolydian.training.played import Crate, Ints


@dataclass(frozen=True)
class SelfAttention(NextLearner):
    """The sequence model of `nextnets`."""

    name: ClassVar[str] = "self-attention"

    heads: int = 2
    blocks: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.heads < 1 or self.blocks < 1 or self.size % self.heads:
            raise RequestError(
                f"{self.name}: expected blocks, and a size that is a multiple of heads; found "
                f"{self.blocks}, {self.size} and {self.heads}"
            )

    def network(self, crate: Crate) -> NextNet:
        """See the base."""
        fame = torch.from_numpy(crate.fame)
        columns = crate.content.shape[1]
        return SetNet(fame, columns, self.size, self.heads, self.blocks, self.dropout)


@dataclass(frozen=True)
class LightGraph(NextLearner):
    """The graph model of `nextnets`; without `ordered` a set is a heap."""

    name: ClassVar[str] = "light-graph"

    layers: int = 3
    ordered: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.layers < 1:
            raise RequestError(f"{self.name}: expected 1 layer or more, found {self.layers}")

    def network(self, crate: Crate) -> NextNet:
        """See the base."""
        named = int(crate.links[:, 1].max(initial=-1)) + 1
        content = torch.from_numpy(crate.content)
        fame = torch.from_numpy(crate.fame)
        return GraphNet(fame, content, adjacency(crate, named), named, self.size, self.layers)

    def prepare(self, network: NextNet) -> None:
        """See the base."""
        if isinstance(network, GraphNet):
            network.settle(self.dropout if network.training else 0.0)

    def loss(
        self, network: NextNet, crate: Crate, sets: Sequence[Ints], dice: np.random.Generator
    ) -> Tensor:
        """See the base."""
        if self.ordered:
            return in_order(network, crate, sets)
        return in_company(network, crate, sets, dice)


def adjacency(crate: Crate, named: int) -> Tensor:
    """The graph of tracks, artists and tags, and sets: 1 over the root of both degrees."""
    sets = [(int(t), crate.n + named + k) for k, row in enumerate(crate.sets) for t in row]
    links = [(int(track), crate.n + int(name)) for track, name in crate.links]
    pairs = np.array(sets + links, dtype=np.int64).reshape(-1, 2)
    size = crate.n + named + len(crate.sets)
    ones = np.ones(len(pairs))
    half = sparse.coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(size, size)).tocsr()
    half.data[:] = 1.0
    both = (half + half.T).tocoo()
    degree = np.maximum(np.asarray(both.sum(axis=0)).ravel(), 1.0)
    shares = both.data / np.sqrt(degree[both.row] * degree[both.col])
    places = torch.from_numpy(np.stack([both.row, both.col]).astype(np.int64))
    values = torch.from_numpy(shares.astype(np.float32))
    return torch.sparse_coo_tensor(places, values, (size, size), check_invariants=True).coalesce()
