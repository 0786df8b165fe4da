"""`mixo models`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from mixolydian.app.cli.output import Json, console, print_json, safe, warn
from mixolydian.models.card import figure
from mixolydian.models.store import Installed
from mixolydian.workflows.models import ModelsRequest, ModelsResult, models

SCHEMA = "mixolydian.model/1"
COLUMNS = ("Model", "Version", "From", "Answers", "Question", "Learner", "MB", "Score", "On")


def command(
    name: Annotated[str | None, typer.Argument(help="Show this model's card.")] = None,
    promote: Annotated[
        str | None,
        typer.Option("--promote", help="Folder of a run: its model answers from now on."),
    ] = None,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Let the model before the present one answer again.")
    ] = False,
    json: Json = False,
) -> None:
    """List the models that answer, show one's card, promote one, or take it back."""
    result = models(ModelsRequest(name, promote, rollback))
    if json:
        _print_documents(result)
    elif result.done:
        _print_done(result)
    else:
        _print_models(result)


def _print_documents(result: ModelsResult) -> None:
    for model in result.models:
        known = asdict(model) | {"card": None if model.card is None else model.card.to_json()}
        document: dict[str, Any] = {"schema": SCHEMA, **known}
        if model.current and result.checks:
            document["checks"] = [check.to_json() for check in result.checks]
        print_json(document)


def _print_done(result: ModelsResult) -> None:
    out = console()
    for check in result.checks:
        out.print(safe(f"✓ {check.name}: {check.found}"), soft_wrap=True)
    out.print(safe(result.done), soft_wrap=True)


def _print_models(result: ModelsResult) -> None:
    out = console()
    if not result.models:
        out.print("No model is installed: `mixo train` makes one.")
        return
    table = Table(*COLUMNS, box=None, pad_edge=False, header_style="bold")
    for model in result.models:
        table.add_row(*[safe(cell) for cell in _cells(model)])
    out.print(table)
    for model in result.models:
        if model.fault:
            warn(model.fault)
    page = "" if result.card is None else "\n" + result.card.markdown()
    for line in page.splitlines():
        out.print(safe(line), soft_wrap=True)


def _cells(model: Installed) -> list[str]:
    cells = [model.name, model.version, model.shelf, "yes" if model.current else ""]
    card = model.card
    if card is None:
        return [*cells, "damaged"]
    headline = card.headline()
    score = "–" if headline is None else f"{headline.metric} {figure(headline)}"
    where = "–" if headline is None else headline.test
    return [*cells, card.question, card.learner, f"{card.bytes / 1e6:.2f}", score, where]
