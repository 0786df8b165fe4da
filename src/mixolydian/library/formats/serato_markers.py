"""The tag "Serato Markers2": bytes ⇄ cues, loops and the track's colour.

Source of truth: Jan Holthuis' serato-tags notes (serato_markers2.md). Markers2 is 01 01 and base64
text (a line feed every 72 letters, no padding), filled with zeros to 470 bytes; inside stand 01 01
and entries: a name ended by zero, a length (u32), content. Times are whole milliseconds. Cues and
loops have banks of their own, of eight buttons each. Serato believes the older tag "Serato
Markers_" where the two differ, so both are written: serato_markers_old.py.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from mixolydian.library.formats.collection import Color, Marker
from mixolydian.library.formats.gridding import LONGEST

BUTTONS = 8
"""cues, and loops, Serato has."""
_LINE, _LEAST = 72, 470
_HEAD = b"\x01\x01"
_LOCK = b"BPMLOCK\x00"
_CUE_NAME, _LOOP_NAME = 50, 200
"""bytes of a name."""
LOOP_COLOR: Color = (0x27, 0xAA, 0xE1)
CUE_COLORS: tuple[Color, ...] = (
    (0xCC, 0, 0), (0xCC, 0x88, 0), (0, 0, 0xCC), (0xCC, 0xCC, 0),
    (0, 0xCC, 0), (0xCC, 0, 0xCC), (0, 0xCC, 0xCC), (0x88, 0, 0xCC),
)  # fmt: skip
"""What Serato gives cues 1–8 itself."""
WHITE: Color = (0xFF, 0xFF, 0xFF)
"""A track's colour when it has none."""


@dataclass(frozen=True)
class Marks:
    """Cues and loops (each `slot` its button of its bank) and the track's colour."""

    markers: tuple[Marker, ...] = ()
    color: Color | None = None


def placed(markers: Iterable[Marker]) -> list[Marker]:
    """Those Serato can hold, every one on a button of its bank.

    Whatever has no button of its own (memory cues, fades, load points) takes the next free one.
    """
    found: list[Marker] = []
    taken: dict[bool, set[int]] = {True: set(), False: set()}
    kept = [mark for mark in markers if mark.kind != "grid" and 0 <= mark.time <= LONGEST]
    for marker in sorted(kept, key=lambda mark: (mark.slot is None, mark.time)):
        bank = taken[is_loop(marker)]
        free = [slot for slot in range(BUTTONS) if slot not in bank]
        slot = marker.slot if marker.slot in free else next(iter(free), None)
        if slot is not None:
            bank.add(slot)
            found.append(replace(marker, slot=slot))
    return found


def is_loop(marker: Marker) -> bool:
    """A loop with an end; anything else can only be a cue."""
    return marker.kind == "loop" and marker.end is not None


def encode2(marks: Marks, old: bytes = b"") -> bytes:
    """The payload of "Serato Markers2" for marks that are `placed`.

    Of the payload `old` that is there already, cues and loops that stay the same stay byte for
    byte, and so does what is not ours to understand (flips, the lock of the grid).
    """
    kept, rest = _former(old)
    entries = [_entry("COLOR", b"\x00" + bytes(WHITE if marks.color is None else marks.color))]
    for mark in sorted(marks.markers, key=lambda mark: (is_loop(mark), mark.slot)):
        new = _loop(mark) if is_loop(mark) else _cue(mark)
        entries.append(kept.get((is_loop(mark), mark), new))
    entries += rest
    if not any(entry.startswith(_LOCK) for entry in rest):
        entries.append(_entry("BPMLOCK", b"\x00"))
    text = wrapped(_HEAD + b"".join(entries) + b"\x00")
    return (_HEAD + text + b"\x00").ljust(_LEAST, b"\x00")


def _former(old: bytes) -> tuple[dict[tuple[bool, Marker], bytes], list[bytes]]:
    """The entries of a payload by the cue or loop they say, and the other entries but colour."""
    kept: dict[tuple[bool, Marker], bytes] = {}
    rest: list[bytes] = []
    for name, content in _inner(old) if old else ():
        raw = _entry(name.decode("latin-1"), content)
        if name == b"CUE" and len(content) >= 12:
            kept[(False, _cue_of(content))] = raw
        elif name == b"LOOP" and len(content) >= 20:
            kept[(True, _loop_of(content))] = raw
        elif name != b"COLOR":
            rest.append(raw)
    return kept, rest


def is_locked(data: bytes) -> bool:
    """Whether a payload of "Serato Markers2" says that the grid is locked; damaged ones do not."""
    try:
        found = list(_inner(data))
    except ValueError:
        return False
    return any(name == b"BPMLOCK" and any(content) for name, content in found)


def decode2(data: bytes) -> Marks:
    """What a payload of "Serato Markers2" says.

    Raises
    ------
    ValueError
        The bytes are not such a payload.
    """
    marks = Marks()
    for name, content in _inner(data):
        if name == b"CUE" and len(content) >= 12:
            marks = replace(marks, markers=(*marks.markers, _cue_of(content)))
        elif name == b"LOOP" and len(content) >= 20:
            marks = replace(marks, markers=(*marks.markers, _loop_of(content)))
        elif name == b"COLOR" and len(content) >= 4:
            marks = replace(marks, color=told_color(content[1:4], WHITE))
    return marks


def wrapped(data: bytes) -> bytes:
    """Base64 as Serato writes it: no padding, a line feed after every 72 letters."""
    text = base64.b64encode(data).rstrip(b"=")
    return b"\n".join(text[at : at + _LINE] for at in range(0, len(text), _LINE))


def unwrapped(text: bytes) -> bytes:
    """The bytes in such base64; Serato's own may be one letter too long, which adds nothing.

    Raises
    ------
    ValueError
        It is no base64.
    """
    letters = b"".join(text.split()).rstrip(b"=")
    missing = b"A==" if len(letters) % 4 == 1 else b"=" * (-len(letters) % 4)
    return base64.b64decode(letters + missing, validate=True)


def _inner(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The entries in a payload."""
    if data[:2] != _HEAD:
        raise ValueError("no Serato Markers2")
    inner = unwrapped(data[2:].split(b"\x00")[0])
    if inner and inner[:2] != _HEAD:
        raise ValueError("no Serato Markers2 inside")
    yield from _entries(inner[2:])


def _entry(name: str, content: bytes) -> bytes:
    return name.encode("latin-1") + b"\x00" + struct.pack(">I", len(content)) + content


def _entries(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    while data and data[0]:
        name, _, rest = data.partition(b"\x00")
        if len(rest) < 4:
            raise ValueError("the Serato Markers2 are cut off")
        size = int.from_bytes(rest[:4], "big")
        if len(rest) < 4 + size:
            raise ValueError("the Serato Markers2 are cut off")
        yield name, rest[4 : 4 + size]
        data = rest[4 + size :]


def _cue(mark: Marker) -> bytes:
    color = CUE_COLORS[(mark.slot or 0) % BUTTONS] if mark.color is None else mark.color
    head = struct.pack(">BBIB", 0, mark.slot or 0, milliseconds(mark.time), 0)
    return _entry("CUE", head + bytes(color) + b"\x00\x00" + _name(mark.name, _CUE_NAME))


def _loop(mark: Marker) -> bytes:
    ends = milliseconds(mark.time), milliseconds(mark.end or mark.time)
    color = LOOP_COLOR if mark.color is None else mark.color
    head = struct.pack(">BBII", 0, mark.slot or 0, *ends) + b"\xff" * 4 + b"\x00"
    return _entry("LOOP", head + bytes(color) + b"\x00\x00" + _name(mark.name, _LOOP_NAME))


def _cue_of(content: bytes) -> Marker:
    slot, time = struct.unpack_from(">BI", content, 1)
    color = told_color(content[7:10], CUE_COLORS[slot % BUTTONS])
    return Marker(time / 1000, slot=slot, name=_text(content[12:]), color=color)


def _loop_of(content: bytes) -> Marker:
    slot, time, end = struct.unpack_from(">BII", content, 1)
    color = told_color(content[15:18], LOOP_COLOR)
    return Marker(time / 1000, "loop", end / 1000, slot, _text(content[20:]), color)


def told_color(raw: bytes, none: Color) -> Color | None:
    """The colour, or None when it is what Serato gives by itself."""
    color = raw[0], raw[1], raw[2]
    return None if color == none else color


def milliseconds(time: float) -> int:
    return min(round(max(time, 0.0) * 1000), 0xFFFFFFFF)


def _name(name: str, longest: int) -> bytes:
    raw = name.replace("\x00", "").encode("utf-8", "replace")[:longest]
    return raw.decode("utf-8", "ignore").encode() + b"\x00"


def _text(raw: bytes) -> str:
    return raw.split(b"\x00")[0].decode("utf-8", "replace")
