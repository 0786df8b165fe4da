"""The dual-track network: two tracks beat by beat to the hands on both decks.

Each side goes through the same small encoder (a dense layer and dilated convolutions over
beats), then each looks at the other by cross-attention (Vaswani et al., NeurIPS 2017), and a head
says per beat how much of each hand-over happens in it. The hands (`dj.bandmix`) follow by sums,
so that their ends are pinned and they move one way whatever the weights are.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from mixolydian.dj.proposer import COLUMNS, INSIDE, SIDE_COLUMNS
from mixolydian.training.learners.networks import Standardise, sounding

MOVES = 7
"""hand-overs: fader out, fader in, bass, mid, high, high-pass, low-pass."""
TRIM_DB = 4.0
"""dB by which a fader may lean out of its way."""
STEEP = (4.0, 4.0, 8.0, 4.0, 4.0, 4.0, 4.0)
"""how far a hand-over may be drawn to one beat (as a logit); the bass may be steeper. Without a
bound, hands that once have become a cut learn nothing any more."""
LARGE = 1e4


class CrossAttention(nn.Module):
    """Each beat of `x` looks at all beats of `y`; several heads, padding never seen."""

    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.join = (nn.Linear(size, size) for _ in range(4))

    def forward(self, x: Tensor, y: Tensor, mask: Tensor) -> Tensor:
        """(n, t, d) of x and y → (n, t, d); `mask` (n, 1, t)."""
        q, k, v = self._split(self.query(x)), self._split(self.key(y)), self._split(self.value(y))
        match = q @ k.transpose(-1, -2) / (x.shape[-1] // self.heads) ** 0.5
        match = match + (mask.unsqueeze(1) - 1.0) * LARGE
        out: Tensor = self.join((match.softmax(dim=-1) @ v).transpose(1, 2).flatten(2))
        return out

    def _split(self, y: Tensor) -> Tensor:
        return y.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class Dilated(nn.Module):
    """norm → convolution over beats → GELU → convolution of one, added to what came in."""

    def __init__(self, size: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.wide = nn.Conv1d(size, size, 3, padding=dilation, dilation=dilation)
        self.point = nn.Linear(size, size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(n, t, d) → the same shape; `mask` (n, 1, t)."""
        y = self.wide(self.norm(x).transpose(1, 2) * mask).transpose(1, 2)
        out: Tensor = x + self.dropout(self.point(functional.gelu(y)))
        return out


class DualNet(nn.Module):
    """See the module's text."""

    def __init__(self, standardise: Standardise, size: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.standardise = standardise
        self.enter = nn.Linear(SIDE_COLUMNS + COLUMNS - INSIDE + 1, size)
        self.alone = nn.ModuleList(Dilated(size, d, dropout) for d in (1, 2, 4))
        self.look, self.norm = CrossAttention(size, heads), nn.LayerNorm(size)
        self.after = nn.ModuleList(Dilated(2 * size, d, dropout) for d in (1, 8))
        self.moves, self.depths = nn.Linear(2 * size, MOVES + 2), nn.Linear(2 * size, 8)
        nn.init.zeros_(self.moves.weight)
        nn.init.zeros_(self.depths.weight)
        nn.init.constant_(self.depths.bias, -2.0)

    def forward(self, x: Tensor) -> Tensor:
        """(n, t, `COLUMNS`) → hands (n, t · 12)."""
        mask, inside = sounding(x), x[:, :, INSIDE]
        joint = self._joined(self.standardise(x) * mask.transpose(1, 2), mask)
        for layer in self.after:
            joint = layer(joint, mask)
        weight = inside / inside.sum(dim=1, keepdim=True).clamp(min=1.0)
        depths = torch.sigmoid(self.depths((joint * weight.unsqueeze(-1)).sum(dim=1)))
        return hands(self.moves(joint), depths, inside).flatten(1)

    def _joined(self, x: Tensor, mask: Tensor) -> Tensor:
        shared = x[:, :, INSIDE:]
        sides = []
        for number, part in enumerate((x[:, :, :SIDE_COLUMNS], x[:, :, SIDE_COLUMNS:INSIDE])):
            which = torch.full_like(shared[:, :, :1], float(number))
            y = self.enter(torch.cat([part, shared, which], dim=-1))
            for layer in self.alone:
                y = layer(y, mask)
            sides.append(self.norm(y))
        a, b = sides
        return torch.cat([a + self.look(a, b, mask), b + self.look(b, a, mask)], dim=-1)


def hands(moves: Tensor, depths: Tensor, inside: Tensor) -> Tensor:
    """Hands (n, t, 2, 6) from what happens in each beat (n, t, `MOVES` + 2), and how deep EQ and
    filters go (n, 8)."""
    gone = _gone(moves[:, :, :MOVES], inside)
    lean = _lean(moves[:, :, MOVES:], gone[:, :, :2])
    deep, quarter = depths.unsqueeze(1), torch.pi / 2
    to_come = 1.0 - gone
    outgoing = [torch.cos(gone[:, :, 0] * quarter) * lean[:, :, 0], to_come[:, :, 2]]
    outgoing += [1.0 - deep[:, :, i] * gone[:, :, 3 + i] for i in (0, 1)]
    outgoing += [deep[:, :, i] * gone[:, :, 3 + i] for i in (2, 3)]
    incoming = [torch.sin(gone[:, :, 1] * quarter) * lean[:, :, 1], gone[:, :, 2]]
    incoming += [1.0 - deep[:, :, 4 + i] * to_come[:, :, 3 + i] for i in (0, 1)]
    incoming += [deep[:, :, 4 + i] * to_come[:, :, 3 + i] for i in (2, 3)]
    return torch.stack([torch.stack(side, dim=-1) for side in (outgoing, incoming)], dim=2)


def _gone(moves: Tensor, inside: Tensor) -> Tensor:
    """How far each hand-over has gone at the beginning of each beat: 0 up to the transition,
    1 from its end on."""
    steep = torch.tensor(STEEP, dtype=moves.dtype, device=moves.device)
    moves = steep * torch.tanh(moves / steep)
    share = (moves - (1.0 - inside.unsqueeze(-1)) * LARGE).softmax(dim=1)
    gone = (share.cumsum(dim=1) - share).clamp(0.0, 1.0)
    after = (inside.cumsum(dim=1) > 0).to(inside.dtype) * (1.0 - inside)
    return torch.maximum(gone, after.unsqueeze(-1))


def _lean(raw: Tensor, gone: Tensor) -> Tensor:
    """Factor of a fader besides its way from one end to the other; 1 at both ends."""
    room = 4.0 * gone * (1.0 - gone)
    return torch.exp(torch.tanh(raw) * room * (TRIM_DB * math.log(10.0) / 20.0))
