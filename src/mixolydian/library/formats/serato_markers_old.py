"""The older tag "Serato Markers_": bytes ⇄ cues 1–5, loops 1–9 and the track's colour, no names.

Source of truth: Jan Holthuis' serato-tags notes (serato_markers_.md). 02 05, the number of entries
(u32), 14 entries of 22 bytes, the colour; numbers are spread over seven bits a byte. Times are
whole milliseconds. In m4a the layout is another (serato_markers_mp4.py).
"""

from __future__ import annotations

import struct
from dataclasses import replace

from mixolydian.library.formats.collection import Marker
from mixolydian.library.formats.serato_markers import (
    BUTTONS,
    CUE_COLORS,
    LOOP_COLOR,
    WHITE,
    Marks,
    is_loop,
    milliseconds,
    told_color,
)

HEAD = b"\x02\x05"
CUES, ENTRIES = 5, 14
"""entries for cues, and for all."""
_SIZE = 22


def encode(marks: Marks, old: bytes = b"") -> bytes:
    """The payload of "Serato Markers_" for marks that are `placed`: cues 1–5, all loops.

    What stays the same in the payload `old` that is there stays byte for byte.
    """
    raw = _raw(old) if old else [b""] * ENTRIES
    entries = []
    for number, (mark, former) in enumerate(zip(buttons(marks), raw, strict=False)):
        bare = None if mark is None else replace(mark, name="")
        same = former and _marker(former, number) == bare
        entries.append(former if same else _entry(mark, 1 if number < CUES else 3))
    color = int.from_bytes(bytes(WHITE if marks.color is None else marks.color), "big")
    return HEAD + struct.pack(">I", ENTRIES) + b"".join(entries) + _spread(color)


def buttons(marks: Marks) -> list[Marker | None]:
    """The marks in the order of the old markers' entries: cues 1–5, loops 1–9."""
    cues = {mark.slot: mark for mark in marks.markers if not is_loop(mark)}
    loops = {mark.slot: mark for mark in marks.markers if is_loop(mark)}
    n_loops = ENTRIES - CUES
    return [*map(cues.get, range(CUES)), *map(loops.get, range(n_loops))]


def decode(data: bytes) -> Marks:
    """What a payload of "Serato Markers_" says (no names).

    Raises
    ------
    ValueError
        The bytes are not such a payload.
    """
    raw = _raw(data)
    found = [_marker(entry, slot) for slot, entry in enumerate(raw)]
    end = 6 + _SIZE * len(raw)
    color = told_color(_gathered(data[end : end + 4]).to_bytes(3, "big"), WHITE)
    return Marks(tuple(mark for mark in found if mark), color)


def _raw(data: bytes) -> list[bytes]:
    if data[:2] != HEAD or len(data) < 6:
        raise ValueError("no Serato Markers_")
    (count,) = struct.unpack(">I", data[2:6])
    end = 6 + _SIZE * count
    if len(data) < end:
        raise ValueError("the Serato Markers_ are cut off")
    return [data[at : at + _SIZE] for at in range(6, end, _SIZE)]


def _entry(mark: Marker | None, kind: int) -> bytes:
    rest, color = bytes([0, *[0x7F] * 5]), 0
    if mark is None:
        return b"\x7f" * 10 + rest + _spread(0) + bytes([kind, 0])
    end = b"\x7f" * 5
    if kind == 3:
        end = b"\x00" + _spread(milliseconds(mark.end or mark.time))
    given = LOOP_COLOR if kind == 3 else CUE_COLORS[(mark.slot or 0) % BUTTONS]
    color = int.from_bytes(bytes(given if mark.color is None else mark.color), "big")
    start = b"\x00" + _spread(milliseconds(mark.time))
    return start + end + rest + _spread(color) + bytes([kind, 0])


def _marker(entry: bytes, number: int) -> Marker | None:
    if entry[0] == 0x7F or entry[20] not in (1, 3):
        return None
    loop = entry[20] == 3
    slot = number - CUES if loop and number >= CUES else number
    time, end = (_gathered(entry[at : at + 4]) / 1000 for at in (1, 6))
    given = LOOP_COLOR if loop else CUE_COLORS[slot % BUTTONS]
    color = told_color(_gathered(entry[16:20]).to_bytes(3, "big"), given)
    if loop and entry[5] == 0x7F:
        return None
    return Marker(time, "loop" if loop else "cue", end if loop else None, slot, "", color)


def _spread(value: int) -> bytes:
    """24 bits as four bytes of seven."""
    return bytes(value >> shift & 0x7F for shift in (21, 14, 7, 0))


def _gathered(data: bytes) -> int:
    value = 0
    for byte in data:
        value = value << 7 | byte & 0x7F
    return value & 0xFFFFFF
