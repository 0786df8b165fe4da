"""The loss of a hand-over: what the certificate measures, in a form that can be followed downhill.

The decks' band powers per beat stand in the network's own input (`dj.proposer.encode`); the mix
of them under the hands is that of :mod:`~mixolydian.dj.bandmix`, here in torch. Loudness out of the
corridor of the decks counts beside two basses, two voices, and restless hands. All of that a
hard cut would fulfil best: so the teacher's hands are a target too, and the mix must keep both
tracks together for as long as the teacher does.

Shapes: hands (n, t, 2, 6), inputs (n, t, `COLUMNS`); decks are the third axis of all else.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from mixolydian.dj.bandmix import (
    BASS_DB,
    BASS_QUIET_DB,
    CLOSED_HIGHPASS,
    CLOSED_LOWPASS,
    EDGES,
    HIGH,
    HIGHPASS,
    LEAST,
    LOW,
    LOWPASS,
    SHORT_TERM,
    WEIGHTS,
)
from mixolydian.dj.plan import OPEN_HIGHPASS, OPEN_LOWPASS
from mixolydian.dj.proposer import BANDS, HEARD, INSIDE, LOUDNESS, SIDE_COLUMNS, VOCALS
from mixolydian.dj.scene import SILENT_LUFS

HANDS = 12
ALLOWED = 0.3
"""LU out of the corridor that nobody hears."""
STEP, BASS, CLASH, REST, TOGETHER, EFFORT = 1.0, 1.0, 0.5, 1.0, 4.0, 0.05
"""weight of each part of the loss."""
LOUDEST = 20.0
"""LUFS no deck reaches."""
SOFT_DB = 2.0
"""dB over which a limit is soft."""


def loss(flat: Tensor, teacher: Tensor, inputs: Tensor, imitate: float) -> Tensor:
    """Loss (n,) of the network's hands (n, t · 12), beside a teacher's (n, t · 12)."""
    hands, taught = (x.reshape(len(x), -1, 2, 6) for x in (flat, teacher))
    there = (inputs != 0).any(dim=-1).to(hands.dtype)
    beats = inputs[:, :, INSIDE].sum(dim=1).clamp(min=1.0)
    mixed, model = _mixed(hands, inputs), _mixed(taught, inputs)
    apart = ((hands - taught).abs().sum(dim=(2, 3)) * there).sum(dim=1) / beats
    short = functional.relu(model.together.sum(dim=1) - mixed.together.sum(dim=1)) / beats
    return (
        imitate * apart
        + STEP * _out_of_corridor(mixed, there)
        + BASS * mixed.basses.sum(dim=1) / 4.0
        + CLASH * mixed.clash.sum(dim=1) / 8.0
        + REST * _restless(hands, there) / beats
        + TOGETHER * short
        + EFFORT * _effort(hands, there) / beats
    )


class Mixed:
    """The mix of a batch: loudness powers `dry` (n, t, 2) and `mix` (n, t); `basses`, `clash` and
    `together` (n, t)."""

    def __init__(
        self, heard: Tensor, dry: Tensor, wet: Tensor, low: tuple[Tensor, Tensor], voices: Tensor
    ) -> None:
        self.heard, self.dry, self.mix = heard, dry, wet.sum(dim=2)
        share = wet / self.mix.clamp(min=1e-12).unsqueeze(-1)
        self.together = (2.0 * share.amin(dim=2)).clamp(0.0, 1.0)
        self.clash = voices.prod(dim=2) * self.together
        own, level = (10.0 * torch.log10(power.clamp(min=1e-9)) for power in low)
        usual = own.quantile(0.9, dim=1, keepdim=True).amax(dim=2)
        near = torch.sigmoid((BASS_DB - (level[:, :, 0] - level[:, :, 1]).abs()) / SOFT_DB)
        self.basses = near * torch.sigmoid((level.amin(dim=2) - usual + BASS_QUIET_DB) / SOFT_DB)


def _mixed(hands: Tensor, x: Tensor) -> Mixed:
    sides = torch.stack([x[:, :, :SIDE_COLUMNS], x[:, :, SIDE_COLUMNS : 2 * SIDE_COLUMNS]], dim=2)
    heard = sides[..., HEARD]
    power = 10.0 ** (sides[..., BANDS] / 10.0) * heard.unsqueeze(-1)
    out = power * passed(hands)
    weights = torch.tensor(WEIGHTS, dtype=x.dtype, device=x.device)
    kept = (out @ weights) / (power @ weights).clamp(min=1e-12)
    loud = sides[..., LOUDNESS]
    dry = 10.0 ** (loud / 10.0) * heard * (loud > SILENT_LUFS)
    return Mixed(heard, dry, dry * kept, (power[..., 0], out[..., 0]), sides[..., VOCALS])


def passed(hands: Tensor) -> Tensor:
    """Gain of power (n, t, 2, 3) of each deck's bands."""
    factors = (hands[..., :1] * hands[..., LOW : HIGH + 1]) ** 2
    return factors * torch.stack([_through(hands, low, high) for low, high in EDGES], dim=-1)


def _through(hands: Tensor, low: float, high: float) -> Tensor:
    width = math.log(high / low)
    floor = math.log(OPEN_HIGHPASS / low) + hands[..., HIGHPASS] * math.log(
        CLOSED_HIGHPASS / OPEN_HIGHPASS
    )
    ceiling = math.log(OPEN_LOWPASS / low) + hands[..., LOWPASS] * math.log(
        CLOSED_LOWPASS / OPEN_LOWPASS
    )
    return ((ceiling.clamp(0.0, width) - floor.clamp(0.0, width)) / width).clamp(0.0, 1.0)


def _out_of_corridor(mixed: Mixed, there: Tensor) -> Tensor:
    """LU (n,): the worst beat, and the mean of all."""
    count = torch.stack([_summed(x) for x in mixed.heard.unbind(dim=2)], dim=2)
    alone = torch.stack([_summed(x) for x in mixed.dry.unbind(dim=2)], dim=2)
    level = _lufs(alone / count.clamp(min=1.0))
    known = count >= LEAST
    low = torch.where(known, level, torch.full_like(level, LOUDEST)).amin(dim=2)
    high = torch.where(known, level, torch.full_like(level, SILENT_LUFS)).amax(dim=2)
    course = _lufs(_summed(mixed.mix * there) / _summed(there).clamp(min=1.0))
    out = functional.relu(low - course - ALLOWED) + functional.relu(course - high - ALLOWED)
    out = out * there * known.any(dim=2)
    return out.amax(dim=1) + out.sum(dim=1) / there.sum(dim=1).clamp(min=1.0)


def _summed(y: Tensor) -> Tensor:
    """Sums (n, t) over `SHORT_TERM` beats around each."""
    kernel = torch.ones(1, 1, SHORT_TERM, dtype=y.dtype, device=y.device)
    padded = functional.pad(y.unsqueeze(1), (SHORT_TERM // 2, (SHORT_TERM - 1) // 2))
    return functional.conv1d(padded, kernel).squeeze(1)


def _lufs(power: Tensor) -> Tensor:
    return 10.0 * torch.log10(power.clamp(min=10 ** (SILENT_LUFS / 10)))


def _restless(hands: Tensor, there: Tensor) -> Tensor:
    """How much the hands change their pace (n,); the bass may jump."""
    free = [0, 2, 3, 4, 5]
    bends = hands[:, :, :, free].diff(dim=1).diff(dim=1).abs().sum(dim=(2, 3))
    return (bends * there[:, 2:]).sum(dim=1)


def _effort(hands: Tensor, there: Tensor) -> Tensor:
    """How far EQ and filters stand from neutral (n,)."""
    away = (1.0 - hands[..., 2:4]).abs().sum(dim=(2, 3)) + hands[..., HIGHPASS:].sum(dim=(2, 3))
    return (away * there).sum(dim=1)
