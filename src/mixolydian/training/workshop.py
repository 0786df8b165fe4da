"""The workshop: where recipes work, and with what."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mixolydian.core.settings import read_settings, usable_cores
from mixolydian.training.datasets.sources import Stock
from mixolydian.training.learners.base import Watch, unwatched
from mixolydian.training.sounds import Ear


@dataclass(frozen=True)
class Workshop:
    """Where a recipe works: its folder, the corpora at hand, and how hard it may try.

    `folder` keeps frames, runs and studies; `stock` is what can be rendered with, and its
    `data` the folder of corpora; `quick` asks for a small representative part of the data.
    """

    folder: Path
    stock: Stock = field(default_factory=Stock)
    jobs: int = field(default_factory=usable_cores)
    quick: bool = False
    seed: int = 0
    watch: Watch = unwatched
    home: Path = field(default_factory=lambda: read_settings().home)
    """whose models are in use, for recipes that build on another model."""

    @property
    def ear(self) -> Ear:
        """Hears sounds and keeps their frames."""
        return Ear(self.folder, self.stock, self.jobs)
