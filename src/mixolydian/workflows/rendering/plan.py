"""Which items a data set consists of: kinds and their sources in turn, with what is at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mixolydian.training.datasets import espeak, fluidsynth
from mixolydian.training.datasets.sources import Stock, sources_of
from mixolydian.workflows.rendering.order import DatasetRequest

COMPOSED = "composed"
"""the source of the songs; the other sources are those of `training.datasets.sources`."""
SPOKEN = ("speech", "mixture")


@dataclass(frozen=True)
class Order:
    """One item to make: number `number` of its kind, from `source`, under `name`."""

    name: str
    kind: str
    source: str
    number: int
    request: DatasetRequest
    stock: Stock

    @property
    def folder(self) -> Path:
        """Where it goes."""
        return Path(self.request.out)


@dataclass(frozen=True)
class Plan:
    """What is asked, the `sources` of every kind, and what they draw on."""

    request: DatasetRequest
    sources: Mapping[str, tuple[str, ...]]
    stock: Stock

    def orders(self) -> Iterator[Order]:
        """The items: kinds in turn, and within each kind its sources."""
        kinds = self.request.kinds
        for place in range(self.request.tracks):
            number, turn = divmod(place, len(kinds))
            kind = kinds[turn]
            source = self.sources[kind][number % len(self.sources[kind])]
            name = f"{kind}_{number:06d}"
            yield Order(name, kind, source, number, self.request, self.stock)

    @property
    def recipe(self) -> dict[str, Any]:
        """What decides the samples of every item, as JSON."""
        used = {kind: list(names) for kind, names in self.sources.items()}
        fonts = [font.name for font in self.stock.soundfonts]
        return {**self.request.recipe, "sources": used, "soundfonts": fonts}


def plan_of(request: DatasetRequest) -> Plan:
    """The plan for `request`, with the programs, soundfonts and corpora that are there.

    Raises
    ------
    RequestError
        A kind needs a program or a corpus that is missing; the message names it.
    """
    if set(request.kinds) & set(SPOKEN):
        espeak.program()
    played = set(request.kinds) - {"songs", "ambience"}
    data = None if request.data is None else Path(request.data).absolute()
    stock = Stock(data, fluidsynth.at_hand() if played else ())
    sources = {
        kind: (COMPOSED,) if kind == "songs" else sources_of(kind, stock) for kind in request.kinds
    }
    return Plan(request, sources, stock)
