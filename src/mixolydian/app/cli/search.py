"""`mixo search`."""

from __future__ import annotations

from typing import Annotated

import typer

from mixolydian.app.cli.listing import Limit, Sort
from mixolydian.app.cli.output import Json, print_json
from mixolydian.app.cli.tables import print_rows
from mixolydian.library.records import row_to_json
from mixolydian.workflows.search import SearchRequest, search

_HELP = (
    "Terms that must all hold: bpm:120-128 key:8A,9A energy:>6 lufs:>=-9 length:3:00-5:00 "
    'year:2019 meter:3 drops:>0 title: artist:"x y" album: genre: path: '
    'tag:"my warm-up" and free words.'
)


def command(
    terms: Annotated[list[str], typer.Argument(metavar="TERM", help=_HELP)],
    sort: Sort = "artist",
    limit: Limit = None,
    json: Json = False,
) -> None:
    """Find tracks: bpm:120-128 key:8A energy:>6 artist:"x y" words."""
    query = terms[0] if len(terms) == 1 else " ".join(_quoted(term) for term in terms)
    found = search(SearchRequest(query, sort, limit))
    if json:
        for row in found.rows:
            print_json(row_to_json(row))
        return
    print_rows(found.rows, found.total, "No track matches.")


def _quoted(term: str) -> str:
    """A term whose quotes the shell has taken away, with quotes again."""
    field, colon, value = term.partition(":")
    if '"' in term or not any(c.isspace() for c in term):
        return term
    return f'{field}:"{value}"' if colon and field.isalpha() else f'"{term}"'
