"""Tagging one file, and taking it back: every check, in the order in which it can still be refused.

Nothing is touched until all is proved: the file is the one that was analysed, the changed copy
beside it decodes to the same track id, and the note from which it can be put back is on the disk.
Then the copy takes the file's name in one step.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from mixolydian.audio.io import shown, track_id
from mixolydian.core.errors import DecodeError, InputError, UnreadableError
from mixolydian.library import tagging
from mixolydian.library.records import FileState
from mixolydian.library.tagging import journal
from mixolydian.library.tagging.fields import damaged
from mixolydian.library.tagging.splice import Applied, sha256_of
from mixolydian.workflows.tag_texts import with_comment, with_genre


@dataclass(frozen=True)
class Change:
    """A field of a file's tags: what it said, and what it says now (None: nothing)."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Job:
    """A file whose sound is `track_id`, as it was when it was analysed, and what to write."""

    state: FileState
    track_id: str
    texts: Mapping[str, str]
    objects: Mapping[str, bytes] = field(default_factory=dict)
    told: tuple[Change, ...] = ()
    """What changes with the objects, in words; by default their names."""


@dataclass(frozen=True)
class Desk:
    """Where tagging is done: the journal's folder, the run's batch; `dry` writes nothing."""

    folder: Path
    batch: str
    dry: bool = False

    def tag(self, job: Job) -> tuple[Change, ...]:
        """Write what `job` says; what changed in the file, nothing when it said so already.

        Raises
        ------
        InputError
            The file is gone, a link, read-only, changed since it was analysed, of a form without
            tags, or its tags are damaged; or its sound would have changed.
        StorageError
            The disk is full, or the folder may not be written to.
        """
        path = Path(job.state.path)
        status = check_rest(path, job.state)
        present = tagging.read(path)
        texts = dict(job.texts)
        if "comment" in texts:
            texts["comment"] = with_comment(texts["comment"], present.texts.get("comment"))
        if "genre" in texts:
            texts["genre"] = with_genre(texts["genre"], present.texts.get("genre"))
        tags = tagging.Tags(texts, job.objects)
        splices = tagging.plan(path, tags)
        if not splices:
            return ()
        if not self.dry:
            self._write(status, splices, job, tags)
        said = _changes(present, tags if self.dry else tagging.read(path), tags)
        return said + (job.told or _named(present, job.objects))

    def _write(
        self,
        status: os.stat_result,
        splices: tuple[tagging.Splice, ...],
        job: Job,
        tags: tagging.Tags,
    ) -> None:
        path = Path(job.state.path)
        with opened(path) as file:
            former, inverse = sha256_of(file), tagging.inverse(file, splices)

        def check(name: str, became: Applied) -> None:
            if tagging.plan(name, tags):
                raise damaged(f"{shown(path)} does not say what was written into it")
            check_sound(path, name, job.track_id)
            times = (former, job.state.mtime_ns)
            note = journal.Note(self.batch, str(path), became.sha256, *times, inverse)
            notes.append(note)
            journal.keep(self.folder, note)

        notes: list[journal.Note] = []
        try:
            tagging.rewrite(path, splices, check, status)
        except BaseException:
            for note in notes:
                journal.drop(self.folder, note)
            raise

    def applies(self, note: journal.Note) -> bool:
        """Whether the file of a note still is as it was tagged."""
        try:
            with open(note.path, "rb") as file:
                return sha256_of(file) == note.sha256
        except (OSError, ValueError):
            return False

    def take_back(self, path: Path, note: journal.Note | None = None) -> None:
        """Put the former tags back into the file at `path`, bit for bit.

        Raises
        ------
        InputError
            There is nothing to take back, or the file was changed since it was tagged.
        StorageError
            The disk is full, or the folder may not be written to.
        """
        status = check_writable(path)
        with opened(path) as file:
            sha256 = sha256_of(file)
        if note is None:
            note = journal.find(self.folder, sha256, str(path))
        if note is None or note.sha256 != sha256:
            raise InputError(
                f"{shown(path)}: expected a file as it was tagged here, found one that was not or "
                "was changed since; nothing can be taken back"
            )
        if not self.dry:
            self._restore(path, note, status)

    def _restore(self, path: Path, note: journal.Note, status: os.stat_result) -> None:
        def check(name: str, became: Applied) -> None:
            if became.sha256 != note.former_sha256:
                raise DecodeError(
                    f"{shown(path)}: its undo note does not lead back to the former file; "
                    "it stays as it is"
                )
            # the former bytes get their former time: to every other program nothing happened
            os.utime(name, ns=(note.former_mtime_ns, note.former_mtime_ns))

        tagging.rewrite(path, note.splices, check, status)
        journal.drop(self.folder, note)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file at `path`; UnreadableError when the disk fails or it vanishes."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        why = error.strerror or str(error)
        raise UnreadableError(
            f"{shown(path)}: expected a file that can be read, found: {why}; check the disk"
        ) from error


def _changes(before: tagging.Tags, after: tagging.Tags, asked: tagging.Tags) -> tuple[Change, ...]:
    """What of the fields asked for says something else now (an m4a rounds its tempo)."""
    texts = [Change(n, before.texts.get(n), after.texts.get(n)) for n in asked.texts]
    return tuple(change for change in texts if change.old != change.new)


def _named(before: tagging.Tags, objects: Mapping[str, bytes]) -> tuple[Change, ...]:
    """The objects that change, by their names."""
    new = [name for name, data in objects.items() if before.objects.get(name) != data]
    return tuple(Change(name, name if name in before.objects else None, name) for name in new)


def check_sound(path: Path, name: str, expected: str) -> None:
    """Refuse unless the file called `name`, a copy of `path`, holds the sound `expected`."""
    found = track_id(name)
    if found != expected:
        raise DecodeError(
            f"{shown(path)}: with new tags it would decode to another sound ({found[:8]} instead "
            f"of {expected[:8]}); it was left as it is, run `mixo analyze` on it"
        )


def check_rest(path: Path, state: FileState) -> os.stat_result:
    """The file's status; refuse what may not be written, or is not what was analysed."""
    status = check_writable(path)
    if (status.st_size, status.st_mtime_ns) != (state.size, state.mtime_ns):
        raise InputError(
            f"{shown(path)}: expected the file that was analysed, but it changed since; "
            "run `mixo analyze` on it first"
        )
    return status


def check_writable(path: Path) -> os.stat_result:
    """The file's status; refuse what is gone, a link, has several names or is read-only."""
    try:
        status = os.lstat(path)
    except (OSError, ValueError) as error:
        raise UnreadableError(
            f"{shown(path)}: expected a file, but it is gone; run `mixo analyze` on its new place"
        ) from error
    if stat.S_ISLNK(status.st_mode):
        raise InputError(f"{shown(path)}: expected a file, found a link; name the file itself")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{shown(path)}: expected a file, found something else; name a file")
    if status.st_nlink > 1:
        raise InputError(
            f"{shown(path)}: expected a file of one name, found {status.st_nlink} (hard links), "
            "which would come apart; copy it first"
        )
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise InputError(
            f"{shown(path)}: expected a file that may be written, found it read-only; "
            "change its permissions"
        )
    return status
