"""`mixo list`."""

from __future__ import annotations

from typing import Annotated

import typer

from mixolydian.app.cli.output import Json, print_json
from mixolydian.app.cli.tables import print_rows
from mixolydian.library.records import row_to_json
from mixolydian.workflows.listing import SORTS, ListRequest, list_tracks

Sort = Annotated[str, typer.Option("--sort", help=f"Order: {', '.join(SORTS)}.")]
Limit = Annotated[int | None, typer.Option("--limit", help="Show at most so many.")]


def command(sort: Sort = "artist", limit: Limit = None, json: Json = False) -> None:
    """List the tracks of the library."""
    found = list_tracks(ListRequest(sort, limit))
    if json:
        for row in found.rows:
            print_json(row_to_json(row))
        return
    print_rows(found.rows, found.total, "The library is empty: `mixo analyze FOLDER` fills it.")
