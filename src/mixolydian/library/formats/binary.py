"""Writing a binary file so that it is whole or not there at all.

The bytes go to a hidden file in the same folder, are flushed to the disk, and then take the
name of the target in one step: a crash, a full disk or a kill leaves the old file. Text has
the same promise in `files.write_text`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from mixolydian.core.errors import StorageError


def write_binary(path: Path, write: Callable[[IO[bytes]], object]) -> Path:
    """Let `write` fill an open file, which then becomes `path`; returns `path`.

    Missing folders are made; an old file keeps its permissions.

    Raises
    ------
    StorageError
        The file cannot be written (disk full, read-only, the target is a folder).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, write)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise StorageError(
            f"{os.fsencode(path).decode('utf-8', 'replace')}: cannot be written ({why}); "
            "choose another place or free some space"
        ) from error
    return path


def _replace(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".mixo-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _mode(path: Path) -> int:
    """The permissions the finished file gets: the old file's, or what the umask leaves."""
    with suppress(OSError):
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
