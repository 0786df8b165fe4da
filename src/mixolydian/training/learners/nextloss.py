"""How well a network of :mod:`nextnets` says what comes next, in nats: the loss it is trained on.

A batch is scored against all tracks, or, where there are many,
against a draw of them with those of the batch among it (a sampled softmax). What was played before
is never a candidate.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from mixolydian.training.learners.nextnets import BIG, NextNet
from mixolydian.training.played import Crate, Ints

MOST_CANDIDATES = 4000


def in_order(net: NextNet, crate: Crate, sets: Sequence[Ints]) -> Tensor:
    """Mean loss (1,) of each track of each set after those before it."""
    places = _padded(sets)
    candidates, number = _candidates(places, crate.n)
    wanted = net.wanted(_rows(crate, places[:, :-1]))
    offers, played = net.offered(_rows(crate, candidates))
    logits = wanted @ offers.T + played
    logits = logits - BIG * _before(number, len(candidates)).to(logits.dtype)
    return functional.cross_entropy(logits.flatten(0, 1), number[:, 1:].flatten(), ignore_index=-1)


def in_company(
    net: NextNet, crate: Crate, sets: Sequence[Ints], dice: np.random.Generator
) -> Tensor:
    """Mean loss (1,) of a random part of each set given the rest, in no order."""
    known, hidden = [], torch.zeros(len(sets), crate.n)
    for k, row in enumerate(sets):
        row = dice.permutation(row)
        cut = max(1, min(len(row) - 1, round(len(row) * dice.uniform(0.4, 0.95))))
        known.append(row[:cut])
        hidden[k, row[cut:]] = 1.0
    places = _padded(known).flip(1)
    offers, played = net.offered(_rows(crate, torch.arange(crate.n)))
    logits = net.wanted(_rows(crate, places))[:, -1] @ offers.T + played
    for k, row in enumerate(known):
        logits[k, row] = -BIG
    shares = hidden / hidden.sum(dim=1, keepdim=True).clamp(min=1.0)
    return -(shares * logits.log_softmax(dim=1)).sum(dim=1).mean()


def _rows(crate: Crate, places: Tensor) -> Tensor:
    """Tracks as networks see them (…, 1 + d); the place −1 is nothing at all."""
    padded = functional.pad(torch.from_numpy(crate.content), (0, 0, 1, 0))
    return torch.cat([(places + 1).unsqueeze(-1).to(padded.dtype), padded[places + 1]], dim=-1)


def _padded(sets: Sequence[Ints]) -> Tensor:
    """Sets in rows of one length, with −1 behind."""
    found = torch.full((len(sets), max(len(row) for row in sets)), -1, dtype=torch.int64)
    for k, row in enumerate(sets):
        found[k, : len(row)] = torch.from_numpy(row)
    return found


def _candidates(places: Tensor, n: int) -> tuple[Tensor, Tensor]:
    """Tracks (c,) to choose out of, and the batch as numbers among them (padding stays −1)."""
    if n <= MOST_CANDIDATES:
        return torch.arange(n), places
    drawn = torch.randint(0, n, (MOST_CANDIDATES // 2,))
    chosen = torch.unique(torch.cat([places[places >= 0], drawn]))
    return chosen, torch.where(places >= 0, torch.searchsorted(chosen, places.clamp(min=0)), -1)


def _before(number: Tensor, n: int) -> Tensor:
    """Whether (b, t − 1, n) each candidate was played up to each place."""
    length = number.shape[1]
    when = torch.full((len(number), n + 1), length)
    column = torch.where(number < 0, n, number)
    when.scatter_(1, column, torch.arange(length).expand_as(number))
    return when[:, None, :n] <= torch.arange(length - 1)[None, :, None]
