"""Writing a file so that it is whole or not there at all.

The bytes go to a hidden file in the same folder and then take the name of the target in one
step: a crash, a full disk or a kill leaves the old file.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mixolydian.core.errors import StorageError


def write_whole(path: Path, fill: Callable[[str], object], durable: bool = True) -> Path:
    """Let `fill` write the file whose name it is given, which then becomes `path`.

    Missing folders are made; an old file keeps its permissions, a new one gets what the
    umask leaves. `durable` waits until the disk has the bytes. Returns `path`.

    Raises
    ------
    StorageError
        The file cannot be written (disk full, read-only, the target is a folder).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, fill, durable)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise StorageError(
            f"{os.fsencode(path).decode('utf-8', 'replace')}: cannot be written ({why}); "
            "choose another place or free some space"
        ) from error
    return path


def _replace(path: Path, fill: Callable[[str], object], durable: bool) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".mixo-", suffix=".part")
    try:
        os.close(handle)
        fill(temporary)
        if durable:
            _flush(temporary)
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _flush(name: str) -> None:
    handle = os.open(name, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _mode(path: Path) -> int:
    """The permissions the finished file gets: the old file's, or what the umask leaves."""
    with suppress(OSError):
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
