"""What the verbs of training share: their options, progress on stderr, a table of scores."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from mixolydian.app.cli.output import console
from mixolydian.evaluation.classification import Scores

NameArgument = Annotated[str, typer.Argument(help="The recipe: music, emotion, genre …")]
Model = Annotated[
    str | None, typer.Option("--model", help="Its model; by default the one that ships.")
]
Data = Annotated[str | None, typer.Option("--data", help="Folder of corpora.")]
WorkshopFolder = Annotated[
    str | None, typer.Option("--workshop", help="Folder that keeps frames, runs and studies.")
]
Quick = Annotated[bool, typer.Option("--quick", help="A small part of the data.")]

PLAIN_EVERY = 30.0
"""seconds between two lines of progress where nobody reads them as they come."""
SHOWN = ("macro_f1", "accuracy", "macro_precision", "macro_recall", "roc_auc", "ece")


class Teller:
    """Follows a long task: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self.spoke = time.monotonic()
        self.what = ""
        self.bar: Progress | None = None
        self.task = TaskID(0)

    def __enter__(self) -> Teller:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.bar is not None:
            self.bar.stop()

    def __call__(self, what: str, done: int, of: int, figures: Mapping[str, float]) -> None:
        """Show how far the work is, and its figures."""
        said = "".join(f", {name} {value:.4g}" for name, value in figures.items())
        if sys.stderr.isatty():
            self._bar(what, done, of, said)
        elif what != self.what or time.monotonic() - self.spoke > PLAIN_EVERY:
            self.spoke = time.monotonic()
            print(f"{what}: {done} of {of}{said}", file=sys.stderr, flush=True)
        self.what = what

    def _bar(self, what: str, done: int, of: int, said: str) -> None:
        if self.bar is None or what != self.what:
            if self.bar is not None:
                self.bar.stop()
            self.bar = _progress()
            self.task = self.bar.add_task(what, total=of, said="")
            self.bar.start()
        self.bar.update(self.task, completed=done, total=of, said=said)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}{task.fields[said]}"),
        TimeRemainingColumn(),
        console=console(stderr=True),
        transient=True,
    )


def scores_table(scores: Mapping[str, Scores], baseline: Mapping[str, Scores]) -> Table:
    """A row per test set and metric: the value, its interval, and the baseline's."""
    table = Table("Test set", "Metric", "Value", "95 %", "Baseline", box=None, pad_edge=False)
    for name, found in scores.items():
        for place, metric in enumerate(SHOWN):
            interval = found.interval(metric)
            before = f"{baseline[name].value(metric):.3f}" if name in baseline else "–"
            span = f"{interval.low:.3f}–{interval.high:.3f}"
            shown = name if place == 0 else ""
            table.add_row(shown, metric, f"{found.value(metric):.3f}", span, before)
    return table
