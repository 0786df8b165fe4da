"""A data set on disk: per item a sound, a truth JSON, perhaps a folder of stems; an index.

The truth file is written last and in one step, so that an item is either there or not: an
item whose truth parses and whose sound exists is done, and a stopped run can go on.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import soundfile

from mixolydian.core.errors import StorageError
from mixolydian.training.datasets.item import Item, Samples

FORMATS = ("flac", "wav")


def _write_sound(path: Path, samples: Samples, sample_rate: int) -> None:
    """16-bit samples under a name of its own first, then moved into place."""
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    soundfile.write(part, samples.T, sample_rate, subtype="PCM_16")
    os.replace(part, path)


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    part = path.with_name(f".{path.stem}.part.json")
    part.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    os.replace(part, path)


def write_item(folder: Path, item: Item, form: str = "flac", stems: bool = False) -> Path:
    """Write an item; the path of its truth file.

    Raises
    ------
    StorageError
        The folder cannot be written to (read-only, full).
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_sound(folder / f"{item.name}.{form}", item.samples, item.sample_rate)
        facts: dict[str, Any] = {"path": f"{item.name}.{form}", "sample_rate": item.sample_rate}
        if stems and item.stems:
            facts["stems"] = _write_stems(folder, item, form)
        path = folder / f"{item.name}.json"
        _write_json(path, {"schema": item.truth["schema"], **facts, **item.truth})
    except (OSError, soundfile.LibsndfileError) as error:
        raise StorageError(f"{folder}: cannot write {item.name}: {error}") from error
    return path


def _write_stems(folder: Path, item: Item, form: str) -> dict[str, str]:
    """Stem name → its file, relative to `folder`."""
    place = folder / f"{item.name}_stems"
    place.mkdir(exist_ok=True)
    for name, samples in item.stems.items():
        _write_sound(place / f"{name}.{form}", samples, item.sample_rate)
    return {name: f"{place.name}/{name}.{form}" for name in item.stems}


def is_done(folder: Path, name: str) -> bool:
    """Whether the item's truth parses and names a sound that exists."""
    document = read_truth(folder / f"{name}.json")
    return document is not None and (folder / str(document.get("path"))).is_file()


def read_truth(path: Path) -> dict[str, Any] | None:
    """The truth document of a file, or None where there is none that parses."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) and "schema" in document else None


def write_index(folder: Path, truth_files: Iterable[str], facts: Mapping[str, Any]) -> None:
    """Write index.json: what made the data set, and its truth files."""
    document = {"schema": "mixolydian.crate/1", **facts, "pieces": sorted(truth_files)}
    _write_json(folder / "index.json", document)
