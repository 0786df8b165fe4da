"""Which program's collection lies at a path: told by what is in it, by its name only where nothing
else tells (CUE sheets, plain playlists)."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from mixolydian.core.errors import DecodeError, UnreadableError
from mixolydian.library.formats.texts import shown

_HEAD = 1 << 14
"""Bytes within which the first element of an XML document must start."""
_ROOTS = {"DJ_PLAYLISTS": "rekordbox", "NML": "traktor"}
_SUFFIXES = {".m3u": "m3u8", ".m3u8": "m3u8", ".cue": "cue", ".jams": "jams"}
SUFFIXES = {**_SUFFIXES, ".xml": "rekordbox", ".nml": "traktor"}
"""How files end that are worth a look → whose they are, most likely."""
_ELEMENT = re.compile(r"<([A-Za-z_][\w.-]*)")
_COMMENTS = re.compile(r"<!--.*?(-->|$)", re.DOTALL)
_PLACES = (("database V2", "serato"), ("_Serato_", "serato"), ("mixxxdb.sqlite", "mixxx"))
"""A file or folder inside a folder → whose folder that is."""


def program_of(path: Path) -> str:
    """rekordbox, traktor, mixxx, serato, engine, m3u8, cue or jams.

    Raises
    ------
    UnreadableError
        Nothing there, or no permission.
    DecodeError
        It is of none of these.
    """
    head = b"" if path.is_dir() else _head(path)
    found = program_of_folder(path) if path.is_dir() else _of_file(path, head)
    if found is None and not head and not path.is_dir():
        raise DecodeError(
            f"{shown(path)}: expected a collection, found an empty file; export it again"
        )
    if found is None:
        raise DecodeError(
            f"{shown(path)}: expected a collection, playlist or sheet of a DJ program, found "
            "nothing we know; say with --from what it is"
        )
    return found


def _head(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise UnreadableError(
            f"{shown(path)}: expected a file or folder, found a device or pipe; name a file"
        )
    try:
        with open(path, "rb") as file:
            return file.read(_HEAD)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(f"{shown(path)}: cannot be read ({why}); check the path") from error


def program_of_folder(path: Path) -> str | None:
    """The program whose own folder this is; None for any other."""
    if path.name == "_Serato_":
        return "serato"
    return next((program for name, program in _PLACES if (path / name).exists()), None)


def _of_file(path: Path, head: bytes) -> str | None:
    if head.startswith(b"SQLite format 3\0"):
        return _of_database(path)
    if head.startswith(b"vrsn"):
        return "serato"
    text = _text(head)
    root = _ELEMENT.search(_COMMENTS.sub("", text)) if text.lstrip().startswith("<") else None
    if root is not None:
        return _ROOTS.get(root.group(1).upper())
    if text.startswith("#EXTM3U"):
        return "m3u8"
    if text.lstrip().startswith("{") and '"annotations"' in text:
        return "jams"
    return _SUFFIXES.get(path.suffix.lower())


def _text(head: bytes) -> str:
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    return head.decode("utf-16" if wide else "utf-8", "replace").lstrip("\ufeff")


def _of_database(path: Path) -> str | None:
    """By the names of its tables; the file is opened for reading only."""
    place = quote(os.fsencode(os.path.abspath(path)))
    try:
        with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True, timeout=2.0)) as database:
            names = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError as error:
        locked = "locked" in str(error) or "busy" in str(error)
        remedy = "close the program that uses it" if locked else "put a backup in its place"
        raise DecodeError(
            f"{shown(path)}: expected a DJ program's database, found one that cannot be read "
            f"({error}); {remedy}"
        ) from error
    if {"library", "track_locations"} <= names:
        return "mixxx"
    return "engine" if {"Track", "PerformanceData"} <= names or "Crate" in names else None
