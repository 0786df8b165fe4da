"""A DJ's collection, whatever program it lives in: tracks with grids and cues, and lists of them.

Every format under `library/formats/` that DJ programs read and write speaks these types. Times are
seconds of the *decoded sound as this program decodes it*; a reader or writer whose program counts
MP3 samples otherwise shifts by the offset that docs/dj-formats.md explains, and nobody else.
What a format cannot say is None or empty, and is never made up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

CueKind = Literal["cue", "loop", "fade-in", "fade-out", "load", "grid"]
Color = tuple[int, int, int]
"""red, green, blue, 0–255."""


@dataclass(frozen=True)
class GridMarker:
    """From `time` on, beats come at `bpm`; the beat at `time` is number `beat` of `meter`."""

    time: float
    bpm: float
    beat: int = 1
    meter: int = 4


@dataclass(frozen=True)
class Marker:
    """A point or loop a DJ set. `slot` is its hot-cue button from 0, None for a memory cue."""

    time: float
    kind: CueKind = "cue"
    end: float | None = None
    """seconds, of loops."""
    slot: int | None = None
    name: str = ""
    color: Color | None = None


@dataclass(frozen=True)
class CollectionTrack:
    """One file of a collection and what the program knows of it."""

    path: str
    """absolute, in the form of this system."""
    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    comment: str = ""
    year: int | None = None
    duration: float | None = None
    """seconds."""
    bpm: float | None = None
    tonic: str | None = None
    """C, C#, D, Eb, E, F, F#, G, Ab, A, Bb, B."""
    mode: str | None = None
    """major or minor."""
    grid: tuple[GridMarker, ...] = ()
    markers: tuple[Marker, ...] = ()
    energy: int | None = None
    """1–10."""
    rating: int | None = None
    """0–5 stars."""
    color: Color | None = None
    plays: int | None = None
    added: str = ""
    """ISO date."""
    track_id: str = ""
    """this program's own, where it is known."""


@dataclass(frozen=True)
class CollectionList:
    """A playlist, or with `date` a history: what was played, in order. `tracks` are paths."""

    name: str
    tracks: tuple[str, ...] = ()
    folder: tuple[str, ...] = ()
    """names of the folders it lies in, outermost first."""
    date: str = ""
    """ISO date or moment of a history; empty for a playlist."""


@dataclass(frozen=True)
class Collection:
    """Tracks (each path once), playlists and histories of one program."""

    tracks: tuple[CollectionTrack, ...] = ()
    lists: tuple[CollectionList, ...] = ()
    program: str = ""
    notes: tuple[str, ...] = field(default=())
    """what could not be read or said, for the user to see."""
