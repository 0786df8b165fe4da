"""Small text files of other programs (lists, sheets, JSON): whole, bounded, decoded."""

from __future__ import annotations

import os
from pathlib import Path

from mixolydian.core.errors import DecodeError, InputError, UnreadableError

MAX_BYTES = 64 << 20
"""Largest text file read: a playlist of half a million tracks."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def read_text(path: Path, what: str, guess: bool = True) -> str:
    """The text at `path`, which should be `what` (words for a message: "a playlist").

    A byte order mark decides the encoding; without one it is UTF-8, and where it is not that,
    Windows-1252 if one may `guess`, else bytes that are no UTF-8 become surrogate escapes, as in
    file names.

    Raises
    ------
    UnreadableError
        Missing, a folder or pipe, or no permission.
    InputError
        More than MAX_BYTES.
    DecodeError
        No text.
    """
    content = _bytes(path, what)
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], encoding, path, what)
    if b"\0" in content:
        raise DecodeError(f"{shown(path)}: expected {what}, found no text; check the file")
    try:
        return content.decode("utf-8", "strict" if guess else "surrogateescape")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _bytes(path: Path, what: str) -> bytes:
    if path.exists() and not path.is_file():
        raise UnreadableError(
            f"{shown(path)}: expected {what}, found a folder or device; name a file"
        )
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(f"{shown(path)}: cannot be read ({why}); check the path") from error
    if len(content) > MAX_BYTES:
        raise InputError(
            f"{shown(path)}: expected {what} of at most {MAX_BYTES >> 20} MiB, found more; "
            "part it into smaller ones"
        )
    return content


def _decoded(content: bytes, encoding: str, path: Path, what: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise DecodeError(
            f"{shown(path)}: expected {what} in {encoding.upper()} as its first bytes say, "
            f"found other bytes at {error.start}; save it as UTF-8"
        ) from error


def shown(path: Path) -> str:
    """`path` as a message can hold it."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
