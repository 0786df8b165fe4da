"""`analyze`: listen to files and folders, and remember what was heard.

A scan may be ended at any moment: every finished file is in the library, and the next scan
goes on from there. Files whose sound is known (moved, renamed, retagged, copied) are
recognised and not analysed again. One bad file never stops the rest.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from mixolydian import __version__
from mixolydian.audio.io import shown
from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.core.types import Track
from mixolydian.engines.local import Failure, LocalEngine, Outcome
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import FileState, TrackRow, row_of
from mixolydian.workflows.finding import below, find_files
from mixolydian.workflows.listening import (
    Heard,
    Job,
    Listener,
    analyze_file,
    current_stamps,
    to_documents,
)
from mixolydian.workflows.planning import (
    LASTING,
    Known,
    Task,
    check_jobs,
    check_questions,
    make_plan,
)
from mixolydian.workflows.shelf import open_library

__all__ = ["AnalyzeRequest", "AnalyzeResult", "FileOutcome", "Watch", "analyze", "analyze_file"]

Status = Literal["analysed", "recognised", "unchanged", "failed"]


@dataclass(frozen=True)
class AnalyzeRequest:
    """What to listen to, and how."""

    paths: tuple[str, ...]
    """Files and folders."""
    only: tuple[str, ...] = ()
    """Questions to answer; all when empty."""
    library: bool = True
    """Whether to use and fill the library; without, every file is analysed."""
    jobs: int | None = None
    """Worker processes; by default the setting's."""
    whole: bool = False
    """Whether outcomes of unchanged files carry the whole track, not only its listing line."""

    def __post_init__(self) -> None:
        if not self.paths:
            raise RequestError("expected at least one file or folder to analyze")
        if "" in self.paths:
            raise RequestError("expected a file or folder, found an empty path; `.` is this folder")
        check_jobs(self.jobs)


@dataclass(frozen=True, eq=False)
class FileOutcome:
    """What became of one file: `row` (and `track`) when it is known, else `failure`."""

    path: str
    status: Status
    row: TrackRow | None = None
    track: Track | None = None
    failure: Failure | None = None
    warnings: tuple[str, ...] = ()
    """What of the file had to be repaired, or is missing."""


@dataclass
class AnalyzeResult:
    """How many files there were of each status, and every failure."""

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("analysed", "recognised", "unchanged", "failed"), 0)
    )
    failures: list[FileOutcome] = field(default_factory=list)

    def add(self, outcome: FileOutcome) -> None:
        """Count one more file."""
        self.counts[outcome.status] += 1
        if outcome.failure is not None:
            self.failures.append(outcome)


class Watch(Protocol):
    """Who follows a scan while it runs."""

    def begin(self, n_files: int, n_bytes: int) -> None:
        """So much has to be listened to."""

    def outcome(self, outcome: FileOutcome, n_bytes: int | None) -> None:
        """One file is done; `n_bytes` is its size when it had to be listened to, else None."""


class _Nobody:
    def begin(self, n_files: int, n_bytes: int) -> None:
        pass

    def outcome(self, outcome: FileOutcome, n_bytes: int | None) -> None:
        pass


def analyze(
    request: AnalyzeRequest, settings: Settings | None = None, watch: Watch | None = None
) -> AnalyzeResult:
    """Listen to all files that `request` names, telling `watch` of each as it finishes.

    Raises
    ------
    RequestError
        An unknown question.
    LibraryError, StorageError
        The library cannot be used, or the disk is full; what was finished is kept.
    """
    settings = read_settings() if settings is None else settings
    questions = check_questions(request.only, current_stamps()) if request.only else None
    engine = LocalEngine(request.jobs or settings.jobs, settings.item_seconds)
    result = AnalyzeResult()
    watch = _Nobody() if watch is None else watch
    if not request.library:
        scan = _Scan(request, questions, engine, None)
        _follow(scan, result, watch)
        return result
    with open_library(settings) as catalogue:
        scan = _Scan(request, questions, engine, catalogue)
        _follow(scan, result, watch)
    return result


def _follow(scan: _Scan, result: AnalyzeResult, watch: Watch) -> None:
    watch.begin(len(scan.plan.tasks), sum(t.state.size for t in scan.plan.tasks))
    sizes = {task.state.path: task.state.size for task in scan.plan.tasks}
    with closing(scan.outcomes()) as outcomes:
        for outcome in outcomes:
            result.add(outcome)
            watch.outcome(outcome, sizes.get(outcome.path))


class _Scan:
    """One scan: what was found, what is known, what is to be done."""

    def __init__(
        self,
        request: AnalyzeRequest,
        questions: tuple[str, ...] | None,
        engine: LocalEngine,
        catalogue: Catalogue | None,
    ) -> None:
        self.request = request
        self.questions = questions
        self.engine = engine
        self.catalogue = catalogue
        wanted = current_stamps()
        if questions is not None:
            wanted = {q: wanted[q] for q in questions}
        self.known = Known.nothing() if catalogue is None else Known.load(catalogue, wanted)
        self.found = find_files(request.paths)
        self.plan = make_plan(self.found.files, self.known)
        self.places = self.known.places()
        self.heard: set[str] = set()
        self.again: list[Task] = []

    def outcomes(self) -> Generator[FileOutcome, None, None]:
        """Every file's outcome: first what needs no work, then files as they finish."""
        for path, problem in self.found.problems.items():
            yield _failed(path, Failure(type(problem).__name__, str(problem)))
        for state, failure in self.plan.failed:
            yield _failed(state.path, failure)
        yield from self._unchanged()
        yield from self._listened(self.plan.tasks)
        again, self.again = self.again, []
        yield from self._listened(again)
        self._mark_missing()

    # ------------------------------------------------------------------ unchanged files
    def _unchanged(self) -> Iterator[FileOutcome]:
        if self.catalogue is None or not self.plan.unchanged:
            return
        rows = {row.track_id: row for row in self.catalogue.rows()}
        back = [r.state.path for r in self.plan.unchanged if r.status == "missing"]
        if back:
            self.catalogue.mark(back, "done")
        for record in self.plan.unchanged:
            track_id, path = record.track_id or "", record.state.path
            track = self.catalogue.track(track_id) if self.request.whole else None
            row = replace(rows[track_id], path=path, missing=False)
            said = tuple((record.error_message or "").splitlines())
            yield FileOutcome(path, "unchanged", row, track, None, said)

    def _mark_missing(self) -> None:
        """Remember which files below the scanned folders are gone."""
        if self.catalogue is None:
            return
        unseen = (
            path
            for path, record in self.known.files.items()
            if record.status == "done" and path not in self.found.files
        )
        gone = [path for path in below(unseen, self.found.folders) if not os.path.lexists(path)]
        if gone:
            self.catalogue.mark(gone, "missing")

    # ------------------------------------------------------------------ files to listen to
    def _listened(self, tasks: list[Task]) -> Iterator[FileOutcome]:
        listener = Listener(self.questions, self.known.current | self.heard)
        states = {task.state.path: task.state for task in tasks}
        with closing(self.engine.map(listener, map(self._job, tasks))) as finished:
            for outcome in finished:
                done = self._settle(states[outcome.item.path], outcome)
                if done is not None:
                    yield done

    def _job(self, task: Task) -> Job:
        """What a worker is given; known answers are read when its turn comes."""
        given = {}
        if self.catalogue is not None and task.track_id is not None:
            given = to_documents(self.catalogue.estimates(task.track_id))
        return Job(task.state.path, given, task.suspects)

    def _settle(self, state: FileState, outcome: Outcome[Job, Heard]) -> FileOutcome | None:
        """Remember what was heard; None when the file has to be heard once more."""
        heard = outcome.result
        if heard is None:
            return self._give_up(state, outcome.failure)
        if self._needs_given(heard, outcome.item):
            self.again.append(Task(state, heard.track_id))
            return None
        known = heard.answers is None or self._heard_before(heard)
        track = self._remember(state, replace(heard, answers=None) if known else heard)
        self.heard.add(heard.track_id)
        row = row_of(track, state.path)
        status: Status = "recognised" if known else "analysed"
        return FileOutcome(state.path, status, row, track, None, heard.warnings)

    def _heard_before(self, heard: Heard) -> bool:
        """Whether another file of this scan held the same sound, and its answers are kept."""
        return self.catalogue is not None and heard.track_id in self.heard

    def _needs_given(self, heard: Heard, job: Job) -> bool:
        """A new file turned out to hold a sound with answers that must be built on."""
        known = heard.track_id in self.known.stamps and heard.track_id not in self.heard
        return known and heard.answers is not None and not job.given

    def _give_up(self, state: FileState, failure: Failure | None) -> FileOutcome:
        failure = failure or Failure("MixolydianError", "no answer")
        message = failure.message
        if shown(state.path) not in message and state.path not in message:
            failure = replace(failure, message=f"{shown(state.path)}: {message}")
        if self.catalogue is not None and failure.type in LASTING:
            self.catalogue.remember_failure(state, failure.type, failure.message, __version__)
        return _failed(state.path, failure)

    def _remember(self, state: FileState, heard: Heard) -> Track:
        if self.catalogue is None:
            return heard.track()
        places = self.places.get(heard.track_id, [])
        gone = [p for p in places if p != state.path and not os.path.lexists(p)]
        stamps = {q: s for q, s in current_stamps().items() if q in (heard.answers or {})}
        return self.catalogue.remember(
            state, heard.track(), stamps, __version__, gone, heard.warnings
        )


def _failed(path: str, failure: Failure) -> FileOutcome:
    return FileOutcome(path, "failed", failure=failure)
