"""`import`: what DJs set in other programs, as human answers in our library.

Grids, keys and cues become human answers, and what was built on them is worked out again by the
next `analyze`. Playlists, histories, ratings and plays are kept beside them. What a human said here
is not touched unless `replace`; what says nothing new makes no answer of anybody's; the other
program's files are only read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.core.types import Told
from mixolydian.workflows.arrived import PARTS, Found, Imported, Left, Wanted
from mixolydian.workflows.arriving import Arrival
from mixolydian.workflows.foreign_files import read_from
from mixolydian.workflows.kept_grids import KeptGrids
from mixolydian.workflows.matching import Matcher
from mixolydian.workflows.programs import READERS
from mixolydian.workflows.shelf import open_library

__all__ = ["PARTS", "ImportRequest", "ImportResult", "Imported", "Left", "import_"]

READING = 0.3
"""share of an import's time that its files take to be read, about."""


@dataclass(frozen=True)
class ImportRequest:
    """The `files` (or folders) of other programs to read.

    `program` says what they are (a key of READERS); empty, it is told from their content. `only`
    names what to take, of PARTS; all when empty. `replace` lets them overrule what a human said
    here; with `dry_run` nothing is kept.
    """

    files: tuple[str, ...]
    program: str = ""
    only: tuple[str, ...] = ()
    replace: bool = False
    dry_run: bool = False

    def __post_init__(self) -> None:
        if not self.files:
            raise RequestError("expected a file to import, found none; name one")
        if "" in self.files:
            raise RequestError("expected a file or folder, found an empty path; `.` is this folder")
        if self.program and self.program not in READERS:
            known = ", ".join(READERS)
            raise RequestError(f"expected a program out of {known}, found {self.program!r}")
        for part in self.only:
            if part not in PARTS:
                raise RequestError(f"cannot take {part!r}; expected {', '.join(PARTS)}")

    @property
    def parts(self) -> frozenset[str]:
        """The parts of PARTS that are wanted."""
        return frozenset(self.only or PARTS)


@dataclass(frozen=True)
class ImportResult:
    """One entry per file; `dry_run` says that nothing was kept."""

    files: tuple[Imported, ...]
    dry_run: bool = False


def import_(
    request: ImportRequest, settings: Settings | None = None, told: Told | None = None
) -> ImportResult:
    """Take what the files of `request` say into the library; `told` hears of each step, and the
    share of all that is done.

    Every file is read before anything is kept, so one that cannot be read changes nothing; what a
    file says is kept in one step.

    Raises
    ------
    InputError
        A file is missing, damaged, hostile, or of no program we know.
    LibraryError, StorageError
        The library cannot be used.
    """
    settings = read_settings() if settings is None else settings
    told = told or (lambda step, share: None)
    found = _every(request, told)
    wanted = Wanted(request.parts, request.replace, request.dry_run)
    done: list[Imported] = []
    with open_library(settings) as catalogue:
        matcher, grids = Matcher(catalogue), KeptGrids(settings)
        for n, each in enumerate(found):
            tick = _part(told, "comparing", (READING, 1.0), n, len(found))
            done.append(Arrival(catalogue, matcher, each, wanted, grids, tick).run())
    return ImportResult(tuple(done), request.dry_run)


def _every(request: ImportRequest, told: Told) -> list[Found]:
    """What all files say."""
    found: list[Found] = []
    for n, name in enumerate(request.files):
        tick = _part(told, "reading", (0.0, READING), n, len(request.files))
        tick(0.0)
        found += read_from(Path(name), request.program, tick)
    return found


def _part(
    told: Told, step: str, span: tuple[float, float], n: int, count: int
) -> Callable[[float], None]:
    """A tick for the `n`-th of `count` equal parts of `span`."""
    start, end = span
    return lambda share: told(step, start + (end - start) * (n + share) / count)
