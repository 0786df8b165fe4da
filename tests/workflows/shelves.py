"""Hand-made libraries: tracks with given answers, and no sound at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mixolydian.core.settings import Settings
from mixolydian.core.types import (
    Analysis,
    Energy,
    Estimate,
    FileTags,
    Provenance,
    Summary,
    Tags,
    Tempo,
    Track,
)
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import FileState
from mixolydian.theory.key import parse_key

MACHINE = Provenance("Fake", "1")
HUMAN = Provenance("Ann", "1", kind="human")
EMOTIONS = ("relaxed", "happy", "sad", "angry")


def track_id(name: str) -> str:
    """An id made of the name's own bytes."""
    return name.encode().hex().ljust(32, "0")


def emotion(label: str, probability: float = 0.9, human: bool = False) -> Estimate[Any]:
    """An answer in which `label` is most probable, as sure as that."""
    rest = (1.0 - probability) / 3.0
    tags = Tags({e: probability if e == label else rest for e in EMOTIONS})
    return Estimate(tags, 1.0 if human else probability, HUMAN if human else MACHINE)


def entry(
    name: str,
    emotion: Estimate[Any] | None = None,
    *,
    bpm: float | None = 100.0,
    energy: int | None = 4,
    key: str | None = "8A",
    minutes: float = 4.0,
    vector: Any = None,
) -> Track:
    """A track of `minutes` called `name`."""
    answers: dict[str, Estimate[Any]] = {}
    if bpm is not None:
        answers["tempo"] = Estimate(Tempo(bpm), 0.9, MACHINE)
    if key is not None:
        answers["key"] = Estimate(parse_key(key), 0.9, MACHINE)
    if energy is not None:
        answers["energy"] = Estimate(Energy(energy, [0.0], [0.5]), 0.9, MACHINE)
    if emotion is not None:
        answers["emotion"] = emotion
    if vector is not None:
        facts = {"vector": [float(x) for x in vector]}
        answers["timbre"] = Estimate(Summary(facts), 0.9, MACHINE)
    tags = FileTags(title=name, artist="Ann Example")
    analysis = Analysis(60.0 * minutes, answers)
    return Track(track_id(name), f"/music/{name}.flac", 60.0 * minutes, tags, analysis)


def fill(settings: Settings | Path, *tracks: Track) -> None:
    """Put `tracks` into the library of `settings` (or at a path)."""
    place = settings.catalogue if isinstance(settings, Settings) else settings
    with Catalogue(place) as catalogue:
        for track in tracks:
            catalogue.remember(FileState(track.path, 1, 1), track, {}, "0")
