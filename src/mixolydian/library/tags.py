"""What a file says about itself: title, artist, album, year, genre, BPM, key, bit rate.

Tags are hearsay, typed in by people and programs of every kind: they are cut to sane
lengths, cleaned of control characters, and left out where they make no sense. A file whose
tags are missing or broken simply has none; reading tags never fails.
"""

from __future__ import annotations

import os
import re
import stat
from typing import BinaryIO

from tinytag import TinyTag, TinyTagException, UnsupportedFormatError

from mixolydian.core.types import FileTags

MAX_TEXT = 300
"""Longest title, artist, album or genre that is kept, in characters."""

_MAX_KEY = 16
_BPM_RANGE = (20.0, 999.0)
_BIT_RATE_RANGE = (1.0, 100_000.0)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|2\d\d\d)(?!\d)")
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")


def read_tags(path: str | os.PathLike[str]) -> FileTags:
    """The tags of the file at `path`; empty where there are none that make sense."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return FileTags()
        with open(path, "rb") as file:
            found = _parse(file, os.fsdecode(path))
    except (OSError, ValueError, TinyTagException):
        return FileTags()
    return FileTags(
        title=_text(found.title),
        artist=_text(found.artist) or _text(found.albumartist),
        album=_text(found.album),
        year=_year(found.year),
        genre=_text(found.genre),
        bpm=_number(_other(found, "bpm"), _BPM_RANGE),
        key=_text(_other(found, "initial_key"), _MAX_KEY),
        bit_rate=_number(found.bitrate, _BIT_RATE_RANGE),
    )


def _parse(file: BinaryIO, name: str) -> TinyTag:
    """By content first, so that a wrong suffix does no harm; else by the file's name."""
    try:
        return TinyTag.get(file_obj=file)
    except UnsupportedFormatError:
        return TinyTag.get(filename=name, file_obj=file)


def _other(found: TinyTag, name: str) -> str | None:
    values = found.other.get(name)
    return values[0] if values else None


def _text(value: object, longest: int = MAX_TEXT) -> str | None:
    """One clean line, or None when nothing printable is left."""
    if value is None:
        return None
    start = str(value)[: 4 * longest]
    printable = "".join(c if c.isprintable() else " " for c in start)
    return " ".join(printable.split())[:longest].strip() or None


def _year(value: object) -> int | None:
    match = _YEAR.search(str(value)[:MAX_TEXT]) if value is not None else None
    return int(match.group()) if match else None


def _number(value: object, limits: tuple[float, float]) -> float | None:
    """The number `value` is, or starts with (a comma may be its decimal point)."""
    if value is None:
        return None
    match = _NUMBER.match(str(value)[:MAX_TEXT].strip())
    number = float(match.group().replace(",", ".")) if match else 0.0
    return number if limits[0] <= number <= limits[1] else None
