"""Sections: are the boundaries found, and do the parts bear the right names.

Conventions
-----------
Times are seconds. HR.5F and HR3F: boundary hit-rate F-measure at ±0.5 s and ±3 s, matched
one to one (Turnbull et al., ISMIR 2007), computed by mir_eval; the start and the end of the
piece are boundaries too, as in MIREX. The `_trimmed` forms leave these two out and are the
harder, more telling figures. `labels`: share of the reference's time where the estimate's
label is the same word. No estimate scores 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mir_eval
import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import Section


@dataclass(frozen=True)
class SectionScores:
    """All in [0, 1]; the trimmed forms are None when the reference has no inner boundary."""

    hr_05: float
    hr_3: float
    hr_05_trimmed: float | None
    hr_3_trimmed: float | None
    labels: float


def boundaries(sections: Sequence[Section]) -> NDArray[np.float64]:
    """Sorted boundary times (n + 1,) in seconds, the outer two included."""
    times = [s.start for s in sections] + [s.end for s in sections[-1:]]
    return np.unique(np.round(times, 6))


def hit_rate(reference: Any, estimate: Any, window: float) -> float:
    """F-measure of boundary times (s) matched one to one within `window` s, in [0, 1]."""
    if not len(reference) or not len(estimate):
        return float(len(reference) == len(estimate))
    hits = len(mir_eval.util.match_events(np.asarray(reference), np.asarray(estimate), window))
    return 2.0 * hits / (len(reference) + len(estimate))


def label_agreement(reference: Sequence[Section], estimate: Sequence[Section]) -> float:
    """Share of the reference's time where both say the same word, in [0, 1]."""
    total = sum(r.end - r.start for r in reference)
    agreed = sum(
        max(0.0, min(r.end, e.end) - max(r.start, e.start))
        for r in reference
        for e in estimate
        if r.label == e.label
    )
    return min(agreed / total, 1.0) if total > 0 else 0.0


def evaluate(reference: Sequence[Section], estimate: Sequence[Section] | None) -> SectionScores:
    """Scores of one piece; the reference must hold at least one section."""
    ours = boundaries(reference)
    inner = ours[1:-1]
    if not estimate:
        none = 0.0 if len(inner) else None
        return SectionScores(0.0, 0.0, none, none, 0.0)
    theirs = boundaries(estimate)
    return SectionScores(
        hr_05=hit_rate(ours, theirs, 0.5),
        hr_3=hit_rate(ours, theirs, 3.0),
        hr_05_trimmed=hit_rate(inner, theirs[1:-1], 0.5) if len(inner) else None,
        hr_3_trimmed=hit_rate(inner, theirs[1:-1], 3.0) if len(inner) else None,
        labels=label_agreement(reference, estimate),
    )
