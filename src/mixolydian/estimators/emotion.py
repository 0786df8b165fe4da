"""Emotion: relaxed, happy, sad or angry, as listeners of a labelled collection felt it.

The model (recipe ``emotion``) was trained on measurements by another program; `models.mir` takes
the same ones of our frames and brings them to that scale. Its probabilities are calibrated on
the table, not on the sound at hand, so a confident answer is asked for: under `least_probability`
the estimator says that no emotion stands out. It says nothing about sounds that are mostly not
music: a model of four emotions would find one in a vacuum cleaner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from mixolydian.audio.features import Features
from mixolydian.core.settings import read_settings
from mixolydian.core.types import Estimate, Tags
from mixolydian.estimators.base import Estimator, Given, unanswered
from mixolydian.estimators.content import too_little_music
from mixolydian.models import mir
from mixolydian.models.store import Model, Store

LABELS = ("relaxed", "happy", "sad", "angry")
MODEL = "emotion"
DIGITS = 4


def model() -> Model | None:
    """The model in use, if there is one."""
    return Store(read_settings().home).find(MODEL)


@dataclass(frozen=True)
class EmotionEstimator(Estimator):
    """Asks the model; see the module's text."""

    question: ClassVar[str] = "emotion"
    version: ClassVar[str] = "2"
    needs: ClassVar[tuple[str, ...]] = ("music",)
    min_seconds: ClassVar[float] = 10.0

    least_probability: float = 0.4
    """of the most probable emotion (chance is 0.25); under it none stands out."""
    least_music: float = 0.5
    """share of the sound that must be music."""

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """:class:`Tags` of the four emotions; their probabilities sum to 1."""
        asked = model()
        if asked is None:
            return unanswered("cannot tell yet: no model has been trained to tell emotions")
        refusal = too_little_music(given, self.least_music)
        if refusal:
            return unanswered(refusal)
        found = asked.probabilities(mir.vector(features)[None])[0]
        said = dict(zip(asked.card.labels, found.tolist(), strict=True))
        probabilities = {label: round(said[label], DIGITS) for label in LABELS}
        best = max(LABELS, key=lambda label: said[label])
        if said[best] < self.least_probability:
            told = ", ".join(f"{label} {p:.2f}" for label, p in probabilities.items())
            return unanswered(f"no emotion stands out ({told})")
        return Estimate(Tags(probabilities), confidence=probabilities[best])

    def weights(self) -> str | None:
        """A new model makes old answers stale."""
        asked = model()
        return None if asked is None else asked.weights
