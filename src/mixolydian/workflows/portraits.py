"""The portraits of the tracks a user names: analysed where needed, made once, kept.

A portrait is kept as npz under ``$MIXOLYDIAN_HOME/portraits`` with a stamp of the answers it
was made from, so that an answer corrected by hand makes a new one. What cannot be used (a file
that is missing, damaged, silent or too short) is named, and the rest goes on.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from mixolydian.audio.io import shown
from mixolydian.core.errors import LibraryError, RequestError, UnreadableError
from mixolydian.core.files import write_binary
from mixolydian.core.settings import Settings, read_settings
from mixolydian.core.types import Analysis, Track
from mixolydian.dj.portrait import Portrait, from_arrays, to_arrays
from mixolydian.dj.portraying import VERSION, portray
from mixolydian.engines.local import Failure, LocalEngine
from mixolydian.estimators import music
from mixolydian.library.records import FileRecord, FileState
from mixolydian.workflows.analyze import AnalyzeRequest, FileOutcome, analyze
from mixolydian.workflows.finding import find_files
from mixolydian.workflows.listening import from_documents, gather, to_documents
from mixolydian.workflows.shelf import find_track, open_library

FOLDER = "portraits"
USED = ("tempo", "beats", "key", "chords", "sections", "drops", "energy", "loudness", "timbre")
"""questions whose answers a portrait holds."""
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
) -> Portraits:
    """One entry per file, in the order asked; folders give all their files by name.

    `paths` are files, folders, starts of track ids, or words of titles. `tick` is told the
    share that is done.

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
    found = _portrayed(heard, settings, jobs, progress)
    return Portraits(tuple(_answer(entry, heard, found, notes) for entry in asked))


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


@dataclass(frozen=True)
class Sitting:
    """What a worker needs to portray one file; `documents` are answers in their JSON form."""

    path: str
    track_id: str
    title: str
    artist: str
    duration: float
    documents: Mapping[str, Any]


def sit(sitting: Sitting) -> dict[str, Any]:
    """Listen to one file again and portray it, as arrays: the task of a worker.

    Raises
    ------
    InputError
        The file cannot be read, has changed meanwhile, is silent or too short.
    """
    features, track_id, _ = gather(sitting.path)
    if track_id != sitting.track_id:
        raise UnreadableError(
            f"{shown(sitting.path)}: it changed while it was being read; try again"
        )
    portrait = portray(
        features,
        Analysis(sitting.duration, from_documents(sitting.documents)),
        track_id=sitting.track_id,
        path=sitting.path,
        title=sitting.title,
        artist=sitting.artist,
    )
    return to_arrays(portrait)


def _sitting(outcome: FileOutcome, track: Track) -> Sitting:
    used = {q: e for q, e in track.analysis.estimates.items() if q in USED}
    title = track.tags.title or shown(Path(outcome.path).stem)
    artist = track.tags.artist or ""
    documents = to_documents(used)
    return Sitting(outcome.path, track.track_id, title, artist, track.duration, documents)


def _portrayed(
    heard: Mapping[str, FileOutcome], settings: Settings, jobs: int | None, progress: _Progress
) -> dict[str, Portrait | Failure]:
    """path → its portrait, kept or made now, or why there is none."""
    sittings = [_sitting(o, o.track) for o in heard.values() if o.track is not None]
    found: dict[str, Portrait | Failure] = {}
    missing = []
    for sitting in sittings:
        kept = _kept(sitting, settings)
        if kept is None:
            missing.append(sitting)
        else:
            found[sitting.path] = kept
            progress.step()
    return found | _made(missing, settings, jobs, progress)


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
                _keep(outcome.item, outcome.result, settings)
    return found


def stamp_of(sitting: Sitting) -> str:
    """A hash of everything a portrait is made from besides the sound."""
    asked = music.model()
    weights = "" if asked is None else asked.weights
    made_of = [VERSION, weights, sitting.track_id, dict(sitting.documents)]
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def _place(sitting: Sitting, settings: Settings) -> Path:
    return settings.home / FOLDER / f"{sitting.track_id}.npz"


def _keep(sitting: Sitting, arrays: Mapping[str, Any], settings: Settings) -> None:
    kept = {**arrays, "stamp": np.array(stamp_of(sitting))}
    write_binary(_place(sitting, settings), lambda file: np.savez(file, **kept))


def _kept(sitting: Sitting, settings: Settings) -> Portrait | None:
    """The portrait kept, when it was made from the same answers; a damaged one is none."""
    try:
        with np.load(_place(sitting, settings), allow_pickle=False) as file:
            if str(file["stamp"]) != stamp_of(sitting):
                return None
            portrait = from_arrays({name: file[name] for name in file.files if name != "stamp"})
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, LibraryError):
        return None
    return replace(portrait, path=sitting.path, title=sitting.title, artist=sitting.artist)
