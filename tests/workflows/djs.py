"""Hand-made tracks as a DJ's library knows them: steady beats, cues, sections; no sound at all."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mixolydian.core.settings import Settings
from mixolydian.core.types import (
    Analysis,
    Beats,
    Cue,
    Drop,
    Energy,
    Estimate,
    FileTags,
    Provenance,
    Section,
    Tempo,
    TempoSegment,
    Track,
)
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import FileState
from mixolydian.theory.key import make_key

MACHINE = Provenance("Fake", "1")


def answer(value: Any, confidence: float = 0.9) -> Estimate[Any]:
    """A machine's answer."""
    return Estimate(value, confidence, MACHINE)


def heard(duration: float, stretches: list[tuple[float, float, float]], jitter: float = 0.0) -> Any:
    """(Tempo, Beats) of stretches (start of the first beat, end, BPM), in fours from beat 1."""
    times = np.concatenate([np.arange(a, b - 1e-6, 60.0 / bpm) for a, b, bpm in stretches])
    noise = np.random.default_rng(1).normal(0.0, jitter, len(times)) if jitter else 0.0
    segments = tuple(TempoSegment(a, b, bpm, a) for a, b, bpm in stretches)
    positions = np.arange(len(times)) % 4 + 1
    order = np.sort(np.clip(times + noise, 0.0, duration))
    return Tempo(stretches[0][2], segments), Beats(order, positions, 4)


def track(
    path: Path | str, bpm: float = 128.0, minutes: float = 6.0, first: float = 0.213
) -> Track:
    """A steady track with everything a DJ program wants to know."""
    duration = 60.0 * minutes
    tempo, beats = heard(duration, [(first, duration, bpm)], 0.001)
    bar = 240.0 / bpm
    at = [first + bar * round(duration * share / bar) for share in (0.0, 0.25, 0.5, 0.8)]
    cues = tuple(
        Cue(t, k) for t, k in zip(at, ("mix-in", "drop", "breakdown", "mix-out"), strict=True)
    )
    sections = (Section(0.0, at[1], "intro", 0.2), Section(at[1], duration, "drop", 0.9))
    answers = {
        "tempo": answer(tempo),
        "beats": answer(beats),
        "key": answer(make_key(9, "minor")),
        "sections": answer(sections),
        "drops": answer((Drop(at[1], 0.9),)),
        "cues": answer(cues),
        "energy": answer(Energy(7, np.arange(4.0), np.ones(4))),
    }
    name = Path(path).stem
    tags = FileTags(name, "Ann Ü & Bo", "First", 2024, "techno", 128.0, "8A")
    known = f"{name}-{bpm}".encode().hex().ljust(32, "0")[:32]
    return Track(known, str(path), duration, tags, Analysis(duration, answers))


def changing(path: Path | str) -> Track:
    """A track that goes from 120 to 126 BPM after three minutes."""
    tempo, beats = heard(360.0, [(0.1, 180.1, 120.0), (180.1, 360.0, 126.0)])
    found = track(path, 120.0)
    answers = {**found.analysis.estimates, "tempo": answer(tempo), "beats": answer(beats)}
    return replace(found, analysis=Analysis(360.0, answers))


def beat_times(grid: Any, duration: float) -> np.ndarray:
    """Every beat of grid markers from the first on, for comparing."""
    ends = [*(m.time for m in grid[1:]), duration]
    found = []
    for marker, end in zip(grid, ends, strict=True):
        count = math.ceil((end - marker.time) * marker.bpm / 60.0 - 1e-3)
        found.append(marker.time + np.arange(count) * 60.0 / marker.bpm)
    return np.concatenate(found)


def shelve(settings: Settings, *tracks: Track) -> None:
    """Put tracks into the library, as files that are there."""
    with Catalogue(settings.catalogue) as catalogue:
        for entry in tracks:
            catalogue.remember(FileState(entry.path, 1, 1), entry, {}, "0")
