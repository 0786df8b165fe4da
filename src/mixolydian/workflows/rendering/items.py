"""One item of a data set: made, damaged, measured, written.

Every item is a function of the request, its kind and its number, so that any of them can be
made again alone and in any order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from mixolydian.audio import io
from mixolydian.core.errors import StorageError
from mixolydian.core.types import Signal
from mixolydian.library.formats.files import write_text
from mixolydian.training.datasets.augment import augment
from mixolydian.training.datasets.briefs import random_brief
from mixolydian.training.datasets.composed import composed_item, with_loudness
from mixolydian.training.datasets.item import Item
from mixolydian.training.datasets.store import FORMATS, is_done, read_truth, write_item
from mixolydian.workflows.rendering.order import KINDS, DatasetRequest

OWN_LICENCE = "rendered by mixolydian from its own synthesis; no third-party material"
DAMAGE = 9
"""names the dice of the damage, beside those of the item."""


@dataclass(frozen=True)
class Order:
    """One item to make: number `number` of its kind, under `name` in the request's folder."""

    name: str
    kind: str
    number: int
    request: DatasetRequest

    @property
    def folder(self) -> Path:
        """Where it goes."""
        return Path(self.request.out)

    @property
    def seed(self) -> tuple[int, int, int]:
        """What its random numbers come from."""
        return self.request.seed, KINDS.index(self.kind), self.number


@dataclass(frozen=True)
class Rendered:
    """An item that is there: its files relative to the folder, its length, what made it."""

    name: str
    kind: str
    sound: str
    truth: str
    seconds: float
    seed: tuple[int, ...]
    licence: str
    kept: bool = False
    """It was complete before this run."""


def orders(request: DatasetRequest) -> Iterator[Order]:
    """The items in order, the kinds in turn."""
    kinds = request.kinds
    for place in range(request.tracks):
        number, turn = divmod(place, len(kinds))
        yield Order(f"{kinds[turn]}_{number:06d}", kinds[turn], number, request)


def present(order: Order) -> Rendered | None:
    """The item as it lies in the folder, or None where it is not complete."""
    if not is_done(order.folder, order.name):
        return None
    truth = read_truth(order.folder / f"{order.name}.json") or {}
    return Rendered(
        name=order.name,
        kind=order.kind,
        sound=str(truth.get("path", "")),
        truth=f"{order.name}.json",
        seconds=float(truth.get("duration", 0.0)),
        seed=order.seed,
        licence=str(truth.get("licence", "")),
        kept=True,
    )


def render_item(order: Order) -> Rendered:
    """Make and write one item."""
    item = _make(order)
    if not order.request.clean:
        item = augment(item, np.random.default_rng([*order.seed, DAMAGE]))
    facts = {"kind": order.kind, "licence": OWN_LICENCE, "made_from": list(order.seed)}
    _write(order, replace(item, truth={**item.truth, **facts}))
    found = present(order)
    if found is None:
        raise StorageError(f"{order.folder}: {order.name} was written but is not there; try again")
    return replace(found, kept=False)


def _make(order: Order) -> Item:
    request = order.request
    brief = random_brief(order.number, request.seed, request.seconds)
    return composed_item(order.name, brief, request.stems)


def _write(order: Order, item: Item) -> None:
    """Write sound, stems and truth, the truth last; its loudness is that of the file."""
    folder, form, stems = order.folder, order.request.form, order.request.stems
    if form in FORMATS:
        write_item(folder, with_loudness(item), form, stems)
        return
    sound = folder / f"{item.name}.{form}"
    io.write(sound, Signal(item.samples, item.sample_rate))
    heard = with_loudness(replace(item, samples=io.read(sound).samples))
    facts: dict[str, Any] = {"path": sound.name, "sample_rate": item.sample_rate}
    if stems and item.stems:
        facts["stems"] = _write_stems(folder / f"{item.name}_stems", item)
    document = {"schema": item.truth["schema"], **facts, **heard.truth}
    write_text(folder / f"{item.name}.json", json.dumps(document))


def _write_stems(place: Path, item: Item) -> dict[str, str]:
    """Stem name → its file beside the truth; stems of a lossy mix are kept whole."""
    place.mkdir(exist_ok=True)
    for name, samples in item.stems.items():
        io.write(place / f"{name}.flac", Signal(samples, item.sample_rate), "PCM_16")
    return {name: f"{place.name}/{name}.flac" for name in item.stems}
