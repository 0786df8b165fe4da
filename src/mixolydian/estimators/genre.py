"""Genre: which style of music this is.

Style labels would need examples of each style: loudness, tempo and timbre overlap
between neighbours (techno and tech house differ by habit, not by any one measurement).
Until a model is trained, the answer is "cannot tell yet".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from mixolydian.audio.features import Features
from mixolydian.core.types import Estimate
from mixolydian.estimators.base import Estimator, Given, unanswered


@dataclass(frozen=True)
class GenreEstimator(Estimator):
    """Says that it cannot tell yet, and why."""

    question: ClassVar[str] = "genre"
    version: ClassVar[str] = "1"

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """No value, with the reason."""
        return unanswered("cannot tell yet: no model has been trained to tell styles")
