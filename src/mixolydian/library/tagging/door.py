"""The one door to the tags of a file, whatever its form: by its content, never by its name."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import ModuleType
from typing import Any

from mixolydian.core.errors import DecodeError, UnreadableError
from mixolydian.library.tagging import flac, id3, mp3, mp4, ogg, riff
from mixolydian.library.tagging.fields import Tags
from mixolydian.library.tagging.source import Source
from mixolydian.library.tagging.splice import Splice, ordered

FORMS = "mp3, flac, ogg (Vorbis, Opus), m4a, wav and aiff"


def read(path: str | os.PathLike[str]) -> Tags:
    """What the tags of the file at `path` say.

    Raises
    ------
    UnreadableError
        It cannot be opened.
    DecodeError
        Of another form than FORMS, or its tags are damaged.
    """
    found: Tags = _opened(path, lambda form, source: form.read(source))
    return found


def plan(path: str | os.PathLike[str], tags: Tags) -> tuple[Splice, ...]:
    """The splices that make the file at `path` say `tags`; none when it says so already.

    Raises
    ------
    UnreadableError, DecodeError
        As :func:`read`.
    """
    found: list[Splice] = _opened(path, lambda form, source: form.plan(source, tags))
    return ordered(found)


def form(path: str | os.PathLike[str]) -> str:
    """What the file at `path` is by its content: mp3, flac, ogg (Opus, too), m4a, wav or aiff.

    Raises
    ------
    UnreadableError, DecodeError
        As :func:`read`.
    """
    found: str = _opened(path, lambda module, source: _name(module, source))
    return found


def _name(module: ModuleType, source: Source) -> str:
    if module is riff:
        return "aiff" if source.peek(0, 4) == b"FORM" else "wav"
    return "m4a" if module is mp4 else module.__name__.rpartition(".")[2]


def _opened(path: str | os.PathLike[str], ask: Any) -> Any:
    name = os.fsencode(path).decode("utf-8", "replace")
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise UnreadableError(f"{name}: expected a sound file, found something else; name one")
        with Path(path).open("rb") as file:
            source = Source.of(file)
            return ask(_form(source), source)
    except OSError as error:
        why = error.strerror or str(error)
        raise UnreadableError(f"{name}: cannot be read ({why}); check the path") from error
    except DecodeError as error:
        raise DecodeError(f"{name}: {error}") from error


def _form(source: Source) -> ModuleType:
    head = source.peek(0, 12)
    if head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:] == b"WAVE":
        return riff
    if head[:4] == b"FORM" and head[8:] in (b"AIFF", b"AIFC"):
        return riff
    if head[:4] == b"OggS":
        return ogg
    if head[4:8] == b"ftyp":
        return mp4
    behind = source.peek(id3.tag_size(head), 4)
    if behind == b"fLaC":
        return flac
    if head[:3] == b"ID3" or (len(behind) >= 2 and _is_mpeg(behind)):
        return mp3
    raise DecodeError(f"expected {FORMS}, found another form; convert it first")


def _is_mpeg(head: bytes) -> bool:
    """Whether an MPEG audio frame begins here (of any layer; layer 0 is AAC's own framing)."""
    return head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06 != 0
