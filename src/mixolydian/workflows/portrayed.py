"""What a user asks to have portrayed, file by file, and what became of each.

A playlist gives its files in its order, a folder all of its sound files by name; what is not on the
disk is a track of the library. A name that means nothing is an entry with the reason.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mixolydian.audio.io import shown
from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings
from mixolydian.dj.portrait import Portrait
from mixolydian.engines.local import Failure
from mixolydian.library.formats import m3u8
from mixolydian.library.records import FileRecord, FileState
from mixolydian.workflows.finding import find_files
from mixolydian.workflows.shelf import find_track, open_library


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


# ---------------------------------------------------------------------- which files


def resolved(paths: Sequence[str], settings: Settings) -> Iterator[Portrayed]:
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


def changed(files: Sequence[str], settings: Settings) -> dict[str, str]:
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
