"""`mixo train`."""

from __future__ import annotations

from typing import Annotated

import typer

from mixolydian.app.cli.analyze import Jobs
from mixolydian.app.cli.output import Json, console, print_json, safe
from mixolydian.app.cli.training import (
    Data,
    Model,
    NameArgument,
    Quick,
    Teller,
    WorkshopFolder,
    scores_table,
)
from mixolydian.training.recipe import RunResult
from mixolydian.workflows.train import TrainRequest, read_settings_given, train

SCHEMA = "mixolydian.run/1"


def command(
    name: NameArgument,
    model: Model = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of the model, such as lr=0.001.")
    ] = None,
    data: Data = None,
    workshop: WorkshopFolder = None,
    quick: Quick = False,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another model.")] = 0,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Make a model by its recipe, with its card and report."""
    given = read_settings_given(settings or [])
    request = TrainRequest(name, model, given, data, workshop, quick, seed, jobs)
    with Teller() as teller:
        result = train(request, watch=teller)
    if json:
        card = result.card.to_json()
        print_json({"schema": SCHEMA, "run": str(result.folder), "card": card, "errors": []})
        return
    _show(result)


def _show(result: RunResult) -> None:
    out = console()
    if result.scores:
        out.print(scores_table(result.scores, result.baseline))
    else:
        for test, figures in result.card.scores.items():
            before = result.card.baseline[test]["values"]
            for metric, value in figures["values"].items():
                text = f"{test}: {metric} {value:.3f} (baseline {before[metric]:.3f})"
                out.print(safe(text), soft_wrap=True)
    headline, target = result.card.headline(), result.card.facts.get("target")
    if headline is not None and target:
        verdict = "reached" if headline.value >= target else "not reached"
        text = f"Aimed at {headline.metric} {target:g} on {headline.test}: {verdict}"
        out.print(safe(text), soft_wrap=True)
    out.print(safe(f"Made in {result.seconds:.0f} s: {result.folder}"), soft_wrap=True)
    out.print(safe(f"Let it answer: mixo models --promote {result.folder}"), soft_wrap=True)
