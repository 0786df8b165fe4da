"""librosa: beat_track, and mean chroma against the Krumhansl–Kessler profiles.

librosa has no key finder of its own; correlating its chroma with the probe-tone profiles
(Krumhansl, Cognitive Foundations of Musical Pitch, 1990) is what its users do.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from benchmarks.peers import words

NAME = "librosa"
# from the probe-tone experiments, starting at the tonic
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


def version() -> str:
    """The installed version."""
    return str(importlib.import_module("librosa").__version__)


def _key(chroma: Any) -> dict[str, Any]:
    mean = chroma.mean(axis=1)
    fits = {
        (tonic, mode): float(np.corrcoef(mean, np.roll(profile, tonic))[0, 1])
        for tonic in range(12)
        for mode, profile in (("major", MAJOR), ("minor", MINOR))
    }
    tonic, mode = max(fits, key=lambda k: fits[k])
    return words.key(words.TONICS[tonic], mode)


def answers(path: str) -> dict[str, Any]:
    """Tempo, beats and key of one file."""
    librosa = importlib.import_module("librosa")
    y, sr = librosa.load(path)
    bpm, times = librosa.beat.beat_track(y=y, sr=sr, units="time")
    return {
        "tempo": words.tempo(float(np.atleast_1d(bpm)[0])),
        "beats": words.beats(times),
        "key": _key(librosa.feature.chroma_cqt(y=y, sr=sr)),
    }
