"""`search`: the tracks that match a query such as `bpm:120-128 key:8A energy:>6 words`."""

from __future__ import annotations

from dataclasses import dataclass

from mixolydian.core.settings import Settings
from mixolydian.library.query import parse_query
from mixolydian.theory.key import parse_key
from mixolydian.workflows.listing import ListResult, check_order, matching


@dataclass(frozen=True)
class SearchRequest:
    """The `query` (see library/query.py), the order, and how many are shown at most."""

    query: str
    sort: str = "artist"
    limit: int | None = None

    def __post_init__(self) -> None:
        check_order(self.sort, self.limit)


def search(request: SearchRequest, settings: Settings | None = None) -> ListResult:
    """The tracks that match.

    Raises
    ------
    RequestError
        The query cannot be read.
    """
    query = parse_query(request.query, lambda text: parse_key(text).camelot)
    return matching(query, request.sort, request.limit, settings)
