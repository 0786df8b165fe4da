"""A library of many analysed tracks out of a few: what `mixo set` costs end to end, without sound.

Every track of the library takes the answers and the kept portrait of a real one and differs from
it in tempo (moved by up to 6 %), key (turned), energy (moved by up to two levels), length and name.
Its file is a few bytes that are never read: a file that has not changed since it was analysed costs
one look at its size and date. So every step of the verb is gone through with documents and arrays
of real size, and nothing is decoded.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.commands import mixo
from mixolydian import __version__
from mixolydian.core.settings import Settings
from mixolydian.core.types import Energy, FileTags, Key, Tempo, Track
from mixolydian.dj.grid import Grid
from mixolydian.dj.portrait import Portrait, to_arrays
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import FileState
from mixolydian.theory.key import make_key
from mixolydian.workflows.kept_portraits import keep, sitting_of
from mixolydian.workflows.listening import current_stamps

NEAR = 0.06
CURVE_PER_LEVEL = 0.65 / 9.0
TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@dataclass(frozen=True)
class Change:
    """What is done to a track: its tempo times `speed`, `turn` semitones up, `lift` levels more."""

    speed: float
    turn: int
    lift: float


def fill_library(
    sources: list[tuple[Track, Portrait]], count: int, home: Path, seed: int = 0
) -> Path:
    """`count` tracks made from `sources` in the library of `home`; the folder of their files."""
    settings = Settings(home=home)
    folder = home / "crate"
    folder.mkdir(parents=True)
    rng = np.random.default_rng([seed, count])
    stamps = dict(current_stamps())
    with Catalogue(settings.catalogue) as catalogue:
        for i in range(count):
            track, portrait = sources[i % len(sources)]
            speed = float(np.exp(rng.uniform(-1, 1) * np.log1p(NEAR)))
            change = Change(speed, int(rng.integers(12)), float(rng.uniform(-2, 2)))
            path = folder / f"{i:04d}.flac"
            path.write_bytes(i.to_bytes(4, "big"))
            made = _track(track, change, i, path)
            status = os.stat(path)
            state = FileState(str(path), status.st_size, status.st_mtime_ns)
            made = catalogue.remember(state, made, stamps, __version__)
            keep(
                sitting_of(made, str(path)), to_arrays(_portrait(portrait, change, made)), settings
            )
    return folder


def _track(track: Track, change: Change, number: int, path: Path) -> Track:
    answers = dict(track.analysis.estimates)
    for question, change_value in (
        ("tempo", lambda v: Tempo(v.bpm * change.speed, v.segments)),
        ("key", lambda v: _turned(v, change.turn)),
        ("energy", lambda v: _lifted(v, change)),
    ):
        known = answers.get(question)
        if known is not None and known.value is not None:
            answers[question] = replace(known, value=change_value(known.value))
    long = track.duration / change.speed
    tags = FileTags(title=f"{track.tags.title or 'Track'} {number}", artist=f"Artist {number % 90}")
    analysis = replace(track.analysis, duration=long, estimates=answers)
    return Track(f"{number:032x}", str(path), long, tags, analysis)


def _lifted(energy: Energy, change: Change) -> Energy:
    level = int(np.clip(round(energy.level + change.lift), 1, 10))
    curve = np.clip(energy.curve + change.lift * CURVE_PER_LEVEL, 0.0, 1.0)
    return Energy(level, energy.times / change.speed, curve)


def _turned(key: Key, turn: int) -> Key:
    return make_key((TONICS.index(key.tonic) + turn) % 12, key.mode)


def _portrait(portrait: Portrait, change: Change, made: Track) -> Portrait:
    grid = Grid(portrait.grid.times / change.speed, portrait.grid.beats)
    return replace(
        portrait,
        track_id=made.track_id,
        path=made.path,
        title=made.tags.title or "",
        artist=made.tags.artist or "",
        duration=portrait.duration / change.speed,
        bpm=portrait.bpm * change.speed if portrait.steady else portrait.bpm,
        grid=grid if portrait.steady else portrait.grid,
        key=None if portrait.key is None else _turned(portrait.key, change.turn),
        energy=np.clip(portrait.energy + change.lift * CURVE_PER_LEVEL, 0.0, 1.0),
        chroma=np.roll(portrait.chroma, change.turn, axis=1),
        bass_chroma=np.roll(portrait.bass_chroma, change.turn, axis=1),
    )


def timed_verb(folder: Path, home: Path, arc: str, *more: str) -> dict[str, Any]:
    """Seconds of the whole command `mixo set`, from the shell's side: wall clock and CPU."""
    found = mixo(["set", str(folder), "--arc", arc, "--json", *more], home, OMP_NUM_THREADS="1")
    return {"wall_seconds": round(found.wall_seconds, 2), "seconds": round(found.cpu_seconds, 2)}
