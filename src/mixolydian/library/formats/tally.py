"""Counting what a format could not say, as notes for the user."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_COUNT = re.compile(r"^[1-9]\d*(?= )")


class Tally:
    """Counts losses by their words; each becomes one note, in the order they were met."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, words: str, count: int = 1) -> None:
        """`count` more of what `words` say ("memory cues, written as hot cues")."""
        if count:
            self._counts[words] += count

    def notes(self) -> tuple[str, ...]:
        """ "3 × memory cues, written as hot cues", …"""
        return tuple(f"{count} × {words}" for words, count in self._counts.items())


def together(notes: Iterable[str]) -> tuple[str, ...]:
    """The notes of several files as one's: the counts that stand before the same words added."""
    counts: Counter[str] = Counter()
    for note in notes:
        words = _COUNT.sub("", note)
        counts[words] += int(note[: len(note) - len(words)] or 0)
    return tuple(f"{count or ''}{words}" for words, count in counts.items())
