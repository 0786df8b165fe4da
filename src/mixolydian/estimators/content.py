"""Content over time, as segments: how they are built, and what they mean for other questions."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from mixolydian.audio.features import Features
from mixolydian.core.types import Segment
from mixolydian.estimators.base import Given

MUSICAL = ("music", "singing")
"""words of the labels of segments that hold music."""
Stretch = tuple[float, float]
"""start and end in seconds."""


def music_share(segments: Sequence[Segment]) -> float:
    """Share in [0, 1] of the sound that holds music, by the answer to `music`."""
    total = sum(s.end - s.start for s in segments)
    musical = sum(s.end - s.start for s in segments if any(m in s.label for m in MUSICAL))
    return musical / total if total > 0 else 0.0


def too_little_music(given: Given, least: float) -> str:
    """Why there is no music to judge; empty where at least the share `least` is music."""
    content = given.get("music")
    if content is None or content.value is None:
        return "it is not known whether this is music"
    share = music_share(content.value)
    if share >= least:
        return ""
    return f"only {share:.0%} of the sound is music, expected at least {least:.0%}"


def silent_stretches(features: Features, dbfs: float, shortest: float) -> list[Stretch]:
    """Stretches of at least `shortest` seconds whose level stays under `dbfs`."""
    level = maximum_filter1d(features.rms, 9)
    quiet = np.concatenate([[False], level < 10 ** (dbfs / 20), [False]])
    bounds = np.flatnonzero(np.diff(quiet.astype(int))).reshape(-1, 2) / features.mel_rate
    stretches = [(float(a), float(min(b, features.duration))) for a, b in bounds]
    return [(a, b) for a, b in stretches if b - a >= shortest]


def labelled_segments(
    labels: Sequence[str],
    edges: NDArray[np.float64],
    silent: Sequence[Stretch],
    min_segment: float,
) -> tuple[Segment, ...]:
    """Runs of equal label between `edges` (n + 1,), silent stretches cut out, short runs (under
    `min_segment` seconds) given to a neighbour."""
    cuts = sorted({float(e) for e in edges} | {t for stretch in silent for t in stretch})
    cuts = [t for t in cuts if t <= edges[-1]]
    runs: list[list[Any]] = []
    for start, end in itertools.pairwise(cuts):
        middle = (start + end) / 2
        hushed = any(a <= middle < b for a, b in silent)
        index = min(int(np.searchsorted(edges, middle, side="right")) - 1, len(labels) - 1)
        label = "silence" if hushed else labels[index]
        if runs and (runs[-1][2] == label or end - start < 1e-3):
            runs[-1][1] = end
        else:
            runs.append([start, end, label])
    return tuple(Segment(*run) for run in _absorb_short(runs, min_segment))


def _absorb_short(runs: list[list[Any]], min_segment: float) -> list[list[Any]]:
    """Give runs shorter than `min_segment` to the longer neighbour."""
    runs = [list(run) for run in runs]
    while len(runs) > 1:
        short = min(range(len(runs)), key=lambda i: runs[i][1] - runs[i][0])
        if runs[short][1] - runs[short][0] >= min_segment - 1e-9:
            break
        sides = [i for i in (short - 1, short + 1) if 0 <= i < len(runs)]
        into = max(sides, key=lambda i: runs[i][1] - runs[i][0])
        runs[into][0] = min(runs[into][0], runs[short][0])
        runs[into][1] = max(runs[into][1], runs[short][1])
        del runs[short]
        runs = _merge_equal(runs)
    return runs


def _merge_equal(runs: list[list[Any]]) -> list[list[Any]]:
    merged: list[list[Any]] = []
    for run in runs:
        if merged and merged[-1][2] == run[2]:
            merged[-1][1] = run[1]
        else:
            merged.append(run)
    return merged
