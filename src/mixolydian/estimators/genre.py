"""Genre: which styles of music this is, electronic sub-genres above all.

The model (recipe ``genre``) answers for every label by itself, so that a track may be "dub" and
"reggae", or "house" and "electronic": probabilities do not sum to 1. It is fed the style vector
(:mod:`~mixolydian.estimators.style`: tempo, groove, timbre, dynamics) and the embedding of the
sound. Where no label is probable enough, or there is too little music, it says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.settings import read_settings
from mixolydian.core.types import Estimate, Tags
from mixolydian.estimators.base import Estimator, Given, unanswered
from mixolydian.estimators.content import too_little_music
from mixolydian.estimators.style import NEEDS, style_vector
from mixolydian.models import embedding
from mixolydian.models.store import Model, Store

MODEL = "genre"
DIGITS = 4


def genre_input(style: NDArray[Any], embedded: NDArray[Any]) -> NDArray[np.float32]:
    """What the model is fed (n,): the style vector and the summed-up embedding (256,)."""
    return np.concatenate([style, embedded]).astype(np.float32)


def embedded(features: Features, given: Given, embedder: Model) -> NDArray[Any]:
    """The summed-up embedding (256,): the vector of the answer to `timbre` where that has it."""
    timbre = given.get("timbre")
    vector = () if timbre is None or timbre.value is None else timbre.value.facts["vector"]
    if len(vector) == 2 * embedding.DIMENSIONS:
        return np.asarray(vector, dtype=np.float32)
    return embedding.summed_up(embedding.embedding_of(features, embedder.network))


def on_embedding(name: str) -> tuple[Model, Model] | None:
    """The model of that name and the embedding it was trained with, if both are in use."""
    store = Store(read_settings().home)
    asked, embedder = store.find(name), store.find(embedding.NAME)
    if asked is None or embedder is None:
        return None
    fits = asked.card.facts.get("embedding") == embedder.card.weights
    return (asked, embedder) if fits else None


def models() -> tuple[Model, Model] | None:
    """The genre model and the embedding it was trained with, if both are in use."""
    return on_embedding(MODEL)


def broad_labels(model: Model) -> tuple[str, ...]:
    """The labels of a model that name families of styles."""
    return tuple(model.card.facts.get("families", ()))


@dataclass(frozen=True)
class GenreEstimator(Estimator):
    """Asks the model; see the module's text."""

    question: ClassVar[str] = "genre"
    version: ClassVar[str] = "2"
    needs: ClassVar[tuple[str, ...]] = ("music", "timbre", *NEEDS)
    min_seconds: ClassVar[float] = 10.0

    least_probability: float = 0.4
    """of the most probable label; under it no genre stands out."""
    least_shown: float = 0.1
    """labels less probable than this are not named."""
    least_music: float = 0.5
    """share of the sound that must be music."""

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """:class:`Tags`, the main one first; confidence is its probability."""
        asked = models()
        if asked is None:
            return unanswered(
                "cannot tell: no genre model that fits the embedding in use is installed; "
                "train both, or take back the one that was promoted"
            )
        refusal = too_little_music(given, self.least_music)
        if refusal:
            return unanswered(refusal)
        model, embedder = asked
        row = genre_input(style_vector(features, given), embedded(features, given, embedder))
        said = dict(zip(model.card.labels, model.probabilities(row[np.newaxis])[0], strict=True))
        return self._told({label: float(p) for label, p in said.items()}, broad_labels(model))

    def _told(self, said: Mapping[str, float], broad: Collection[str]) -> Estimate[Any]:
        """The most probable style first, if it is probable enough; else the family."""
        ranked = sorted(said, key=lambda label: -said[label])
        styles = [label for label in ranked if label not in broad]
        families = [label for label in ranked if label in broad]
        main = next(
            (x for x in (*styles[:1], *families[:1]) if said[x] >= self.least_probability), ""
        )
        if not main:
            told = ", ".join(f"{label} {said[label]:.2f}" for label in ranked[:3])
            return unanswered(f"no genre stands out ({told})")
        shown = [main, *(x for x in ranked if x != main and said[x] >= self.least_shown)]
        tags = Tags({label: round(said[label], DIGITS) for label in shown})
        return Estimate(tags, confidence=round(said[main], DIGITS))

    def weights(self) -> str | None:
        """A new model makes old answers stale."""
        asked = models()
        return None if asked is None else asked[0].weights
