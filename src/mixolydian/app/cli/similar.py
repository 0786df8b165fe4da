"""`mixo similar`."""

from __future__ import annotations

from typing import Annotated

import typer

from mixolydian.app.cli.output import Json, console, print_json, safe
from mixolydian.app.cli.tables import track_name, track_table
from mixolydian.library.records import row_to_json
from mixolydian.workflows.similar import SimilarRequest, similar

TrackArgument = Annotated[
    str, typer.Argument(help="A file, the start of a track id, or words of a title.")
]


def command(
    track: TrackArgument,
    limit: Annotated[int, typer.Option("--limit", help="Show at most so many.")] = 10,
    json: Json = False,
) -> None:
    """Find tracks that sound like a track."""
    found = similar(SimilarRequest(track, limit))
    if json:
        for near in found.neighbours:
            print_json(row_to_json(near.row) | {"likeness": round(near.likeness, 4)})
        return
    out = console()
    if not found.neighbours:
        out.print("No other track with a timbre in the library yet.")
        return
    out.print("Sounds like ", safe(track_name(found.track)), sep="")
    likeness = [f"{near.likeness:.2f}" for near in found.neighbours]
    out.print(track_table([near.row for near in found.neighbours], likeness, "Likeness"))
