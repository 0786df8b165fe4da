"""`mixo import`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from mixolydian.app.cli.follower import Steps
from mixolydian.app.cli.output import Json, console, print_json, reasons, safe, warn
from mixolydian.workflows.importing import PARTS, Imported, ImportRequest, Left, import_
from mixolydian.workflows.programs import READERS

_MOST = 10
"""Tracks or files of one kind that are named; --json names all."""
_NEXT = (
    "These answers count at once. What was built on the old ones (chords, sections, drops, cues) "
    "is worked out again when a track is next mixed, matched, or run through `mixo analyze`."
)


def command(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE", help="Collections, playlists, sheets of DJ programs; folders of them."
        ),
    ],
    program: Annotated[
        str,
        typer.Option("--from", help=f"What they are: {', '.join(READERS)}."),
    ] = "",
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help=f"Take only this: {', '.join(PARTS)}; as often as you like."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Overrule what was corrected here.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would arrive, and keep nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Take grids, cues, keys, playlists and ratings from DJ programs."""
    parts = tuple(name for entry in only or () for name in entry.split(","))
    request = ImportRequest(tuple(files), program, parts, replace, dry_run)
    with Steps() as follower:
        result = import_(request, told=follower.told)
    for entry in result.files:
        if json:
            print_json(document(entry, result.dry_run))
        else:
            _show(entry, result.dry_run)
    answers = {p for e in result.files for p in e.taken} & {p for p, q in PARTS.items() if q}
    if answers and not (json or dry_run):
        console().print(_NEXT, soft_wrap=True)
    if any(entry.unread for entry in result.files):
        raise typer.Exit(1)


def document(entry: Imported, dry_run: bool) -> dict[str, object]:
    """What became of one file, as JSON."""
    return {
        "schema": "mixolydian.import/1",
        "path": entry.path,
        "from": entry.program,
        "dry_run": dry_run,
        "tracks": entry.n_tracks,
        "matched": entry.n_matched,
        "taken": dict(entry.taken),
        "unchanged": entry.unchanged,
        "kept": reasons(entry.kept),
        "unmatched": reasons(entry.unmatched),
        "unread": reasons(entry.unread),
        "notes": list(entry.notes),
    }


def _show(entry: Imported, dry_run: bool) -> None:
    out = console()
    taken = ", ".join(_counted(*each) for each in entry.taken.items()) or "nothing new"
    head = "would take" if dry_run else "took"
    out.print(
        safe(f"{entry.path} ({entry.program}): {head} {taken}; "),
        f"{entry.n_matched} of {entry.n_tracks} tracks are in the library, "
        f"{entry.unchanged} of them as they were.",
        sep="",
        soft_wrap=True,
    )
    _name("Not matched", entry.unmatched)
    _name("Kept as corrected here (--replace overrules)", entry.kept)
    for left in entry.unread[:_MOST]:
        warn(left.reason)
    if len(entry.unread) > _MOST:
        more = len(entry.unread) - _MOST
        warn(f"{entry.path}: {more} more files cannot be read; --json names them all")
    for note in entry.notes:
        warn(f"{entry.path}: {note}")


def _counted(part: str, count: int) -> str:
    """ "1 key", "2 keys", "3 energy" """
    one = part.removesuffix("s") if part != "energy" else "energy level"
    return f"{count} {one}" + ("" if count == 1 else "s")


def _name(title: str, left: Sequence[Left]) -> None:
    if not left:
        return
    out = console()
    out.print(f"{title}: {len(left)}")
    for entry in left[:_MOST]:
        out.print(safe(f"  {entry.path}: {entry.reason}"), soft_wrap=True)
    if len(left) > _MOST:
        out.print(f"  … and {len(left) - _MOST} more; --json names them all")
