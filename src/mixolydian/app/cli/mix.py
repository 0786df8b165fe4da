"""`mixo mix`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from mixolydian.app.cli.follower import Steps
from mixolydian.app.cli.output import (
    Json,
    console,
    minutes,
    option,
    print_json,
    reasons,
    safe,
    warn_of,
)
from mixolydian.core.errors import RequestError
from mixolydian.dj.plan import KINDS
from mixolydian.dj.timeline import clock_of
from mixolydian.dj.transitions.wishes import Wishes
from mixolydian.workflows.mix import ORDERS, MixRequest, MixResult, mix

_WISHES, _FILES = "What to wish for", "Files"


def command(
    tracks: Annotated[
        list[str] | None, typer.Argument(help="Files, folders, ids or titles, in their order.")
    ] = None,
    out: Annotated[str, option("--out", "The mix: flac, wav, mp3 or ogg.", _FILES)] = "mix.flac",
    plan: Annotated[
        str | None, option("--plan", "Play a plan, changed by hand or not.", _FILES)
    ] = None,
    only_plan: Annotated[
        bool, option("--only-plan", "Write the plan and render nothing.", _FILES)
    ] = False,
    overwrite: Annotated[bool, option("--overwrite", "Replace what is there.", _FILES)] = False,
    jobs: Annotated[int | None, option("--jobs", "Worker processes.", _FILES)] = None,
    length: Annotated[
        float | None, option("--minutes", "Length of the whole mix.", _WISHES)
    ] = None,
    order: Annotated[
        str, option("--order", f"{' or '.join(ORDERS)}: flow looks for a good one.", _WISHES)
    ] = "given",
    kinds: Annotated[
        str, option("--kinds", f"Transitions allowed: {','.join(KINDS)}.", _WISHES)
    ] = "",
    bars: Annotated[int | None, option("--bars", "Length of every transition.", _WISHES)] = None,
    tempo: Annotated[
        str, option("--tempo", "follow, first, or a number of BPM.", _WISHES)
    ] = "follow",
    max_stretch: Annotated[
        float, option("--max-stretch", "Largest change of a track's tempo, in %.", _WISHES)
    ] = 8.0,
    loudness: Annotated[
        float, option("--loudness", "LUFS the tracks are brought to.", _WISHES)
    ] = -10.0,
    shift: Annotated[
        bool, option("--shift/--no-shift", "Allow a semitone up or down.", _WISHES)
    ] = True,
    arc: Annotated[
        float, option("--arc", "Wished step of energy per transition, -1 to 1.", _WISHES)
    ] = 0.0,
    json: Json = False,
) -> None:
    """Mix tracks beat by beat, with a plan to change and a certificate per transition."""
    wishes = Wishes(
        minutes=length,
        loudness=loudness,
        kinds=tuple(kinds.split(",")) if kinds else KINDS,
        bars=bars,
        shift=shift,
        max_stretch=max_stretch / 100,
        tempo=_tempo(tempo),
        arc=arc,
    )
    request = MixRequest(out, tuple(tracks or ()), plan, wishes, order, only_plan, overwrite, jobs)
    with Steps() as steps:
        result = mix(request, told=steps.told)
    warn_of(result.left_out)
    if json:
        print_json(mix_document(result))
    else:
        show_mix(result)
    if result.left_out:
        raise typer.Exit(1)


def _tempo(text: str) -> str | float:
    """`follow` and `first` as they are, anything else as a number."""
    if text in ("follow", "first"):
        return text
    try:
        return float(text)
    except ValueError:
        raise RequestError(f"tempo is follow, first or a number of BPM; found {text!r}") from None


SCHEMA = "mixolydian.mixed/1"


def mix_document(result: MixResult) -> dict[str, Any]:
    """The mix as one JSON document."""
    rendered = result.rendered
    return {
        "schema": SCHEMA,
        "mix": None if rendered is None else str(result.out),
        "plan": str(result.plan_file),
        "certificate": None if rendered is None else str(result.certificate_file),
        "picture": None if rendered is None else str(result.picture),
        "duration": None if rendered is None else round(rendered.seconds, 3),
        "lufs": None if rendered is None else round(rendered.lufs, 2),
        "true_peak_dbtp": None if rendered is None else round(rendered.true_peak, 2),
        "proposer": result.plan.proposer,
        "passed": all(c.passed for c in result.certificates) if rendered else None,
        "transitions": [c.to_json() for c in result.certificates],
        "left_out": reasons(result.left_out),
        "notes": list(result.plan.notes),
    }


def show_mix(result: MixResult) -> None:
    """The mix in a table, and where everything lies."""
    out = console()
    out.print(_transitions(result))
    for note in result.plan.notes:
        out.print(safe(f"Note: {note}"), soft_wrap=True)
    if result.rendered is None:
        out.print(safe(f"Plan: {result.plan_file}"), soft_wrap=True)
        return
    passed = sum(c.passed for c in result.certificates)
    facts = (
        minutes(result.rendered.seconds),
        f"{result.rendered.lufs:.1f} LUFS",
        f"true peak {result.rendered.true_peak:.1f} dBTP",
        f"{passed} of {len(result.certificates)} transitions passed their certificate",
    )
    for line in (
        f"Mix:         {result.out} ({', '.join(facts)})",
        f"Plan:        {result.plan_file} (change it, then: mixo mix --plan {result.plan_file})",
        f"Certificate: {result.certificate_file}, {result.picture}",
    ):
        out.print(safe(line), soft_wrap=True)


def _transitions(result: MixResult) -> Table:
    """A row per track: when it comes in, how, and what was measured of that."""
    table = Table("At", "Track", "Comes in by", "Beats off by", "Why", box=None, pad_edge=False)
    clock = clock_of(result.plan)
    for i, track in enumerate(result.plan.tracks):
        at = minutes(clock.time_at(track.at))
        if i == 0:
            table.add_row(at, safe(track.title), "", "", "")
            continue
        transition = result.plan.transitions[i - 1]
        offset, words = "", transition.why
        if result.certificates:
            found = result.certificates[i - 1]
            offset = "" if found.beats.offset is None else f"{found.beats.offset.p95:.1f} ms"
            words += "" if found.passed else f" ({found.words})"
        table.add_row(at, safe(track.title), transition.kind, offset, safe(words))
    return table
