"""Tempo: how close an estimated tempo is to the reference.

Conventions
-----------
Tempi are BPM. Accuracy1 accepts ±4 % of the reference, Accuracy2 also ±4 % of its double,
triple, half and third (Gouyon et al., "An experimental comparison of audio tempo induction
algorithms", IEEE TASLP 2006). "Within" accepts ±0.1 BPM of the reference itself; its
octave-free form first multiplies the estimate by the factor (1/3, 1/2, 1, 2, 3) that brings
it nearest. "Cannot tell" (None) scores 0 everywhere: a silent estimator is not a right one.
`local_within` compares two tempo maps over time: the fraction of the reference's steady
stretches whose local tempo is met within ±0.1 BPM.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.core.types import Tempo, TempoSegment

RELATIVE_TOLERANCE = 0.04
"""Accuracy1 and Accuracy2 accept this share of the reference tempo."""
ABSOLUTE_TOLERANCE = 0.1
"""BPM; beat-matching by hand notices more than this."""
OCTAVES = (1 / 3, 1 / 2, 1.0, 2.0, 3.0)
"""Factors between metrical levels that Accuracy2 forgives."""


@dataclass(frozen=True)
class TempoScores:
    """All in [0, 1] except `error`, the signed difference in BPM (None without an estimate)."""

    accuracy1: float
    accuracy2: float
    within: float
    within_any_octave: float
    local_within: float
    error: float | None


def nearest_octave(reference: float, estimate: float) -> float:
    """`estimate` times the factor of OCTAVES that brings it nearest to `reference`, in BPM."""
    return min((estimate * f for f in OCTAVES), key=lambda bpm: abs(bpm - reference))


def _close(reference: float, estimate: float) -> bool:
    return abs(estimate - reference) <= RELATIVE_TOLERANCE * reference + 1e-9


def _within(reference: float, estimate: float) -> bool:
    return abs(estimate - reference) <= ABSOLUTE_TOLERANCE + 1e-9


def _steady(tempo: Tempo) -> tuple[TempoSegment, ...]:
    """The tempo map; a tempo without one holds for ever."""
    return tempo.segments or (TempoSegment(0.0, np.inf, tempo.bpm, 0.0),)


def local_within(reference: Tempo, estimate: Tempo) -> float:
    """Fraction of the reference's duration whose local tempo is met within ±0.1 BPM, in [0, 1]."""
    total = matched = 0.0
    for r in _steady(reference):
        end = min(r.end, r.start + 1e5)
        total += end - r.start
        for e in _steady(estimate):
            overlap = min(end, e.end) - max(r.start, e.start)
            if overlap > 0 and _within(r.bpm, e.bpm):
                matched += overlap
    return min(matched / total, 1.0) if total > 0 else 0.0


def evaluate(reference: Tempo, estimate: Tempo | None) -> TempoScores:
    """Scores of one piece."""
    if estimate is None:
        return TempoScores(0.0, 0.0, 0.0, 0.0, 0.0, None)
    bpm = nearest_octave(reference.bpm, estimate.bpm)
    return TempoScores(
        accuracy1=float(_close(reference.bpm, estimate.bpm)),
        accuracy2=float(_close(reference.bpm, bpm)),
        within=float(_within(reference.bpm, estimate.bpm)),
        within_any_octave=float(_within(reference.bpm, bpm)),
        local_within=local_within(reference, estimate),
        error=estimate.bpm - reference.bpm,
    )
