"""`mixo report`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from mixolydian.app.cli.analyze import Jobs, NoLibrary
from mixolydian.app.cli.output import Json, console, print_json
from mixolydian.app.cli.progress import ScanFollower
from mixolydian.workflows.report import ReportRequest, report


def command(
    targets: Annotated[
        list[str],
        typer.Argument(metavar="TRACK|FOLDER", help="Files, folders, or tracks of the library."),
    ],
    out: Annotated[
        str | None,
        typer.Option("--out", help="The page [default: NAME-report.html in this folder]."),
    ] = None,
    no_library: NoLibrary = False,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Write an HTML page about a track or a folder."""
    request = ReportRequest(tuple(targets), out, not no_library, jobs)
    with ScanFollower() as follower:
        result = report(request, watch=follower)
    if json:
        print_json(page_document(result.path, len(result.tracks), result.failures))
    else:
        tracks = f"{len(result.tracks)} track{'s' if len(result.tracks) != 1 else ''}"
        console().print(f"{tracks}: {result.path}", soft_wrap=True, markup=False)
    if result.failures:
        raise typer.Exit(1)


def page_document(path: Path, n_tracks: int, failures: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What `--json` says of a page that was written."""
    errors = [{"path": name, "message": message} for name, message in failures]
    return {
        "schema": "mixolydian.report/1",
        "report": str(path),
        "tracks": n_tracks,
        "errors": errors,
    }
