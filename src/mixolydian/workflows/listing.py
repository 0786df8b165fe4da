"""`list`: the tracks of the library, one line each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings
from mixolydian.library.query import Query
from mixolydian.library.records import TrackRow
from mixolydian.workflows.shelf import name_of, open_library

SORTS = ("artist", "title", "bpm", "key", "energy", "lufs", "length")


@dataclass(frozen=True)
class ListRequest:
    """How the tracks are `sort`-ed (one of SORTS), and how many are shown at most."""

    sort: str = "artist"
    limit: int | None = None

    def __post_init__(self) -> None:
        check_order(self.sort, self.limit)


@dataclass(frozen=True)
class ListResult:
    """The tracks, in the order asked for, and how many there are in all."""

    rows: tuple[TrackRow, ...]
    total: int


def check_order(sort: str, limit: int | None) -> None:
    """Refuse an unknown order, or a limit below 1."""
    if sort not in SORTS:
        raise RequestError(f"cannot sort by {sort!r}; expected one of {', '.join(SORTS)}")
    if limit is not None and limit < 1:
        raise RequestError(f"expected a limit of at least 1, found {limit}")


def list_tracks(request: ListRequest, settings: Settings | None = None) -> ListResult:
    """Every track of the library."""
    return matching(None, request.sort, request.limit, settings)


def matching(
    query: Query | None, sort: str, limit: int | None, settings: Settings | None
) -> ListResult:
    """The tracks that match `query`, sorted, at most `limit`."""
    with open_library(settings) as catalogue:
        rows = catalogue.rows(query)
    rows.sort(key=lambda row: (_place(row, sort), _name(row)))
    return ListResult(tuple(rows[:limit]), len(rows))


def _name(row: TrackRow) -> tuple[str, str]:
    return (row.artist or "").casefold(), name_of(row).casefold()


def _place(row: TrackRow, sort: str) -> tuple[bool, Any]:
    """Sort key; tracks without an answer come last."""
    if sort in ("artist", "title"):
        return False, name_of(row).casefold() if sort == "title" else ""
    if sort == "key":
        code = row.camelot
        return code is None, (0, "") if code is None else (int(code[:-1]), code[-1])
    value = row.duration if sort == "length" else getattr(row, sort)
    return value is None, value or 0.0
