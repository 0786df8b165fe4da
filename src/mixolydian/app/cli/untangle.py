"""`mixo untangle`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from mixolydian.app.cli.follower import Steps
from mixolydian.app.cli.output import Json, console, moment, percent, print_json, safe, warn
from mixolydian.dj.untangling import Play
from mixolydian.workflows.untangle import UntangleRequest, UntangleResult, untangle

SCHEMA = "mixolydian.untangled/1"
EVERY = 4
"""of the points of a gain curve, every fourth is shown: one a second."""


def command(
    mix: Annotated[str, typer.Argument(help="The sound file of a mix.")],
    more: Annotated[
        list[str] | None, typer.Argument(help="More files and folders of tracks.")
    ] = None,
    tracks: Annotated[
        list[str] | None,
        typer.Option("--tracks", help="Files and folders of tracks that may play in it."),
    ] = None,
    out: Annotated[str, typer.Option("--out", help="Write the mix as a plan (.json).")] = "",
    picture: Annotated[
        str, typer.Option("--picture", help="Draw which track is heard when (.svg).")
    ] = "",
    jobs: Annotated[
        int | None, typer.Option("--jobs", help="Worker processes that listen.")
    ] = None,
    json: Json = False,
) -> None:
    """Hear a mix backwards: which tracks play when, how fast, how high and how loud."""
    paths = (*(tracks or ()), *(more or ()))
    request = UntangleRequest(mix, paths, out, picture, jobs)
    with Steps() as steps:
        result = untangle(request, tell=steps.told)
    for reason in result.failures.values():
        warn(reason)
    if json:
        print_json(_document(result))
    else:
        _show(result)
    if result.failures or not result.found.plays:
        raise typer.Exit(1)


# ---------------------------------------------------------------------- as a document


def _document(result: UntangleResult) -> dict[str, Any]:
    found = result.found
    heard = {play.track for play in found.plays}
    return {
        "schema": SCHEMA,
        "mix": result.mix,
        "duration": round(found.duration, 3),
        "bpm": result.bpm,
        "plays": [_play(play, result) for play in found.plays],
        "transitions": [
            {
                "outgoing": h.outgoing,
                "incoming": h.incoming,
                "start": round(h.start, 3),
                "end": round(h.end, 3),
            }
            for h in found.handovers
        ],
        "unknown": [{"start": round(u.start, 2), "end": round(u.end, 2)} for u in found.unknown],
        "not_found": [t.path for i, t in enumerate(result.tracks) if i not in heard],
        "failures": dict(result.failures),
        "notes": list(result.notes),
        "written": [str(path) for path in result.written],
    }


def _play(play: Play, result: UntangleResult) -> dict[str, Any]:
    track = result.tracks[play.track]
    bands = {"low": play.low, "mid": play.mid, "high": play.high}
    return {
        "path": track.path,
        "track_id": track.track_id,
        "title": track.title,
        "start": round(play.start, 3),
        "end": round(play.end, 3),
        "full_from": round(play.full_from, 3),
        "full_until": round(play.full_until, 3),
        "speed": round(play.speed, 6),
        "semitones": play.semitones,
        "cents": round(play.cents, 1),
        "gain_db": round(play.gain_db, 2),
        "confidence": round(play.confidence, 4),
        "lines": [
            {
                "start": round(line.start, 3),
                "end": round(line.end, 3),
                "own_start": round(line.own_start, 4),
                "own_end": round(line.own_end, 4),
                "speed": round(line.speed, 6),
            }
            for line in play.lines
        ],
        "curves": {
            "times": [round(float(t), 2) for t in play.times[::EVERY]],
            **{n: [round(float(v), 3) for v in band[::EVERY]] for n, band in bands.items()},
        },
    }


# ---------------------------------------------------------------------- as a table


def _show(result: UntangleResult) -> None:
    out = console()
    found = result.found
    if found.plays:
        out.print(_table(result))
    else:
        out.print(f"None of the {len(result.tracks)} tracks was found in this mix.")
    for h in found.handovers:
        names = [safe(result.tracks[found.plays[i].track].title) for i in (h.outgoing, h.incoming)]
        out.print(f"{moment(h.start)} to {moment(h.end)}: ", names[0], " gives way to ", names[1],
                  sep="")  # fmt: skip
    for u in found.unknown:
        out.print(f"{moment(u.start)} to {moment(u.end)}: no track explains what sounds.")
    for note in result.notes:
        out.print(safe(f"Note: {note}"), soft_wrap=True)
    for path in result.written:
        out.print(safe(f"Written: {path}"), soft_wrap=True)


def _table(result: UntangleResult) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("Mix", "Track", "From its", "Speed", "Pitch", "Gain", "Sure"):
        table.add_column(name, justify="left" if name == "Track" else "right")
    for play in result.found.plays:
        pitch = f"{play.semitones:+d}" if play.semitones else "0"
        table.add_row(
            f"{moment(play.start)}–{moment(play.end)}",
            safe(result.tracks[play.track].title),
            moment(max(play.lines[0].own_start, 0.0)),
            f"{100 * (play.speed - 1):+z.2f} %",
            f"{pitch} {play.cents:+z.0f} ct",
            f"{play.gain_db:+z.1f} dB",
            percent(play.confidence),
        )
    return table
