"""What the tags of a file can be asked and told, and what each form calls it.

Texts by field name, as they stand in the file; objects (what Serato keeps in a file) by the
name they have in an ID3v2 GEOB frame, as plain bytes whatever the form wraps them in.

Names: ID3v2 frames by id3.org (2.2, 2.3, 2.4); Vorbis fields by common use (Mixed In Key, Serato,
Traktor: INITIALKEY, ENERGYLEVEL); MP4 items by iTunes' use, freeform ones under com.apple.iTunes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from mixolydian.core.errors import DecodeError, RequestError

FIELDS = ("bpm", "key", "energy", "comment", "genre", "mood", "grouping")
"""Every text field that can be written, in the order they are shown."""

MAX_TAG_BYTES = 64 << 20
"""A tag that claims to be larger than this is taken for damage: pictures are smaller."""

MAX_TEXT = 4000
"""Longest text that is written, in characters."""


@dataclass(frozen=True)
class Tags:
    """Values to write, or found: None (or empty) takes a field out; what is not named stays."""

    texts: Mapping[str, str | None] = field(default_factory=dict)
    """field of FIELDS → text."""
    objects: Mapping[str, bytes | None] = field(default_factory=dict)
    """name (`Serato Markers2`, …) → bytes."""

    def __post_init__(self) -> None:
        for name, text in self.texts.items():
            _check_text(name, text)
        for name in self.objects:
            if not plain_name(name):
                raise RequestError(f"expected a plain name for an object in tags, found {name!r}")
        object.__setattr__(self, "texts", MappingProxyType(dict(self.texts)))
        object.__setattr__(self, "objects", MappingProxyType(dict(self.objects)))


def plain_name(name: str) -> bool:
    """Whether an object may be called so in every form."""
    return bool(name) and name.isascii() and name.isprintable() and "=" not in name


def sane(texts: Mapping[str, str | None]) -> dict[str, str | None]:
    """Only what could be written again: found values are shown, never relied on."""
    return {n: text for n, text in texts.items() if text and _writable(text) and _fits(n, text)}


def _writable(text: str) -> bool:
    return len(text) <= MAX_TEXT and not any(c == "\0" or 0xD800 <= ord(c) <= 0xDFFF for c in text)


def _fits(name: str, text: str) -> bool:
    number = text.replace(".", "", 1)
    return name != "bpm" or not text or (number.isascii() and number.isdecimal())


def _check_text(name: str, text: str | None) -> None:
    if name not in FIELDS:
        raise RequestError(f"expected a tag out of {', '.join(FIELDS)}, found {name!r}")
    if text is None:
        return
    if not _writable(text):
        raise RequestError(
            f"{name}: expected a text of at most {MAX_TEXT} characters without undecodable bytes "
            f"or NUL, found {text[:40]!r}"
        )
    if not _fits(name, text):
        raise RequestError(f"bpm: expected a number such as 127.98, found {text!r}")


def damaged(what: str) -> DecodeError:
    """The error of tags that cannot be trusted; the door adds the file's name."""
    return DecodeError(
        f"expected tags in good order, but {what}; repair or remove its tags with a tag editor"
    )
