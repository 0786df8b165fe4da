"""Emotion from the sound itself: the quarters of arousal and valence of composed pieces.

Nobody has felt anything about the pieces we compose, but two things that emotions are made of are
exact in them: how much happens (the energy level, for arousal) and whether the key is major or
minor (for valence). The four quarters (Russell 1980; for music Thayer 1989) stand for the four
emotions: lively and major happy, lively and minor angry, calm and major relaxed, calm and minor
sad. The model hears the style vector and the embedding, as the genre's does.

How often we compose lively pieces says nothing about music, and two models that answer together
must start from the same expectation: pieces of rarer quarters are repeated until all four count
the same, in training, calibration and test (intervals draw a piece with its repetitions).

It knows a theory, not what listeners feel. How far that carries is measured on listeners' ratings
(benchmarks/emotion_listeners.py). It never answers alone: `estimators.emotion` asks it beside the
model of the table. Learning from the moods that the composer was asked for was tried first: they
could not be told from the sound (ROC area 0.52).
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
from mixolydian.training.rendered import SEED, TEST_SEED, composed, heard_all
from mixolydian.training.sounds import mel_of
from mixolydian.training.workshop import Workshop

LABELS = ("relaxed", "happy", "sad", "angry")
MIDDLE = 6
"""energy level (1–10) of the middle third; pieces of this level belong to no quarter."""


def quarter(truth: Mapping[str, Any]) -> str | None:
    """The emotion that stands for a piece's energy and mode; None where it has none."""
    key, energy = truth.get("key"), truth.get("energy")
    if not key or not energy or energy["level"] == MIDDLE:
        return None
    lively, major = energy["level"] > MIDDLE, key["mode"] == "major"
    return {(0, 1): "relaxed", (1, 1): "happy", (0, 0): "sad", (1, 0): "angry"}[lively, major]


def evened(examples: Examples) -> Examples:
    """The examples of rarer labels over again, until all labels have as many."""
    rows = [np.flatnonzero(examples.classes == i) for i in range(len(examples.labels))]
    most = max(len(each) for each in rows)
    return examples.take(np.concatenate([np.resize(each, most) for each in rows if len(each)]))


@dataclass(frozen=True)
class EmotionAudio(Recipe):
    """See the module's text."""

    name: ClassVar[str] = "emotion_audio"
    question: ClassVar[str] = "emotion"
    summary: ClassVar[str] = "relaxed, happy, sad or angry, from energy and mode of what we compose"
    inputs: ClassVar[str] = "style and embedding"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "logistic-regression": {"c": 0.003},
        "perceptron": {"members": 3},
        "discriminant": {},
        "xgboost": {},
    }
    data: ClassVar[tuple[str, ...]] = ("pieces composed and rendered by Mixolydian (own)",)
    not_for: ClassVar[tuple[str, ...]] = (
        "saying what listeners feel: the labels are a theory about energy and mode",
        "answering alone: it stands beside the model of the table (recipe emotion)",
        "diagnosis or treatment; speech, noise and sounds under 10 s",
    )

    def examples(self, workshop: Workshop) -> Examples:
        """Pieces of the training seed."""
        embedder(workshop)  # before half an hour of listening
        return self._of(workshop, SEED)

    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        """Pieces of another seed: all, and those that were damaged."""
        found = self._of(workshop, TEST_SEED)
        harmed = [origin == "damaged" for origin in found.origins]
        return {"rendered": found, "damaged": found.take(harmed)}

    def facts(self, workshop: Workshop) -> Mapping[str, Any]:
        """The embedding it was trained on, without which it cannot answer."""
        return {"embedding": embedder(workshop).card.weights}

    def _of(self, workshop: Workshop, seed: int) -> Examples:
        heard = heard_all(composed(seed, workshop.quick), workshop)
        vectors = derived(heard, style, workshop)
        network = embedder(workshop).network
        rows, said, kept, origins = [], [], [], []
        for sound, vector in zip(heard, vectors, strict=True):
            mel, truth = mel_of(sound, workshop.ear)
            emotion = quarter(truth)
            if emotion is not None:
                found = summed_up(embed(windows.pooled(mel), network))
                rows.append(genre_input(vector, found))
                said.append(emotion)
                kept.append(sound.name)
                origins.append("damaged" if truth.get("augmented") else "clean")
        made = Examples(
            np.stack(rows),
            one_hot(said, LABELS),
            LABELS,
            groups=tuple(kept),
            ids=tuple(kept),
            origins=tuple(origins),
        )
        return evened(made)


RECIPE = EmotionAudio()
