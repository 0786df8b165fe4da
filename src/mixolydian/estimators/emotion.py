"""Emotion: relaxed, happy, sad or angry, by two models that know different things.

The first (recipe ``emotion``) was trained on a table of clips that listeners labelled, measured
by another program; `models.mir` takes the same measurements of our frames and brings them to that
scale. The second (recipe ``emotion_audio``) was trained on what we compose, with energy and mode
for arousal and valence; it is fed the style vector and the embedding, and answers only beside the
embedding it was trained on. Where both are in use, the probabilities are the geometric mean of
theirs, brought to a sum of 1; else the first answers alone.

How sure they are is calibrated for each by itself, on the table and on rendered pieces, not on the
sound at hand. So the confidence is the geometric mean as it is, before it is brought to a sum of 1:
what is lost where the two disagree is not given back. Under `least_confidence` no emotion stands
out. Nothing is said about sounds that are mostly not music: a model of four emotions would find
one in a vacuum cleaner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.settings import read_settings
from mixolydian.core.types import Estimate, Tags
from mixolydian.estimators.base import Estimator, Given, unanswered
from mixolydian.estimators.content import too_little_music
from mixolydian.estimators.genre import embedded, genre_input, on_embedding
from mixolydian.estimators.style import NEEDS, style_vector
from mixolydian.models import mir
from mixolydian.models.store import Model, Store

LABELS = ("relaxed", "happy", "sad", "angry")
MODEL, SECOND = "emotion", "emotion_audio"
DIGITS = 4
Array = NDArray[np.float64]


def model() -> Model | None:
    """The model of the table, if there is one in use; without it nothing is answered."""
    return Store(read_settings().home).find(MODEL)


def second() -> tuple[Model, Model] | None:
    """The model of the sound and the embedding it was trained with, if both are in use."""
    return on_embedding(SECOND)


def agreed(said: Array) -> Array:
    """The geometric mean (4,) of what models say, (n, 4); it sums to 1 where all say the same."""
    return np.asarray(np.exp(np.log(np.maximum(said, 1e-9)).mean(axis=0)))


@dataclass(frozen=True)
class EmotionEstimator(Estimator):
    """Asks the models; see the module's text."""

    question: ClassVar[str] = "emotion"
    version: ClassVar[str] = "3"
    needs: ClassVar[tuple[str, ...]] = ("music", "timbre", *NEEDS)
    min_seconds: ClassVar[float] = 10.0

    least_confidence: float = 0.4
    """in the most probable emotion (chance is 0.25); under it none stands out."""
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
        said = [_in_order(asked, mir.vector(features))]
        beside = second()
        if beside is not None:
            heard, embedder = beside
            row = genre_input(style_vector(features, given), embedded(features, given, embedder))
            said.append(_in_order(heard, row))
        return self._told(agreed(np.array(said)))

    def _told(self, mean: Array) -> Estimate[Any]:
        """The answer for a geometric mean (4,)."""
        shares = mean / mean.sum()
        probabilities = {e: round(float(p), DIGITS) for e, p in zip(LABELS, shares, strict=True)}
        confidence = round(float(mean.max()), DIGITS)
        if confidence < self.least_confidence:
            told = ", ".join(f"{label} {p:.2f}" for label, p in probabilities.items())
            return unanswered(f"no emotion stands out ({told}; confidence {confidence:.2f})")
        return Estimate(Tags(probabilities), confidence=confidence)

    def weights(self) -> str | None:
        """The hashes of both models, joined by "+": a new one makes old answers stale."""
        asked, beside = model(), second()
        if asked is None:
            return None
        return asked.weights if beside is None else f"{asked.weights}+{beside[0].weights}"


def _in_order(asked: Model, row: NDArray[Any]) -> Array:
    """What a model says of one row, (4,), in the order of ``LABELS``."""
    said = asked.probabilities(np.asarray(row, dtype=np.float32)[np.newaxis])[0]
    return np.array([said[asked.card.labels.index(label)] for label in LABELS])
