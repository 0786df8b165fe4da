"""Finding the audio files a user means: paths named one by one, and folders with all below.

In folders only files with an audio file's name are taken, hidden ones are passed over, and
every folder is entered once, whatever links lead to it. What bears such a name and is no file
(a pipe, a link that leads nowhere) is named as a problem. A file named explicitly is always
taken, whatever its name.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mixolydian.audio.io import AUDIO_SUFFIXES, shown
from mixolydian.core.errors import UnreadableError
from mixolydian.library.records import FileState


@dataclass
class Found:
    """What looking at paths brought: `files` by path, `problems` by path, `folders` asked for."""

    files: dict[str, FileState] = field(default_factory=dict)
    problems: dict[str, UnreadableError] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    _entered: set[tuple[int, int]] = field(default_factory=set)

    def add(self, path: str) -> None:
        """Take a file, or every audio file below a folder."""
        path = os.path.abspath(path)
        try:
            status = os.stat(path)
        except (OSError, ValueError) as error:
            self._problem(path, error)
            return
        if stat.S_ISDIR(status.st_mode):
            self.folders.append(path)
            self._enter(path, status)
        else:
            self._take_file(path, status)

    def _problem(self, path: str, error: OSError | ValueError) -> None:
        reason = getattr(error, "strerror", None) or str(error)
        remedy = "check the path and its permissions"
        if os.path.islink(path):
            remedy = "it is a link: check where it leads, or remove it"
        self.problems[path] = UnreadableError(f"{shown(path)}: {reason}; {remedy}")

    def _enter(self, folder: str, status: os.stat_result) -> None:
        """Take what lies in `folder` and below, without recursion, each folder once."""
        waiting = [(folder, status)]
        while waiting:
            folder, status = waiting.pop()
            if (status.st_dev, status.st_ino) in self._entered:
                continue
            self._entered.add((status.st_dev, status.st_ino))
            for entry in self._entries(folder):
                below = self._take(entry)
                if below is not None:
                    waiting.append((entry.path, below))

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._problem(folder, error)
            return []

    def _take(self, entry: os.DirEntry[str]) -> os.stat_result | None:
        """Keep an audio file; for a folder, its status."""
        if entry.name.startswith("."):
            return None
        try:
            if entry.is_dir():
                return os.stat(entry.path)
            if is_audio_name(entry.name):
                self._take_file(entry.path, entry.stat())
        except OSError as error:
            self._problem(entry.path, error)
        return None

    def _take_file(self, path: str, status: os.stat_result) -> None:
        if stat.S_ISREG(status.st_mode):
            self.files[path] = FileState(path, status.st_size, status.st_mtime_ns)
        else:
            self.problems[path] = UnreadableError(
                f"{shown(path)}: expected a file or a folder, found a pipe, socket or device; "
                "save the sound to a file first"
            )


def is_audio_name(name: str) -> bool:
    """Whether a file's name ends like an audio file's."""
    return os.path.splitext(name)[1].lower() in AUDIO_SUFFIXES


def find_files(paths: Iterable[str]) -> Found:
    """Every audio file that `paths` name, with its size and time of change."""
    found = Found()
    for path in paths:
        found.add(path)
    return found


def below(paths: Iterable[str], folders: Iterable[str]) -> Iterator[str]:
    """Those of `paths` that lie below one of `folders`."""
    starts = tuple(os.path.join(folder, "") for folder in folders)
    return (path for path in paths if path.startswith(starts))
