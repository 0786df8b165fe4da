"""Portraits made by hand: a club track in beats whose every property is known."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixolydian.core.types import Section
from mixolydian.dj.grid import Grid
from mixolydian.dj.portrait import Phrase, Portrait
from mixolydian.theory.key import make_key

FORM = (
    ("intro", 16), ("buildup", 8), ("drop", 32), ("breakdown", 16), ("buildup", 8), ("drop", 32),
    ("outro", 16),
)  # fmt: skip
ENERGY = {"intro": 0.45, "buildup": 0.6, "drop": 0.95, "breakdown": 0.3, "outro": 0.45}
LEVEL = {"intro": -5.0, "buildup": -3.0, "drop": 0.5, "breakdown": -7.0, "outro": -5.0}
BASS = {"intro": 0.04, "buildup": 0.01, "drop": 0.08, "breakdown": 0.0005, "outro": 0.04}


def track(
    title: str = "A",
    bpm: float = 128.0,
    tonic: int = 9,
    form: tuple[tuple[str, int], ...] = FORM,
    steady: bool = True,
    meter: int = 4,
    lufs: float = -9.0,
    **other: Any,
) -> Portrait:
    """A track of four-to-the-floor in a minor key with the sections of `form`."""
    labels = [label for label, bars in form for _ in range(bars * meter)]
    n = len(labels)
    grid = Grid.steady(bpm if steady else 120.0)
    fields = {
        "track_id": title.lower(),
        "path": f"{title}.flac",
        "title": title,
        "artist": "",
        "duration": float(grid.time_at(float(n))),
        "bpm": bpm if steady else 120.0,
        "meter": meter,
        "steady": steady,
        "reason": "" if steady else "no beat found",
        "grid": grid,
        "grid_confidence": 0.9,
        "phrases": _phrases(form, meter) if steady else (),
        "sections": _sections(form, meter, grid),
        "drops": _drops(form, meter),
        "key": make_key(tonic, "minor"),
        "key_confidence": 0.8,
        "tuning": 0.0,
        "lufs": lufs,
        "true_peak": -0.5,
        "chords": ("N",) * n,
        **_rows(labels, tonic, n),
        "vector": np.zeros(0),
    }
    return Portrait(**{**fields, **other})


def _starts(form: tuple[tuple[str, int], ...], meter: int) -> list[int]:
    return [0, *np.cumsum([bars * meter for _, bars in form]).tolist()]


def _phrases(form: tuple[tuple[str, int], ...], meter: int) -> tuple[Phrase, ...]:
    pairs = zip(_starts(form, meter), form, strict=False)
    return tuple(Phrase(start, bars) for start, (_, bars) in pairs)


def _sections(form: tuple[tuple[str, int], ...], meter: int, grid: Grid) -> tuple[Section, ...]:
    starts = _starts(form, meter)
    return tuple(
        Section(grid.time_at(a), grid.time_at(b), label, ENERGY[label])
        for a, b, (label, _) in zip(starts, starts[1:], form, strict=False)
    )


def _drops(form: tuple[tuple[str, int], ...], meter: int) -> tuple[float, ...]:
    pairs = zip(_starts(form, meter), form, strict=False)
    return tuple(float(start) for start, (label, _) in pairs if label == "drop")


def _rows(labels: list[str], tonic: int, n: int) -> dict[str, Any]:
    chroma = np.zeros((n, 12))
    chroma[:, [(tonic + k) % 12 for k in (0, 3, 7)]] = 0.25
    chroma[:, [(tonic + k) % 12 for k in (2, 5, 10)]] = 0.25 / 3
    onsets = np.zeros((n, 4, 3))
    onsets[:, 0, 0] = 1.0
    onsets[:, 2, 2] = 0.8
    bands = np.stack([[BASS[x] for x in labels], np.full(n, 0.01), np.full(n, 0.004)], axis=1)
    return {
        "bands": bands,
        "level": np.array([LEVEL[x] for x in labels]),
        "energy": np.array([ENERGY[x] for x in labels]),
        "vocals": np.zeros(n),
        "onsets": onsets,
        "chroma": chroma,
        "bass_chroma": chroma,
        "salience": np.zeros((n, 84)),
        "texture": np.zeros((n, 16)),
    }
