"""`report`: one self-contained HTML page about a track, several tracks or a folder.

Files that the library does not know yet are listened to first; a file that cannot be
analysed is named on the page with its reason.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from mixolydian import __version__
from mixolydian.core.errors import RequestError
from mixolydian.core.files import write_text
from mixolydian.core.settings import Settings, read_settings
from mixolydian.core.types import Track
from mixolydian.library.records import readable
from mixolydian.workflows.analyze import AnalyzeRequest, FileOutcome, Watch, analyze
from mixolydian.workflows.planning import check_jobs
from mixolydian.workflows.reporting.page import render
from mixolydian.workflows.reporting.pictures import pictures
from mixolydian.workflows.shelf import find_track, open_library


@dataclass(frozen=True)
class ReportRequest:
    """What the page is about, and where it goes."""

    targets: tuple[str, ...]
    """Files, folders, or tracks of the library (the start of an id, words of the title)."""
    out: str | None = None
    """The page's path; by default `NAME-report.html` in the current folder."""
    library: bool = True
    """Whether to use and fill the library."""
    jobs: int | None = None
    """Worker processes; by default the setting's."""

    def __post_init__(self) -> None:
        if not self.targets:
            raise RequestError("expected a file, a folder or a track of the library to report on")
        check_jobs(self.jobs)


@dataclass(frozen=True, eq=False)
class ReportResult:
    """The page's `path`, the `tracks` on it, and `failures` as (path, one-line reason)."""

    path: Path
    tracks: tuple[Track, ...]
    failures: tuple[tuple[str, str], ...]


@dataclass
class Collector:
    """Keeps what a scan finds, and passes it on to whoever else follows it."""

    follower: Watch | None = None
    tracks: list[Track] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)

    def begin(self, n_files: int, n_bytes: int) -> None:
        """So much has to be listened to."""
        if self.follower is not None:
            self.follower.begin(n_files, n_bytes)

    def outcome(self, outcome: FileOutcome, n_bytes: int | None) -> None:
        """One file is done."""
        if outcome.track is not None:
            self.tracks.append(replace(outcome.track, path=outcome.path))
        if outcome.failure is not None:
            self.failures.append((outcome.path, outcome.failure.message))
        if self.follower is not None:
            self.follower.outcome(outcome, n_bytes)


def report(
    request: ReportRequest, settings: Settings | None = None, watch: Watch | None = None
) -> ReportResult:
    """Write the page, listening first to what is not known; `watch` follows the listening.

    Raises
    ------
    RequestError
        Nothing to report on: no such track, or a folder without audio files.
    StorageError
        The page cannot be written.
    """
    settings = read_settings() if settings is None else settings
    collected = _collect(request, settings, watch)
    tracks = _distinct(sorted(collected.tracks, key=lambda track: track.path))
    failures = sorted(collected.failures)
    if not tracks and not failures:
        raise RequestError(
            f"{readable(request.targets[0])}: expected audio files, found none; "
            "name a file or a folder with music"
        )
    heading = _heading(request)
    out = Path(request.out or default_name(heading or "mixo"))
    path = write_report(tracks, out, settings, _title(tracks, failures, heading), failures)
    return ReportResult(path, tuple(tracks), tuple(failures))


def write_report(
    tracks: Sequence[Track],
    out: Path,
    settings: Settings,
    heading: str = "",
    failures: Sequence[tuple[str, str]] = (),
) -> Path:
    """Write the page about `tracks` to `out`; their files are read again for the waveforms."""
    made = f"Made by Mixolydian {__version__} on {date.today().isoformat()}"
    page = render(tracks, pictures(tracks, settings), heading, failures, made)
    return write_text(out, page, errors="replace")


def default_name(heading: str) -> str:
    """A file name for the page about `heading`."""
    safe = "".join(c if c.isalnum() or c in "-_. " else "_" for c in heading).strip(" .")
    return f"{safe[:100] or 'mixo'}-report.html"


def _collect(request: ReportRequest, settings: Settings, watch: Watch | None) -> Collector:
    """What the targets name: paths are listened to, the rest is looked up in the library."""
    collected = Collector(watch)
    paths = tuple(t for t in request.targets if os.path.lexists(t))
    names = [t for t in request.targets if not os.path.lexists(t)]
    if names:
        with open_library(settings) as catalogue:
            ids = [find_track(catalogue, name) for name in names]
            collected.tracks.extend(catalogue.track(track_id) for track_id in ids)
    if paths:
        order = AnalyzeRequest(paths, library=request.library, jobs=request.jobs, whole=True)
        analyze(order, settings, collected)
    return collected


def _distinct(tracks: Sequence[Track]) -> list[Track]:
    """One entry per path."""
    return list({track.path: track for track in tracks}.values())


def _heading(request: ReportRequest) -> str:
    """The name of the one target, if there is one."""
    if len(request.targets) != 1:
        return ""
    target = request.targets[0]
    if not os.path.lexists(target):
        return readable(target)
    path = Path(os.path.abspath(target))
    return readable(path.name if path.is_dir() else path.stem)


def _title(tracks: Sequence[Track], failures: Sequence[tuple[str, str]], heading: str) -> str:
    """A page about one track bears the track's title, not the file's name."""
    return "" if len(tracks) == 1 and not failures else heading
