"""`mixo dataset render`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

from mixolydian.app.cli.analyze import Jobs
from mixolydian.app.cli.follower import Follower
from mixolydian.app.cli.output import Json, console, print_json, safe
from mixolydian.workflows.dataset import DatasetResult, render_dataset
from mixolydian.workflows.rendering.items import Rendered
from mixolydian.workflows.rendering.order import FORMS, KINDS, DatasetRequest, read_seconds

SCHEMA = "mixolydian.dataset-item/1"


def command(
    out: Annotated[str, typer.Option("--out", help="Folder of the data set.")],
    tracks: Annotated[int, typer.Option("--tracks", help="How many items.")] = 100,
    seconds: Annotated[
        str, typer.Option("--seconds", help="Length, or shortest-longest such as 20-60.")
    ] = "60",
    kind: Annotated[
        str, typer.Option("--kind", help=f"{', '.join(KINDS)}; or all in turn.")
    ] = "songs",
    data: Annotated[
        str | None, typer.Option("--data", help="Folder of corpora for the other kinds.")
    ] = None,
    stems: Annotated[bool, typer.Option("--stems", help="Keep the stems.")] = False,
    clean: Annotated[
        bool, typer.Option("--clean", help="No codecs, noise, rooms or other damage.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another set.")] = 1,
    jobs: Jobs = None,
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(FORMS)}.")] = "flac",
    json: Json = False,
) -> None:
    """Render sounds and everything that is true of them."""
    request = DatasetRequest(
        out, tracks, read_seconds(seconds), kind, data, stems, clean, seed, jobs, form
    )
    with _ItemFollower(json) as follower:
        result = render_dataset(request, watch=follower)
    if not json:
        _print_summary(result)
    if result.failures:
        raise typer.Exit(1)


def _print_summary(result: DatasetResult) -> None:
    kept = sum(item.kept for item in result.items)
    before = f" ({kept} were there)" if kept else ""
    failed = f", {len(result.failures)} failed" if result.failures else ""
    hours = f"{result.hours:.1f} hours" if result.hours >= 1 else f"{result.hours * 60:.1f} minutes"
    text = f"{len(result.items)} items{before}{failed}, {hours}: {result.folder}"
    console().print(safe(text), soft_wrap=True)


class _ItemFollower(Follower):
    """Follows the rendering; with `documents` one per item on stdout."""

    def __init__(self, documents: bool) -> None:
        super().__init__()
        self.documents = documents
        self.n_items = self.n_done = 0

    def begin(self, n_items: int) -> None:
        """Show the bar."""
        self.n_items = n_items
        if sys.stderr.isatty():
            columns = (TextColumn("Rendering"), BarColumn(), MofNCompleteColumn())
            self.start(*columns, TimeRemainingColumn()).add_task("", total=n_items)

    def item(self, item: Rendered) -> None:
        """Count an item."""
        self._advance()
        if self.documents:
            print_json({"schema": SCHEMA, **asdict(item), "errors": []})

    def failure(self, name: str, reason: str) -> None:
        """Name an item that could not be made."""
        self._advance()
        if self.documents:
            print_json({"schema": SCHEMA, "name": name, "errors": [{"message": reason}]})
        self.warn(f"{name}: {reason}")

    def _advance(self) -> None:
        self.n_done += 1
        if self.bar is not None:
            self.bar.advance(self.bar.task_ids[0])
        elif self.due():
            self.say(f"{self.n_done} of {self.n_items} items")
