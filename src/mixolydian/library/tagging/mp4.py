"""m4a: the items of iTunes' `ilst` in moov/udta/meta, and the tables that say where the sound lies.

Source of truth: ISO/IEC 14496-12 (boxes, `stco`, `co64`), Apple's QuickTime File Format, and
iTunes' item list. Free space beside the items is used up first; otherwise everything behind them
moves, and with it every chunk offset that points there. Fragmented files are refused: their
offsets live in too many places to be sure of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mixolydian.library.tagging.fields import MAX_TAG_BYTES, Tags, damaged
from mixolydian.library.tagging.mp4_items import edited, read_items
from mixolydian.library.tagging.source import Source
from mixolydian.library.tagging.splice import Splice, difference

_HANDLER = bytes(8) + b"mdirappl" + bytes(9)
"""What makes a `meta` box one of iTunes' items."""
_DEPTH = 12
_HOLD_TABLES = (b"trak", b"mdia", b"minf", b"stbl")


@dataclass(frozen=True)
class Box:
    """A box: where it begins, where its content does, where it ends (places in the file)."""

    name: bytes
    start: int
    content: int
    stop: int
    endless: bool = False
    """It goes to the end of the file, whatever that is."""


def boxes(source: Source, start: int, stop: int, top: bool = False) -> Iterator[Box]:
    """The boxes between two places; at the `top` the last one may go on to the end of the file.

    Raises
    ------
    DecodeError
        One reaches beyond the end, or is too small for its own header.
    """
    while start + 8 <= stop:
        head = source.read(start, min(start + 16, stop))
        size, content = int.from_bytes(head[:4], "big"), start + 8
        endless = size == 0
        if size == 1 and len(head) == 16:
            size, content = int.from_bytes(head[8:16], "big"), start + 16
        end = stop if endless else start + size
        if end > stop or end < content or (endless and not top):
            raise damaged(f"its box {head[4:8]!r} does not fit in the file")
        yield Box(head[4:8], start, content, end, endless)
        start = end


def _child(source: Source, parent: Box, name: bytes, skip: int = 0) -> Box | None:
    found = (b for b in boxes(source, parent.content + skip, parent.stop) if b.name == name)
    return next(found, None)


@dataclass(frozen=True)
class Place:
    """The boxes on the way to the items, outermost first, as far as they exist; the free space."""

    way: tuple[Box, ...]
    items: Box | None = None
    free: Box | None = None


def parse(source: Source) -> Place:
    """Where the items are."""
    top = list(boxes(source, 0, source.size, top=True))
    if any(box.name == b"moof" for box in top):
        raise damaged("it is a fragmented MP4, whose offsets cannot all be moved")
    movie = next((box for box in top if box.name == b"moov"), None)
    if movie is None or movie.stop - movie.start > MAX_TAG_BYTES:
        raise damaged("its moov box is missing or absurdly large")
    user = _child(source, movie, b"udta")
    if user is None:
        return Place((movie,))
    meta = _child(source, user, b"meta")
    return Place((movie, user)) if meta is None else _in_meta(source, (movie, user, meta))


def _in_meta(source: Source, way: tuple[Box, ...]) -> Place:
    meta = way[-1]
    skip = _skip(source, meta)
    inside = list(boxes(source, meta.content + skip, meta.stop))
    handler = next((box for box in inside if box.name == b"hdlr"), None)
    if handler and source.read(handler.content, handler.stop)[8:12] not in (b"mdir", bytes(4)):
        raise damaged("it keeps its tags as QuickTime keys, not as iTunes items")
    for n, box in enumerate(inside):
        if box.name == b"ilst":
            after = inside[n + 1] if n + 1 < len(inside) else None
            return Place(way, box, after if after and after.name == b"free" else None)
    return Place(way)


def _skip(source: Source, meta: Box) -> int:
    """4 when `meta` has version and flags, as MP4 demands; 0 in QuickTime's form."""
    return 0 if source.peek(meta.content, 8)[4:8] == b"hdlr" else 4


def read(source: Source) -> Tags:
    """What the items say; nothing when there are none."""
    items = parse(source).items
    return Tags() if items is None else read_items(_stored(source, items)[:-1])


def _stored(source: Source, items: Box) -> list[bytes]:
    """Each item with its header, and what is left behind the last one."""
    inside = boxes(source, items.content, items.stop)
    found = [source.read(box.start, box.stop) for box in inside]
    return [*found, source.read(_end(source, items), items.stop)]


# ---------------------------------------------------------------------- changing


def plan(source: Source, tags: Tags) -> list[Splice]:
    """The splices that say `tags`."""
    place = parse(source)
    if place.items is None:
        return _new_items(source, place, tags)
    *old, rest = _stored(source, place.items)
    changed = difference(place.items.content, [*old, rest], [*edited(old, tags), rest])
    growth = sum(splice.growth for splice in changed)
    if not growth:
        return changed
    filled = _fill(place.free, growth)
    changed += [_size(source, place.items, growth), *filled]
    outer = growth + sum(splice.growth for splice in filled)
    return changed + _moved(source, place.way, place.items.stop, outer)


def _fill(free: Box | None, growth: int) -> list[Splice]:
    """The free space made smaller or larger by `growth`, when what is left is a box."""
    if free is None or free.content - free.start != 8 or free.endless:
        return []
    left = free.stop - free.start - growth
    if left == 0:
        return [Splice(free.start, free.stop, b"")]
    if left < 8 or left >= 1 << 32:
        return []
    head = Splice(free.start, free.start + 4, left.to_bytes(4, "big"))
    if growth > 0:
        return [head, Splice(free.content, free.content + growth, b"")]
    return [head, Splice(free.stop, free.stop, bytes(-growth))]


def _new_items(source: Source, place: Place, tags: Tags) -> list[Splice]:
    """The missing boxes, at the end of the innermost one that exists."""
    items = b"".join(edited([], tags))
    if not items:
        return []
    new = _box(b"ilst", items)
    if len(place.way) < 3:
        new = _box(b"meta", bytes(4) + _box(b"hdlr", _HANDLER) + new)
    if len(place.way) < 2:
        new = _box(b"udta", new)
    at = _end(source, place.way[-1])
    return [Splice(at, at, new), *_moved(source, place.way, at, len(new))]


def _end(source: Source, parent: Box) -> int:
    """Where the last box inside another ends; QuickTime may put a zero behind it."""
    skip = _skip(source, parent) if parent.name == b"meta" else 0
    last = parent.content + skip
    for box in boxes(source, last, parent.stop):
        last = box.stop
    if source.read(last, parent.stop).strip(b"\0"):
        raise damaged(f"something that is no box lies at the end of {parent.name!r}")
    return last


def _box(name: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + name + content


def _moved(source: Source, way: tuple[Box, ...], at: int, growth: int) -> list[Splice]:
    """New sizes of the boxes around a change, and new offsets of what lies behind `at`."""
    if not growth:
        return []
    sizes = [_size(source, box, growth) for box in way if not box.endless]
    return sizes + list(_offsets(source, way[0], at, growth))


def _size(source: Source, box: Box, growth: int) -> Splice:
    size = box.stop - box.start + growth
    if box.content - box.start == 16:
        return Splice(box.start + 8, box.content, size.to_bytes(8, "big"))
    if size >= 1 << 32:
        raise damaged("it would grow beyond what its boxes can say")
    return Splice(box.start, box.start + 4, size.to_bytes(4, "big"))


def _offsets(source: Source, parent: Box, at: int, growth: int, depth: int = 0) -> Iterator[Splice]:
    """The chunk offset tables below `parent`, with what points behind `at` moved."""
    for box in boxes(source, parent.content, parent.stop):
        if box.name in _HOLD_TABLES and depth < _DEPTH:
            yield from _offsets(source, box, at, growth, depth + 1)
        elif box.name in (b"stco", b"co64"):
            yield from _table(source, box, at, growth)


def _table(source: Source, box: Box, at: int, growth: int) -> list[Splice]:
    width = 4 if box.name == b"stco" else 8
    data = source.read(box.content, box.stop)
    n = int.from_bytes(data[4:8], "big")
    if 8 + n * width > len(data):
        raise damaged("a table of its offsets is cut short")
    entries = data[8 : 8 + n * width]
    old = [int.from_bytes(entries[i : i + width], "big") for i in range(0, len(entries), width)]
    new = [place + growth if place >= at else place for place in old]
    if any(place >= 1 << 8 * width for place in new):
        raise damaged("its sound would move beyond what its offsets can say")
    start = box.content + 8
    moved = b"".join(place.to_bytes(width, "big") for place in new)
    return [Splice(start, start + n * width, moved)] if new != old else []
