"""Writing a file so that it is whole or not there at all, and reading the JSON a user names.

The bytes go to a hidden file in the same folder and then take the name of the target in one
step: a crash, a full disk or a kill leaves the old file.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from mixolydian.core.errors import StorageError, UnreadableError

_BEGUN, _UNFINISHED = ".mixo-", ".part"
ABANDONED = 3600.0
"""seconds after which an unfinished file has nobody who writes on it."""


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


def write_text(
    path: Path,
    text: str | Iterable[str],
    errors: str = "backslashreplace",
    durable: bool = True,
) -> Path:
    """Write `text` (whole, or piece by piece) to `path` as UTF-8; returns `path`.

    Missing folders are made; `durable` waits for the disk. `errors` says what happens to
    characters UTF-8 cannot hold (undecodable bytes of a file name): "backslashreplace" spells
    them out, "surrogateescape" writes the bytes as they are, "replace" puts a question mark.

    Raises
    ------
    StorageError
        The file cannot be written (disk full, read-only, the target is a folder).
    """
    pieces = (text,) if isinstance(text, str) else text

    def fill(name: str) -> None:
        with open(name, "w", encoding="utf-8", errors=errors, newline="") as file:
            file.writelines(pieces)

    return write_whole(path, fill, durable)


def write_bytes(path: Path, content: bytes, durable: bool = True) -> Path:
    """Write `content` to `path`; as :func:`write_whole`."""
    return write_whole(path, lambda name: Path(name).write_bytes(content), durable)


def write_binary(path: Path, write: Callable[[IO[bytes]], object]) -> Path:
    """Let `write` fill an open file, which then becomes `path`; returns `path`.

    It does not wait for the disk: what is written so can be made again.

    Raises
    ------
    StorageError
        The file cannot be written (disk full, read-only, the target is a folder).
    """

    def fill(name: str) -> None:
        with open(name, "wb") as file:
            write(file)

    return write_whole(path, fill, durable=False)


def read_json(path: Path, expected: str) -> Any:
    """What the JSON file at `path` says; `expected` names it in the error ("the plan that …").

    Raises
    ------
    UnreadableError
        The file cannot be read, or it is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        why = error.strerror or str(error)
    except (ValueError, RecursionError) as error:
        why = f"not JSON: {error}"
    raise UnreadableError(f"{path}: cannot be read ({why}); expected {expected}")


def sweep(folder: Path) -> None:
    """Delete what a killed run left in `folder`: unfinished files of ours that nobody writes on.

    What cannot be looked at or deleted is left; it harms nothing but the space it takes.
    """
    with suppress(OSError):
        for left in folder.glob(f"{_BEGUN}*{_UNFINISHED}"):
            with suppress(OSError):
                if time.time() - left.stat().st_ctime > ABANDONED:
                    left.unlink()


def _replace(path: Path, fill: Callable[[str], object], durable: bool) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=_BEGUN, suffix=_UNFINISHED)
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
