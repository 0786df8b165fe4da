"""One item of a data set: made, damaged, measured, written.

Every item is a function of the request, its kind and its number, so that any of them can be
made again alone and in any order.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from mixolydian.audio import io
from mixolydian.core.errors import StorageError
from mixolydian.core.files import write_text
from mixolydian.core.types import Signal
from mixolydian.training.datasets.augment import augment
from mixolydian.training.datasets.briefs import random_brief
from mixolydian.training.datasets.composed import composed_item, with_loudness
from mixolydian.training.datasets.item import Item
from mixolydian.training.datasets.licences import licence_note
from mixolydian.training.datasets.sources import render
from mixolydian.training.datasets.store import FORMATS, is_done, read_truth, write_item
from mixolydian.workflows.rendering.order import KINDS
from mixolydian.workflows.rendering.plan import COMPOSED, Order

DICE = 9
"""names the dice of lengths and damage, beside those of the items."""


@dataclass(frozen=True)
class Rendered:
    """An item that is there: its files relative to the folder, its length, what made it."""

    name: str
    kind: str
    source: str
    number: int
    seed: int
    sound: str
    truth: str
    seconds: float
    licence: str
    kept: bool = False
    """It was complete before this run."""


def present(order: Order) -> Rendered | None:
    """The item as it lies in the folder, or None where it is not complete."""
    if not is_done(order.folder, order.name):
        return None
    truth = read_truth(order.folder / f"{order.name}.json") or {}
    return Rendered(
        name=order.name,
        kind=order.kind,
        source=order.source,
        number=order.number,
        seed=order.request.seed,
        sound=str(truth.get("path", "")),
        truth=f"{order.name}.json",
        seconds=float(truth.get("duration", 0.0)),
        licence=str(truth.get("licence", "")),
        kept=True,
    )


def render_item(order: Order) -> Rendered:
    """Make and write one item."""
    item = _composed(order) if order.source == COMPOSED else _drawn(order)
    facts = {"kind": order.kind, "licence": licence_note(order.source, item.truth.get("soundfont"))}
    _write(order, replace(item, name=order.name, truth={**item.truth, **facts}))
    found = present(order)
    if found is None:
        raise StorageError(f"{order.folder}: {order.name} was written but is not there; try again")
    return replace(found, kept=False)


def _composed(order: Order) -> Item:
    """A random piece of our own."""
    request = order.request
    brief = random_brief(order.number, request.seed, request.seconds)
    item = composed_item(order.name, brief, request.stems)
    facts = {"source": order.source, "number": order.number, "set_seed": request.seed}
    item = replace(item, truth={**item.truth, **facts})
    return item if request.clean else augment(item, _dice(order))


def _drawn(order: Order) -> Item:
    """An item of one of the other sources."""
    request = order.request
    seconds = float(_dice(order).uniform(*request.seconds))
    damaged = not request.clean
    return render(order.source, order.number, request.seed, seconds, order.stock, damaged)


def _dice(order: Order) -> np.random.Generator:
    seed = [order.request.seed, KINDS.index(order.kind), order.number, DICE]
    return np.random.default_rng(seed)


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
