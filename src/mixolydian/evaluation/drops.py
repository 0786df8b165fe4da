"""Drops: the moments the full beat comes in, found or not.

Conventions
-----------
Times are seconds; one-to-one matches within ±0.1 s (a DJ hears more) and ±0.5 s. The counts
let pieces be pooled: F = 2 · hits / (reference + estimate) over the whole set. A piece without
drops, rightly given none, has no F of its own (None) but a false drop in it scores 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import mir_eval
import numpy as np

from mixolydian.core.types import Drop


@dataclass(frozen=True)
class DropScores:
    """F-measures in [0, 1] or None, and the counts behind them."""

    f_01: float | None
    f_05: float | None
    hits_01: int
    hits_05: int
    n_reference: int
    n_estimate: int


def _hits(reference: Sequence[Drop], estimate: Sequence[Drop], tolerance: float) -> int:
    if not reference or not estimate:
        return 0
    ours = np.array([d.time for d in reference])
    theirs = np.array([d.time for d in estimate])
    return len(mir_eval.util.match_events(ours, theirs, tolerance))


def pooled_f(hits: int, n_reference: int, n_estimate: int) -> float | None:
    """F-measure from counts; None when there was nothing to find and nothing was found."""
    total = n_reference + n_estimate
    return 2.0 * hits / total if total else None


def evaluate(reference: Sequence[Drop], estimate: Sequence[Drop] | None) -> DropScores:
    """Scores of one piece."""
    found = estimate or ()
    n, m = len(reference), len(found)
    hits_01, hits_05 = _hits(reference, found, 0.1), _hits(reference, found, 0.5)
    return DropScores(pooled_f(hits_01, n, m), pooled_f(hits_05, n, m), hits_01, hits_05, n, m)
