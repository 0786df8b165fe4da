"""mp3: an ID3v2 tag before the sound. What lies behind it (ID3v1, APE, Lyrics3) is not touched."""

from __future__ import annotations

from mixolydian.library.tagging import id3
from mixolydian.library.tagging.fields import Tags
from mixolydian.library.tagging.source import Source
from mixolydian.library.tagging.splice import Splice


def _tag(source: Source) -> bytes:
    return source.read(0, id3.tag_size(source.peek(0, id3.HEADER)))


def read(source: Source) -> Tags:
    """What the tag says; nothing when there is none."""
    tag = _tag(source)
    return id3.read(id3.parse(tag)) if tag else Tags()


def plan(source: Source, tags: Tags) -> list[Splice]:
    """The splices that say `tags`."""
    return id3.changes(0, _tag(source), tags)
