"""`mixo export`."""

from __future__ import annotations

from typing import Annotated

import typer

from mixolydian.app.cli.output import Json, console, print_json, warn
from mixolydian.workflows.export import FORMATS, ExportRequest, export


def command(
    tracks: Annotated[
        list[str] | None,
        typer.Argument(metavar="TRACK", help="Only these tracks [default: all]."),
    ] = None,
    to: Annotated[str, typer.Option("--to", help=f"Format: {', '.join(FORMATS)}.")] = "json",
    out: Annotated[
        str, typer.Option("--out", help="The file to write; a folder for several JAMS or CUE.")
    ] = "",
    query: Annotated[
        str, typer.Option("--query", help="Only tracks that match: bpm:120-128 key:8A.")
    ] = "",
    relative: Annotated[
        bool, typer.Option("--relative", help="Paths in a playlist relative to its folder.")
    ] = False,
    json: Json = False,
) -> None:
    """Write the library as JSON, CSV, M3U8, JAMS, CUE, or for a DJ program."""
    request = ExportRequest(to, out, query, tuple(tracks or ()), relative)
    result = export(request)
    if json:
        paths = [str(path) for path in result.paths]
        counts = {"tracks": result.n_tracks, "left_out": result.left_out}
        said = {"paths": paths, **counts, "notes": list(result.notes)}
        print_json({"schema": "mixolydian.export/1", **said})
        return
    place = result.paths[0] if len(result.paths) == 1 else f"{len(result.paths)} files in {out}"
    left_out = f" ({result.left_out} left out: their files are gone)" if result.left_out else ""
    tracks_said = f"{result.n_tracks} track{'s' if result.n_tracks != 1 else ''}{left_out}"
    console().print(f"{tracks_said}: {place}", soft_wrap=True, markup=False)
    for note in result.notes:
        warn(f"{to}: {note}")
