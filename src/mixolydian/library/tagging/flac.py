"""flac: the Vorbis comment block among the metadata blocks; padding is used up before it grows.

Source of truth: RFC 9639. An ID3v2 tag that stands before the stream is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from mixolydian.library.tagging import id3, vorbis
from mixolydian.library.tagging.fields import Tags, damaged
from mixolydian.library.tagging.source import Source
from mixolydian.library.tagging.splice import Splice, difference

_PADDING, _COMMENT = 1, 4
_LAST = 0x80
_MAX_BLOCK = (1 << 24) - 1
VENDOR = b"mixolydian"


@dataclass(frozen=True)
class Block:
    """A metadata block: the first byte of its header, and the place of its content."""

    head: int
    start: int
    stop: int

    @property
    def kind(self) -> int:
        """The block's type."""
        return self.head & 0x7F


def parse(source: Source) -> list[Block]:
    """The metadata blocks, in order."""
    place = id3.tag_size(source.peek(0, id3.HEADER))
    if source.peek(place, 4) != b"fLaC":
        raise damaged("it does not begin as a flac file")
    place += 4
    found: list[Block] = []
    while not found or not found[-1].head & _LAST:
        head = source.read(place, place + 4)
        stop = place + 4 + int.from_bytes(head[1:], "big")
        if stop > source.size or head[0] & 0x7F == 0x7F:
            raise damaged("its metadata blocks do not add up")
        found.append(Block(head[0], place + 4, stop))
        place = stop
    return found


def _first(blocks: list[Block], kind: int) -> Block | None:
    return next((block for block in blocks if block.kind == kind), None)


def read(source: Source) -> Tags:
    """What the comments say; nothing when there are none."""
    block = _first(parse(source), _COMMENT)
    if block is None:
        return Tags()
    return vorbis.read(vorbis.parse(source.read(block.start, block.stop)))


def plan(source: Source, tags: Tags) -> list[Splice]:
    """The splices that say `tags`."""
    blocks = parse(source)
    block = _first(blocks, _COMMENT)
    if block is None:
        return _new_block(source, blocks[0], tags)
    old = vorbis.parse(source.read(block.start, block.stop))
    new = vorbis.edited(old, tags)
    changed = difference(block.start, vorbis.parts(old), vorbis.parts(new))
    growth = sum(splice.growth for splice in changed)
    if not growth:
        return changed
    size = _size(block.stop - block.start + growth)
    return [
        Splice(block.start - 3, block.start, size),
        *changed,
        *_padding(_first(blocks, _PADDING), growth),
    ]


def _size(size: int) -> bytes:
    if size > _MAX_BLOCK:
        raise damaged("its comments would become too large for flac (16 MiB)")
    return size.to_bytes(3, "big")


def _padding(block: Block | None, growth: int) -> list[Splice]:
    """The padding made smaller (or larger) by what the comments grow, if it is there and can."""
    if block is None or not 0 <= block.stop - block.start - growth <= _MAX_BLOCK:
        return []
    size = block.stop - block.start - growth
    stop = block.stop if growth < 0 else block.start + growth
    start = block.stop if growth < 0 else block.start
    return [
        Splice(block.start - 3, block.start, size.to_bytes(3, "big")),
        Splice(start, stop, bytes(max(0, -growth))),
    ]


def _new_block(source: Source, first: Block, tags: Tags) -> list[Splice]:
    """Comments behind the stream's description, which must come first."""
    new = vorbis.edited(vorbis.Comments(VENDOR), tags)
    if not new.entries:
        return []
    content = b"".join(vorbis.parts(new))
    head = bytes((_COMMENT | first.head & _LAST,)) + _size(len(content))
    changed = [Splice(first.stop, first.stop, head + content)]
    if first.head & _LAST:
        changed.append(Splice(first.start - 4, first.start - 3, bytes((first.kind,))))
    return changed
