"""`dataset status`: what a data set holds, what changed in it, what is wrong with it.

The folder's files are hashed (those that look as they did last time are not read again), the
version is compared with the last one seen, or the one asked for, and kept. Whoever trains can
so say on which data: equal versions are equal bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.training.leaks import Leak, counts, duplicates, leaks
from mixolydian.training.manifest import look, manifest_of
from mixolydian.training.versions import Archive, Diff, difference
from mixolydian.workflows.workplace import WORKSHOP

_VERSION = re.compile(r"[0-9a-f]{4,64}")


@dataclass(frozen=True)
class DatasetStatusRequest:
    """The data set's `folder`; `since` is the start of a version to compare with instead of the
    last one."""

    folder: str
    since: str = ""

    def __post_init__(self) -> None:
        if not self.folder.strip():
            raise RequestError("expected the folder of a data set, found an empty text")
        if self.since and not _VERSION.fullmatch(self.since):
            raise RequestError(
                f"expected the start of a version, 4 to 64 digits 0-9a-f; found {self.since!r}"
            )


@dataclass(frozen=True)
class DatasetStatus:
    """What stands in the data set now.

    `last` is the version it was compared with, kept at `last_made` (UTC); both are empty, and
    `diff` too, the first time. `counts` are sounds per label, most frequent first.
    """

    folder: Path
    version: str
    last: str
    last_made: str
    diff: Diff
    files: int
    bytes: int
    counts: Mapping[str, int]
    duplicates: tuple[tuple[str, ...], ...]
    leaks: tuple[Leak, ...]


def dataset_status(
    request: DatasetStatusRequest,
    settings: Settings | None = None,
    watch: Callable[[int, int], None] = lambda done, of: None,
) -> DatasetStatus:
    """Look at a data set and keep its version; `watch` is told (bytes done, of how many).

    Raises
    ------
    UnreadableError
        The folder, or a file in it, cannot be read.
    RequestError
        The version to compare with was never seen.
    InputError, StorageError
        A kept version is damaged; what was found cannot be kept.
    """
    settings = read_settings() if settings is None else settings
    folder = Path(request.folder)
    archive = Archive.of(folder, settings.home / WORKSHOP)
    facts = look(folder, archive.seen(), watch)
    now, last = manifest_of(facts), archive.manifest(request.since)
    archive.keep(now, facts)
    return DatasetStatus(
        folder,
        now.version,
        last.version if last else "",
        last.made if last else "",
        difference(last, now) if last else Diff(),
        len(facts),
        sum(file.size for file in facts.values()),
        counts(now),
        duplicates(now),
        leaks(now),
    )
