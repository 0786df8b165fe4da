"""Where training works: one folder for frames, runs and studies, and what there is to work with."""

from __future__ import annotations

from pathlib import Path

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings
from mixolydian.training.datasets import fluidsynth
from mixolydian.training.datasets.sources import Stock
from mixolydian.training.learners.base import Watch, unwatched
from mixolydian.training.workshop import Workshop

WORKSHOP = "workshop"
"""folder under the home folder where recipes work, unless another is named."""


def check_data(data: str | None) -> None:
    """Raise RequestError when `data` is named and is no folder."""
    if data is not None and not Path(data).is_dir():
        raise RequestError(f"expected a folder of corpora, found none at {data}; check --data")


def check_seed(seed: int) -> None:
    """Refuse a seed that no dice take."""
    if seed < 0:
        raise RequestError(f"expected a seed of 0 or more, found {seed}")


def workshop_of(
    settings: Settings,
    data: str | None = None,
    folder: str | None = None,
    quick: bool = False,
    seed: int = 0,
    jobs: int | None = None,
    watch: Watch = unwatched,
) -> Workshop:
    """The workshop, with the corpora under `data` and the machine's soundfonts."""
    corpora = None if data is None else Path(data).absolute()
    stock = Stock(corpora, fluidsynth.at_hand())
    place = settings.home / WORKSHOP if folder is None else Path(folder)
    return Workshop(place, stock, jobs or settings.jobs, quick, seed, watch, settings.home)
