"""`demo`: the whole road in one go, on sound that everybody has.

Without music of the user's own, a small crate of varied pieces is rendered, listened to
like any other files, and what was asked is laid beside what was heard. With a folder of
music the same job is done on that. Either way a report is written.

In the end the crate's danceable pieces are mixed. All of it is done with a library of its own
that goes again, so that trying the program leaves nothing behind but the demo's folder.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mixolydian.audio import io
from mixolydian.core.errors import RequestError, StorageError
from mixolydian.core.files import write_text
from mixolydian.core.settings import Settings, read_settings
from mixolydian.core.types import Track
from mixolydian.creation.brief import Brief
from mixolydian.creation.demo import demo_crate, render_demo
from mixolydian.dj.transitions.wishes import Wishes
from mixolydian.engines.local import LocalEngine
from mixolydian.workflows.analyze import AnalyzeRequest, Watch, analyze
from mixolydian.workflows.comparing import Line, compare
from mixolydian.workflows.mix import MixRequest, MixResult, mix
from mixolydian.workflows.planning import check_jobs
from mixolydian.workflows.report import Collector, ReportRequest, report, write_report

REPORT_NAME = "report.html"
CRATE_NAME = "crate"
MIX_NAME = "mix.flac"
MIX_MINUTES, MIX_SHARE = 4.0, 0.8
"""longest mix of the crate, and the share of its pieces that is heard."""
CLUB = {"house", "drum & bass", "dubstep", "techno"}
"""genres of the crate that are mixed."""


@dataclass(frozen=True)
class DemoRequest:
    """Where the demo's files go, and the `music` to use instead of a rendered crate."""

    out: str
    """Folder for the report (and for the crate)."""
    music: str | None = None
    """A file or folder of the user's own."""
    jobs: int | None = None
    """Worker processes; by default the setting's."""

    def __post_init__(self) -> None:
        if not self.out:
            raise RequestError("expected a folder for the demo, found none; name it with --out")
        if self.music == "":
            raise RequestError("expected a file or folder, found an empty path; `.` is this folder")
        check_jobs(self.jobs)


@dataclass(frozen=True, eq=False)
class Comparison:
    """A rendered piece: its file, and what was asked beside what was heard in it."""

    path: Path
    genre: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, eq=False)
class DemoResult:
    """The `report`, the `tracks` on it, failures as (path, reason), and the comparisons.

    `comparisons` is empty when the music is the user's own: nobody knows the truth.
    """

    report: Path
    tracks: tuple[Track, ...]
    failures: tuple[tuple[str, str], ...]
    comparisons: tuple[Comparison, ...] = ()
    mixed: MixResult | None = None
    """the mix of the crate's danceable pieces."""


def demo(
    request: DemoRequest,
    settings: Settings | None = None,
    watch: Watch | None = None,
    rendered: Callable[[str], None] | None = None,
) -> DemoResult:
    """Do the demo's job; `rendered` is told of each piece as it is ready, `watch` follows
    the listening.

    Raises
    ------
    RequestError
        The music holds no audio file.
    StorageError
        The folder cannot be written.
    """
    settings = read_settings() if settings is None else settings
    out = Path(request.out)
    if request.music is not None:
        target = os.path.abspath(request.music)
        order = ReportRequest((target,), str(out / REPORT_NAME), jobs=request.jobs)
        done = report(order, settings, watch)
        return DemoResult(done.path, done.tracks, done.failures)
    jobs = request.jobs or settings.jobs
    truths = render_crate(out / CRATE_NAME, jobs, settings.item_seconds, rendered)
    with tempfile.TemporaryDirectory(prefix=".mixo-demo-", dir=out) as home:
        own = replace(settings, home=Path(home))
        heard = _hear(truths, out / REPORT_NAME, jobs, own, watch)
        return replace(heard, mixed=_mixed(truths, out / MIX_NAME, jobs, own))


def _mixed(
    truths: Mapping[str, Mapping[str, Any]], out: Path, jobs: int, settings: Settings
) -> MixResult | None:
    """A short mix of the pieces that are made to be danced to, if there are two."""
    club = tuple(path for path, truth in truths.items() if CLUB & set(truth.get("genre", ())))
    if len(club) < 2:
        return None
    length = min(MIX_MINUTES, sum(truths[path]["duration"] for path in club) / 60 * MIX_SHARE)
    wishes = Wishes(minutes=length)
    request = MixRequest(str(out), club, wishes=wishes, order="flow", overwrite=True, workers=jobs)
    return mix(request, settings)


def _hear(
    truths: Mapping[str, Mapping[str, Any]],
    page: Path,
    jobs: int,
    settings: Settings,
    watch: Watch | None,
) -> DemoResult:
    """Listen to the crate, compare, and write the report."""
    collected = Collector(watch)
    analyze(AnalyzeRequest(tuple(truths), jobs=jobs), settings, collected)
    tracks = sorted(collected.tracks, key=lambda track: track.path)
    heard = {track.path: track.analysis for track in tracks}
    comparisons = tuple(
        Comparison(Path(path), next(iter(truth.get("genre", {})), ""), compare(truth, heard[path]))
        for path, truth in truths.items()
        if path in heard
    )
    failures = tuple(sorted(collected.failures))
    path = write_report(tracks, page, settings, "The demo crate", failures)
    return DemoResult(path, tuple(tracks), failures, comparisons)


# ---------------------------------------------------------------------- the crate


@dataclass(frozen=True)
class Piece:
    """One piece of the crate: where it goes, and what it should be."""

    path: str
    brief: Brief


def render_piece(piece: Piece) -> dict[str, Any]:
    """Write a piece's sound, and the truth about it beside it; the truth document."""
    signal, truth = render_demo(piece.brief)
    path = Path(piece.path)
    io.write(path, signal)
    truth = {**truth, "path": path.name}
    write_text(path.with_suffix(".truth.json"), json.dumps(truth, indent=1) + "\n")
    return truth


def piece_name(number: int, genre: str) -> str:
    """The file's name; it gives nothing away but the genre."""
    return f"{number:02d} {genre.replace('&', 'and')}.flac"


def render_crate(
    folder: Path,
    jobs: int,
    item_seconds: float,
    rendered: Callable[[str], None] | None = None,
) -> dict[str, dict[str, Any]]:
    """Render the demo crate into `folder`: path → truth document, in the crate's order."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{folder}: cannot be made ({error.strerror}); choose another place with --out"
        ) from error
    pieces = [
        Piece(os.path.abspath(folder / piece_name(number, brief.genre)), brief)
        for number, brief in enumerate(demo_crate(), start=1)
    ]
    engine = LocalEngine(jobs, item_seconds)
    truths: dict[str, dict[str, Any]] = {}
    for outcome in engine.map(render_piece, pieces):
        path = outcome.item.path
        if outcome.result is None:
            why = outcome.failure.message if outcome.failure else "no answer"
            raise StorageError(f"{path}: cannot be rendered ({why})")
        truths[path] = outcome.result
        if rendered is not None:
            rendered(path)
    return {piece.path: truths[piece.path] for piece in pieces}
