"""`mixo next`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from mixolydian.app.cli.output import Json, console, print_json, safe, warn
from mixolydian.app.cli.tables import track_name, track_table
from mixolydian.core.errors import RequestError
from mixolydian.library.records import row_to_json
from mixolydian.workflows.next import (
    Next,
    NextRequest,
    NextResult,
    forget_profile,
    next_track,
)


def command(
    played: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TRACK", help="What was played, oldest first: a file, an id, or a title."
        ),
    ] = None,
    set_file: Annotated[
        str, typer.Option("--set", metavar="FILE", help="The set so far, an .m3u8.")
    ] = "",
    context: Annotated[
        str, typer.Option("--context", help="Where energy goes: warmup, peak or closing.")
    ] = "",
    emotion: Annotated[
        str, typer.Option("--emotion", help="Wanted: relaxed, happy, sad or angry.")
    ] = "",
    avoid: Annotated[bool, typer.Option("--avoid-artist-repeat", help="No artist twice.")] = False,
    like: Annotated[
        list[str] | None, typer.Option("--like", metavar="TRACK", help="A track you like.")
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option("--skip", metavar="TRACK", help="One not for now.")
    ] = None,
    ban: Annotated[
        list[str] | None, typer.Option("--ban", metavar="TRACK", help="Never suggest it again.")
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Forget all you ever liked, skipped and banned.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", help="Suggest at most so many.")] = 10,
    json: Json = False,
) -> None:
    """Suggest what to play next, and say why."""
    given = (played, set_file, context, emotion, avoid, like, skip, ban)
    if forget:
        if any(given):
            raise RequestError("expected --forget alone; ask again after it")
        _say_forgotten(forget_profile(), json)
        return
    said = (tuple(like or ()), tuple(skip or ()), tuple(ban or ()))
    request = NextRequest(tuple(played or ()), set_file, context, emotion, avoid, *said, limit)
    result = next_track(request)
    if json:
        for entry in result.suggestions:
            print_json(_document(entry))
    else:
        _show(result)
    for note in result.notes:
        warn(note)


def _say_forgotten(n: int, json: bool) -> None:
    if json:
        print_json({"forgotten": n})
    else:
        print(f"Forgotten: {n} opinion{'s' if n != 1 else ''}")


def _document(entry: Next) -> dict[str, Any]:
    found = entry.suggestion
    parts = [
        {
            "name": part.name,
            "worth": None if part.worth is None else round(part.worth, 4),
            "weight": part.weight,
            "words": part.words,
        }
        for part in found.parts
    ]
    value = {"value": round(found.value, 4), "reason": found.reason, "parts": parts}
    return row_to_json(entry.row) | value


def _show(result: NextResult) -> None:
    out = console()
    for line in result.said:
        out.print(safe(line[0].upper() + line[1:]))
    if not result.suggestions:
        return
    if result.played:
        out.print("After ", safe(track_name(result.played[-1])), sep="")
    values = [f"{entry.suggestion.value:.2f}" for entry in result.suggestions]
    out.print(track_table([entry.row for entry in result.suggestions], values, "Fit"))
    for entry in result.suggestions:
        name, reason = track_name(entry.row), entry.suggestion.reason
        out.print(safe(f"{name}: {reason}"), soft_wrap=True)
