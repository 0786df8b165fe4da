"""Writing a text file so that it is whole or not there at all.

The text goes to a hidden file in the same folder, is flushed to the disk, and then takes
the name of the target in one step: a crash, a full disk or a kill leaves the old file.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from mixolydian.core.errors import StorageError


def write_text(path: Path, text: str | Iterable[str], errors: str = "backslashreplace") -> Path:
    """Write `text` (whole, or piece by piece) to `path` as UTF-8; returns `path`.

    Missing folders are made. `errors` says what happens to characters UTF-8 cannot hold
    (undecodable bytes of a file name): "backslashreplace" spells them out,
    "surrogateescape" writes the bytes as they are, "replace" puts a question mark.

    Raises
    ------
    StorageError
        The file cannot be written (disk full, read-only, the target is a folder).
    """
    pieces = (text,) if isinstance(text, str) else text
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".mixo-", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors=errors, newline="") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, _mode(path))
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except (OSError, ValueError) as error:
        raise StorageError(
            f"{_shown(path)}: cannot be written ({_why(error)}); "
            "choose another place or free some space"
        ) from error
    return path


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _shown(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _mode(path: Path) -> int:
    """The permissions the finished file gets: the old file's, or what the umask leaves."""
    with suppress(OSError):
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
