"""A session: what a digital audio workstation needs to know of a piece, whatever its format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mixolydian.core.errors import RequestError
from mixolydian.library.formats.midi import MidiMarker, MidiTrack
from mixolydian.library.formats.timeline import Timeline

MAX_GAIN = 2.0
_COLOR = re.compile("#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class AudioTrack:
    """A stem: `file` holds `duration` seconds of sound from the piece's time 0 on.

    `gain` is linear, 0–2; `pan` runs from 0 (left) to 1; `color` looks like ``#3457d5``.

    Raises
    ------
    RequestError
        A value out of range.
    """

    name: str
    file: Path
    duration: float
    sample_rate: int
    channels: int = 2
    color: str | None = None
    gain: float = 1.0
    pan: float = 0.5
    muted: bool = False

    def __post_init__(self) -> None:
        if not (self.duration > 0 and self.sample_rate > 0 and self.channels > 0):
            raise RequestError(
                f"{self.name}: expected a stem with sound in it, found {self.duration} s of "
                f"{self.channels} channels at {self.sample_rate} Hz"
            )
        if not (0 <= self.gain <= MAX_GAIN and 0 <= self.pan <= 1):
            raise RequestError(
                f"{self.name}: expected gain in 0–2 and pan in 0–1, found {self.gain}, {self.pan}"
            )
        if self.color is not None and not _COLOR.fullmatch(self.color):
            raise RequestError(f"{self.name}: expected a colour as #rrggbb, found {self.color!r}")


@dataclass(frozen=True)
class Session:
    """A piece on the grid of `timeline`: its stems, and the notes of its parts.

    Notes are there to be looked at and played on: a writer mutes them beside the stems.
    """

    title: str
    timeline: Timeline
    audio: tuple[AudioTrack, ...]
    notes: tuple[MidiTrack, ...] = ()
    markers: tuple[MidiMarker, ...] = ()
    artist: str = ""
    genre: str = ""
    comment: str = ""
    version: str = "1"
    """of the program that writes."""
    colors: Mapping[str, str] = field(default_factory=dict)
    """name of a notes track → its colour."""
