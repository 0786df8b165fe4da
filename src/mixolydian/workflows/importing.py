"""`import`: what DJs set in other programs, as human answers in our library.

Grids, keys and cues become human answers, and what was built on them is worked out again by the
next `analyze`. Playlists, histories, ratings and plays are kept beside them. What a human said here
is not touched unless `replace`; what says nothing new makes no answer of anybody's; the other
program's files are only read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings
from mixolydian.library.formats import jams
from mixolydian.library.formats.collection import Collection
from mixolydian.library.formats.detection import program_of
from mixolydian.workflows.arriving import PARTS, Arrival, Imported, Left
from mixolydian.workflows.matching import Matcher
from mixolydian.workflows.programs import READERS
from mixolydian.workflows.serato_files import is_sound
from mixolydian.workflows.shelf import open_library

__all__ = ["PARTS", "ImportRequest", "ImportResult", "Imported", "Left", "import_"]


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


def import_(request: ImportRequest, settings: Settings | None = None) -> ImportResult:
    """Take what the files of `request` say into the library.

    Every file is read before anything is kept, so one that cannot be read changes nothing.

    Raises
    ------
    InputError
        A file is missing, damaged, hostile, or of no program we know.
    LibraryError, StorageError
        The library cannot be used.
    """
    read = [_read(Path(name), request.program) for name in request.files]
    with open_library(settings) as catalogue:
        matcher = Matcher(catalogue)
        wanted = (request.parts, request.replace, request.dry_run)
        done = [Arrival(catalogue, matcher, *found, *wanted).run() for found in read]
    return ImportResult(tuple(done), request.dry_run)


def _read(path: Path, program: str) -> tuple[Path, str, Collection, jams.Annotated | None]:
    program = program or ("serato" if is_sound(path) else program_of(path))
    if program not in READERS:
        known = ", ".join(READERS)
        raise RequestError(f"{path}: a collection of {program} cannot be read; we read {known}")
    if program == "jams":
        found = jams.read_annotated(path)
        return path, program, Collection((found.track,), (), program, found.notes), found
    return path, program, READERS[program](path), None
