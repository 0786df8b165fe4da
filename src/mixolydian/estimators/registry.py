"""All estimators, and asking them in the right order.

Several estimators may answer one question; the first listed is the default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mixolydian.audio.features import Features
from mixolydian.core.errors import RequestError
from mixolydian.core.types import QUESTIONS, Estimate
from mixolydian.estimators.base import Estimator
from mixolydian.estimators.beats import BeatsEstimator
from mixolydian.estimators.chords import ChordsEstimator
from mixolydian.estimators.cues import CuesEstimator
from mixolydian.estimators.drops import DropsEstimator
from mixolydian.estimators.emotion import EmotionEstimator
from mixolydian.estimators.energy import EnergyEstimator
from mixolydian.estimators.genre import GenreEstimator
from mixolydian.estimators.harmony import HarmonyEstimator
from mixolydian.estimators.key import KeyEstimator
from mixolydian.estimators.loudness import LoudnessEstimator
from mixolydian.estimators.music import MusicEstimator
from mixolydian.estimators.music_rules import MusicRules
from mixolydian.estimators.rhythm import RhythmEstimator
from mixolydian.estimators.sections import SectionsEstimator
from mixolydian.estimators.tempo import TempoEstimator
from mixolydian.estimators.timbre import TimbreEstimator

ESTIMATORS: tuple[type[Estimator], ...] = (
    TempoEstimator,
    BeatsEstimator,
    KeyEstimator,
    ChordsEstimator,
    SectionsEstimator,
    DropsEstimator,
    CuesEstimator,
    EnergyEstimator,
    LoudnessEstimator,
    MusicEstimator,
    MusicRules,
    GenreEstimator,
    EmotionEstimator,
    HarmonyEstimator,
    RhythmEstimator,
    TimbreEstimator,
)


def default(question: str) -> Estimator:
    """The default estimator of `question`, with its default settings."""
    for estimator in ESTIMATORS:
        if estimator.question == question:
            return estimator()
    raise RequestError(
        f"no estimator answers {question!r}; questions are: {', '.join(answerable())}"
    )


def answerable() -> tuple[str, ...]:
    """The questions that have an estimator, in the order they are shown."""
    known = {e.question for e in ESTIMATORS}
    return tuple(q for q in QUESTIONS if q in known)


def in_order(questions: Iterable[str] | None = None) -> tuple[Estimator, ...]:
    """Default estimators for `questions` (all by default) and all they need, needs first."""
    wanted = answerable() if questions is None else tuple(questions)
    ordered: dict[str, Estimator] = {}

    def add(question: str) -> None:
        if question not in ordered:
            estimator = default(question)
            for need in estimator.needs:
                add(need)
            ordered[question] = estimator

    for question in wanted:
        add(question)
    return tuple(ordered.values())


def listen(
    features: Features,
    *,
    track_id: str = "",
    questions: Iterable[str] | None = None,
    given: Mapping[str, Estimate[Any]] | None = None,
) -> dict[str, Estimate[Any]]:
    """Answer `questions` (all by default) and what they need, for one sound.

    Estimates in `given` that a person gave, or that an estimator would only repeat (equal
    provenance), are kept; everything else is computed.
    """
    known = dict(given or {})
    answers: dict[str, Estimate[Any]] = {}
    for estimator in in_order(questions):
        kept = known.get(estimator.question)
        if kept is not None and is_kept(kept, estimator, answers, track_id):
            answers[estimator.question] = kept
        else:
            answers[estimator.question] = estimator.estimate(features, answers, track_id)
    return answers


def is_kept(
    estimate: Estimate[Any],
    estimator: Estimator,
    answers: Mapping[str, Estimate[Any]],
    track_id: str = "",
) -> bool:
    """Whether `estimate` stands: a human answer always, a machine's while nothing changed."""
    if estimate.provenance is not None and estimate.provenance.kind != "machine":
        return True
    return estimator.is_current(estimate, answers, track_id)
