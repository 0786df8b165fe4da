"""The undo journal: for each file that was tagged, the splices that make it what it was.

A note is one file in the journal's folder: a line of JSON, then the former bytes, one piece after
the other. It is found by the content of the tagged file (SHA-256), so a file that was moved can
still be put back, and one that somebody changed since cannot be damaged. Notes of one run share a
batch, by which the last run is found.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mixolydian.core.errors import LibraryError
from mixolydian.core.files import write_bytes
from mixolydian.library.tagging.splice import Splice

_SCHEMA = "mixolydian.undo/1"
_SUFFIX = ".undo"
_NAME = 32
"""Digits of the content's hash in a note's name."""


@dataclass(frozen=True)
class Note:
    """How the file with content `sha256` becomes the one with `former_sha256` again."""

    batch: str
    path: str
    sha256: str
    former_sha256: str
    former_mtime_ns: int
    splices: tuple[Splice, ...]

    @property
    def name(self) -> str:
        """The note's own file name."""
        place = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:8]
        return f"{self.batch}-{self.sha256[:_NAME]}-{place}{_SUFFIX}"


def new_batch() -> str:
    """A name for a run: names sort by time."""
    return f"{time.time_ns():020d}"


def keep(folder: Path, note: Note) -> None:
    """Write a note, whole and for good.

    Raises
    ------
    StorageError
        It cannot be written; then nothing must be tagged.
    """
    head = {
        "schema": _SCHEMA,
        "batch": note.batch,
        "path": note.path,
        "sha256": note.sha256,
        "former_sha256": note.former_sha256,
        "former_mtime_ns": note.former_mtime_ns,
        "splices": [[s.start, s.stop, len(s.content)] for s in note.splices],
    }
    line = json.dumps(head, ensure_ascii=True).encode("ascii")
    write_bytes(folder / note.name, line + b"\n" + b"".join(s.content for s in note.splices))


def drop(folder: Path, note: Note) -> None:
    """Forget a note that was used."""
    (folder / note.name).unlink(missing_ok=True)


def load(path: Path) -> Note:
    """Read a note.

    Raises
    ------
    LibraryError
        It is damaged.
    """
    try:
        line, _, contents = path.read_bytes().partition(b"\n")
        head = json.loads(line)
        if head["schema"] != _SCHEMA:
            raise ValueError(head["schema"])
        splices, place = [], 0
        for start, stop, length in head["splices"]:
            splices.append(Splice(int(start), int(stop), contents[place : place + length]))
            place += length
        if place != len(contents):
            raise ValueError("its length")
        batch, path_then, sha256 = str(head["batch"]), str(head["path"]), str(head["sha256"])
        former, mtime_ns = str(head["former_sha256"]), int(head["former_mtime_ns"])
        return Note(batch, path_then, sha256, former, mtime_ns, tuple(splices))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise LibraryError(
            f"{path}: expected an undo note, found damage ({error}); delete it"
        ) from error


def find(folder: Path, sha256: str, path: str) -> Note | None:
    """The newest note on a file of that content; one written for that path comes first."""
    found = [load(p) for p in _notes(folder, f"*-{sha256[:_NAME]}-*")]
    found = [note for note in found if note.sha256 == sha256]
    return max(found, key=lambda note: (note.path == path, note.batch), default=None)


def batches(folder: Path) -> Iterator[list[Note]]:
    """The notes of each run that were not used yet, by path; the latest run first."""
    names = {path.name.partition("-")[0] for path in _notes(folder, "*")}
    for batch in sorted(names, reverse=True):
        notes = [load(path) for path in _notes(folder, f"{batch}-*")]
        yield sorted(notes, key=lambda note: note.path)


def _notes(folder: Path, pattern: str) -> Iterator[Path]:
    return folder.glob(pattern + _SUFFIX)
