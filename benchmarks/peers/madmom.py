"""madmom (trained networks, weights CC BY-NC-SA): downbeat RNN + DBN, deep chroma chords.

The last release predates Python 3.10 and numpy 1.24; the few names it misses are put back
before it is imported. The tempo is a straight line through its beats. Slow: 15–30 s of CPU
time per minute of sound, so ask it for a few pieces (--peer-limit).
"""

from __future__ import annotations

import collections
import collections.abc
import importlib
from typing import Any

import numpy as np

from benchmarks.peers import words

NAME = "madmom"


def _put_back_names() -> None:
    for name in ("MutableSequence", "Mapping", "Sequence", "Iterable"):
        setattr(collections, name, getattr(collections.abc, name))
    for name, kind in (("float", float), ("int", int), ("bool", bool), ("object", object)):
        if name not in vars(np):
            setattr(np, name, kind)


def version() -> str:
    """The installed version."""
    _put_back_names()
    importlib.import_module("madmom.features.downbeats")
    return str(importlib.import_module("madmom").__version__)


def _downbeats(path: str) -> Any:
    """Beats (n, 2): time in seconds, position in the bar."""
    module = importlib.import_module("madmom.features.downbeats")
    track = module.DBNDownBeatTrackingProcessor(beats_per_bar=[3, 4], fps=100)
    return track(module.RNNDownBeatProcessor()(path))


def _chords(path: str) -> list[dict[str, Any]]:
    chroma = importlib.import_module("madmom.audio.chroma").DeepChromaProcessor()
    module = importlib.import_module("madmom.features.chords")
    rows = module.DeepChromaChordRecognitionProcessor()(chroma(path))
    return [{"start": float(a), "end": float(b), "label": str(c)} for a, b, c in rows]


def answers(path: str) -> dict[str, Any]:
    """Tempo, beats with positions, and chords of one file."""
    rows = _downbeats(path)
    times, positions = rows[:, 0], rows[:, 1].astype(int)
    period = np.polyfit(np.arange(len(times)), times, 1)[0]
    return {
        "tempo": words.tempo(60.0 / period),
        "beats": words.beats(times, positions, int(positions.max())),
        "chords": _chords(path),
    }
