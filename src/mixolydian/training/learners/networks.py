"""The networks of the neural learners, in torch.

Conventions
-----------
Inputs are raw float32: (n, d), or sequences (n, t, d). A frame whose d numbers are all zero is
padding; the network finds it by itself, so that one input is enough where it is shipped. Inside,
convolutions see (n, channels, t). Every network standardises its input with the figures of the
training part, which it keeps. :meth:`Backbone.embed` gives what its last layer looks at.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

CLIP = 8.0
"""standard deviations: an input further out is taken for this far."""
CONSTANT = 1e-6
"""a column that varies less than this around its mean (relative to it) says nothing."""


class Standardise(nn.Module):
    """(x − mean) / deviation per column, clipped; a constant column becomes zero."""

    mean: Tensor
    rate: Tensor

    def __init__(self, mean: Tensor, deviation: Tensor) -> None:
        super().__init__()
        varies = deviation > CONSTANT * (1.0 + mean.abs())
        rate = torch.where(varies, 1.0 / deviation.clamp(min=1e-30), 0.0)
        self.register_buffer("mean", mean.float())
        self.register_buffer("rate", rate.float())

    def forward(self, x: Tensor) -> Tensor:
        """The same shape."""
        return ((x - self.mean) * self.rate).clamp(-CLIP, CLIP)


def sounding(x: Tensor) -> Tensor:
    """1.0 where a frame of `x` (n, t, d) is sound, 0.0 where it is padding, (n, 1, t)."""
    return (x != 0).any(dim=-1).to(x.dtype).unsqueeze(1)


def masked_mean(y: Tensor, mask: Tensor) -> Tensor:
    """Mean over the sounding frames, (n, c) of (n, c, t); zero where nothing sounds."""
    return (y * mask).sum(-1) / mask.sum(-1).clamp(min=1.0)


def masked_max(y: Tensor, mask: Tensor) -> Tensor:
    """Maximum over the sounding frames of what is never negative, (n, c) of (n, c, t)."""
    return (y * mask).amax(-1)


class FrameNorm(nn.BatchNorm1d):
    """Batch normalisation whose statistics come from sounding frames only."""

    def over(self, y: Tensor, mask: Tensor) -> Tensor:
        """(n, c, t) with padding zero."""
        if not self.training:
            return self(y) * mask
        heard = mask[:, 0] > 0
        if int(heard.sum()) < 2:
            return y * mask
        frames = y.transpose(1, 2)
        out = torch.zeros_like(frames)
        out[heard] = self(frames[heard])
        return out.transpose(1, 2)


class Backbone(nn.Module):
    """A network with a linear last layer: logits = head(embed(x))."""

    head: nn.Linear

    def embed(self, x: Tensor) -> Tensor:
        """What the last layer looks at, (n, h)."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Logits (n, n_labels)."""
        return functional.linear(self.embed(x), self.head.weight, self.head.bias)


class PerceptronNet(Backbone):
    """Standardise → (linear, batch norm, ReLU, dropout) per hidden layer → linear."""

    def __init__(
        self, standardise: Standardise, hidden: Sequence[int], dropout: float, n_labels: int
    ) -> None:
        super().__init__()
        sizes = [len(standardise.mean), *hidden]
        layers: list[nn.Module] = [standardise]
        for low, high in pairwise(sizes):
            layers += [nn.Linear(low, high), nn.BatchNorm1d(high), nn.ReLU(), nn.Dropout(dropout)]
        self.layers = nn.Sequential(*layers)
        self.head = nn.Linear(sizes[-1], n_labels)

    def embed(self, x: Tensor) -> Tensor:
        """The last hidden layer."""
        out: Tensor = self.layers(x)
        return out


class SelfAttention(nn.Module):
    """Scaled dot-product self-attention with several heads (Vaswani et al., NeurIPS 2017).

    Padding is never attended to. `dropout` acts on the attention's weights.
    """

    def __init__(self, size: int, heads: int, key_size: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.key_size = heads, key_size
        self.query, self.key, self.value = (nn.Linear(size, heads * key_size) for _ in range(3))
        self.join = nn.Linear(heads * key_size, size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(n, t, d) → (n, t, d); `mask` (n, 1, t)."""
        q, k, v = (self._split(part(x)) for part in (self.query, self.key, self.value))
        match = q @ k.transpose(-1, -2) / self.key_size**0.5
        match = match + (mask.unsqueeze(1) - 1.0) * 1e9
        seen = self.dropout(match.softmax(dim=-1)) @ v
        out: Tensor = self.join(seen.transpose(1, 2).flatten(2))
        return out

    def _split(self, y: Tensor) -> Tensor:
        return y.unflatten(-1, (self.heads, self.key_size)).transpose(1, 2)


class AttentionNet(Backbone):
    """Self-attention, then two convolutions: the music detection network; see `attention.py`."""

    def __init__(self, standardise: Standardise, n_labels: int) -> None:
        super().__init__()
        size = len(standardise.mean)
        self.standardise = standardise
        self.attention = SelfAttention(size, heads=2, key_size=64, dropout=0.2)
        self.norm = FrameNorm(size)
        self.first = nn.Conv1d(size, 64, 3, padding=1)
        self.second = nn.Conv1d(64, 128, 3, padding=1)
        self.dense = nn.Linear(128, 64)
        self.drop_frames, self.drop = nn.Dropout(0.4), nn.Dropout(0.6)
        self.head = nn.Linear(64, n_labels)

    def embed(self, x: Tensor) -> Tensor:
        """The dense layer, (n, 64)."""
        mask = sounding(x)
        seen = self.attention(self.standardise(x) * mask.transpose(1, 2), mask)
        y = self.norm.over(seen.transpose(1, 2), mask)
        y = functional.relu(self.first(y)) * mask
        y, mask = _halved(y), _halved(mask)
        y = functional.relu(self.second(self.drop_frames(y)))
        out: Tensor = self.drop(functional.relu(self.dense(masked_mean(y, mask))))
        return out


def _halved(y: Tensor) -> Tensor:
    """The greater of each two frames; a last frame without a neighbour stays."""
    return functional.max_pool1d(y, 2, ceil_mode=True)


class Residual(nn.Module):
    """norm → ReLU → dilated convolution → norm → ReLU → dropout → convolution of one, added."""

    def __init__(self, channels: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.norm, self.again = FrameNorm(channels), FrameNorm(channels)
        self.wide = nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.point = nn.Conv1d(channels, channels, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(n, c, t) → (n, c, t)."""
        y = self.wide(functional.relu(self.norm.over(x, mask)))
        y = self.point(self.dropout(functional.relu(self.again.over(y, mask))))
        return x + y * mask


class ConvolutionNet(Backbone):
    """Residual blocks of growing dilation over time, then global mean and maximum."""

    def __init__(
        self,
        standardise: Standardise,
        channels: int,
        blocks: int,
        stride: int,
        dropout: float,
        n_labels: int,
    ) -> None:
        super().__init__()
        self.standardise, self.stride = standardise, stride
        self.stem = nn.Conv1d(len(standardise.mean), channels, 3, padding=1, stride=stride)
        self.blocks = nn.ModuleList(Residual(channels, 2**i, dropout) for i in range(blocks))
        self.norm = FrameNorm(channels)
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(2 * channels, n_labels)

    def embed(self, x: Tensor) -> Tensor:
        """Mean and maximum over time, (n, 2 · channels)."""
        mask = sounding(x)
        y = self.stem(self.standardise(x).transpose(1, 2) * mask)
        mask = mask[:, :, :: self.stride]
        for block in self.blocks:
            y = block(y, mask)
        y = functional.relu(self.norm.over(y, mask))
        out: Tensor = self.drop(torch.cat([masked_mean(y, mask), masked_max(y, mask)], dim=1))
        return out


class Ensemble(nn.Module):
    """The mean of several networks' logits."""

    def __init__(self, members: Sequence[Backbone]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (n, n_labels)."""
        return torch.stack([member(x) for member in self.members]).mean(dim=0)
