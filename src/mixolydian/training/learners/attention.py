"""The attention network of music detection, on sequences such as 10 × 128 embeddings.

Two-head self-attention (key size 64, dropout 0.2) → batch norm → 64 convolutions of width 3 →
maximum of each two frames → dropout 0.4 → 128 convolutions of width 3 → global average → 64
dense → dropout 0.6 → logits. L2 0.01 on the weights, Adam with learning rate 1e-4. The shape is
fixed; only how it is trained can be set. Frames of padding (all zero, or masked) are not
attended to, not averaged, and do not enter the normalisation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from mixolydian.training.learners.base import Space
from mixolydian.training.learners.networks import AttentionNet, Backbone, Standardise
from mixolydian.training.learners.neural import Neural


@dataclass(frozen=True)
class Attention(Neural):
    """Self-attention and two convolutions; see the module's text."""

    name: ClassVar[str] = "attention"
    axes: ClassVar[int] = 2
    decoupled: ClassVar[bool] = False
    space: ClassVar[Mapping[str, Space]] = {
        "lr": Space(3e-5, 3e-3, log=True),
        "l2": Space(1e-5, 3e-2, log=True),
        "batch": Space(choices=(32, 64, 128)),
    }

    lr: float = 1e-4
    l2: float = 0.01

    def network(self, standardise: Standardise, n_labels: int) -> Backbone:
        """The network of the module's text."""
        return AttentionNet(standardise, n_labels)
