"""`mixo dataset status`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from mixolydian.app.cli.output import Json, console, print_json, safe
from mixolydian.workflows.dataset_status import (
    DatasetStatus,
    DatasetStatusRequest,
    dataset_status,
)

SCHEMA = "mixolydian.dataset-status/1"
SHOWN = 10
"""Paths shown of a list; --json has them all."""
DIGITS = 12
"""of a version."""


def command(
    folder: Annotated[str, typer.Argument(help="Folder of the data set.")],
    since: Annotated[
        str, typer.Option("--since", help="Compare with this version, not the last one seen.")
    ] = "",
    json: Json = False,
) -> None:
    """Say what a data set holds, what changed, what is there twice and what leaks."""
    with _bar() as bar:
        status = dataset_status(DatasetStatusRequest(folder, since), watch=bar)
    if json:
        document = asdict(status) | {"folder": str(status.folder)}
        print_json({"schema": SCHEMA, **document, "errors": []})
    else:
        _show(status)
    if status.leaks:
        raise typer.Exit(1)


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """What moves a bar on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    columns = (TextColumn("Hashing"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda done, of: bar.update(task, completed=done, total=max(1, of))


def _say(text: str) -> None:
    console().print(safe(text), soft_wrap=True)


def _show(status: DatasetStatus) -> None:
    _say(f"{status.folder}: version {status.version[:DIGITS]}")
    _say(f"{status.files} files, {status.bytes / 1e6:.1f} MB")
    _show_diff(status)
    if status.counts:
        _say("Sounds: " + ", ".join(f"{k or 'no label'} {n}" for k, n in status.counts.items()))
    _list("Twice", [" = ".join(paths) for paths in status.duplicates])
    _list(
        "LEAKS", [f"{' and '.join(k.parts)}, {k.why}: {', '.join(k.paths)}" for k in status.leaks]
    )


def _show_diff(status: DatasetStatus) -> None:
    if not status.last:
        _say("First version seen.")
        return
    last = f"version {status.last[:DIGITS]} of {status.last_made}"
    if not status.diff:
        _say(f"Nothing changed since {last}.")
        return
    _say(f"Since {last}:")
    _list("  added", status.diff.added)
    _list("  removed", status.diff.removed)
    _list("  changed", status.diff.changed)
    _list("  moved", [f"{old} → {new}" for old, new in status.diff.moved])


def _list(what: str, lines: Iterable[str]) -> None:
    lines = list(lines)
    if lines:
        _say(f"{what}: {len(lines)}")
    for line in lines[:SHOWN]:
        _say(f"    {line}")
    if len(lines) > SHOWN:
        _say(f"    … and {len(lines) - SHOWN} more")
