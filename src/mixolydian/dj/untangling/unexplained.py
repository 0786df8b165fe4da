"""Stretches of a mix that sound and that no track explains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from mixolydian.dj.untangling.balancing import HOP, WINDOW, Balance
from mixolydian.dj.untangling.heard import MEL_RATE, Heard
from mixolydian.dj.untangling.result import Unknown

EXPLAINED = 0.35
"""share of the mix's shape below which it counts as unexplained."""
SHORTEST = 8.0
"""seconds of a stretch worth saying."""
QUIET = 1e-5
"""power below the loud part of the mix that counts as silence."""
_MEDIAN = 25


def unexplained(mix: Heard, found: Balance) -> tuple[Unknown, ...]:
    """The stretches of `mix` that `found` leaves over."""
    left = median_filter(found.explained, _MEDIAN, mode="nearest") < EXPLAINED
    edges = np.diff(np.concatenate([[0], (left & _sounds(mix, found)).astype(int), [0]]))
    starts, stops = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
    spans = [
        (float(found.times[a]) - WINDOW / 2, float(found.times[b - 1]) + WINDOW / 2)
        for a, b in zip(starts, stops, strict=True)
    ]
    return tuple(Unknown(*span) for span in spans if span[1] - span[0] >= SHORTEST)


def _sounds(mix: Heard, found: Balance) -> NDArray[np.bool_]:
    """Whether the mix sounds around each time."""
    power = mix.mel.sum(axis=0, dtype=np.float64)
    frames = np.minimum(np.round(found.times * MEL_RATE).astype(int), len(power) - 1)
    smooth = median_filter(power[frames], round(2 / HOP), mode="nearest")
    return np.asarray(smooth > QUIET * float(np.percentile(power, 99)))
