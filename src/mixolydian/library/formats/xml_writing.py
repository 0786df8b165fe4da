"""Writing XML attributes so that every reader gets back what was meant, and says what it cannot.

Tabs and line breaks are written as character references (a parser would make spaces of them).
Characters that XML forbids (control characters, halves of surrogate pairs) are left out and noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from mixolydian.core.errors import RequestError, UnreadableError
from mixolydian.core.files import write_text
from mixolydian.library.formats.safe_xml import shown
from mixolydian.library.formats.tally import Tally

OWN_NAME = "Mixolydian"

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPECIAL = re.compile('[&<>"\t\n\r]')
_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_HEAD = 2048


def can_say(text: str) -> bool:
    """Whether XML can hold `text` as it is."""
    return not _FORBIDDEN.search(text)


def opening(name: str, attributes: Mapping[str, str | None], notes: Tally) -> str:
    """``<name a="b">``; attributes that are None are left out."""
    words = [
        f' {key}="{_escaped(text, notes)}"' for key, text in attributes.items() if text is not None
    ]
    return f"<{name}{''.join(words)}>"


def element(
    name: str, attributes: Mapping[str, str | None], notes: Tally, content: str = ""
) -> str:
    """``<name a="b">content</name>``; `content` is XML."""
    return f"{opening(name, attributes, notes)}{content}</{name}>"


def write_document(path: Path, pieces: Iterable[str]) -> None:
    """Write an XML document, whole or not at all; `pieces` are the lines after the declaration.

    Raises
    ------
    RequestError
        At `path` lies a file that this program did not write: a DJ's own collection, perhaps.
    StorageError
        The file cannot be written.
    """
    _guard(path)
    write_text(path, _lines(pieces))


def _lines(pieces: Iterable[str]) -> Iterable[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    for piece in pieces:
        yield piece + "\n"


def _escaped(text: str, notes: Tally) -> str:
    if _FORBIDDEN.search(text):
        notes.add("texts with characters that XML cannot hold, written without them")
        text = _FORBIDDEN.sub("", text)
    return _SPECIAL.sub(lambda found: _reference(found[0]), text)


def _reference(character: str) -> str:
    return _REFERENCES.get(character) or f"&#{ord(character)};"


def _guard(path: Path) -> None:
    """Never write over another program's file, nor into a pipe or device."""
    try:
        if path.is_dir() or not path.exists():
            return  # nothing to lose, or refused by write_text
        head = _head(path)
    except OSError as error:
        raise UnreadableError(
            f"{shown(path)}: cannot be read ({error.strerror}); choose a new name"
        ) from error
    if head and f'"{OWN_NAME}"'.encode() not in head:
        raise RequestError(
            f"{shown(path)}: holds a file that {OWN_NAME} did not write; choose a new name, "
            "then import it in the DJ program"
        )


def _head(path: Path) -> bytes:
    if not path.is_file():
        raise RequestError(f"{shown(path)}: expected a file, found a pipe or device; choose a name")
    with open(path, "rb") as file:
        return file.read(_HEAD)
