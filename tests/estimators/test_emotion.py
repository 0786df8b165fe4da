"""Emotion by a stand-in model: what it says, and when it says nothing."""

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

    @property
    def card(self):
        return SimpleNamespace(labels=tuple(self.said))

    def probabilities(self, inputs):
        assert inputs.shape == (1, 37)
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
    assert EmotionEstimator(least_probability=0.25).estimate(piece(), content()).value


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


def test_share_of_music():
    segments = (
        Segment(0.0, 3.0, "music"),
        Segment(3.0, 4.0, "singing"),
        Segment(4.0, 8.0, "noise"),
    )
    assert music_share(segments) == 0.5
    assert music_share(()) == 0.0
