"""Text and binary files that are whole or not there at all (`core.files`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from mixolydian.core.files import write_whole


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
