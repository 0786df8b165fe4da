"""What the verbs of training share: their options, progress on stderr, a table of scores."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated

import typer
from rich.progress import BarColumn, ProgressColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from mixolydian.app.cli.follower import Follower
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

SHOWN = ("macro_f1", "accuracy", "macro_precision", "macro_recall", "roc_auc", "ece")


class Teller(Follower):
    """Follows the steps of a long task, and their figures."""

    def __init__(self) -> None:
        super().__init__()
        self.what = ""
        self.task = TaskID(0)

    def __call__(self, what: str, done: int, of: int, figures: Mapping[str, float]) -> None:
        """Show how far the work is, and its figures."""
        said = "".join(f", {name} {value:.4g}" for name, value in figures.items())
        if sys.stderr.isatty():
            self._show(what, done, of, said)
        elif what != self.what or self.due():
            self.say(f"{what}: {done} of {of}{said}")
        self.what = what

    def _show(self, what: str, done: int, of: int, said: str) -> None:
        if self.bar is None or what != self.what:
            self.task = self.start(*_columns()).add_task(what, total=of, said="")
        if self.bar is not None:
            self.bar.update(self.task, completed=done, total=of, said=said)


def _columns() -> tuple[ProgressColumn, ...]:
    return (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}{task.fields[said]}"),
        TimeRemainingColumn(),
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
