"""`mixo teach`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from mixolydian.app.cli.output import Json, console, percent, print_json, safe
from mixolydian.app.cli.tables import track_table
from mixolydian.core.errors import RequestError
from mixolydian.library.records import row_to_json
from mixolydian.workflows.teach import (
    Suggestion,
    TagLine,
    TeachRequest,
    TeachResult,
    forget_tag,
    taught_tags,
    teach,
)

SCHEMA = "mixolydian.teach/1"


def command(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help='The tag: "my warm-up".', show_default=False)
    ] = "",
    tracks: Annotated[
        list[str] | None,
        typer.Argument(metavar="TRACK", help="Tracks that deserve it, best 5 to 20."),
    ] = None,
    counter: Annotated[
        list[str] | None, typer.Option("--not", metavar="TRACK", help="A track that does not.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="Suggest at most so many.")] = 20,
    listed: Annotated[bool, typer.Option("--list", help="Show the tags there are.")] = False,
    forget: Annotated[
        str, typer.Option("--forget", metavar="NAME", help="Forget a tag and its examples.")
    ] = "",
    json: Json = False,
) -> None:
    """Teach a tag of your own from a few examples."""
    if sum((bool(name), listed, bool(forget))) != 1:
        raise RequestError("expected a tag's name and tracks, or --list, or --forget NAME")
    if listed:
        _show_tags(taught_tags(), json)
    elif forget:
        forget_tag(forget)
        _say_forgotten(forget, json)
    else:
        result = teach(TeachRequest(name, tuple(tracks or ()), tuple(counter or ()), limit))
        if json:
            print_json(_document(result))
        else:
            _show(result)


def _document(result: TeachResult) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tag": result.tag.name,
        "told_apart": result.tag.model is not None,
        "separation": result.tag.separation,
        "found": result.found,
        "examples": [
            row_to_json(e.row)
            | {"percentile": round(e.percentile, 4), "probability": round(e.probability, 4)}
            for e in result.examples
        ],
        "counter_examples": list(result.tag.counter_examples),
        "suggestions": [_suggestion(s) for s in result.suggestions],
        "doubtful": [_suggestion(s) for s in result.doubtful],
        "n_suggestions": result.n_suggestions,
        "notes": list(result.notes),
    }


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    return row_to_json(suggestion.row) | {"probability": round(suggestion.probability, 4)}


def _show(result: TeachResult) -> None:
    out = console()
    n = len(result.examples)
    if result.tag.model is not None:
        out.print(
            safe(
                f"{result.tag.name}: learnt from {n} examples. Left out one by one, {result.found} "
                f"of {n} are found again; on average they are more like the tag than "
                f"{percent(result.tag.separation)} of the library."
            ),
            soft_wrap=True,
        )
        _table("Deserve it more likely than not", result.suggestions, result.n_suggestions)
        _table("Worth a listen: teach again with these as examples, or after --not",
               result.doubtful)  # fmt: skip
    for note in result.notes:
        out.print(safe(f"Note: {note}"), soft_wrap=True)


def _table(head: str, found: Sequence[Suggestion], total: int = 0) -> None:
    out = console()
    of = f" ({len(found)} of {total})" if total > len(found) else ""
    out.print(f"{head}{of}:" if found else f"{head}: none", soft_wrap=True)
    if found:
        likely = [percent(s.probability) for s in found]
        out.print(track_table([s.row for s in found], likely, "Probability"))


def _show_tags(lines: Sequence[TagLine], json: bool) -> None:
    if json:
        for line in lines:
            print_json(_tag_document(line))
        return
    if not lines:
        console().print("No tag has been taught yet.")
    for line in lines:
        console().print(safe(f"{line.tag.name}: {_words(line)}"), soft_wrap=True)


def _tag_document(line: TagLine) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tag": line.tag.name,
        "told_apart": line.tag.model is not None,
        "separation": line.tag.separation,
        "examples": list(line.tag.examples),
        "counter_examples": list(line.tag.counter_examples),
        "n_tracks": line.n_tracks,
    }


def _words(line: TagLine) -> str:
    examples = f"{len(line.tag.examples)} examples"
    if line.tag.model is None:
        return f"{examples}, not to be told from the rest"
    if line.n_tracks is None:
        return f"{examples}, to be learnt again: mixo teach NAME"
    return f"{examples}, worn by {line.n_tracks} tracks"


def _say_forgotten(name: str, json: bool) -> None:
    if json:
        print_json({"schema": SCHEMA, "forgotten": name})
    else:
        console().print(safe(f"Forgotten: {name}"), soft_wrap=True)
