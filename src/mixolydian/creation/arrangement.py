"""The arrangement: a piece in exact terms, every note, stroke, gesture and knob of it.

Times are seconds from the first sample of the rendered file. What the renderer plays is
what stands here and nothing else; the same arrangement gives the same samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mixolydian.core.types import Beats, Chord, Drop, KeyChange, Note, Section, Tempo
from mixolydian.creation.brief import Brief
from mixolydian.creation.sound.voices import Voice

GESTURES = {
    "riser": "fx",
    "downlifter": "fx",
    "impact": "fx",
    "reverse": "fx",
    "subdrop": "fx",
    "noise": "texture",
    "drone": "texture",
}
"""Kind of gesture → stem. A riser and a reverse cymbal end at `end`; a downlifter, an impact
and a sub drop begin at `start`; noise (air, rain, vinyl) and drone lie from start to end."""


@dataclass(frozen=True)
class Hit:
    """A drum stroke: `time` in seconds, `velocity` 0–1."""

    time: float
    velocity: float


@dataclass(frozen=True)
class Part:
    """The notes that one `voice` plays; `name` is unique, `stem` one of `STEMS`."""

    name: str
    stem: str
    voice: Voice
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Gesture:
    """An effect with a beginning and an end; `kind` of `GESTURES`, `level` 0–1."""

    kind: str
    start: float
    end: float
    level: float = 1.0


@dataclass(frozen=True)
class Automation:
    """A knob in motion: straight lines between `points` (seconds, value), held outside.

    `target` is a part (for ``cutoff``: octaves added to the voice's filter while a note
    sounds) or a stem (for ``gain`` in dB, ``highpass`` and ``lowpass`` in Hz).
    """

    target: str
    parameter: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class Arrangement:
    """A piece in exact terms."""

    brief: Brief
    tempo: Tempo
    beats: Beats
    key_changes: tuple[KeyChange, ...]
    chords: tuple[Chord, ...]
    sections: tuple[Section, ...]
    drops: tuple[Drop, ...]
    parts: tuple[Part, ...]
    drums: Mapping[str, tuple[Hit, ...]]
    """lane → strokes."""
    kit: str
    """name of the drum kit."""
    gestures: tuple[Gesture, ...]
    automation: tuple[Automation, ...]
    end: float
    """seconds of the final bar line; sound may ring on."""
