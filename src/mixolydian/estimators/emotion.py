"""Emotion: relaxed, happy, sad or angry.

What listeners feel is known only from listeners; rules of thumb (minor = sad) are wrong
too often to be called an answer. Until a model is trained, the answer is "cannot tell
yet".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from mixolydian.audio.features import Features
from mixolydian.core.types import Estimate
from mixolydian.estimators.base import Estimator, Given, unanswered


@dataclass(frozen=True)
class EmotionEstimator(Estimator):
    """Says that it cannot tell yet, and why."""

    question: ClassVar[str] = "emotion"
    version: ClassVar[str] = "1"

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """No value, with the reason."""
        return unanswered("cannot tell yet: no model has been trained to tell emotions")
