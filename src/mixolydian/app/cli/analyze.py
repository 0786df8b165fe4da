"""`mixo analyze`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from mixolydian.app.cli.output import Json, console, print_json
from mixolydian.app.cli.progress import ScanFollower
from mixolydian.app.cli.tables import track_table
from mixolydian.core.errors import RequestError
from mixolydian.library.records import TrackRow
from mixolydian.workflows.analyze import AnalyzeRequest, AnalyzeResult, FileOutcome, analyze
from mixolydian.workflows.document import failure_document, track_document

FEW = 50
"""So many unchanged tracks are shown again; of more, only their number."""

Jobs = Annotated[
    int | None, typer.Option("--jobs", help="Processes at a time [default: one per core].")
]
NoLibrary = Annotated[bool, typer.Option("--no-library", help="Neither use nor fill the library.")]


def command(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Files and folders.")],
    json: Json = False,
    no_library: NoLibrary = False,
    only: Annotated[
        str, typer.Option("--only", help="Answer only these questions: tempo,key,…")
    ] = "",
    jobs: Jobs = None,
) -> None:
    """Listen to files and folders, and remember what was heard."""
    questions = tuple(name.strip() for name in only.split(",") if name.strip())
    if only and not questions:
        raise RequestError(f"expected questions such as tempo,key after --only, found {only!r}")
    request = AnalyzeRequest(tuple(paths), questions, not no_library, jobs, whole=json)
    report = _Documents(questions) if json else _Rows()
    with report:
        result = analyze(request, watch=report)
    if isinstance(report, _Rows):
        report.print_table(result)
    if result.failures:
        raise typer.Exit(1)


class _Documents(ScanFollower):
    """Prints a document for each file as it is done."""

    def __init__(self, questions: tuple[str, ...]) -> None:
        super().__init__()
        self.questions = questions or None

    def outcome(self, outcome: FileOutcome, n_bytes: int | None) -> None:
        """Print the file's document."""
        super().outcome(outcome, n_bytes)
        print_json(_document(outcome, self.questions))


def _document(outcome: FileOutcome, questions: tuple[str, ...] | None) -> Any:
    if outcome.track is not None:
        return track_document(outcome.track, outcome.path, questions, outcome.warnings)
    failure = outcome.failure
    kind, message = (failure.type, failure.message) if failure else ("", "")
    return failure_document(outcome.path, kind, message)


class _Rows(ScanFollower):
    """Keeps the listing lines for a table at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[TrackRow] = []
        self.unchanged: list[TrackRow] = []

    def outcome(self, outcome: FileOutcome, n_bytes: int | None) -> None:
        """Keep the file's line."""
        super().outcome(outcome, n_bytes)
        if outcome.row is not None:
            (self.unchanged if outcome.status == "unchanged" else self.rows).append(outcome.row)

    def print_table(self, result: AnalyzeResult) -> None:
        """The tracks heard, and how many files of each kind there were."""
        out = console()
        rows = self.rows + (self.unchanged if len(self.unchanged) <= FEW else [])
        if rows:
            out.print(track_table(sorted(rows, key=lambda row: row.path)))
        out.print(_summary(result))
        if len(self.unchanged) > FEW:
            out.print("`mixo list` shows the tracks that are unchanged.")


def _summary(result: AnalyzeResult) -> str:
    """`3 analysed · 1 recognised · 20 unchanged · 2 failed`, leaving out what is none."""
    parts = [f"{count} {status}" for status, count in result.counts.items() if count]
    return " · ".join(parts) or "No audio files there."
