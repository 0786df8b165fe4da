"""Counting what a format could not say, as notes for the user."""

from __future__ import annotations

from collections import Counter


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
