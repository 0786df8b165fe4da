"""The words of an import: what can be taken, what was found, and what became of it.

The work itself is in `arriving.py`. Times are in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from mixolydian.core.types import Analysis, Track
from mixolydian.library.formats import jams
from mixolydian.library.formats.collection import Collection, GridMarker, Marker
from mixolydian.library.records import TrackRow
from mixolydian.workflows.marking import markers_of

PARTS: Mapping[str, tuple[str, ...]] = {
    "grids": ("tempo", "beats"),
    "keys": ("key",),
    "cues": ("cues",),
    "energy": ("energy",),
    "chords": ("chords",),
    "sections": ("sections",),
    "genres": ("genre",),
    "lists": (),
    "ratings": (),
}
"""What can be taken → the questions it answers."""


@dataclass(frozen=True)
class Left:
    """A track of the other program that was left, and why, in words."""

    path: str
    reason: str


@dataclass(frozen=True)
class Imported:
    """What became of one file.

    `taken` counts tracks by part (grids, keys, cues …), lists by playlists and histories;
    `unchanged` tracks said nothing new; `kept` were answered here by a human already; `unread`
    are files of a folder.
    """

    path: str
    program: str
    n_tracks: int
    n_matched: int
    taken: Mapping[str, int]
    unchanged: int = 0
    kept: tuple[Left, ...] = ()
    unmatched: tuple[Left, ...] = ()
    notes: tuple[str, ...] = ()
    unread: tuple[Left, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What is to be taken: `parts` of PARTS; with `overrule` a human's answers here are replaced,
    with `dry_run` nothing is kept."""

    parts: frozenset[str] = frozenset(PARTS)
    overrule: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Found:
    """What was read at `path`: a collection of `program`, and of JAMS what only they can say."""

    path: Path
    program: str
    collection: Collection
    annotated: Mapping[str, jams.Annotated] = field(default_factory=dict)
    """path of a track → what is annotated of it."""
    unread: tuple[Left, ...] = ()
    """files of a folder that could not be read."""


@dataclass
class Ours:
    """A track of the library beside what came in, and the grids that may have gone out for it:
    the one that goes out now, and the one before the track was portrayed."""

    row: TrackRow
    track: Track
    grids: tuple[tuple[GridMarker, ...], ...]

    @property
    def known(self) -> Analysis:
        """Its answers."""
        return self.track.analysis

    @cached_property
    def markers(self) -> list[tuple[Marker, ...]]:
        """The cues that may have gone out, on each of the grids."""
        return [markers_of(self.known, grid) for grid in self.grids]
