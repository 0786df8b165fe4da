"""The structure of an ID3v2 tag: header, extended header, frames, padding, footer.

Source of truth: id3.org's documents. Versions 2.2, 2.3 and 2.4, unsynchronisation, extended
headers (their padding size and CRC follow), footers, and old iTunes' 2.4 frames with plain sizes.
Padding is used up before a tag grows; a tag that grows gets new padding.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

from mixolydian.library.tagging.fields import MAX_TAG_BYTES, damaged
from mixolydian.library.tagging.id3_frames import (
    Frame,
    from_synchsafe,
    resynchronised,
    synchsafe,
    unsynchronised,
)

HEADER = 10
PADDING = 1024
"""Bytes of room a tag gets when it has to grow."""
_UNSYNC, _EXTENDED, _FOOTER = 0x80, 0x40, 0x10


@dataclass(frozen=True)
class Id3:
    """A tag: `version` 2, 3 or 4; `padding` in bytes; `extended` header as stored."""

    version: int = 3
    revision: int = 0
    flags: int = 0
    extended: bytes = b""
    frames: tuple[Frame, ...] = ()
    padding: int = 0
    plain_sizes: bool = False

    @property
    def unsync(self) -> bool:
        """Whether new frames must hold nothing a decoder might take for sound."""
        return bool(self.flags & _UNSYNC)

    @property
    def whole_unsync(self) -> bool:
        """Whether the tag is unsynchronised as a whole (in 2.4 each frame is by itself)."""
        return self.version < 4 and self.unsync


def tag_size(head: bytes) -> int:
    """Bytes of the tag that begins with these ten, header and footer included; 0 when none does."""
    if len(head) < HEADER or head[:3] != b"ID3" or head[3] == 0xFF or max(head[6:10]) > 0x7F:
        return 0
    footer = HEADER if head[5] & _FOOTER and head[3] == 4 else 0
    return HEADER + from_synchsafe(head[6:10]) + footer


def parse(tag: bytes) -> Id3:
    """The tag in these bytes.

    Raises
    ------
    DecodeError
        Cut short, of an unknown version, or with frames that do not add up.
    """
    size = tag_size(tag[:HEADER])
    if not size or size > len(tag) or size > MAX_TAG_BYTES:
        raise damaged("an ID3 tag is cut short or has an absurd size")
    version, revision, flags = tag[3], tag[4], tag[5]
    if version not in (2, 3, 4) or (version == 2 and flags & 0x40):
        raise damaged(f"its ID3 tag is of version 2.{version} or packed in an unknown way")
    found = Id3(version, revision, flags)
    body = tag[HEADER : size - (HEADER if flags & _FOOTER and version == 4 else 0)]
    if found.whole_unsync:
        body = resynchronised(body)
    extended = _extended(body, version) if version > 2 and flags & _EXTENDED else b""
    return _with_frames(replace(found, extended=extended), body[len(extended) :])


def _extended(body: bytes, version: int) -> bytes:
    size = int.from_bytes(body[:4], "big") + 4 if version == 3 else from_synchsafe(body[:4])
    if not 6 <= size <= len(body):
        raise damaged("its ID3 tag has a broken extended header")
    return body[:size]


def _with_frames(tag: Id3, body: bytes) -> Id3:
    for plain in (False, True) if tag.version == 4 else (False,):
        frames, end = _frames(body, tag.version, plain)
        if not body[end:].strip(b"\0"):
            padding = len(body) - end
            return replace(tag, frames=tuple(frames), padding=padding, plain_sizes=plain)
    raise damaged("the frames of its ID3 tag do not add up")


def _frames(body: bytes, version: int, plain: bool) -> tuple[list[Frame], int]:
    """The frames, and where the padding begins (or what cannot be read)."""
    found: list[Frame] = []
    place, head = 0, 6 if version == 2 else 10
    while place + head <= len(body) and body[place]:
        name = body[place : place + (3 if version == 2 else 4)]
        size = _frame_size(body[place : place + head], version, plain)
        stop = place + head + size
        if not (name.isalnum() and name.isascii()) or name.islower() or stop > len(body):
            break
        flags = 0 if version == 2 else int.from_bytes(body[place + 8 : place + 10], "big")
        held = body[place + head : stop]
        found.append(Frame(name.decode("ascii"), flags, held, body[place:stop]))
        place = stop
    return found, place


def _frame_size(data: bytes, version: int, plain: bool) -> int:
    if version == 2:
        return int.from_bytes(data[3:6], "big")
    if version == 3 or plain:
        return int.from_bytes(data[4:8], "big")
    return from_synchsafe(data[4:8]) if max(data[4:8]) < 0x80 else 1 << 40


# ---------------------------------------------------------------------- its bytes


def parts(tag: Id3, room: int | None = None) -> list[bytes]:
    """The tag as parts of bytes: header, extended header, each frame, padding, footer.

    `room` is the size in bytes the former tag had: kept when the frames fit.
    """
    footer = bool(tag.flags & _FOOTER) and tag.version == 4
    raw = [frame.raw for frame in tag.frames]
    if tag.whole_unsync:
        return _unsynchronised_parts(tag, raw, room)
    used = HEADER + len(tag.extended) + sum(map(len, raw))
    padding = 0 if footer else _padding(used, room)
    body = [_new_extended(tag, raw, padding), *raw, bytes(padding)]
    head = _header(tag, sum(map(len, body)))
    return [head, *body, b"3DI" + head[3:] if footer else b""]


def _padding(used: int, room: int | None) -> int:
    return room - used if room is not None and room >= used else PADDING


def _unsynchronised_parts(tag: Id3, raw: list[bytes], room: int | None) -> list[bytes]:
    def body(padding: int) -> bytes:
        extended = _new_extended(tag, raw, padding)
        return unsynchronised(extended + b"".join(raw)) + bytes(padding)

    padding = _padding(HEADER + len(body(0)), room)
    whole = body(padding)
    return [_header(tag, len(whole)), whole]


def _header(tag: Id3, size: int) -> bytes:
    if size >= 1 << 28 or size > MAX_TAG_BYTES:
        raise damaged("its ID3 tag would become too large")
    return b"ID3" + bytes((tag.version, tag.revision, tag.flags)) + synchsafe(size)


def _new_extended(tag: Id3, raw: list[bytes], padding: int) -> bytes:
    """The extended header with its padding size (2.3) and CRC brought up to date."""
    old = bytearray(tag.extended)
    if tag.version == 3 and len(old) >= 10:
        old[6:10] = padding.to_bytes(4, "big")
        if old[4] & 0x80 and len(old) >= 14:
            old[10:14] = _crc(raw, 0).to_bytes(4, "big")
    elif tag.version == 4 and len(old) >= 6 and old[5] & 0x20:
        place = 6 + (1 + old[6] if old[5] & 0x40 and len(old) > 6 else 0)
        if len(old) >= place + 6:
            old[place + 1 : place + 6] = synchsafe(_crc(raw, padding), 5)
    return bytes(old)


def _crc(raw: list[bytes], padding: int) -> int:
    return zlib.crc32(bytes(padding), zlib.crc32(b"".join(raw)))


def stored_parts(tag: Id3, old: bytes) -> list[bytes]:
    """The bytes of a tag in the parts of :func:`parts`."""
    raw = [frame.raw for frame in tag.frames]
    found = [old[:HEADER], tag.extended, *raw, bytes(tag.padding)]
    found.append(old[sum(map(len, found)) :])
    return found if b"".join(found) == old else [old]
