"""Genre by a stand-in model: what it says, what it leaves out, and when it says nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from mixolydian.core.types import Estimate, Segment, Tags
from mixolydian.estimators import genre
from mixolydian.estimators.genre import GenreEstimator, genre_input
from mixolydian.models.store import Store
from tests import sounds

STYLE, EMBEDDED = 249, 256
FAMILIES = ("electronic", "reggae")


@dataclass
class StandIn:
    """Says what it is told to."""

    said: dict[str, float]
    weights: str = "a1b2"
    fed: list[np.ndarray] = field(default_factory=list)

    @property
    def card(self):
        return SimpleNamespace(labels=tuple(self.said), facts={"families": FAMILIES})

    def probabilities(self, inputs):
        self.fed.append(inputs)
        return np.array([list(self.said.values())])


def network(inputs):
    return np.concatenate([inputs.mean(axis=1)] * 2, axis=1).astype(np.float32)


@cache
def piece():
    return sounds.groove(120.0, 12.0)


def content(label: str = "music", share: float = 1.0) -> dict[str, Estimate]:
    end = piece().duration
    segments = (Segment(0.0, share * end, label), Segment(share * end, end, "noise"))
    return {"music": Estimate(segments, 0.9)}


@pytest.fixture
def says(monkeypatch):
    def told(said: dict[str, float] | None) -> StandIn | None:
        asked = None if said is None else StandIn(said)
        pair = None if asked is None else (asked, SimpleNamespace(network=network))
        monkeypatch.setattr(genre, "models", lambda: pair)
        return asked

    return told


def estimate(given=None):
    return GenreEstimator().estimate(piece(), content() if given is None else given)


def test_without_a_model_it_says_that_it_cannot_tell_yet(says):
    says(None)
    found = estimate()
    assert found.value is None
    assert found.confidence is None
    assert "no genre model" in found.reason
    assert found.provenance.weights is None


def test_every_label_has_its_own_probability(says):
    says({"house": 0.8, "electronic": 0.95, "techno": 0.2, "dub": 0.03})
    found = estimate()
    assert isinstance(found.value, Tags)
    assert dict(found.value.probabilities) == {"house": 0.8, "electronic": 0.95, "techno": 0.2}
    assert found.confidence == 0.8
    assert found.provenance.weights == "a1b2"


def test_the_style_comes_first_and_is_what_the_confidence_is_about(says):
    says({"electronic": 0.95, "techno": 0.41, "house": 0.7})
    assert list(estimate().value.probabilities) == ["house", "electronic", "techno"]


def test_where_no_style_stands_out_the_family_may(says):
    says({"house": 0.3, "techno": 0.35, "electronic": 0.9})
    found = estimate()
    assert list(found.value.probabilities) == ["electronic", "techno", "house"]
    assert found.confidence == 0.9


def test_where_nothing_stands_out_it_says_so(says):
    says({"house": 0.35, "techno": 0.3, "electronic": 0.39, "dub": 0.0})
    found = estimate()
    assert found.value is None
    assert "no genre stands out (electronic 0.39, house 0.35, techno 0.30)" in found.reason
    bold = GenreEstimator(least_probability=0.33).estimate(piece(), content())
    assert next(iter(bold.value.probabilities)) == "house"


@pytest.mark.parametrize(
    ("given", "says_so"),
    [
        (content("speech"), "only 0% of the sound is music"),
        (content("music", 0.3), "only 30% of the sound is music"),
        ({}, "not known whether this is music"),
        ({"music": Estimate(None, reason="too short")}, "not known whether this is music"),
    ],
    ids=["speech", "little music", "unasked", "unanswered"],
)
def test_it_is_silent_where_there_is_little_music(says, given, says_so):
    asked = says({"house": 1.0})
    found = estimate(given)
    assert found.value is None
    assert says_so in found.reason
    assert not asked.fed


def test_short_sounds_are_refused(says):
    says({"house": 1.0})
    short = GenreEstimator().estimate(sounds.groove(120.0, 6.0), content())
    assert short.value is None
    assert "10 s" in short.reason


def test_the_model_is_fed_style_and_embedding(says):
    asked = says({"house": 1.0})
    estimate()
    (row,) = asked.fed
    assert row.shape == (1, STYLE + EMBEDDED)
    assert row.dtype == np.float32
    assert np.isfinite(row).all()
    assert genre_input(np.arange(2.0), np.arange(3.0)).tolist() == [0, 1, 0, 1, 2]


def test_a_model_answers_only_with_the_embedding_it_was_trained_on(monkeypatch):
    def card(**changes):
        return SimpleNamespace(card=SimpleNamespace(**changes))

    there = {"genre": card(facts={"embedding": "e1"}), "embedding": card(weights="e1")}
    monkeypatch.setattr(Store, "find", lambda self, name: there.get(name))
    assert genre.models() == (there["genre"], there["embedding"])
    there["embedding"] = card(weights="e2")
    assert genre.models() is None
    del there["embedding"]
    assert genre.models() is None
