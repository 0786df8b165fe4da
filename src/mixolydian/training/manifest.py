"""The manifest of a data set: which bytes it consists of, by content.

A data set is a folder. Every file in it counts, hidden ones apart; `NAME.json` beside the sound
`NAME.*` is that sound's truth and belongs to it. The version is a hash over the sorted lines
(path, size, sha256 of the file, sha256 of its truth), so two folders with the same content have
the same version, whenever and wherever they were made. A file whose size and time of change are
those of last time is not read again.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from typing import Any

from mixolydian.audio.io import AUDIO_SUFFIXES, shown
from mixolydian.core.errors import UnreadableError

Watch = Callable[[int, int], None]
"""told (bytes of the files looked at so far, bytes of all)."""


@dataclass(frozen=True)
class Facts:
    """What a file's content says: its sha256; of a truth also the label and the piece's origin."""

    size: int
    mtime_ns: int
    sha256: str
    label: str = ""
    origin: str = ""


Seen = Mapping[str, Facts]
"""path in the folder → what is known of the file."""


@dataclass(frozen=True, order=True)
class Entry:
    """One file; `truth` is its truth's sha256, `label` and `origin` what the truth says (each
    empty where there is none)."""

    path: str
    size: int
    sha256: str
    truth: str = ""
    label: str = ""
    origin: str = ""

    @property
    def content(self) -> tuple[str, str]:
        """What makes two entries the same item."""
        return self.sha256, self.truth

    @property
    def is_sound(self) -> bool:
        """Whether its name is an audio file's."""
        return is_sound(self.path)


@dataclass(frozen=True)
class Manifest:
    """The `entries` of a data set, in the order of their paths, and when they were read (UTC)."""

    entries: tuple[Entry, ...]
    made: str = ""

    @property
    def version(self) -> str:
        """The hash of the content, 64 hexadecimal digits."""
        digest = hashlib.sha256()
        for e in sorted(self.entries):
            line = f"{e.path}\t{e.size}\t{e.sha256}\t{e.truth}\n"
            digest.update(line.encode("utf-8", "surrogateescape"))
        return digest.hexdigest()


def is_sound(path: str) -> bool:
    """Whether a file's name is an audio file's."""
    return PurePosixPath(path).suffix.lower() in AUDIO_SUFFIXES


# ---------------------------------------------------------------------- reading a folder


def look(folder: Path, seen: Seen, watch: Watch = lambda done, of: None) -> dict[str, Facts]:
    """What is in the folder; files that look as in `seen` are not read.

    Raises
    ------
    UnreadableError
        The folder, or a file in it, cannot be read.
    """
    found = dict(sorted(_files(folder)))
    truths = set(truths_of(found).values())
    total, done = sum(status.st_size for status in found.values()), 0
    facts: dict[str, Facts] = {}
    for path, status in found.items():
        known = seen.get(path)
        same = known is not None and (known.size, known.mtime_ns) == _stamp(status)
        facts[path] = known if known and same else _read(folder, path, path in truths)
        done += status.st_size
        watch(done, total)
    return facts


def truths_of(paths: Mapping[str, Any]) -> dict[str, str]:
    """Path of a sound → path of its truth, for the sounds that have one."""
    truths = {p: str(PurePosixPath(p).with_suffix(".json")) for p in paths if is_sound(p)}
    return {sound: truth for sound, truth in truths.items() if truth in paths}


def manifest_of(facts: Mapping[str, Facts]) -> Manifest:
    """The manifest of what was found."""
    truths, entries = truths_of(facts), []
    for path in sorted(facts.keys() - set(truths.values())):
        file = facts[path]
        said = facts[truths[path]] if path in truths else Facts(0, 0, "")
        entries.append(Entry(path, file.size, file.sha256, said.sha256, said.label, said.origin))
    return Manifest(tuple(entries), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    def refuse(error: OSError) -> None:
        raise _unreadable(error.filename or folder, error) from error

    if not folder.is_dir():
        raise UnreadableError(f"{shown(str(folder))}: expected a folder; check the path")
    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            if not name.startswith(".") and S_ISREG((status := _status(path)).st_mode):
                yield path.relative_to(folder).as_posix(), status


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str | Path, error: OSError) -> UnreadableError:
    return UnreadableError(
        f"{shown(str(path))}: expected a file that can be read ({error.strerror}); a version "
        "counts every file: repair it or take it out"
    )


def _stamp(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _read(folder: Path, path: str, truth: bool) -> Facts:
    try:
        with (folder / path).open("rb") as file:
            stamp = _stamp(os.fstat(file.fileno()))
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        document = _document(folder / path) if truth else {}
    except OSError as error:
        raise _unreadable(folder / path, error) from error
    return Facts(*stamp, digest, *_said(document))


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _said(truth: Mapping[str, Any]) -> tuple[str, str]:
    """The label and the origin that a truth document tells."""
    label = str(truth.get("style") or "")
    if truth.get("song"):
        return label, f"{truth.get('corpus', label)}/{truth['song']}"
    made = [truth.get(name) for name in ("source", "set_seed", "number")]
    return label, "" if None in made else "-".join(str(part) for part in made)
