"""`mixo export`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from mixolydian.app.cli.follower import Steps
from mixolydian.app.cli.output import Json, console, print_json, warn
from mixolydian.workflows.export import FORMATS, ExportRequest, GridCounts, export


def command(
    tracks: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TRACK", help="Only these tracks, folders or playlists [default: all]."
        ),
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
    attune: Annotated[
        bool,
        typer.Option("--attune", help="Listen again for grids exact to a tenth of a millisecond."),
    ] = False,
    json: Json = False,
) -> None:
    """Write the library as JSON, CSV, M3U8, JAMS, CUE, or for a DJ program."""
    request = ExportRequest(to, out, query, tuple(tracks or ()), relative, attune)
    with Steps() as follower:
        result = export(request, told=follower.told)
    if json:
        paths = [str(path) for path in result.paths]
        counts = {"tracks": result.n_tracks, "left_out": result.left_out}
        grids = None if result.grids is None else asdict(result.grids)
        said = {"paths": paths, **counts, "grids": grids, "notes": list(result.notes)}
        print_json({"schema": "mixolydian.export/1", **said})
        return
    place = result.paths[0] if len(result.paths) == 1 else f"{len(result.paths)} files in {out}"
    left_out = f" ({result.left_out} left out: their files are gone)" if result.left_out else ""
    tracks_said = f"{result.n_tracks} track{'s' if result.n_tracks != 1 else ''}{left_out}"
    console().print(f"{tracks_said}: {place}", soft_wrap=True, markup=False)
    if result.grids is not None:
        console().print(_grids(result.grids), soft_wrap=True)
    for note in result.notes:
        warn(f"{to}: {note}")


def _grids(counts: GridCounts) -> str:
    """Where the grids come from, and what would make them better."""
    words = {
        "attuned to the sound": counts.attuned,
        "set by hand": counts.by_hand,
        "as the analysis heard them": counts.heard,
        "missing": counts.missing,
    }
    said = ", ".join(f"{count} {name}" for name, count in words.items() if count)
    hint = "; --attune makes these exact" if counts.heard else ""
    return f"Grids: {said}{hint}."
