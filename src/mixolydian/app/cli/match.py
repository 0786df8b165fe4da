"""`mixo match`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from mixolydian.app.cli.analyze import Jobs
from mixolydian.app.cli.follower import Follower
from mixolydian.app.cli.output import Json, console, print_json, safe
from mixolydian.app.cli.similar import TrackArgument
from mixolydian.dj.portrait import Portrait
from mixolydian.workflows.match import MatchRequest, MatchResult, match

_AT = "A moment of it, such as 1:30-2:00 [default: the whole track]."


def command(
    a: TrackArgument,
    b: TrackArgument,
    at_a: Annotated[str | None, typer.Option("--at-a", metavar="FROM-TO", help=_AT)] = None,
    at_b: Annotated[str | None, typer.Option("--at-b", metavar="FROM-TO", help=_AT)] = None,
    semitones: Annotated[float, typer.Option("--semitones", help="Shift B by so much.")] = 0.0,
    no_key_lock: Annotated[
        bool, typer.Option("--no-key-lock", help="Pitch goes with tempo, as on a turntable.")
    ] = False,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Say how well two tracks, or two moments of them, go together."""
    request = MatchRequest(a, b, at_a, at_b, semitones, not no_key_lock, jobs)
    with Follower() as follower:
        result = match(request)
        for note in result.notes:
            follower.warn(note)
    if json:
        print_json(result.to_json())
    else:
        _show(result)


def _show(result: MatchResult) -> None:
    """Both tracks, the value, a line per part, and the advice."""
    out, found = console(), result.found
    for name, track in (("A", result.a), ("B", result.b)):
        out.print(f"{name}  ", _line(track), sep="")
    out.print(f"\n{found.value:.2f}  {found.verdict}")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for name, part in found.parts.items():
        table.add_row(name, f"{part.value:.2f}", safe(part.words))
    out.print(table)
    if found.advice is not None:
        out.print()
        out.print(safe(f"Better: {found.advice.words}"))


def _line(track: Portrait) -> Text:
    """`title, 128.00 BPM, A minor 8A (1m)`."""
    tempo = f"{track.bpm:.2f} BPM" if track.steady else "no steady beat"
    key = track.key
    tonal = "no key" if key is None else f"{key} {key.camelot} ({key.open_key})"
    named = f"{track.artist} – {track.title}" if track.artist else track.title
    return safe(f"{named}, {tempo}, {tonal}")
