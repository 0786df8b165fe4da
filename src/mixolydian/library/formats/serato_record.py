"""What of the grid and cues in a file this program wrote there itself.

Kept beside Serato's tags as an object of our own: lines of "machine" or "human" (who said it) and
a digest of a grid or marker as it was written. What Serato, or somebody in Serato, changed since
no longer fits its digest, and is theirs. So a second run renews what is ours and nothing else, and
what the machine said does not come back by an import as a human's answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mixolydian.library.formats import serato_beatgrid
from mixolydian.library.formats.collection import CollectionTrack, Marker
from mixolydian.library.formats.serato_markers import is_loop, milliseconds

RECORD = "Mixolydian Serato"
"""The object's name in the tags."""
MACHINE, HUMAN = "machine", "human"
_HEAD = "mixolydian.serato/1"
_GRID, _MARKER = "grid:", "mark:"
_DIGITS = 16


@dataclass(frozen=True)
class Ours:
    """Our track, and of what of it a human spoke: `grid`, `cues`."""

    track: CollectionTrack
    human: frozenset[str] = frozenset()

    def who(self, what: str) -> str:
        """Who said the `grid` or the `cues`."""
        return HUMAN if what in self.human else MACHINE


def of_grid(payload: bytes) -> str:
    """The digest of a payload of "Serato BeatGrid", whatever stands behind its markers."""
    return _GRID + _digest(serato_beatgrid.markers_of(payload))


def of_marker(mark: Marker) -> str:
    """The digest of a cue or loop as it stands in a file, on whatever button."""
    end = None if mark.end is None else milliseconds(mark.end)
    said = (is_loop(mark), milliseconds(mark.time), end, mark.name, mark.color)
    return _MARKER + _digest(repr(said).encode("utf-8", "replace"))


def of_markers_only(said: Mapping[str, str]) -> dict[str, str]:
    """What a record says of cues and loops."""
    return {digest: who for digest, who in said.items() if digest.startswith(_MARKER)}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_DIGITS]


def encode(said: Mapping[str, str]) -> bytes:
    """The object for digest → who said it."""
    lines = [_HEAD, *(f"{who} {digest}" for digest, who in sorted(said.items()))]
    return "\n".join(lines).encode("ascii")


def decode(data: bytes | None) -> dict[str, str]:
    """digest → who said it; nothing when there is no object, or one that is not ours."""
    head, *lines = (data or b"").decode("ascii", "replace").split("\n")
    if head != _HEAD:
        return {}
    parts: Iterable[list[str]] = (line.split(" ") for line in lines)
    return {p[1]: p[0] for p in parts if len(p) == 2 and p[0] in (MACHINE, HUMAN)}
