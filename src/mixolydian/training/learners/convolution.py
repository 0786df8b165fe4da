"""A small convolutional network over time, on log-mel frames or sequences of embeddings.

Residual blocks with dilation 1, 2, 4, … look at ever longer stretches (after Bai, Kolter and
Koltun, 2018); mean and maximum over time lead to the logits. With the defaults and 128 columns
it has about 93 000 weights and sees 63 frames around each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from mixolydian.core.errors import RequestError
from mixolydian.training.learners.base import Space
from mixolydian.training.learners.networks import Backbone, ConvolutionNet, Standardise
from mixolydian.training.learners.neural import Neural


@dataclass(frozen=True)
class Convolution(Neural):
    """A residual dilated network; see the module's text."""

    name: ClassVar[str] = "convolution"
    axes: ClassVar[int] = 2
    space: ClassVar[Mapping[str, Space]] = {
        "lr": Space(3e-4, 1e-2, log=True),
        "l2": Space(1e-4, 0.3, log=True),
        "dropout": Space(0.0, 0.5),
        "channels": Space(choices=(32, 64, 96)),
        "blocks": Space(2, 6, integer=True),
    }

    channels: int = 64
    blocks: int = 4
    """residual blocks; each looks twice as far as the one before."""
    stride: int = 1
    """every how many frames are looked at after the first layer."""
    dropout: float = 0.2

    def __post_init__(self) -> None:
        super().__post_init__()
        if min(self.channels, self.blocks, self.stride) < 1 or not 0 <= self.dropout < 1:
            raise RequestError(
                "convolution: expected channels, blocks and stride of 1 or more and 0 ≤ dropout < 1"
            )

    def network(self, standardise: Standardise, n_labels: int) -> Backbone:
        """The network of the module's text."""
        return ConvolutionNet(
            standardise, self.channels, self.blocks, self.stride, self.dropout, n_labels
        )
