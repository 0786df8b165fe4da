"""Reliability: can a stated confidence be believed.

Conventions
-----------
`confidences` are stated probabilities in [0, 1], `correct` the outcomes: booleans, or the
share that was right where an answer has many parts (beats, chords); both (n,).
ECE: expected calibration error with equal-width bins (Guo et al., ICML 2017). Brier: mean
squared difference. Risk–coverage: answer the most confident share (coverage) only, and what
share of those answers is wrong (risk); its area (AURC) is the mean risk over all coverages
(Geifman and El-Yaniv, NeurIPS 2017). Ties in confidence share their mean outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ReliabilityBin:
    """One bar of a reliability diagram: `n` answers in confidence [low, high)."""

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Reliability:
    """`n` answers, their `accuracy`, mean `confidence`, and how far apart these are."""

    n: int
    accuracy: float
    confidence: float
    ece: float
    brier: float
    aurc: float
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, eq=False)
class RiskCoverage:
    """`risk` (n,) of answering only the most confident `coverage` (n,) of all questions."""

    coverage: NDArray[np.float64]
    risk: NDArray[np.float64]

    @property
    def area(self) -> float:
        """AURC: the mean risk."""
        return float(self.risk.mean())


def _pair(confidences: Any, correct: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    c = np.asarray(confidences, dtype=np.float64)
    y = np.asarray(correct, dtype=np.float64)
    if c.shape != y.shape or c.ndim != 1 or not c.size:
        raise ValueError(
            f"expected two non-empty lists of equal length, found shapes {c.shape} and {y.shape}"
        )
    if c.min() < 0 or c.max() > 1:
        raise ValueError(f"confidences must lie in [0, 1], found {c.min()} to {c.max()}")
    return c, y


def reliability_bins(
    confidences: Any, correct: Any, n_bins: int = 10
) -> tuple[ReliabilityBin, ...]:
    """The non-empty bars of the reliability diagram, in order of confidence."""
    c, y = _pair(confidences, correct)
    index = np.minimum((c * n_bins).astype(int), n_bins - 1)
    return tuple(
        ReliabilityBin(
            low=i / n_bins,
            high=(i + 1) / n_bins,
            n=int((index == i).sum()),
            confidence=float(c[index == i].mean()),
            accuracy=float(y[index == i].mean()),
        )
        for i in np.unique(index)
    )


def expected_calibration_error(confidences: Any, correct: Any, n_bins: int = 10) -> float:
    """ECE in [0, 1]: the bins' gap between confidence and accuracy, weighted by size."""
    bins = reliability_bins(confidences, correct, n_bins)
    total = sum(b.n for b in bins)
    return sum(b.n * abs(b.confidence - b.accuracy) for b in bins) / total


def brier_score(confidences: Any, correct: Any) -> float:
    """Mean squared difference of confidence and outcome, in [0, 1]; 0 is perfect."""
    c, y = _pair(confidences, correct)
    return float(np.mean((c - y) ** 2))


def risk_coverage(confidences: Any, correct: Any) -> RiskCoverage:
    """The risk–coverage curve, one point per answer."""
    c, y = _pair(confidences, correct)
    order = np.argsort(-c, kind="stable")
    levels, inverse = np.unique(c, return_inverse=True)
    expected = np.bincount(inverse, y) / np.bincount(inverse)
    hits = np.cumsum(expected[inverse][order])
    answered = np.arange(1, len(levels[inverse]) + 1)
    return RiskCoverage(coverage=answered / len(c), risk=1.0 - hits / answered)


def reliability(confidences: Any, correct: Any, n_bins: int = 10) -> Reliability:
    """Everything above in one record."""
    c, y = _pair(confidences, correct)
    return Reliability(
        n=len(c),
        accuracy=float(y.mean()),
        confidence=float(c.mean()),
        ece=expected_calibration_error(c, y, n_bins),
        brier=brier_score(c, y),
        aurc=risk_coverage(c, y).area,
        bins=reliability_bins(c, y, n_bins),
    )
