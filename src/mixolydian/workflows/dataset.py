"""`dataset render`: sounds by the thousand, with everything that is true of them.

Every item is a function of its number and the seed, so a run that was stopped goes on: an
item that is complete is not rendered again. A folder belongs to one recipe, kept in its
index.json; only the number of tracks may change.

A folder holds, per item, NAME.flac and NAME.json (the truth, `mixolydian.truth/1`), perhaps
NAME_stems/, and for all of them index.json (what made the set) and manifest.jsonl (one line
per item). Damage (codecs, noise, rooms, speed) is drawn per item unless `clean` is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from mixolydian.core.errors import RequestError, StorageError
from mixolydian.core.files import write_text
from mixolydian.core.settings import Settings, read_settings
from mixolydian.engines.local import LocalEngine, Outcome
from mixolydian.training.datasets.store import read_truth, write_index
from mixolydian.workflows.rendering.items import Rendered, present, render_item
from mixolydian.workflows.rendering.order import DatasetRequest
from mixolydian.workflows.rendering.plan import Order, Plan, plan_of

RENEW_AFTER = 50
"""items after which a worker is replaced: long lives fragment its memory."""
INDEX, MANIFEST = "index.json", "manifest.jsonl"
Failed = tuple[str, str]
"""(name of an item, why it could not be made)."""


@dataclass(frozen=True)
class DatasetResult:
    """The folder, the items in order of their names, and what could not be made."""

    folder: Path
    items: tuple[Rendered, ...]
    failures: tuple[Failed, ...]

    @property
    def hours(self) -> float:
        """Hours of sound."""
        return sum(item.seconds for item in self.items) / 3600


class Watch(Protocol):
    """Who wants to follow the work."""

    def begin(self, n_items: int) -> None:
        """So many items are asked for."""

    def item(self, item: Rendered) -> None:
        """An item is there."""

    def failure(self, name: str, reason: str) -> None:
        """An item could not be made."""


def render_dataset(
    request: DatasetRequest, settings: Settings | None = None, watch: Watch | None = None
) -> DatasetResult:
    """Render what is missing of the data set; `watch` follows, item by item.

    Raises
    ------
    RequestError
        The folder holds a data set of another recipe, or a kind needs data it has not got.
    StorageError
        The folder cannot be written.
    """
    settings = read_settings() if settings is None else settings
    folder, plan = Path(request.out), plan_of(request)
    _claim(folder, plan)
    collected = _Collector(watch)
    collected.begin(request.tracks)
    missing = []
    for order in plan.orders():
        found = present(order)
        if found is None:
            missing.append(order)
        else:
            collected.item(found)
    engine = LocalEngine(
        request.jobs or settings.jobs, settings.item_seconds, renew_after=RENEW_AFTER
    )
    for outcome in engine.map(render_item, missing):
        collected.outcome(outcome)
    result = collected.result(folder)
    _write_lists(result, plan)
    return result


class _Collector:
    """Keeps what becomes of the items, and tells whoever follows."""

    def __init__(self, watch: Watch | None) -> None:
        self.watch = watch
        self.items: list[Rendered] = []
        self.failures: list[Failed] = []

    def begin(self, n_items: int) -> None:
        if self.watch is not None:
            self.watch.begin(n_items)

    def item(self, item: Rendered) -> None:
        self.items.append(item)
        if self.watch is not None:
            self.watch.item(item)

    def outcome(self, outcome: Outcome[Order, Rendered]) -> None:
        """What a worker made, or why it did not."""
        if outcome.result is not None:
            self.item(outcome.result)
            return
        failure = outcome.failure
        why = "no answer" if failure is None else f"{failure.type}: {failure.message}"
        self.failures.append((outcome.item.name, why))
        if self.watch is not None:
            self.watch.failure(outcome.item.name, why)

    def result(self, folder: Path) -> DatasetResult:
        items = sorted(self.items, key=lambda item: item.name)
        return DatasetResult(folder, tuple(items), tuple(sorted(self.failures)))


# ---------------------------------------------------------------------- the folder


def _claim(folder: Path, plan: Plan) -> None:
    """Make the folder this data set's own, or find that it is."""
    path = folder / INDEX
    if path.exists():
        _check_recipe(path, plan)
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_index(folder, [], {"recipe": plan.recipe})
    except OSError as error:
        raise StorageError(
            f"{folder}: cannot be made or written ({error.strerror}); choose another --out"
        ) from error


def _check_recipe(path: Path, plan: Plan) -> None:
    theirs = (read_truth(path) or {}).get("recipe")
    if theirs == plan.recipe:
        return
    found = theirs if isinstance(theirs, dict) else {}
    changed = [
        f"{name} {found.get(name, 'unknown')}, asked {value}"
        for name, value in plan.recipe.items()
        if found.get(name) != value
    ]
    raise RequestError(
        f"{path.parent} holds a data set with other settings ({'; '.join(changed)}); "
        "choose another folder with --out, or the same settings to go on"
    )


def _write_lists(result: DatasetResult, plan: Plan) -> None:
    """index.json and manifest.jsonl of what is there now."""
    facts = {
        "made_by": "mixo dataset render",
        "recipe": plan.recipe,
        "tracks": len(result.items),
        "counts": {kind: sum(i.kind == kind for i in result.items) for kind in plan.sources},
        "hours": round(result.hours, 4),
        "licences": sorted({item.licence for item in result.items}),
        "failures": [{"name": name, "reason": why} for name, why in result.failures],
    }
    write_text(result.folder / MANIFEST, _lines(result))
    write_index(result.folder, [item.truth for item in result.items], facts)


def _lines(result: DatasetResult) -> Iterator[str]:
    for item in result.items:
        row = asdict(item)
        del row["kept"]
        yield json.dumps(row) + "\n"
