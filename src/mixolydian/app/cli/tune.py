"""`mixo tune`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from mixolydian.app.cli.analyze import Jobs
from mixolydian.app.cli.output import Json, console, print_json, safe
from mixolydian.app.cli.training import Data, Model, NameArgument, Quick, Teller, WorkshopFolder
from mixolydian.training.tune import Study, Trial
from mixolydian.workflows.tune import TuneRequest, TuneResult, tune

SCHEMA = "mixolydian.tune/1"
SHOWN = 10
"""trials in the table."""


def command(
    name: NameArgument,
    model: Model = None,
    trials: Annotated[
        int, typer.Option("--trials", help="Trials in all; a study that was stopped goes on.")
    ] = 50,
    data: Data = None,
    workshop: WorkshopFolder = None,
    quick: Quick = False,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other folds.")] = 0,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Try settings of a model, and say which train it best."""
    request = TuneRequest(name, model, trials, data, workshop, quick, seed, jobs)
    with Teller() as teller:
        result = tune(request, watch=teller)
    if json:
        print_json(_document(result))
        return
    _show(result)


def _document(result: TuneResult) -> dict[str, Any]:
    study = asdict(result.study)
    return {"schema": SCHEMA, **study, "command": result.command}


def _show(result: TuneResult) -> None:
    out, study = console(), result.study
    out.print(safe(f"{study.recipe}, {study.model}: {len(study.trials)} trials"))
    out.print(_table(study))
    out.print(safe(_verdict(study)), soft_wrap=True)
    out.print(safe(f"Train with: {result.command}"), soft_wrap=True)


def _table(study: Study) -> Table:
    names = list(study.trials[0].settings) if study.trials else []
    table = Table("Trial", study.metric, *names, box=None, pad_edge=False, header_style="bold")
    table.add_row("own", f"{study.before:.4f}", *["–" for _ in names])
    for trial in study.best[:SHOWN]:
        table.add_row(*_cells(trial, names))
    return table


def _cells(trial: Trial, names: list[str]) -> list[str]:
    score = "–" if trial.score is None else f"{trial.score:.4f}"
    return [str(trial.number), score, *[str(trial.settings.get(name, "")) for name in names]]


def _verdict(study: Study) -> str:
    if not study.settings:
        return f"Nothing tried beats the recipe's own settings ({study.metric} {study.before:.4f})."
    return (
        f"{study.metric} {study.score:.4f} in cross-validation; "
        f"{study.before:.4f} with the recipe's own settings."
    )
