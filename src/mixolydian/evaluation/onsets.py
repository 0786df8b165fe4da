"""Onsets: are the starts of sounds found.

Conventions
-----------
Times are seconds; F-measure, precision and recall of one-to-one matches within ±50 ms
(MIREX audio onset detection), computed by mir_eval. `offset` is the median of estimate minus
reference over the matches: positive means late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mir_eval
import numpy as np

from mixolydian.evaluation.beats import median_offset

TOLERANCE = 0.050
"""Seconds; the field's own."""


@dataclass(frozen=True)
class OnsetScores:
    """In [0, 1]; `offset` in seconds (None when nothing matches)."""

    f_measure: float
    precision: float
    recall: float
    offset: float | None


def evaluate(reference: Any, estimate: Any, tolerance: float = TOLERANCE) -> OnsetScores:
    """Scores of two lists of times (s)."""
    ours = np.sort(np.asarray(reference, dtype=np.float64))
    theirs = np.sort(np.asarray(estimate, dtype=np.float64))
    if not ours.size or not theirs.size:
        same = float(ours.size == theirs.size)
        return OnsetScores(same, same, same, None)
    f, precision, recall = mir_eval.onset.f_measure(ours, theirs, window=tolerance)
    offset = median_offset(ours, theirs, tolerance)
    return OnsetScores(float(f), float(precision), float(recall), offset)
