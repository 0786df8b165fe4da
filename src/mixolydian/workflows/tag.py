"""`tag`: write what the library knows into the files' own tags, or take that back.

The sound is never touched (the track id proves it, file by file), everything else in the tags
stays, and the library learns of each file's new size and time, so the next scan finds nothing new.
One refused file never stops the rest. `undo` puts back the last run, or the files that are named.

A tagged file gets the present as its time of change, so that backups see it; a file taken back
gets its former time again. Permissions, owner and extended attributes stay.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from mixolydian import __version__
from mixolydian.audio.io import shown
from mixolydian.core.errors import InputError, MixolydianError, RequestError
from mixolydian.core.files import sweep
from mixolydian.core.settings import Settings, read_settings
from mixolydian.core.types import Analysis, Track
from mixolydian.engines.local import Failure
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import FileRecord, FileState
from mixolydian.library.tagging import journal
from mixolydian.library.tags import read_tags
from mixolydian.workflows.meant import Choice
from mixolydian.workflows.planning import check_jobs
from mixolydian.workflows.retagging import Change, Desk, check_rest
from mixolydian.workflows.serato_writing import WORD, SeratoTags, serato_tags
from mixolydian.workflows.shelf import open_library
from mixolydian.workflows.tag_sheets import WRITABLE, Sheet, Sheets
from mixolydian.workflows.tag_texts import NOTATIONS

Status = Literal[
    "tagged", "would be tagged", "unchanged", "taken back", "would be taken back", "refused"
]


@dataclass(frozen=True)
class TagRequest:
    """Which tracks to tag, with what; or what to take back."""

    tracks: tuple[str, ...]
    """Files, folders, starts of track ids, words of titles; none with `undo`: the last run."""
    write: tuple[str, ...] = ()
    """Some of WRITABLE."""
    key_notation: str = "camelot"
    """One of NOTATIONS."""
    dry_run: bool = False
    """Whether to say only what would change."""
    undo: bool = False
    """Whether to take tags back instead of writing them."""
    jobs: int | None = None
    """Files at a time; by default the setting's."""
    replace: bool = False
    """Whether grids and cues set in Serato give way to ours."""

    def __post_init__(self) -> None:
        unknown = [name for name in self.write if name not in WRITABLE]
        if unknown:
            raise RequestError(f"cannot write {unknown[0]!r}; expected {', '.join(WRITABLE)}")
        if self.key_notation not in NOTATIONS:
            raise RequestError(
                f"expected a key notation out of {', '.join(NOTATIONS)}, found "
                f"{self.key_notation!r}"
            )
        if self.undo and self.write:
            raise RequestError("expected --write or --undo, found both; use one of them")
        if not self.undo and not self.write:
            raise RequestError(f"say what to write: --write with some of {','.join(WRITABLE)}")
        if not self.undo and not self.tracks:
            raise RequestError("say which tracks: name files, folders or titles of the library")
        if self.replace and WORD not in self.write:
            raise RequestError("--replace is about Serato's grids and cues; add --write serato")
        check_jobs(self.jobs)


@dataclass(frozen=True)
class TagOutcome:
    """What became of one file: `changes`, the fields the library cannot tell, or a `failure`.

    `notes` say what was left as it was, and why.
    """

    path: str
    status: Status
    changes: tuple[Change, ...] = ()
    unknown: tuple[str, ...] = ()
    failure: Failure | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TagResult:
    """Every file's outcome, in the order they were named; `n_strangers` sound files in the folders
    named are not in the library."""

    outcomes: tuple[TagOutcome, ...]
    n_strangers: int = 0

    @property
    def failures(self) -> tuple[TagOutcome, ...]:
        """The files that were refused."""
        return tuple(o for o in self.outcomes if o.failure is not None)


def tag(request: TagRequest, settings: Settings | None = None) -> TagResult:
    """Tag the tracks that `request` names, or take tags back.

    Raises
    ------
    RequestError
        Nothing to take back.
    LibraryError, StorageError
        The library cannot be used.
    """
    settings = read_settings() if settings is None else settings
    with open_library(settings) as catalogue:
        run = _Run(request, settings, catalogue)
        outcomes = tuple(run.undone() if request.undo else run.tagged())
        return TagResult(outcomes, len(run.choice.strangers))


class _Run:
    """One run over many files."""

    def __init__(self, request: TagRequest, settings: Settings, catalogue: Catalogue) -> None:
        self.request, self.settings = request, settings
        self.catalogue = catalogue
        self.desk = Desk(settings.home / "undo", journal.new_batch(), request.dry_run)
        self.jobs = request.jobs or settings.jobs
        self.choice = Choice(catalogue)
        self.files = self.choice.files

    # ------------------------------------------------------------------ tagging
    def tagged(self) -> Iterator[TagOutcome]:
        """Tag the files, several at a time."""
        records = self.choice.records(self.request.tracks)
        asked = self.request
        sheets = Sheets(self.catalogue, self.settings, asked.write, asked.key_notation)
        prepared = [sheets.of(record) for record in records]
        yield from self._refused()
        if not asked.dry_run:
            for folder in {Path(sheet.job.state.path).parent for sheet in prepared}:
                sweep(folder)
        with _threads(self.jobs) as pool:
            for sheet, done in zip(prepared, pool.map(self._tag, prepared), strict=True):
                if done.status == "tagged":
                    path = sheet.job.state.path
                    self._remember(self.files[path], path)
                yield done

    def _tag(self, sheet: Sheet) -> TagOutcome:
        job, path = sheet.job, sheet.job.state.path
        try:
            # the file is proved to be the analysed one before and after its tags are asked
            serato = SeratoTags({})
            if sheet.ours is not None:
                check_rest(Path(path), job.state)
                serato = serato_tags(Path(path), sheet.ours, self.request.replace)
            changes = self.desk.tag(replace(job, objects=serato.objects, told=serato.changes))
        except MixolydianError as error:
            return _refused(path, error)
        written: Status = "would be tagged" if self.request.dry_run else "tagged"
        unknown = sheet.unknown if serato.known else (*sheet.unknown, WORD)
        status: Status = written if changes else "unchanged"
        return TagOutcome(path, status, changes, unknown, notes=serato.notes)

    # ------------------------------------------------------------------ taking back
    def undone(self) -> Iterator[TagOutcome]:
        """Take back the last run, or what is named."""
        if self.request.tracks:
            work: list[tuple[str, journal.Note | None]] = [
                (path, None) for path in self.choice.paths(self.request.tracks)
            ]
        else:
            runs = journal.batches(self.desk.folder)
            # a run of which nothing is left to take back is passed over
            last = next((run for run in runs if any(map(self.desk.applies, run))), [])
            work = [(note.path, note) for note in last]
        if not work and not self.choice.refused:
            raise RequestError("nothing was tagged that could be taken back")
        yield from self._refused()
        for path, note in work:
            yield self._take_back(path, note)

    def _take_back(self, path: str, note: journal.Note | None) -> TagOutcome:
        record = self.files.get(path)
        try:
            if note is not None and not os.path.lexists(path):
                raise InputError(
                    f"{shown(path)}: expected the file that was tagged, but it is gone; if it was "
                    "moved, run `mixo tag --undo` on its new place"
                )
            trusted = record is not None and record.state == _state(path)
            self.desk.take_back(Path(path), note)
        except MixolydianError as error:
            return _refused(path, error)
        if record is not None and trusted and not self.desk.dry:
            self._remember(record, path)
        return TagOutcome(path, "would be taken back" if self.desk.dry else "taken back")

    def _refused(self) -> Iterator[TagOutcome]:
        return (_refused(text, error) for text, error in self.choice.refused)

    # ------------------------------------------------------------------ remembering
    def _remember(self, record: FileRecord, path: str) -> None:
        """The file as it is now holds the sound it held before."""
        state = _state(path)
        if state is None or record.track_id is None:
            return
        duration = self.catalogue.track(record.track_id).duration
        track = Track(record.track_id, path, duration, read_tags(path), Analysis(duration, {}))
        warnings = (record.error_message or "").splitlines()
        self.catalogue.remember(state, track, {}, __version__, (), warnings)


def _state(path: str) -> FileState | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return FileState(path, status.st_size, status.st_mtime_ns)


def _refused(path: str, error: MixolydianError) -> TagOutcome:
    name, message = shown(path), str(error)
    said = message if name in message or path in message else f"{name}: {message}"
    return TagOutcome(path, "refused", failure=Failure(type(error).__name__, said))


@contextmanager
def _threads(n: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that drop what has not begun when the run is ended."""
    threads = ThreadPoolExecutor(n)
    try:
        yield threads
    finally:
        threads.shutdown(cancel_futures=True)
