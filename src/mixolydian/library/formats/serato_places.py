"""Where Serato's folder lies, and how its paths and crate names are spelled.

Serato keeps a folder `_Serato_` on every drive: in the user's music folder for the drive of the
system, at the top of any other. Paths in it start at the top of that drive, without a slash.
A crate is a file whose name is the crate's, after those of the crates around it and `%%`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER, CRATES, DATABASE = "_Serato_", "Subcrates", "database V2"
ENDING, INSIDE = ".crate", "%%"
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]|%%|[. ]+$')
_LONGEST = 200
"""bytes of a crate's file name."""


@dataclass(frozen=True)
class Drive:
    """One `_Serato_` folder; `top` is where its paths start."""

    folder: Path
    top: Path

    @property
    def crates(self) -> Path:
        """The folder of crate files."""
        return self.folder / CRATES

    def path(self, said: str) -> str:
        """The path Serato means by `said`, in the form of this system."""
        inside = said.replace("/", os.sep).lstrip(os.sep)
        for top in (self.top, self.folder.parent):
            found = os.path.join(top, inside)
            if _exists(found):
                return found
        return os.path.join(self.top, inside)

    def said(self, path: str) -> str | None:
        """`path` as Serato says it; None when it lies on another drive."""
        try:
            inside = os.path.relpath(path, self.top)
        except ValueError:
            return None
        if inside == os.curdir or inside.split(os.sep)[0] == os.pardir:
            return None
        return inside.replace(os.sep, "/")


def drive_of(path: Path) -> Drive:
    """The drive whose `_Serato_` is at `path`, or in it."""
    path = path.absolute()
    folder = path if path.name == FOLDER else path / FOLDER
    home = folder.parent
    return Drive(folder, home if os.path.ismount(home) else Path(home.anchor))


def file_name(parts: tuple[str, ...]) -> str:
    """The file of the crate called the last of `parts`, inside the others."""
    clean = [_FORBIDDEN.sub("-", part).strip() or "-" for part in parts]
    name = INSIDE.join(clean).encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore")
    return name + ENDING


def crate_name(file: Path) -> tuple[str, ...]:
    """The names in a crate's file name, the crate's own last."""
    return tuple(part for part in file.stem.split(INSIDE) if part) or (file.stem,)


def _exists(path: str) -> bool:
    try:
        return os.path.exists(path)
    except ValueError:
        return False
