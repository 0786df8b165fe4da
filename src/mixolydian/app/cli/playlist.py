"""`mixo playlist`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from mixolydian.app.cli.output import Json, console, minutes, number, percent, print_json, safe
from mixolydian.app.cli.tables import track_table
from mixolydian.library.records import row_to_json
from mixolydian.workflows.playlist import (
    ALL,
    EMOTIONS,
    Chosen,
    Playlist,
    PlaylistRequest,
    playlist,
)
from mixolydian.workflows.sequencing import ARCS
from mixolydian.workflows.sifting import LEFT_OUT

SCHEMA = "mixolydian.playlist/1"


def command(
    emotion: Annotated[
        str, typer.Option("--emotion", help=f"{', '.join(EMOTIONS)}, or {ALL}: one of each.")
    ],
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", help="Leave out what is less sure (0 to 1).")
    ] = 0.8,
    length: Annotated[float, typer.Option("--minutes", help="Length wanted.")] = 45.0,
    min_energy: Annotated[
        int | None, typer.Option("--min-energy", help="Lowest energy, 1 to 10.")
    ] = None,
    max_energy: Annotated[
        int | None, typer.Option("--max-energy", help="Highest energy, 1 to 10.")
    ] = None,
    bpm: Annotated[str, typer.Option("--bpm", help="Tempi, as in a search: 50-80.")] = "",
    tempo_step: Annotated[
        float | None,
        typer.Option("--tempo-step", help="Greatest step of tempo between neighbours, in %."),
    ] = None,
    arc: Annotated[str, typer.Option("--arc", help=f"How energy goes: {', '.join(ARCS)}.")] = "",
    query: Annotated[
        str, typer.Option("--query", help="Only tracks that match: genre:ambient.")
    ] = "",
    out: Annotated[
        str, typer.Option("--out", help=f"The .m3u8 file to write; a folder for {ALL}.")
    ] = "",
    relative: Annotated[
        bool, typer.Option("--relative", help="Paths relative to the playlist's own folder.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a playlist of one emotion, in a smooth order."""
    request = PlaylistRequest(
        emotion, min_confidence, length, min_energy, max_energy, bpm, tempo_step, arc, query,
        out, relative,
    )  # fmt: skip
    result = playlist(request)
    for made in result.playlists:
        if json:
            print_json(_document(made))
        else:
            _show(made)
    if not any(made.chosen for made in result.playlists):
        raise typer.Exit(1)


def _document(made: Playlist) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "emotion": made.emotion,
        "seconds": round(made.seconds, 1),
        "tracks": [_entry(chosen) for chosen in made.chosen],
        "left_out": made.left_out,
        "notes": list(made.notes),
        "path": None if made.path is None else str(made.path),
    }


def _entry(chosen: Chosen) -> dict[str, Any]:
    return row_to_json(chosen.row) | {
        "probability": round(chosen.probability, 4),
        "confidence": round(chosen.confidence, 4),
        "reason": chosen.reason,
        "step": None if chosen.step is None else asdict(chosen.step),
    }


def _show(made: Playlist) -> None:
    out = console()
    if made.chosen:
        rows = [chosen.row for chosen in made.chosen]
        out.print(track_table(rows, [_cell(chosen) for chosen in made.chosen], "Sure · Step"))
    count = f"{len(made.chosen)} track{'s' if len(made.chosen) != 1 else ''}"
    place = "" if made.path is None else f": {made.path}"
    out.print(safe(f"{made.emotion}: {count}, {minutes(made.seconds)}{place}"), soft_wrap=True)
    for reason, n in made.left_out.items():
        out.print(f"  {n} left out: {LEFT_OUT[reason]}", markup=False)
    for note in made.notes:
        out.print(safe(f"Note: {note}"), soft_wrap=True)


def _cell(chosen: Chosen) -> str:
    """How sure, and the step of tempo from the track before."""
    sure = "by you" if chosen.human else percent(chosen.confidence)
    step = None if chosen.step is None else chosen.step.tempo
    return f"{sure} · {'–' if step is None else number(step, 1) + ' %'}"
