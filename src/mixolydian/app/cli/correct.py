"""`mixo correct`."""

from __future__ import annotations

from typing import Annotated

import typer

from mixolydian.app.cli.output import Json, console, print_json, warn
from mixolydian.app.cli.similar import TrackArgument
from mixolydian.app.cli.tables import track_table
from mixolydian.library.records import row_of
from mixolydian.workflows.correct import (
    CONTENTS,
    EMOTIONS,
    UNDOABLE,
    CorrectRequest,
    correct,
)
from mixolydian.workflows.document import track_document


def command(
    track: TrackArgument,
    bpm: Annotated[float | None, typer.Option("--bpm", help="The right tempo.")] = None,
    key: Annotated[
        str | None, typer.Option("--key", help='The right key: "A minor", Am, 8A or 1m.')
    ] = None,
    meter: Annotated[
        int | None, typer.Option("--meter", help="Beats in a bar, counted from the first downbeat.")
    ] = None,
    genre: Annotated[str | None, typer.Option("--genre", help="The right genre.")] = None,
    emotion: Annotated[
        str | None, typer.Option("--emotion", help=f"The right emotion: {', '.join(EMOTIONS)}.")
    ] = None,
    music: Annotated[
        str | None, typer.Option("--music", help=f"What the file holds: {', '.join(CONTENTS)}.")
    ] = None,
    undo: Annotated[
        list[str] | None,
        typer.Option("--undo", help=f"Take a correction back: {', '.join(UNDOABLE)}."),
    ] = None,
    json: Json = False,
) -> None:
    """Correct an answer; what was built on it is worked out again."""
    taken_back = tuple(undo or ())
    result = correct(CorrectRequest(track, bpm, key, meter, genre, emotion, music, taken_back))
    if result.pending:
        warn(f"kept, but what was built on it waits for the next analyze: {result.pending}")
    if json:
        print_json(track_document(result.track))
        return
    out = console()
    out.print(track_table([row_of(result.track, result.track.path)]))
    if result.redone:
        out.print(f"Worked out again: {', '.join(result.redone)}.")
