"""Reading a file in pieces: exactly the bytes asked for, or it is cut short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from mixolydian.library.tagging.fields import MAX_TAG_BYTES, damaged


@dataclass(frozen=True)
class Source:
    """An open file of `size` bytes."""

    file: BinaryIO
    size: int

    @classmethod
    def of(cls, file: BinaryIO) -> Source:
        """The file as it is now."""
        return cls(file, file.seek(0, 2))

    def read(self, start: int, stop: int) -> bytes:
        """The bytes [start, stop).

        Raises
        ------
        DecodeError
            They reach beyond the file, or are more than any tag holds.
        """
        if not 0 <= start <= stop <= self.size or stop - start > MAX_TAG_BYTES:
            raise damaged("the file is cut short or its sizes do not add up")
        self.file.seek(start)
        found = self.file.read(stop - start)
        if len(found) != stop - start:
            raise damaged("the file is cut short")
        return found

    def peek(self, start: int, length: int) -> bytes:
        """At most `length` bytes from `start`, fewer at the end of the file."""
        self.file.seek(start)
        return self.file.read(length)
