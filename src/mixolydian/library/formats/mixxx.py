"""Mixxx: its library database mixxxdb.sqlite, read from a copy and written only when Mixxx is shut.

Source of truth: the tables of schema version 39 (Mixxx 2.4, 2.5) and Mixxx's manual; see
mixxx_tables.py, mixxx_blobs.py (beats, keys) and mixxx_cues.py (cues). Databases of Mixxx 2.3
onwards are read and written. Usual places: ~/.mixxx (Linux), ~/Library/Containers/
org.mixxx.mixxx/Data/Library/Application Support/Mixxx (macOS), %LOCALAPPDATA%/Mixxx (Windows).

Mixxx counts cues in samples of stereo sound and beats in frames, both of the file's own rate, so
times come back within half a frame (0.01 ms). It has no downbeats, metres, energy, memory cues or
folders of playlists; what becomes of them is in the notes.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from mixolydian.core.files import write_whole
from mixolydian.library.formats import mixxx_tables
from mixolydian.library.formats.collection import Collection
from mixolydian.library.formats.foreign_database import changed, check_tables, copied, explained
from mixolydian.library.formats.mixxx_reading import collection_of
from mixolydian.library.formats.mixxx_writing import put
from mixolydian.library.formats.tally import Tally

FILE = "mixxxdb.sqlite"
_PROGRAM = "Mixxx"


def read(path: Path) -> Collection:
    """The collection in the database at `path` (the file, or Mixxx's folder). Changes nothing.

    Raises
    ------
    UnreadableError
        Missing, or no permission.
    InputError
        No database of Mixxx 2.3 or newer, damaged, or locked.
    """
    path = _file(path)
    with copied(path, _PROGRAM) as database, explained(path, _PROGRAM):
        check_tables(database, mixxx_tables.NEEDED, path, _PROGRAM)
        return collection_of(database)


def write(path: Path, collection: Collection, replace: bool = False) -> tuple[str, ...]:
    """Write `collection` into the database at `path`, or a new one; returns what was lost.

    An existing database is backed up beside itself first and changed in one transaction; the
    user's own cues stay unless `replace`.

    Raises
    ------
    InputError
        What is there is no database of Mixxx, damaged, or locked.
    StorageError
        Mixxx is running, or the disk is full or read-only.
    """
    path = _file(path)
    if not path.exists():
        return _create(path, collection)
    with changed(path, _PROGRAM) as database:
        check_tables(database, mixxx_tables.NEEDED, path, _PROGRAM)
        return put(database, collection, replace).notes()


def _create(path: Path, collection: Collection) -> tuple[str, ...]:
    losses = Tally()

    def fill(name: str) -> None:
        nonlocal losses
        with closing(sqlite3.connect(name)) as database, database:
            mixxx_tables.create(database)
            losses = put(database, collection)

    with explained(path, _PROGRAM):
        write_whole(path, fill)
    return losses.notes()


def _file(path: Path) -> Path:
    return path / FILE if path.is_dir() else path
