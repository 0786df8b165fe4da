"""Names as people write them: of artists, albums, tags."""

from __future__ import annotations


def same_name(name: str) -> str:
    """What two spellings of one name have in common, whatever their case and spaces."""
    return " ".join(name.split()).casefold()
