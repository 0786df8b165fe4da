"""wav and aiff: an ID3v2 tag in a chunk of its own, and the INFO list of a wav.

Source of truth: Microsoft's RIFF (1991), EBU Tech 3306 (RF64, BW64: 64-bit sizes in `ds64`),
Apple's AIFF 1.3. The chunk is `id3 ` in wav and `ID3 ` in aiff, as DJ programs write it. INFO has
no words for tempo and key; a comment or genre it holds already is changed along with the tag, so
that the two do not contradict each other. A chunk of odd length is followed by a zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mixolydian.library.tagging import id3
from mixolydian.library.tagging.fields import Tags, damaged, sane
from mixolydian.library.tagging.source import Source
from mixolydian.library.tagging.splice import Splice, difference

_UNKNOWN = 0xFFFFFFFF
_MAX_CHUNKS = 10_000
_INFO = {b"ICMT": "comment", b"IGNR": "genre"}


@dataclass(frozen=True)
class Chunk:
    """A chunk's name and the place of its content."""

    name: bytes
    start: int
    stop: int


@dataclass(frozen=True)
class Form:
    """The chunks of a file, where the next would go, and where its own size is kept."""

    order: Literal["little", "big"]
    chunks: tuple[Chunk, ...]
    end: int
    size: int
    size_at: int
    size_width: int

    def number(self, value: int, width: int = 4) -> bytes:
        """A size in this form's byte order."""
        if value >= 1 << 8 * width or (width == 4 and value == _UNKNOWN):
            raise damaged("it would grow beyond 4 GiB, which its form cannot hold")
        return value.to_bytes(width, self.order)

    def tag(self) -> Chunk | None:
        """The chunk of the ID3 tag."""
        return next((c for c in self.chunks if c.name in (b"id3 ", b"ID3 ")), None)


def parse(source: Source) -> Form:
    """The form of a wav (RIFF, RF64, BW64) or aiff.

    Raises
    ------
    DecodeError
        Its sizes do not add up: a chunk could not be added without guessing.
    """
    head = source.read(0, 12)
    order: Literal["little", "big"] = "big" if head[:4] == b"FORM" else "little"
    size, size_at, width, data = int.from_bytes(head[4:8], order), 4, 4, _UNKNOWN
    if head[:4] in (b"RF64", b"BW64"):
        size, data = _large(source, size)
        size_at, width = 20, 8
    end = 8 + size
    if size == _UNKNOWN or end > source.size or size < 4:
        raise damaged("the size in its header is not that of the file")
    chunks = _chunks(source, end, order, data)
    if not any(chunk.name in (b"data", b"SSND") for chunk in chunks):
        raise damaged("its sound lies outside the size in its header")
    return Form(order, tuple(chunks), end, size, size_at, width)


def _large(source: Source, size: int) -> tuple[int, int]:
    """Sizes of the whole and of the sound from the `ds64` chunk, which comes first."""
    head = source.read(12, 36)
    if head[:4] != b"ds64" or size != _UNKNOWN:
        raise damaged("its 64-bit sizes are missing")
    return int.from_bytes(head[8:16], "little"), int.from_bytes(head[16:24], "little")


def _chunks(source: Source, end: int, order: Literal["little", "big"], data: int) -> list[Chunk]:
    found: list[Chunk] = []
    place = 12
    while place + 8 <= end:
        head = source.read(place, place + 8)
        size = int.from_bytes(head[4:8], order)
        if head[:4] == b"data" and size == _UNKNOWN:
            size = data
        start, stop = place + 8, place + 8 + size
        if stop > end or len(found) >= _MAX_CHUNKS:
            raise damaged(f"its chunk {head[:4]!r} reaches beyond the end")
        found.append(Chunk(head[:4], start, stop))
        place = stop + size % 2
    return found


# ---------------------------------------------------------------------- reading


def read(source: Source) -> Tags:
    """What the ID3 tag says, and the INFO list where the tag is silent."""
    form = parse(source)
    chunk = form.tag()
    tag = _held(source, chunk) if chunk else b""
    found = id3.read(id3.parse(tag)) if tag else Tags()
    said: dict[str, str] = {}
    for info in _info_lists(source, form):
        items = _info_items(source.read(info.start, info.stop))[1:]
        said |= {_INFO[i[:4]]: _info_text(i) for i in items if i[:4] in _INFO}
    return Tags(sane(said) | dict(found.texts), found.objects)


def _info_lists(source: Source, form: Form) -> list[Chunk]:
    """The chunks with INFO; aiff has none."""
    lists = [c for c in form.chunks if c.name == b"LIST" and form.order == "little"]
    return [c for c in lists if source.peek(c.start, 4) == b"INFO"]


def _info_items(held: bytes) -> list[bytes]:
    """The word INFO, each item with its header, and what is left behind them."""
    found, place = [held[:4]], 4
    while place + 8 <= len(held):
        size = int.from_bytes(held[place + 4 : place + 8], "little")
        stop = place + 8 + size + size % 2
        found.append(held[place:stop])
        place = stop
    return [*found, held[place:]] if place < len(held) else found


def _info_text(item: bytes) -> str:
    data = item[8 : 8 + int.from_bytes(item[4:8], "little")].partition(b"\0")[0]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _held(source: Source, chunk: Chunk) -> bytes:
    """The tag in a chunk, without what may lie behind it."""
    size = id3.tag_size(source.peek(chunk.start, id3.HEADER))
    if size > chunk.stop - chunk.start or (not size and chunk.stop > chunk.start):
        raise damaged("the ID3 tag in its chunk is broken")
    return source.read(chunk.start, chunk.start + size)


# ---------------------------------------------------------------------- changing


def plan(source: Source, tags: Tags) -> list[Splice]:
    """The splices that say `tags`."""
    form = parse(source)
    chunk = form.tag()
    changed = _in_chunk(source, form, chunk, tags) if chunk else _new_chunk(source, form, tags)
    for info in _info_lists(source, form):
        changed += _in_info(source, form, info, tags)
    growth = sum(splice.growth for splice in changed)
    if growth:
        size = form.number(form.size + growth, form.size_width)
        at = form.size_at
        changed.append(Splice(at, at + form.size_width, size))
    return changed


def _new_chunk(source: Source, form: Form, tags: Tags) -> list[Splice]:
    tag = b"".join(s.content for s in id3.changes(0, b"", tags))
    if not tag:
        return []
    last = form.chunks[-1].stop if form.chunks else 12
    at = min(form.end, last + (last % 2))
    missing = b"\0" if last % 2 and form.end == last else b""
    name = b"ID3 " if form.order == "big" else b"id3 "
    chunk = name + form.number(len(tag)) + tag + b"\0" * (len(tag) % 2)
    return [Splice(at, at, missing + chunk)]


def _in_chunk(source: Source, form: Form, chunk: Chunk, tags: Tags) -> list[Splice]:
    return _resized(form, chunk, id3.changes(chunk.start, _held(source, chunk), tags))


def _resized(form: Form, chunk: Chunk, changed: list[Splice]) -> list[Splice]:
    """Changes inside a chunk, with its size and the zero that makes it even."""
    growth = sum(splice.growth for splice in changed)
    if not growth:
        return changed
    size = chunk.stop - chunk.start
    padded = bool(size % 2) and chunk.stop < form.end
    pad = Splice(chunk.stop, chunk.stop + padded, b"\0" * ((size + growth) % 2))
    head = Splice(chunk.start - 4, chunk.start, form.number(size + growth))
    return [head, *changed, *([pad] if pad.content or padded else [])]


def _in_info(source: Source, form: Form, chunk: Chunk, tags: Tags) -> list[Splice]:
    old = _info_items(source.read(chunk.start, chunk.stop))
    new = [_info_item(item, tags) for item in old]
    return _resized(form, chunk, difference(chunk.start, old, new))


def _info_item(item: bytes, tags: Tags) -> bytes:
    """The item as `tags` have it; taken out when they take its field out."""
    field = _INFO.get(item[:4], "")
    if field not in tags.texts or tags.texts[field] == _info_text(item):
        return item
    text = tags.texts[field]
    if not text:
        return b""
    data = text.encode("utf-8") + b"\0"
    return item[:4] + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)
