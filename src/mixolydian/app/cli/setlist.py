"""`mixo set`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from mixolydian.app.cli.follower import Steps
from mixolydian.app.cli.output import (
    Json,
    console,
    minutes,
    number,
    option,
    print_json,
    reasons,
    safe,
    warn_of,
)
from mixolydian.dj.setlist.arc import PLATEAU, WORDS
from mixolydian.dj.setlist.planning import SetStep
from mixolydian.workflows.setlist import SetRequest, SetResult, set_

SCHEMA = "mixolydian.set/1"
_WISHES, _LOCKS, _FILES = "What to wish for", "What must be kept", "Files"
_ARC = f'Stages and minutes: "warmup 30, peak 60" or "3 30, 9 60" ({", ".join(WORDS)}, {PLATEAU}).'


def command(
    tracks: Annotated[
        list[str] | None, typer.Argument(help="Files, folders, ids or titles to choose from.")
    ] = None,
    query: Annotated[
        str, option("--query", "Choose from what matches: genre:techno.", _WISHES)
    ] = "",
    length: Annotated[
        float | None, option("--minutes", "Length of the set, mixed.", _WISHES)
    ] = None,
    arc: Annotated[str, option("--arc", _ARC, _WISHES)] = "",
    fit_arc: Annotated[
        bool, option("--fit-arc", "Bring the arc to the energies the crate has.", _WISHES)
    ] = False,
    max_stretch: Annotated[
        float, option("--max-stretch", "Largest change of a track's tempo, in %.", _WISHES)
    ] = 8.0,
    start: Annotated[str, option("--start", "The first track.", _LOCKS)] = "",
    end: Annotated[str, option("--end", "The last track.", _LOCKS)] = "",
    must: Annotated[
        list[str] | None, option("--must", "A track that must be in it; again for more.", _LOCKS)
    ] = None,
    never_next: Annotated[
        list[str] | None,
        option("--never-next", "A/B: two that must not be neighbours; again for more.", _LOCKS),
    ] = None,
    no_artist_repeat: Annotated[
        int, option("--no-artist-repeat", "So many tracks between two of an artist.", _LOCKS)
    ] = 1,
    out: Annotated[
        str, option("--out", "The .m3u8 to write, and its picture beside it.", _FILES)
    ] = "",
    plan: Annotated[
        bool, option("--plan", "Also write the plan for mixo mix --plan.", _FILES)
    ] = False,
    relative: Annotated[
        bool, option("--relative", "Paths relative to the playlist's own folder.", _FILES)
    ] = False,
    overwrite: Annotated[bool, option("--overwrite", "Replace what is there.", _FILES)] = False,
    listen: Annotated[
        bool,
        option("--listen", "Listen again to all that were only analysed (slow).", _FILES),
    ] = False,
    jobs: Annotated[int | None, option("--jobs", "Worker processes.", _FILES)] = None,
    json: Json = False,
) -> None:
    """Plan a set from a crate: a length, an energy arc, what must be kept; with reasons."""
    request = SetRequest(
        tuple(tracks or ()), query, length, arc, fit_arc, start, end, tuple(must or ()),
        tuple(never_next or ()), no_artist_repeat, max_stretch / 100, listen, out, plan,
        relative, overwrite, jobs,
    )  # fmt: skip
    with Steps() as steps:
        result = set_(request, told=steps.told)
    warn_of(result.left_out)
    if json:
        print_json(set_document(result))
    else:
        _show(result)
    if result.left_out:
        raise typer.Exit(1)


def set_document(result: SetResult) -> dict[str, Any]:
    """The set as one JSON document."""
    made = result.plan
    return {
        "schema": SCHEMA,
        "minutes": round(made.minutes, 2),
        "transitions_mean": None if made.value is None else round(made.value, 4),
        "arc_error": round(made.arc_error, 3),
        "arc": [[round(minute, 3), round(level, 2)] for minute, level in made.arc.knots],
        "tracks": [_entry(step) for step in made.steps],
        "notes": list(result.notes),
        "left_out": reasons(result.left_out),
        "files": [str(file) for file in result.files],
    }


def _entry(step: SetStep) -> dict[str, Any]:
    track = step.portrait
    return {
        "id": track.track_id,
        "path": track.path,
        "title": track.title,
        "artist": track.artist,
        "at": round(60 * step.at, 1),
        "seconds": round(60 * step.minutes, 1),
        "bpm": round(track.bpm, 3) if track.steady else None,
        "key": None if track.key is None else track.key.camelot,
        "energy": round(step.level, 2),
        "wished_energy": round(step.wished, 2),
        "stage": step.stage,
        "transition": None if step.value is None else round(step.value, 4),
        "stretch_percent": None if step.stretch is None else round(100 * step.stretch, 2),
        "reason": step.reason,
    }


def _show(result: SetResult) -> None:
    """A row per track, what the set is worth, and what could not be fulfilled."""
    out, made = console(), result.plan
    table = Table("At", "Track", "BPM", "Key", "Energy", "Into", "Why", box=None, pad_edge=False)
    for step in made.steps:
        track = step.portrait
        table.add_row(
            minutes(60 * step.at),
            safe(f"{track.artist} - {track.title}" if track.artist else track.title),
            f"{track.bpm:.1f}" if track.steady else "–",
            "–" if track.key is None else track.key.camelot,
            f"{step.level:.1f}",
            number(step.value, 2),
            safe(step.reason),
        )
    out.print(table)
    flow = "" if made.value is None else f", transitions {made.value:.2f}"
    count = f"{len(made.steps)} track{'' if len(made.steps) == 1 else 's'}"
    off = f"{made.arc_error:.1f} levels off the arc on average"
    out.print(f"{count}, {minutes(60 * made.minutes)}{flow}, energy {off}", soft_wrap=True)
    for note in result.notes:
        out.print(safe(f"Note: {note}"), soft_wrap=True)
    for file in result.files:
        out.print(safe(str(file)), soft_wrap=True)
