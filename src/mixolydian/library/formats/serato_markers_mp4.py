"""The older markers of an m4a: bytes ⇄ cues 1–5 and loops 1–9.

In MP4 the tag "Serato Markers_" keeps its numbers plain: 14 entries of 19 bytes (start and end as
milliseconds, u32, FFFFFFFF for none; a gap; the colour; the kind: 0 nothing or 1 a cue, 3 a loop;
locked), and the track's colour behind a zero. Serato asks it for cues 1–5 and all loops of an m4a,
says the serato-tags project.
Source of truth: serato-tags (fileformats.md, issue 3), the sample in triseratops' tests, and the
notes in Federico Beffa's MIT-licensed reader.
"""

from __future__ import annotations

import struct
from dataclasses import replace

from mixolydian.library.formats.collection import Marker
from mixolydian.library.formats.serato_markers import (
    CUE_COLORS,
    LOOP_COLOR,
    WHITE,
    Marks,
    milliseconds,
    told_color,
)
from mixolydian.library.formats.serato_markers_old import CUES, ENTRIES, HEAD, buttons

SIZE = 19
"""bytes of an entry."""
_NONE = 0xFFFFFFFF
_ENTRY = struct.Struct(">II6s3sBB")
_GAP = b"\x00\xff\xff\xff\xff\x00"
_PAST_END = b"\x00"
"""Serato's base64 runs past its end (serato_beatgrid.in_text). With the byte Mixxx 2.3.3 passes
over these markers and reads the newer ones, which say more; without, it makes cues of the empty
entries, 1193 hours into the track, as it does from bytes of Serato's own."""
_LENGTH = 6 + SIZE * ENTRIES + 5


def encode(marks: Marks, old: bytes = b"") -> bytes:
    """The payload for marks that are `placed`.

    What stays the same in the payload `old` that is there stays byte for byte.
    """
    entries = []
    for n, mark in enumerate(buttons(marks)):
        former = _raw(old, n)
        bare = None if mark is None else replace(mark, name="")
        same = len(former) == SIZE and _marker(former, n) == bare
        entries.append(former if same else _entry(mark, n >= CUES))
    color = bytes(WHITE if marks.color is None else marks.color)
    head = HEAD + ENTRIES.to_bytes(4, "big")
    return head + b"".join(entries) + b"\x00" + color + _PAST_END


def is_mp4(data: bytes) -> bool:
    """Whether a payload is laid out so: the one of other forms is longer."""
    return data[:2] == HEAD and len(data) <= _LENGTH and data[5:6] == bytes((ENTRIES,))


def decode(data: bytes) -> Marks:
    """What a payload says (no names).

    Raises
    ------
    ValueError
        It is cut off.
    """
    end = 6 + SIZE * ENTRIES
    if len(data) < end + 4:
        raise ValueError("the Serato Markers_ are cut off")
    found = (_marker(_raw(data, n), n) for n in range(ENTRIES))
    color = told_color(data[end + 1 : end + 4], WHITE)
    return Marks(tuple(mark for mark in found if mark is not None), color)


def _raw(data: bytes, n: int) -> bytes:
    return data[6 + SIZE * n :][:SIZE]


def _entry(mark: Marker | None, loop: bool) -> bytes:
    if mark is None:
        return _ENTRY.pack(_NONE, _NONE, _GAP, bytes(3), 3 if loop else 0, 0)
    given = LOOP_COLOR if loop else CUE_COLORS[mark.slot or 0]
    end = milliseconds(mark.end) if loop and mark.end is not None else _NONE
    color = bytes(given if mark.color is None else mark.color)
    return _ENTRY.pack(milliseconds(mark.time), end, _GAP, color, 3 if loop else 1, 0)


def _marker(entry: bytes, n: int) -> Marker | None:
    start, end, _, color, kind, _ = _ENTRY.unpack(entry)
    loop = kind == 3
    if start == _NONE or (loop and end == _NONE) or loop != (n >= CUES):
        return None
    slot = n - CUES if loop else n
    told = told_color(color, LOOP_COLOR if loop else CUE_COLORS[slot])
    until = end / 1000 if loop else None
    return Marker(start / 1000, "loop" if loop else "cue", until, slot, "", told)
