"""What a mix needs to know of a track, beat by beat: its portrait.

Row ``i`` of every array is what sounds in beat ``i``, from ``grid.time_at(i)`` to
``grid.time_at(i + 1)``. Beat 0 is a downbeat, at or up to a bar before the first sample.
A track without a steady beat has a grid of half seconds, ``steady`` False and a ``reason``:
everything can be looked up in it, but nothing may be matched to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.convert import value_from_json, value_to_json
from mixolydian.core.errors import LibraryError
from mixolydian.core.types import Key, Section, frozen_array
from mixolydian.dj.grid import Grid

Float32 = NDArray[np.float32]
VERSION = "6"
"""changes with what a portrait holds: portraits kept under another are made anew."""
LOW, MID, HIGH = 0, 1, 2
"""columns of `bands` and of the last axis of `onsets`: below 180 Hz, between, above 2800 Hz."""
SEMITONES, TEXTURES = 84, 16
"""columns of `salience`, from A0 up, and of `texture`."""


@dataclass(frozen=True)
class Phrase:
    """A phrase from `beat`, a downbeat, on, `bars` bars long."""

    beat: int
    bars: int


@dataclass(frozen=True, eq=False)
class Portrait:
    """A track in beats; n is the number of beats that begin before its end."""

    track_id: str
    path: str
    title: str
    artist: str
    duration: float
    """seconds."""
    bpm: float
    """main tempo; 120 (the half seconds' own) when not steady."""
    meter: int
    steady: bool
    reason: str
    """why it is not steady; empty when it is."""
    grid: Grid
    grid_confidence: float
    phrases: tuple[Phrase, ...]
    sections: tuple[Section, ...]
    """in seconds, as analysed."""
    drops: tuple[float, ...]
    """beats."""
    key: Key | None
    key_confidence: float
    tuning: float
    """cents against A4 = 440 Hz."""
    lufs: float
    true_peak: float
    """dBTP."""
    chords: tuple[str, ...]
    """(n,) Harte label that sounds longest in the beat; ``N`` for none."""
    bands: Float32
    """(n, 3) mean power of the low, mid and high band (full scale 1)."""
    level: Float32
    """(n,) loudness of the beat in LU against the track's own `lufs`."""
    energy: Float32
    """(n,) in [0, 1], the analysis's energy curve."""
    vocals: Float32
    """(n,) probability that a voice sounds."""
    onsets: Float32
    """(n, 4, 3) onset strength of each quarter of the beat in the low, mid and high band,
    1 at the track's strong onsets (95th percentile per band)."""
    chroma: Float32
    """(n, 12) pitch classes from C, tuning corrected, summing to 1 (or all 0)."""
    bass_chroma: Float32
    """(n, 12) the same of the bass register."""
    salience: Float32
    """(n, 84) how strongly each semitone from A0 up sounds, tuning corrected."""
    texture: Float32
    """(n, 16) level in dB in 16 coarse bands."""
    vector: Float32
    """(d,) the timbre vector of the analysis; empty when there is none."""
    strokes: Float32 = field(default_factory=lambda: np.zeros((0, 2), np.float32))
    """(n, 2) seconds by which the stroke on the beat comes after it in the bands of
    `certifying/attacks.py`, NaN where there is none; empty when nobody listened so closely."""

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            # what is read-only already may be shared: between sketches most of it is
            if isinstance(value, np.ndarray) and (
                value.flags.writeable or value.dtype != np.float32
            ):
                object.__setattr__(self, each.name, frozen_array(value, np.float32))

    @property
    def n_beats(self) -> int:
        """Number of beats."""
        return len(self.bands)

    def beat_of(self, time: Any) -> Any:
        """Beat number at `time` seconds."""
        return self.grid.beat_at(time)


# --------------------------------------------------------------------------- kept as arrays

_DOCUMENT = "document"


def to_arrays(portrait: Portrait) -> dict[str, NDArray[Any]]:
    """`portrait` as arrays by field, with "document" the JSON text of all other fields.

    Nothing in it is pickled: it can be kept as npz and read with ``allow_pickle=False``.
    """
    values = {f.name: getattr(portrait, f.name) for f in fields(portrait)}
    arrays = {name: v for name, v in values.items() if isinstance(v, np.ndarray)}
    plain = {name: v for name, v in values.items() if name not in arrays}
    plain |= {
        "grid": portrait.grid.to_json(),
        "phrases": [[p.beat, p.bars] for p in portrait.phrases],
        "sections": value_to_json("sections", portrait.sections),
        "key": value_to_json("key", portrait.key),
    }
    # surrogates of a path that is no valid text are escaped by JSON, and so survive
    return arrays | {_DOCUMENT: np.array(json.dumps(plain))}


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Portrait:
    """The inverse of :func:`to_arrays`.

    Raises
    ------
    LibraryError
        A field is missing, or is not what it should be.
    """
    try:
        plain = json.loads(str(arrays[_DOCUMENT]))
        plain |= {
            "grid": Grid.from_json(plain["grid"]),
            "phrases": tuple(Phrase(*p) for p in plain["phrases"]),
            "sections": value_from_json("sections", plain["sections"]),
            "key": value_from_json("key", plain["key"]),
            "drops": tuple(plain["drops"]),
            "chords": tuple(plain["chords"]),
        }
        plain |= {name: arrays[name] for name in arrays if name != _DOCUMENT}
        return Portrait(**plain)
    except (KeyError, TypeError, ValueError) as error:
        raise LibraryError(f"a kept portrait is damaged ({error}); delete it") from error
