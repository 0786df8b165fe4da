"""ID3v2 frames: what one holds, and how a new one is made. Versions 2.2, 2.3 and 2.4.

Source of truth: the documents of id3.org (id3v2-00, id3v2.3.0, id3v2.4.0-structure and -frames).
A frame that is not ours to change is kept as the bytes it was found as.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

ENERGY = "EnergyLevel"
"""Description of the TXXX frame that Mixed In Key and others keep the energy in."""

NAMES = {
    "bpm": ("TBPM", "TBP"),
    "key": ("TKEY", "TKE"),
    "genre": ("TCON", "TCO"),
    "grouping": ("TIT1", "TT1"),
    "comment": ("COMM", "COM"),
    "energy": ("TXXX", "TXX"),
    "mood": ("TXXX", "TXX"),
}
"""Field → frame name in 2.3 and 2.4, and in 2.2."""
DESCRIPTIONS = {"energy": ENERGY, "mood": "MOOD"}
"""Field kept in a user's text frame → the frame's description."""
OBJECT = ("GEOB", "GEO")
_MAX_UNPACKED = 4 << 20
MIME = b"application/octet-stream"

_FALSE_SYNC = re.compile(rb"\xff(?=[\x00\xe0-\xff])")
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")


@dataclass(frozen=True)
class Frame:
    """A frame: its name, flags and body as stored, and `raw`: all its bytes with the header."""

    name: str
    flags: int
    body: bytes
    raw: bytes


def synchsafe(number: int, n: int = 4) -> bytes:
    """A number in `n` bytes of seven bits."""
    return bytes(number >> 7 * (n - 1 - i) & 0x7F for i in range(n))


def from_synchsafe(data: bytes) -> int:
    """The inverse of :func:`synchsafe`; a byte with its top bit set counts with seven bits."""
    number = 0
    for byte in data:
        number = number << 7 | byte & 0x7F
    return number


def resynchronised(data: bytes) -> bytes:
    """Undo unsynchronisation: the zero after each FF goes."""
    return data.replace(b"\xff\x00", b"\xff")


def unsynchronised(data: bytes) -> bytes:
    """A zero after each FF that a decoder might take for the beginning of sound."""
    safe = _FALSE_SYNC.sub(b"\xff\0", data)
    return safe + b"\0" if safe.endswith(b"\xff") else safe


# ---------------------------------------------------------------------- reading


def content(frame: Frame, version: int) -> bytes | None:
    """What a frame holds, unpacked; None when it is encrypted or does not unpack."""
    body = frame.body
    if version == 3:
        return _content_3(body, frame.flags)
    if version == 4:
        return _content_4(body, frame.flags)
    return body


def _content_3(body: bytes, flags: int) -> bytes | None:
    if flags & 0x40:
        return None
    packed = bool(flags & 0x80)
    start = 4 * packed + bool(flags & 0x20)
    return _unpacked(body[start:]) if packed else body[start:]


def _content_4(body: bytes, flags: int) -> bytes | None:
    if flags & 0x04:
        return None
    start = bool(flags & 0x40) + 4 * bool(flags & 0x01)
    body = body[start:]
    if flags & 0x02:
        body = resynchronised(body)
    return _unpacked(body) if flags & 0x08 else body


def _unpacked(body: bytes) -> bytes | None:
    try:
        unpacker = zlib.decompressobj()
        return unpacker.decompress(body, _MAX_UNPACKED)
    except zlib.error:
        return None


def _cut(data: bytes, encoding: int) -> tuple[str, bytes]:
    """The text up to its end mark, and what follows the mark."""
    if encoding in (1, 2):
        end = next((i for i in range(0, len(data) - 1, 2) if data[i : i + 2] == b"\0\0"), len(data))
        step = 2
    else:
        end = data.find(b"\0")
        end, step = (len(data) if end < 0 else end), 1
    return _decoded(data[:end], encoding), data[end + step :]


def _decoded(data: bytes, encoding: int) -> str:
    """Text in one of the four encodings; UTF-16 without its mark is taken for little-endian."""
    name = _ENCODINGS[encoding] if encoding < len(_ENCODINGS) else "latin-1"
    if encoding == 1 and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        name = "utf-16-le"
    return data.decode(name, "replace")


def text_of(frame: Frame, version: int) -> tuple[str, str]:
    """(description, text) of a text or comment frame; the description of plain ones is empty."""
    held = content(frame, version) or b"\0"
    encoding, rest = held[0], held[1:]
    described = frame.name[:3] in ("COM", "TXX")
    if frame.name.startswith("COM"):
        rest = rest[3:]
    description, rest = _cut(rest, encoding) if described else ("", rest)
    return description, _cut(rest, encoding)[0]


def object_of(frame: Frame, version: int) -> tuple[str, bytes]:
    """(description, content) of a GEOB frame."""
    held = content(frame, version) or b"\0"
    _, rest = _cut(held[1:], 0)
    _, rest = _cut(rest, held[0])
    return _cut(rest, held[0])


# ---------------------------------------------------------------------- making


def _encoded(text: str, version: int) -> tuple[int, bytes]:
    """The encoding's number, and the text in it: Latin-1 where it can be, else Unicode."""
    if all(0x20 <= ord(c) < 0x7F for c in text):
        return 0, text.encode("latin-1")
    if version == 4:
        return 3, text.encode("utf-8")
    return 1, b"\xff\xfe" + text.encode("utf-16-le")


def text_content(field: str, text: str, version: int, language: bytes = b"eng") -> bytes:
    """What the frame of a field holds."""
    encoding, data = _encoded(text, version)
    wide = encoding == 1
    head = b""
    if field == "comment":
        head = language + (b"\xff\xfe\0\0" if wide else b"\0")
    elif field in DESCRIPTIONS:
        name = DESCRIPTIONS[field]
        head = b"\xff\xfe" + name.encode("utf-16-le") + b"\0\0" if wide else name.encode() + b"\0"
    return bytes((encoding,)) + head + data


def object_content(name: str, data: bytes) -> bytes:
    """What a GEOB frame holds: no file name, its type, its description and the bytes."""
    return b"\0" + MIME + b"\0\0" + name.encode("ascii") + b"\0" + data


def make_frame(
    name: str, held: bytes, version: int, plain_sizes: bool = False, unsync: bool = False
) -> Frame:
    """A new frame. `plain_sizes`: the tag counts 2.4 frames as 2.3 does (old iTunes)."""
    flags = 0
    if version == 4 and unsync and unsynchronised(held) != held:
        held, flags = synchsafe(len(held)) + unsynchronised(held), 0x03
    if version == 2:
        head = name.encode() + len(held).to_bytes(3, "big")
    else:
        size = len(held).to_bytes(4, "big") if version == 3 or plain_sizes else synchsafe(len(held))
        head = name.encode() + size + flags.to_bytes(2, "big")
    return Frame(name, flags, held, head + held)
