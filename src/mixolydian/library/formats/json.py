"""Plain JSON: the documents `mixolydian.analysis/1` of several tracks in one file.

Numbers that are not finite become null: JSON has no other word for them. One track stands
on one line, so that line tools and version control can work with the file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mixolydian.core.files import write_text

SCHEMA = "mixolydian.tracks/1"


def one_line(
    value: Any, ensure_ascii: bool = False, separators: tuple[str, str] = (", ", ": ")
) -> str:
    """`value` (plain JSON) as text on one line; a number that JSON does not know is null."""

    def text(said: Any) -> str:
        return json.dumps(said, ensure_ascii=ensure_ascii, allow_nan=False, separators=separators)

    try:
        return text(value)
    except (TypeError, ValueError):  # a mapping that is no dict, or such a number: rare
        return text(finite(value))


def finite(value: Any) -> Any:
    """`value` (plain JSON) with infinite and undefined numbers replaced by None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {k: finite(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(v) for v in value]
    return value


def pieces(documents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The text ``{"schema": …, "tracks": […]}``, piece by piece."""
    yield f'{{"schema": "{SCHEMA}", "tracks": ['
    separator = "\n"
    for document in documents:
        yield separator + one_line(document)
        separator = ",\n"
    yield "\n]}\n"


def write(documents: Iterable[Mapping[str, Any]], path: Path) -> list[Path]:
    """Write the analysis documents of tracks to one JSON file; returns the files written.

    A byte of a file name that is not UTF-8 is written as a JSON escape (``\\udcff``), which
    Python reads back as the same path.
    """
    return [write_text(path, pieces(documents))]
