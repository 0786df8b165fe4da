"""Beats and downbeats: do estimated times fall where the reference taps.

Conventions
-----------
Times are seconds. F-measure: one-to-one matches within ±70 ms. CMLt and AMLt: total
proportion of beats correct by continuity (±17.5 % of the beat in phase and period), at the
reference's metrical level, and at any of double, half, third and off-beat (Davies, Degara and
Plumbley, "Evaluation methods for musical audio beat tracking algorithms", 2009), computed by
mir_eval. No beat is trimmed: the first five seconds count (mir_eval's own `trim_beats` would
drop them; pass times through it to compare with figures that do). Downbeats are scored by
the same F-measure on the beats at position 1. `offset` is the median of estimate minus
reference over matched beats: positive means late. Fewer than two beats on either side score 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mir_eval
import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import Beats

TOLERANCE = 0.070
"""Seconds; the field's own."""


@dataclass(frozen=True)
class BeatScores:
    """F-measures and continuity in [0, 1]; `offset` in seconds (None when nothing matches)."""

    f_measure: float
    cmlt: float
    amlt: float
    downbeat_f: float
    meter: float
    offset: float | None


def _times(values: Any) -> NDArray[np.float64]:
    """Sorted, non-negative times: a grid may start a hair before zero."""
    times = np.sort(np.asarray(values, dtype=np.float64))
    return times[times >= 0]


def f_measure(reference: Any, estimate: Any, tolerance: float = TOLERANCE) -> float:
    """F-measure of two lists of times (s), matched one to one within `tolerance`, in [0, 1]."""
    reference, estimate = _times(reference), _times(estimate)
    if not reference.size or not estimate.size:
        return float(reference.size == estimate.size)
    return float(mir_eval.beat.f_measure(reference, estimate, f_measure_threshold=tolerance))


def continuity(reference: Any, estimate: Any) -> tuple[float, float]:
    """(CMLt, AMLt) of two lists of times (s), each in [0, 1]."""
    reference, estimate = _times(reference), _times(estimate)
    if reference.size < 2 or estimate.size < 2:
        return 0.0, 0.0
    _, cmlt, _, amlt = mir_eval.beat.continuity(reference, estimate)
    return float(cmlt), float(amlt)


def median_offset(reference: Any, estimate: Any, tolerance: float = TOLERANCE) -> float | None:
    """Median of estimate − reference (s) over one-to-one matches within `tolerance`."""
    reference, estimate = _times(reference), _times(estimate)
    if not reference.size or not estimate.size:
        return None
    matches = mir_eval.util.match_events(reference, estimate, tolerance)
    if not matches:
        return None
    return float(np.median([estimate[e] - reference[r] for r, e in matches]))


def evaluate(reference: Beats, estimate: Beats | None) -> BeatScores:
    """Scores of one piece."""
    if estimate is None:
        return BeatScores(0.0, 0.0, 0.0, 0.0, 0.0, None)
    cmlt, amlt = continuity(reference.times, estimate.times)
    return BeatScores(
        f_measure=f_measure(reference.times, estimate.times),
        cmlt=cmlt,
        amlt=amlt,
        downbeat_f=f_measure(reference.downbeats, estimate.downbeats),
        meter=float(reference.meter == estimate.meter),
        offset=median_offset(reference.times, estimate.times),
    )
