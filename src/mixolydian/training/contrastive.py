"""Learning an embedding from sounds alone: two windows of one sound lie near each other.

A batch holds two windows of each of many sounds, coloured and disturbed differently. The
network is to find each window's twin among all others (NT-Xent: Chen et al., ICML 2020; for
sound, COLA: Saeed et al., ICASSP 2021). What helps to find it is what stays the same within a
track and differs between tracks: instruments, groove, style, voice. No label is used.

A projection that only the loss sees stands behind the embedding, so that the embedding keeps
what the disturbances would have it forget.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import lightning
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from mixolydian.models import windows
from mixolydian.models.embedding import DIMENSIONS
from mixolydian.training.content import Stream

Float32 = NDArray[np.float32]
PROJECTED = 64


class Encoder(nn.Module):
    """Windows (n, WINDOW, 64) → embeddings (n, 128): convolutions over time, bands as channels."""

    def __init__(self, width: int = 128) -> None:
        super().__init__()
        wide = width * 2
        self.layers = nn.Sequential(
            _layer(windows.N_BANDS, width, 5, 2),
            _layer(width, width + width // 4, 3, 2),
            _layer(width + width // 4, width + width // 2, 3, 1),
            _layer(width + width // 2, wide, 3, 2),
        )
        self.last = nn.Linear(2 * wide, DIMENSIONS)
        self.scale = nn.BatchNorm1d(DIMENSIONS, affine=False)

    def forward(self, x: Any) -> Any:
        """One embedding per window, each dimension of variance 1 over the training sounds."""
        found = self.layers(x.transpose(1, 2))
        pooled = torch.cat([found.mean(dim=2), found.amax(dim=2)], dim=1)
        return self.scale(self.last(pooled))


def _layer(inside: int, outside: int, kernel: int, stride: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv1d(inside, outside, kernel, stride, padding=kernel // 2),
        nn.BatchNorm1d(outside),
        nn.ReLU(),
    )


class Twins(lightning.LightningModule):
    """The encoder, its projection and the contrastive loss."""

    def __init__(self, rate: float, steps: int, temperature: float, width: int = 128) -> None:
        super().__init__()
        self.encoder = Encoder(width)
        self.projection = nn.Sequential(
            nn.ReLU(), nn.Linear(DIMENSIONS, DIMENSIONS), nn.ReLU(),
            nn.Linear(DIMENSIONS, PROJECTED),
        )  # fmt: skip
        self.rate, self.steps, self.temperature = rate, steps, temperature

    def loss(self, batch: Any) -> tuple[Any, Any]:
        """NT-Xent of a batch (2, n, WINDOW, 64), and the share of twins found."""
        both = torch.cat([batch[0], batch[1]])
        z = functional.normalize(self.projection(self.encoder(both)), dim=1)
        likeness = z @ z.T / self.temperature
        n = len(batch[0])
        likeness.fill_diagonal_(-1e4)
        twin = torch.cat([torch.arange(n) + n, torch.arange(n)]).to(likeness.device)
        found = (likeness.argmax(dim=1) == twin).float().mean()
        return functional.cross_entropy(likeness, twin), found

    def training_step(self, batch: Any, index: int) -> Any:
        loss, found = self.loss(batch[0])
        self.log("train_loss", loss, on_step=False, on_epoch=True)
        self.log("train_found", found, on_step=False, on_epoch=True)
        return loss

    def validation_step(self, batch: Any, index: int) -> None:
        loss, found = self.loss(batch[0])
        self.log("valid_loss", loss)
        self.log("valid_found", found)

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.AdamW(self.parameters(), lr=self.rate, weight_decay=1e-3)
        plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, self.rate, total_steps=self.steps)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": plan, "interval": "step"}}


# --------------------------------------------------------------------------- pairs


@dataclass(frozen=True, eq=False)
class Pairs:
    """Draws batches of twins from streams, each time others."""

    streams: Sequence[Stream]
    batch: int
    batches: int
    seed: int
    fixed: bool = False
    """The same batches every time (for validation)."""

    def __iter__(self) -> Iterator[tuple[Any]]:
        turn = 0 if self.fixed else int(torch.randint(1 << 30, ()).item())
        rng = np.random.default_rng([self.seed, turn])
        for _ in range(self.batches):
            yield (torch.from_numpy(self._drawn(rng)),)

    def __len__(self) -> int:
        return self.batches

    def _drawn(self, rng: np.random.Generator) -> Float32:
        chosen = rng.choice(len(self.streams), size=self.batch, replace=False)
        sides = [np.stack([self._window(self.streams[i], rng) for i in chosen]) for _ in range(2)]
        return np.stack([_masked(windows.scaled(side), rng) for side in sides])

    def _window(self, source: Stream, rng: np.random.Generator) -> Float32:
        power = _random_stretch(source.power, rng)
        bands = np.linspace(-1, 1, windows.N_BANDS)
        colour = rng.normal(0, 3.0) * bands + rng.normal(0, 2.0) * bands**2
        power = power * (10 ** (colour / 10)).astype(np.float32)
        if rng.random() < 0.4:
            other = _random_stretch(self.streams[int(rng.integers(len(self.streams)))].power, rng)
            share = 10 ** (-rng.uniform(3.0, 20.0) / 10)
            power = power + other * np.float32(share * power.sum() / max(other.sum(), 1e-9))
        shift = int(rng.integers(-1, 2))
        return np.roll(power, shift, axis=1) if shift else power


def _random_stretch(power: Float32, rng: np.random.Generator) -> Float32:
    start = int(rng.integers(0, max(1, len(power) - windows.WINDOW)))
    return windows.padded(power[start : start + windows.WINDOW], windows.WINDOW)


def _masked(batch: Float32, rng: np.random.Generator) -> Float32:
    """A stretch of time and one of bands is blanked in most windows."""
    for window in batch:
        if rng.random() < 0.7:
            start, width = rng.integers(0, windows.WINDOW - 12), rng.integers(2, 13)
            window[start : start + width] = window.mean()
        if rng.random() < 0.7:
            start, width = rng.integers(0, windows.N_BANDS - 10), rng.integers(2, 11)
            window[:, start : start + width] = window.mean()
    return batch
