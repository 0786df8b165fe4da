"""`mixo demo`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from mixolydian.app.cli.analyze import Jobs
from mixolydian.app.cli.mix import mix_document, show_mix
from mixolydian.app.cli.output import Json, console, print_json, safe, warn
from mixolydian.app.cli.progress import ScanFollower
from mixolydian.app.cli.report import page_document
from mixolydian.app.cli.tables import track_table
from mixolydian.library.records import row_of
from mixolydian.workflows.demo import Comparison, DemoRequest, DemoResult, demo


def command(
    music: Annotated[
        str | None,
        typer.Argument(help="A file or folder of your own [default: a crate is rendered]."),
    ] = None,
    out: Annotated[str, typer.Option("--out", help="Folder for the report and crate.")] = "demo",
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Render a small demo crate, analyze it, and compare with what was asked."""
    with ScanFollower() as follower:
        result = demo(DemoRequest(out, music, jobs), watch=follower, rendered=_rendered)
    if json:
        _print_documents(result)
    else:
        _print_tables(result)
    if result.failures:
        raise typer.Exit(1)


def _rendered(path: str) -> None:
    warn(f"rendered {path}")


def _print_documents(result: DemoResult) -> None:
    for comparison in result.comparisons:
        lines = [asdict(line) for line in comparison.lines]
        head = {"path": str(comparison.path), "genre": comparison.genre}
        print_json({"schema": "mixolydian.comparison/1", **head, "lines": lines})
    print_json(page_document(result.report, len(result.tracks), result.failures))
    if result.mixed is not None:
        print_json(mix_document(result.mixed))


def _print_tables(result: DemoResult) -> None:
    out = console()
    if result.comparisons:
        out.print(_comparison_table(result.comparisons))
        lines = [line for comparison in result.comparisons for line in comparison.lines]
        right = sum(line.right for line in lines)
        out.print(f"{right} of {len(lines)} answers as asked.")
    else:
        out.print(track_table([row_of(track, track.path) for track in result.tracks]))
    out.print(f"Report: {result.report}", soft_wrap=True, markup=False)
    if result.mixed is not None:
        out.print()
        show_mix(result.mixed)


def _comparison_table(comparisons: tuple[Comparison, ...]) -> Table:
    """What was asked beside what was heard, piece by piece."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Piece", "Question", "Asked", "Heard", ""):
        table.add_column(name)
    for comparison in comparisons:
        name = comparison.path.stem
        for line in comparison.lines:
            mark = "✓" if line.right else "✗"
            table.add_row(safe(name), line.question, safe(line.asked), safe(line.heard), mark)
            name = ""
        table.add_section()
    return table
