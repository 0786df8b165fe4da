"""`mixo impact`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from mixolydian.app.cli.output import Json, console, print_json, safe
from mixolydian.evaluation.significance import Interval
from mixolydian.workflows.impact import ImpactRequest, ImpactResult, impact
from mixolydian.workflows.impact_picture import PER

SCHEMA = "mixolydian.impact/1"


def command(
    name: Annotated[
        str, typer.Argument(help="A model: its newest run counts. Or the folder of a run.")
    ],
    costs: Annotated[
        str, typer.Option("--costs", help="CSV with the columns decision, truth, value.")
    ],
    on: Annotated[
        str | None, typer.Option("--on", help="The test set; by default the first.")
    ] = None,
    picture: Annotated[
        str, typer.Option("--picture", help="Draw value against threshold into this .svg file.")
    ] = "",
    json: Json = False,
) -> None:
    """Say what deciding by a model is worth, and from which probability on to act."""
    result = impact(ImpactRequest(name, costs, on, picture))
    if json:
        print_json(_document(result))
    else:
        _print(result)


def _rows(result: ImpactResult) -> list[tuple[str, Interval]]:
    found = result.impact
    act, otherwise = found.taken
    return [
        (f"{act} from {found.best_threshold:.2f} on, else {otherwise}", found.best),
        ("the same, threshold chosen on other examples", found.unseen),
        ("the best decision by each probability", found.informed),
        *((f"always {c.decision}", c.value) for c in found.always),
    ]


def _print(result: ImpactResult) -> None:
    out, found = console(), result.impact
    out.print(safe(f"{result.name}, {result.on}: {found.n} examples"), soft_wrap=True)
    table = Table("Decide", f"Value of {PER:,} tracks", "95 %", box=None, pad_edge=False)
    for words, value in _rows(result):
        around = f"{PER * value.low:.1f} to {PER * value.high:.1f}"
        table.add_row(safe(words), f"{PER * value.mean:.1f}", around)
    table.add_row("if the truth were known", f"{PER * found.perfect:.1f}", "")
    out.print(table)
    if result.picture is not None:
        out.print(safe(f"Wrote {result.picture}"), soft_wrap=True)


def _document(result: ImpactResult) -> dict[str, Any]:
    found = result.impact
    return {
        "schema": SCHEMA,
        "name": result.name,
        "run": str(result.folder),
        "on": result.on,
        "n": found.n,
        "per": PER,
        "decide": list(found.taken),
        "best_threshold": found.best_threshold,
        "best": _value(found.best),
        "unseen": _value(found.unseen),
        "informed": _value(found.informed),
        "perfect": round(PER * found.perfect, 4),
        "always": {c.decision: _value(c.value) for c in found.always},
        "curve": [
            [round(float(t), 4), round(PER * float(v), 4)]
            for t, v in zip(found.thresholds, found.values, strict=True)
        ],
        "picture": None if result.picture is None else str(result.picture),
    }


def _value(found: Interval) -> dict[str, float]:
    named = {"value": found.mean, "low": found.low, "high": found.high}
    return {name: round(PER * value, 4) for name, value in named.items()}
