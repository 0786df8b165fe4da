"""Emotion by stand-in models: what they say, alone and together, and when nothing is said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from mixolydian.core.types import Estimate, Segment, Tags
from mixolydian.estimators import emotion
from mixolydian.estimators.content import music_share
from mixolydian.estimators.emotion import LABELS, EmotionEstimator
from tests import sounds


@dataclass
class StandIn:
    """Says what it is told to, in an order of its own."""

    said: dict[str, float]
    weights: str = "a1b2"
    width: int = 37

    @property
    def card(self):
        return SimpleNamespace(labels=tuple(self.said))

    def probabilities(self, inputs):
        assert inputs.shape == (1, self.width)
        return np.array([list(self.said.values())])


@cache
def piece():
    return sounds.groove(120.0, 12.0)


def content(label: str = "music", share: float = 1.0) -> dict[str, Estimate]:
    end = piece().duration
    segments = (Segment(0.0, share * end, label), Segment(share * end, end, "noise"))
    return {"music": Estimate(segments, 0.9)}


@pytest.fixture
def says(monkeypatch):
    def told(**said: float) -> None:
        asked = StandIn(said) if said else None
        monkeypatch.setattr(emotion, "model", lambda: asked)
        monkeypatch.setattr(emotion, "second", lambda: None)

    return told


@pytest.fixture
def both_say(says, monkeypatch):
    def told(first: dict[str, float], other: dict[str, float]) -> None:
        says(**first)
        beside = StandIn(other, "c3d4", 249 + 256), None
        monkeypatch.setattr(emotion, "second", lambda: beside)
        monkeypatch.setattr(emotion, "embedded", lambda *asked: np.zeros(256))

    return told


def test_without_a_model_it_says_that_it_cannot_tell_yet(says):
    says()
    estimate = EmotionEstimator().estimate(piece(), content())
    assert estimate.value is None
    assert estimate.confidence is None
    assert "cannot tell yet" in estimate.reason
    assert estimate.provenance.weights is None


def test_it_says_the_four_in_their_order_with_the_confidence_of_the_best(says):
    says(sad=0.1, angry=0.05, relaxed=0.65, happy=0.2)
    estimate = EmotionEstimator().estimate(piece(), content())
    assert isinstance(estimate.value, Tags)
    assert tuple(estimate.value.probabilities) == LABELS
    assert estimate.value.probabilities["relaxed"] == 0.65
    assert estimate.confidence == 0.65


def test_nothing_stands_out(says):
    says(relaxed=0.3, happy=0.3, sad=0.2, angry=0.2)
    estimate = EmotionEstimator().estimate(piece(), content())
    assert estimate.value is None
    assert "no emotion stands out" in estimate.reason
    assert EmotionEstimator(least_confidence=0.25).estimate(piece(), content()).value


@pytest.mark.parametrize("label", ["speech", "noise", "silence"])
def test_what_is_not_music_has_no_emotion(says, label):
    says(relaxed=0.9, happy=0.1, sad=0.0, angry=0.0)
    estimate = EmotionEstimator().estimate(piece(), content(label))
    assert estimate.value is None
    assert "only 0% of the sound is music" in estimate.reason


@pytest.mark.parametrize(("share", "told"), [(0.4, False), (0.6, True)])
def test_half_of_it_must_be_music(says, share, told):
    says(relaxed=0.9, happy=0.1, sad=0.0, angry=0.0)
    estimate = EmotionEstimator().estimate(piece(), content("speech over music", share))
    assert (estimate.value is not None) == told


def test_unknown_content_is_not_judged(says):
    says(relaxed=0.9, happy=0.1, sad=0.0, angry=0.0)
    for given in ({}, {"music": Estimate(None, reason="too short")}):
        assert EmotionEstimator().estimate(piece(), given).value is None


def test_short_sounds_are_refused(says):
    says(relaxed=0.9, happy=0.1, sad=0.0, angry=0.0)
    estimate = EmotionEstimator().estimate(sounds.groove(120.0, 6.0), content())
    assert "at least 10 s" in estimate.reason


def test_a_new_model_makes_old_answers_stale(says, monkeypatch):
    says(relaxed=0.9, happy=0.1, sad=0.0, angry=0.0)
    estimator, given = EmotionEstimator(), content()
    estimate = estimator.estimate(piece(), given)
    assert estimate.provenance.weights == "a1b2"
    assert estimator.is_current(estimate, given)
    other = StandIn({"relaxed": 1.0}, weights="c3d4")
    monkeypatch.setattr(emotion, "model", lambda: other)
    assert not estimator.is_current(estimate, given)


CALM = {"relaxed": 0.7, "happy": 0.1, "sad": 0.1, "angry": 0.1}
ANGRY = {"angry": 0.7, "happy": 0.1, "sad": 0.1, "relaxed": 0.1}


def test_two_that_agree_are_as_sure_as_each(both_say):
    both_say(CALM, dict(reversed(CALM.items())))
    estimate = EmotionEstimator().estimate(piece(), content())
    assert estimate.value.probabilities == pytest.approx(CALM)
    assert estimate.confidence == pytest.approx(0.7)


def test_two_that_differ_a_little_are_less_sure_than_their_mean(both_say):
    other = {"relaxed": 0.4, "happy": 0.4, "sad": 0.1, "angry": 0.1}
    both_say(CALM, other)
    estimate = EmotionEstimator().estimate(piece(), content())
    said = estimate.value.probabilities
    assert sum(said.values()) == pytest.approx(1.0, abs=1e-3)
    assert said["relaxed"] / said["happy"] == pytest.approx(np.sqrt(0.28 / 0.04), rel=0.01)
    assert estimate.confidence == pytest.approx(np.sqrt(0.28), abs=1e-3)
    assert estimate.confidence < said["relaxed"]


def test_two_that_contradict_each_other_say_nothing(both_say):
    both_say(CALM, ANGRY)
    estimate = EmotionEstimator().estimate(piece(), content())
    assert estimate.value is None
    assert "no emotion stands out (relaxed 0.36" in estimate.reason


def test_an_answer_of_two_is_signed_by_both(both_say, says):
    both_say(CALM, CALM)
    estimator, given = EmotionEstimator(), content()
    estimate = estimator.estimate(piece(), given)
    assert estimate.provenance.weights == "a1b2+c3d4"
    says(**CALM)
    assert not estimator.is_current(estimate, given)


def test_the_second_never_answers_alone(both_say, monkeypatch):
    both_say(CALM, CALM)
    monkeypatch.setattr(emotion, "model", lambda: None)
    estimate = EmotionEstimator().estimate(piece(), content())
    assert "cannot tell yet" in estimate.reason
    assert estimate.provenance.weights is None


def test_share_of_music():
    segments = (
        Segment(0.0, 3.0, "music"),
        Segment(3.0, 4.0, "singing"),
        Segment(4.0, 8.0, "noise"),
    )
    assert music_share(segments) == 0.5
    assert music_share(()) == 0.0
