"""`mixo evaluate`."""

from __future__ import annotations

from typing import Annotated

import typer

from mixolydian.app.cli.analyze import Jobs
from mixolydian.app.cli.output import Json, console, print_json
from mixolydian.app.cli.training import (
    Data,
    NameArgument,
    Quick,
    Teller,
    WorkshopFolder,
    scores_table,
)
from mixolydian.workflows.evaluate import EvaluateRequest, evaluate

SCHEMA = "mixolydian.scores/1"


def command(
    name: NameArgument,
    run: Annotated[
        str | None, typer.Option("--run", help="Folder of a run, in place of what answers now.")
    ] = None,
    data: Data = None,
    workshop: WorkshopFolder = None,
    quick: Quick = False,
    seed: Annotated[int, typer.Option("--seed", help="As in training.")] = 0,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Score the model that answers on its recipe's test sets."""
    with Teller() as teller:
        result = evaluate(
            EvaluateRequest(name, run, data, workshop, quick, seed, jobs), watch=teller
        )
    if json:
        scores = {test: found.to_json() for test, found in result.scores.items()}
        print_json({"schema": SCHEMA, "name": name, "scores": scores, "errors": []})
        return
    console().print(scores_table(result.scores, {}))
