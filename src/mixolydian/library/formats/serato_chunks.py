"""Serato's records: four letters, a length, and what the letters say it is.

Source of truth: the Mixxx wiki, "Serato Database Format". Numbers are big-endian, text is UTF-16
big-endian; `o…` records hold records, `t…`, `p…` and `vrsn` text, `u…` and `s…` 32-bit numbers.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_HEAD = 8


@dataclass(frozen=True)
class Chunk:
    """One record: its four-letter `tag` and its bytes."""

    tag: str
    data: bytes

    @property
    def text(self) -> str:
        """The record read as text; file names that are not Unicode keep their units."""
        return self.data[: len(self.data) // 2 * 2].decode("utf-16-be", "surrogatepass")

    @property
    def number(self) -> int:
        """The record read as an unsigned number of up to four bytes."""
        return int.from_bytes(self.data[:4], "big")


def chunks(data: bytes) -> Iterator[Chunk]:
    """The records `data` is made of.

    Raises
    ------
    ValueError
        It is cut off, or holds no records.
    """
    position = 0
    while position < len(data):
        head = data[position : position + _HEAD]
        if len(head) < _HEAD or not head[:4].isascii():
            raise ValueError(f"no record at byte {position}")
        (size,) = struct.unpack(">I", head[4:])
        end = position + _HEAD + size
        if end > len(data):
            raise ValueError(f"the record at byte {position} is cut off")
        yield Chunk(head[:4].decode("ascii"), data[position + _HEAD : end])
        position = end


def chunk(tag: str, content: str | bytes | Iterable[bytes]) -> bytes:
    """One record holding text, bytes, or records."""
    if isinstance(content, str):
        data = content.encode("utf-16-be", "surrogatepass")
    else:
        data = content if isinstance(content, bytes) else b"".join(content)
    return tag.encode("ascii") + struct.pack(">I", len(data)) + data
