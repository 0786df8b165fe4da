"""Emotion from the sound itself: composed pieces whose mood was asked for.

The composer colours harmony, brightness, density and energy by a mood; four of its moods stand
for the four emotions. The model hears the style vector and the embedding, as the genre's does.
It knows what our composer means by a mood, not what listeners feel: how far that carries is
measured on listeners' ratings (benchmarks/emotion_listeners.py), and it does not answer by
itself unless that shows it should.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mixolydian.estimators.genre import genre_input
from mixolydian.models import windows
from mixolydian.models.embedding import embed, summed_up
from mixolydian.training.derived import derived
from mixolydian.training.examples import Examples, one_hot
from mixolydian.training.recipe import Recipe
from mixolydian.training.recipes.genre import embedder, style
from mixolydian.training.rendered import heard_all
from mixolydian.training.sounds import COMPOSED, Sound, mel_of, rendered
from mixolydian.training.workshop import Workshop

LABELS = ("relaxed", "happy", "sad", "angry")
EMOTION_OF = {
    "calm": "relaxed",
    "bright": "happy",
    "euphoric": "happy",
    "melancholic": "sad",
    "aggressive": "angry",
}
"""mood of the composer → emotion; pieces of other moods are left out."""
SEED, TEST_SEED = 43, 44
N_PIECES = {SEED: 336, TEST_SEED: 84}
SECONDS = 30.0
QUICK = 20


def sounds(workshop: Workshop, seed: int) -> list[Sound]:
    """Pieces of every genre, each in a mood."""
    n = N_PIECES[seed] // (QUICK if workshop.quick else 1)
    return rendered(COMPOSED, range(n), seed, SECONDS, profile="moods")


@dataclass(frozen=True)
class EmotionAudio(Recipe):
    """See the module's text."""

    name: ClassVar[str] = "emotion_audio"
    question: ClassVar[str] = "emotion"
    summary: ClassVar[str] = "relaxed, happy, sad or angry, as our composer means them"
    inputs: ClassVar[str] = "style and embedding"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "logistic-regression": {"c": 0.01},
        "perceptron": {"members": 3},
        "discriminant": {},
        "xgboost": {},
    }
    data: ClassVar[tuple[str, ...]] = ("pieces composed and rendered by Mixolydian (own)",)
    not_for: ClassVar[tuple[str, ...]] = (
        "saying what listeners feel: the moods are those of a composing program",
    )

    def examples(self, workshop: Workshop) -> Examples:
        """Pieces of the training seed."""
        return self._of(workshop, SEED)

    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        """Pieces of another seed."""
        return {"rendered": self._of(workshop, TEST_SEED)}

    def facts(self, workshop: Workshop) -> Mapping[str, Any]:
        """The embedding it was trained on, without which it cannot answer."""
        return {"embedding": embedder(workshop).card.weights}

    def _of(self, workshop: Workshop, seed: int) -> Examples:
        network = embedder(workshop).network  # before the listening, which takes long
        heard = heard_all(sounds(workshop, seed), workshop)
        vectors = derived(heard, style, workshop)
        rows, said, kept = [], [], []
        for sound, vector in zip(heard, vectors, strict=True):
            mel, truth = mel_of(sound, workshop.ear)
            emotion = EMOTION_OF.get(str(truth["brief"]["mood"]))
            if emotion is not None:
                found = summed_up(embed(windows.pooled(mel), network))
                rows.append(genre_input(vector, found))
                said.append(emotion)
                kept.append(sound.name)
        return Examples(np.stack(rows), one_hot(said, LABELS), LABELS, tuple(kept), tuple(kept))


RECIPE = EmotionAudio()
