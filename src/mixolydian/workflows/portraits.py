"""The portraits of the tracks a user names: analysed where needed, made once, kept.

What cannot be used (a file that is missing, damaged, silent or too short) is named, and the
rest goes on. A single portrait, and how it is kept, is `workflows/sitting.py`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from mixolydian.audio.io import shown
from mixolydian.core.errors import InputError, RequestError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.dj.portrait import Portrait, from_arrays
from mixolydian.engines.local import Failure, LocalEngine
from mixolydian.library.formats import m3u8
from mixolydian.library.records import FileRecord, FileState
from mixolydian.workflows.analyze import AnalyzeRequest, FileOutcome, analyze
from mixolydian.workflows.finding import find_files
from mixolydian.workflows.shelf import find_track, open_library
from mixolydian.workflows.sitting import Sitting, keep, kept, sit, sitting_of, sketched

Tick = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Portrayed:
    """What became of one file: its `portrait`, or the `failure` that says why there is none.

    `asked` is how the user named it; `notes` are worth saying (changed since it was analysed).
    """

    asked: str
    path: str
    portrait: Portrait | None = None
    failure: Failure | None = None
    notes: tuple[str, ...] = ()
    sketched: bool = False
    """Whether the portrait is out of the answers alone (`dj/sketching.py`)."""


@dataclass(frozen=True)
class Unusable:
    """A file that cannot be used, or a name that means none, and the `reason` in one line."""

    path: str
    reason: str


@dataclass(frozen=True, eq=False)
class Portraits:
    """What became of everything asked for, one entry per file, in the order asked."""

    entries: tuple[Portrayed, ...]

    @property
    def portraits(self) -> list[Portrait]:
        """The portraits there are."""
        return [e.portrait for e in self.entries if e.portrait is not None]

    @property
    def sketched(self) -> frozenset[str]:
        """Ids of the tracks whose portraits are out of their answers alone."""
        rough = [e.portrait for e in self.entries if e.sketched]
        return frozenset(p.track_id for p in rough if p is not None)

    @property
    def unusable(self) -> tuple[Unusable, ...]:
        """The files without one."""
        failed = [(e.path, e.failure) for e in self.entries if e.failure is not None]
        return tuple(Unusable(path, failure.message) for path, failure in failed)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth saying of the others, each with its file."""
        return tuple(f"{shown(e.path)}: {note}" for e in self.entries for note in e.notes)


def portraits(
    paths: Sequence[str],
    settings: Settings | None = None,
    *,
    tick: Tick | None = None,
    jobs: int | None = None,
    listen_to: int | None = None,
) -> Portraits:
    """One entry per file, in the order asked; folders give all their files by name.

    `paths` are files, folders, starts of track ids, or words of titles. `tick` is told the
    share that is done. Where more than `listen_to` tracks have no portrait yet, none of these is
    listened to again: they are sketched from their answers.

    Raises
    ------
    LibraryError, StorageError
        The library cannot be used, or a portrait cannot be kept.
    """
    settings = read_settings() if settings is None else settings
    asked = list(_resolved(paths, settings))
    files = list(dict.fromkeys(entry.path for entry in asked if entry.failure is None))
    progress = _Progress(tick or (lambda share: None), max(1, 2 * len(files)))
    notes = _changed(files, settings)
    heard = _heard(files, settings, jobs, progress)
    found, missing = _kept(heard, settings, progress)
    few = listen_to is None or len(missing) <= listen_to
    more = _made(missing, settings, jobs, progress) if few else _sketched(missing, progress)
    rough = frozenset() if few else frozenset(more)
    answers = (_answer(entry, heard, found | more, notes) for entry in asked)
    return Portraits(tuple(replace(a, sketched=a.path in rough) for a in answers))


def _answer(
    entry: Portrayed,
    heard: Mapping[str, FileOutcome],
    found: Mapping[str, Portrait | Failure],
    notes: Mapping[str, str],
) -> Portrayed:
    """`entry` with what was found of its file."""
    if entry.failure is not None:
        return entry
    outcome, result = heard.get(entry.path), found.get(entry.path)
    if isinstance(result, Portrait):
        said = (notes[entry.path],) if entry.path in notes else ()
        return replace(entry, portrait=result, notes=said + (outcome.warnings if outcome else ()))
    failure = result or (outcome.failure if outcome else None)
    unread = Failure("UnreadableError", f"{shown(entry.path)}: could not be analysed")
    return replace(entry, failure=failure or unread)


# ---------------------------------------------------------------------- which files


def _resolved(paths: Sequence[str], settings: Settings) -> Iterator[Portrayed]:
    """The files that `paths` mean, or why there is none."""
    for asked in paths:
        if os.path.lexists(asked):
            yield from _on_disk(asked)
        else:
            yield _remembered(asked, settings)


def _on_disk(asked: str) -> Iterator[Portrayed]:
    """The files in a folder, of a playlist in its order, or the one file named."""
    if m3u8.is_playlist(asked):
        for path in m3u8.read(Path(asked)).lists[0].tracks:
            yield from _files(path)
    else:
        yield from _files(asked)


def _files(asked: str) -> Iterator[Portrayed]:
    found = find_files([asked])
    for path, problem in found.problems.items():
        yield Portrayed(asked, path, failure=Failure(type(problem).__name__, str(problem)))
    for path in sorted(found.files):
        yield Portrayed(asked, path)
    if not found.files and not found.problems:
        said = f"{shown(asked)}: expected audio files, found none; name another folder"
        yield Portrayed(asked, os.path.abspath(asked), failure=Failure("RequestError", said))


def _remembered(asked: str, settings: Settings) -> Portrayed:
    """The best file of the library's track that `asked` means."""
    try:
        with open_library(settings) as catalogue:
            path = catalogue.track(find_track(catalogue, asked)).path
    except RequestError as error:
        return Portrayed(asked, asked, failure=Failure(type(error).__name__, str(error)))
    return Portrayed(asked, path)


def _changed(files: Sequence[str], settings: Settings) -> dict[str, str]:
    """path → a note, of files that are not what they were when they were analysed."""
    with open_library(settings) as catalogue:
        records = catalogue.files()
    note = "changed since it was analysed; analysed anew"
    return {path: note for path in files if _is_changed(path, records.get(path))}


def _is_changed(path: str, record: FileRecord | None) -> bool:
    if record is None or record.track_id is None or not os.path.exists(path):
        return False
    status = os.stat(path)
    return record.state != FileState(path, status.st_size, status.st_mtime_ns)


# ---------------------------------------------------------------------- analysing


@dataclass
class _Progress:
    """Counts steps; every file has two: it is analysed, and portrayed."""

    tick: Tick
    total: int
    done: int = 0

    def step(self) -> None:
        self.done += 1
        self.tick(min(1.0, self.done / self.total))


@dataclass
class _Keep:
    """A watch that keeps every outcome by path."""

    progress: _Progress
    outcomes: dict[str, FileOutcome] = field(default_factory=dict)

    def begin(self, n_files: int, n_bytes: int) -> None:
        pass

    def outcome(self, outcome: FileOutcome, n_bytes: int | None) -> None:
        self.outcomes[outcome.path] = outcome
        self.progress.step()


def _heard(
    files: Sequence[str], settings: Settings, jobs: int | None, progress: _Progress
) -> dict[str, FileOutcome]:
    """path → what the library knows of it now, after analysing what it did not."""
    keep = _Keep(progress)
    if files:
        analyze(AnalyzeRequest(tuple(files), jobs=jobs, whole=True), settings, keep)
    return keep.outcomes


# ---------------------------------------------------------------------- portraying


def _kept(
    heard: Mapping[str, FileOutcome], settings: Settings, progress: _Progress
) -> tuple[dict[str, Portrait | Failure], list[Sitting]]:
    """path → its kept portrait; and what is needed to make the others."""
    found: dict[str, Portrait | Failure] = {}
    missing = []
    for outcome in heard.values():
        if outcome.track is None:
            continue
        sitting = sitting_of(outcome.track, outcome.path)
        known = kept(sitting, settings)
        if known is None:
            missing.append(sitting)
        else:
            found[sitting.path] = known
            progress.step()
    return found, missing


def _sketched(sittings: Sequence[Sitting], progress: _Progress) -> dict[str, Portrait | Failure]:
    found: dict[str, Portrait | Failure] = {}
    for sitting in sittings:
        try:
            found[sitting.path] = sketched(sitting)
        except InputError as error:
            found[sitting.path] = Failure(type(error).__name__, str(error))
        progress.step()
    return found


def _made(
    sittings: Sequence[Sitting], settings: Settings, jobs: int | None, progress: _Progress
) -> dict[str, Portrait | Failure]:
    found: dict[str, Portrait | Failure] = {}
    engine = LocalEngine(min(jobs or settings.jobs, max(1, len(sittings))), settings.item_seconds)
    with closing(engine.map(sit, sittings)) as outcomes:
        for outcome in outcomes:
            progress.step()
            if outcome.result is None:
                found[outcome.item.path] = outcome.failure or Failure("InputError", "no answer")
            else:
                found[outcome.item.path] = from_arrays(outcome.result)
                keep(outcome.item, outcome.result, settings)
    return found
