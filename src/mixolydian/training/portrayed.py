"""Portraits of composed pieces: what recipes of `dj/` learn from, made once and kept.

A piece is rendered, analysed by the estimators in use, and portrayed as a user's track would be;
nothing is taken from what is true of it. Portraits lie beside the frames, under a hash of the code
they rest on.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from mixolydian.core.errors import LibraryError, RequestError
from mixolydian.core.files import write_bytes
from mixolydian.core.types import Analysis
from mixolydian.dj import portraying
from mixolydian.dj.portrait import Portrait, from_arrays, to_arrays
from mixolydian.engines.local import LocalEngine
from mixolydian.estimators import listen
from mixolydian.training.derived import code_version
from mixolydian.training.sounds import Ear, Sound, frames_of
from mixolydian.training.workshop import Workshop

UNREADABLE = (OSError, EOFError, ValueError, KeyError, BadZipFile, LibraryError)
MADE_BY = ("portraying", "sketching", "beatwise")
"""The modules of `dj/` that a portrait comes out of; kept ones are of their code."""
OCTAVE = 85.0
"""BPM at which tempi of two-to-one are thought the same for neighbours: 85 to 170."""


def portrait_of(sound: Sound, ear: Ear) -> Portrait:
    """The portrait of a sound, as of a track that was analysed."""
    features = frames_of(sound, ear).features
    return portraying.portray(
        features,
        Analysis(features.duration, listen(features)),
        track_id=sound.name,
        path=sound.path or sound.name,
        title=sound.name,
        artist="",
    )


@dataclass(frozen=True)
class _Task:
    """Portrays one sound, and keeps the portrait where it is told."""

    ear: Ear

    def __call__(self, job: tuple[Sound, Path]) -> None:
        sound, place = job
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **to_arrays(portrait_of(sound, self.ear)))
        write_bytes(place, buffer.getvalue(), durable=False)


def portrayed(sounds: Sequence[Sound], workshop: Workshop) -> list[Portrait]:
    """The portraits of those of `sounds` that have a steady beat, in order.

    Raises
    ------
    RequestError
        One cannot be portrayed; the message names it, and why.
    """
    places = {sound: _place(sound, workshop) for sound in sounds}
    missing = [(sound, place) for sound, place in places.items() if not place.is_file()]
    done = len(places) - len(missing)
    for outcome in LocalEngine(workshop.jobs).map(_Task(workshop.ear), missing):
        if outcome.failure is not None:
            raise RequestError(
                f"{outcome.item[0].name}: cannot be portrayed ({outcome.failure.message})"
            )
        done += 1
        workshop.watch("portraying pieces", done, len(places), {})
    found = [_read(sound, place, workshop) for sound, place in places.items()]
    return [portrait for portrait in found if portrait.steady]


def _place(sound: Sound, workshop: Workshop) -> Path:
    frames = workshop.ear.place(sound)
    code = "-".join(code_version(f"mixolydian.dj.{name}") for name in MADE_BY)
    return frames.with_name(f"{frames.stem}.portrait-{code}.npz")


def _read(sound: Sound, place: Path, workshop: Workshop) -> Portrait:
    try:
        with np.load(place, allow_pickle=False) as kept:
            arrays: Mapping[str, np.ndarray] = dict(kept)
        return from_arrays(arrays)
    except UNREADABLE:
        return portrait_of(sound, workshop.ear)


def crates(portraits: Sequence[Portrait], size: int) -> list[list[Portrait]]:
    """The portraits in crates of `size` neighbours in tempo, half and double time as one; a rest
    of less than two is left out."""
    order = sorted(portraits, key=lambda p: (folded(p.bpm), p.title))
    parts = [order[i : i + size] for i in range(0, len(order), size)]
    return [part for part in parts if len(part) > 1]


def folded(bpm: float) -> float:
    """The tempo in the octave from 85 BPM."""
    return float(OCTAVE * 2 ** (np.log2(bpm / OCTAVE) % 1.0))
