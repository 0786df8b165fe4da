"""`mixo tag`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from mixolydian.app.cli.analyze import Jobs
from mixolydian.app.cli.output import Json, console, print_json, safe, warn
from mixolydian.workflows.tag import TagOutcome, TagRequest, TagResult, tag
from mixolydian.workflows.tag_sheets import WRITABLE
from mixolydian.workflows.tag_texts import NOTATIONS


def command(
    tracks: Annotated[
        list[str] | None,
        typer.Argument(metavar="TRACK", help="Files, folders, ids or titles of the library."),
    ] = None,
    write: Annotated[
        str, typer.Option("--write", help=f"What to write: some of {','.join(WRITABLE)}.")
    ] = "",
    key_notation: Annotated[
        str, typer.Option("--key-notation", help=f"How keys are written: {', '.join(NOTATIONS)}.")
    ] = "camelot",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take the last run back, or what was done to TRACK.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="With serato: over grids and cues set in Serato.")
    ] = False,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Write what the library knows into the files' tags, or take it back."""
    names = tuple(dict.fromkeys(name.strip() for name in write.split(",") if name.strip()))
    request = TagRequest(tuple(tracks or ()), names, key_notation, dry_run, undo, jobs, replace)
    result = tag(request)
    for outcome in result.outcomes:
        if json:
            print_json({"schema": "mixolydian.tag/1", **asdict(outcome)})
        else:
            _show(outcome)
    if not json:
        console().print(_summary(result))
    if result.failures:
        raise typer.Exit(1)


_UNKNOWN = {
    "grouping": "no tag that you taught fits",
    "serato": "neither a grid nor cues are known",
}


def _show(outcome: TagOutcome) -> None:
    if outcome.failure is not None:
        warn(outcome.failure.message)
        return
    said = [f"{c.field} {c.old or '–'} → {c.new or '–'}" for c in outcome.changes]
    said += [f"{name}: {_UNKNOWN.get(name, 'cannot tell')}" for name in outcome.unknown]
    said += outcome.notes
    line = f"{outcome.path}: {outcome.status}" + (f" ({'; '.join(said)})" if said else "")
    console().print(safe(line), soft_wrap=True)


def _summary(result: TagResult) -> str:
    """`12 tagged · 3 unchanged · 1 refused`."""
    counts: dict[str, int] = {}
    for outcome in result.outcomes:
        counts[outcome.status] = counts.get(outcome.status, 0) + 1
    said = [f"{n} {status}" for status, n in counts.items()]
    if result.n_strangers:
        said.append(f"{result.n_strangers} not in the library (`mixo analyze` first)")
    return " · ".join(said) or "No tracks there."
