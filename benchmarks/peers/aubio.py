"""aubio (GPL): its beat tracker; the tempo is the median of its beat intervals."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from benchmarks.peers import words

NAME = "aubio"
HOP = 512


def version() -> str:
    """The installed version."""
    return str(importlib.import_module("aubio").version)


def _mono(path: str) -> tuple[Any, int]:
    """Sound (n,) float32 and its rate; the pip build of aubio reads few formats itself."""
    y, rate = importlib.import_module("soundfile").read(path, dtype="float32", always_2d=True)
    return y.mean(axis=1), int(rate)


def answers(path: str) -> dict[str, Any]:
    """Tempo and beats of one file."""
    aubio = importlib.import_module("aubio")
    y, rate = _mono(path)
    track = aubio.tempo("default", 2 * HOP, HOP, rate)
    times = [
        float(track.get_last_s())
        for start in range(0, len(y) - HOP + 1, HOP)
        if track(y[start : start + HOP])
    ]
    bpm = 60.0 / np.median(np.diff(times)) if len(times) > 1 else 0.0
    return {"tempo": words.tempo(bpm), "beats": words.beats(times)}
