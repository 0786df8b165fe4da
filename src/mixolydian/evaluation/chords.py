"""Chords: weighted chord symbol recall (WCSR).

Conventions
-----------
Labels are in Harte syntax, times in seconds. A WCSR is the share of the reference's time, of
the chords inside the comparison's vocabulary, where the estimate names the same chord:
`root` compares roots, `majmin` major and minor triads and N, `sevenths` maj, min, maj7, min7,
7 and N. Computed by mir_eval (Raffel et al., ISMIR 2014); `bass` is majmin with inversions.
Where the estimate says nothing, it says N. `weight` is the reference's duration, to pool
pieces with. A reference wholly outside a vocabulary scores None there, not 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mir_eval
import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import Chord

Comparison = Callable[[Any, Any], NDArray[np.float64]]


@dataclass(frozen=True)
class ChordScores:
    """WCSRs in [0, 1]; `weight` in seconds."""

    root: float | None
    majmin: float | None
    sevenths: float | None
    bass: float | None
    weight: float


def _columns(chords: Sequence[Chord]) -> tuple[NDArray[np.float64], list[str]]:
    """Intervals (n, 2) in seconds and labels; chords of no length are left out."""
    rows = [c for c in chords if c.end > c.start]
    return np.array([(c.start, c.end) for c in rows]).reshape(-1, 2), [c.label for c in rows]


def _wcsr(compare: Comparison, ours: Any, theirs: Any, durations: Any) -> float | None:
    hits = compare(ours, theirs)
    known = hits >= 0
    if not durations[known].sum() > 0:
        return None
    return float(np.average(hits[known], weights=durations[known]))


def evaluate(reference: Sequence[Chord], estimate: Sequence[Chord] | None) -> ChordScores:
    """Scores of one piece; the reference must hold at least one chord."""
    intervals, labels = _columns(reference)
    span = float(intervals.min()), float(intervals.max())
    theirs, names = _columns(estimate or [Chord(*span, "N")])
    if not names:
        theirs, names = _columns([Chord(*span, "N")])
    theirs, names = mir_eval.util.adjust_intervals(theirs, names, *span, "N", "N")
    merged, ref, est = mir_eval.util.merge_labeled_intervals(intervals, labels, theirs, names)
    durations = mir_eval.util.intervals_to_durations(merged)
    chord = mir_eval.chord
    return ChordScores(
        root=_wcsr(chord.root, ref, est, durations),
        majmin=_wcsr(chord.majmin, ref, est, durations),
        sevenths=_wcsr(chord.sevenths, ref, est, durations),
        bass=_wcsr(chord.majmin_inv, ref, est, durations),
        weight=float(durations.sum()),
    )
