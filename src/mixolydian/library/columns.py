"""The searchable columns of a track: what of its answers and tags is kept flat beside them.

bpm in beats per minute, lufs in LUFS, duration in seconds, energy 1–10. A column is None
where the question was not asked or could not be answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import Estimate, FileTags

Estimates = Mapping[str, Estimate[Any]]
REPEATED: Mapping[str, tuple[str, ...]] = {
    "tempo": ("bpm", "bpm_confidence"),
    "beats": ("meter",),
    "key": ("tonic", "mode", "camelot", "open_key", "key_confidence"),
    "energy": ("energy",),
    "loudness": ("lufs",),
    "drops": ("drops",),
    "genre": ("genre",),
    "timbre": ("timbre",),
}
"""Question → the columns that repeat its answer."""


def flat_columns(duration: float, tags: FileTags, estimates: Estimates) -> dict[str, Any]:
    """Values for every searchable column of `tracks`."""
    return {
        "duration": duration,
        "title": tags.title,
        "artist": tags.artist,
        "album": tags.album,
        "year": tags.year,
        "tag_bpm": tags.bpm,
        "tag_key": tags.key,
        "tag_genre": tags.genre,
        "bit_rate": tags.bit_rate,
        "genre": _genre(estimates, tags),
        "timbre": _timbre(_value(estimates, "timbre")),
    } | _musical(estimates)


def _musical(estimates: Estimates) -> dict[str, Any]:
    key = _value(estimates, "key")
    drops = _value(estimates, "drops")
    return {
        "bpm": getattr(_value(estimates, "tempo"), "bpm", None),
        "bpm_confidence": _confidence(estimates, "tempo"),
        "meter": getattr(_value(estimates, "beats"), "meter", None),
        "tonic": getattr(key, "tonic", None),
        "mode": getattr(key, "mode", None),
        "camelot": getattr(key, "camelot", None),
        "open_key": getattr(key, "open_key", None),
        "key_confidence": _confidence(estimates, "key"),
        "energy": getattr(_value(estimates, "energy"), "level", None),
        "lufs": getattr(_value(estimates, "loudness"), "lufs", None),
        "drops": None if drops is None else len(drops),
    }


def _value(estimates: Estimates, question: str) -> Any:
    estimate = estimates.get(question)
    return None if estimate is None else estimate.value


def _confidence(estimates: Estimates, question: str) -> float | None:
    estimate = estimates.get(question)
    return None if estimate is None or estimate.value is None else estimate.confidence


def _genre(estimates: Estimates, tags: FileTags) -> str | None:
    """What a person said, else what the file says of itself, else what was heard first of all."""
    estimate = estimates.get("genre")
    if estimate is None or estimate.value is None or not estimate.value.probabilities:
        return tags.genre
    heard: str = next(iter(estimate.value.probabilities))
    return heard if estimate.is_human else tags.genre or heard


def _timbre(summary: Any) -> bytes | None:
    vector = None if summary is None else summary.facts.get("vector")
    return None if vector is None else np.asarray(vector, dtype="<f4").tobytes()


def timbre_vector(stored: bytes) -> NDArray[np.float32]:
    """The timbre vector (n,) kept in a column."""
    return np.frombuffer(stored, dtype="<f4")
