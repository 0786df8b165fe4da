"""The weights in the package: whole, small, let through by the gate, and about our questions."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.types import QUESTIONS
from mixolydian.estimators import default
from mixolydian.estimators.emotion import EmotionEstimator
from mixolydian.estimators.genre import GenreEstimator, models
from mixolydian.models.store import SHIPPED, WEIGHTS, Store

NAMES = ("embedding", "emotion", "emotion_audio", "genre", "music")
BUDGET = 10_000_000


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def test_these_ship(store):
    assert store.names() == NAMES
    shipped = [m for m in store.installed() if m.current]
    assert {m.shelf for m in shipped} == {SHIPPED}
    assert not any(m.fault for m in shipped)
    assert sum(m.card.bytes for m in shipped) <= BUDGET


def test_nothing_lies_about_that_does_not_answer():
    for name in NAMES:
        assert len([p for p in (WEIGHTS / name).iterdir() if p.is_dir()]) == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_model_answers(store, name):
    model = store.open(name)
    card = model.card
    assert card.question in QUESTIONS
    batch = np.random.default_rng(1).normal(size=(3, *card.input_shape)).astype(np.float32)
    found = model.probabilities(batch) if card.labels else model.network(batch)
    assert found.shape == (3, len(card.labels) or 128)
    assert np.isfinite(found).all()
    if card.labels:
        assert found.min() >= 0
        assert found.max() <= 1
    assert model.network(batch[:1]) == pytest.approx(model.network(batch)[:1], abs=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_cards_name_their_data_and_no_place_of_a_machine(store, name):
    card = store.open(name).card
    assert card.data
    assert card.not_for
    assert card.command.startswith(f"mixo train {name}")
    text = str(card.to_json())
    assert not any(place in text for place in ("/tmp", "/home", "/root", "/work"))


def test_the_genre_model_stands_on_the_shipped_embedding(store, monkeypatch, tmp_path):
    monkeypatch.setenv("MIXOLYDIAN_HOME", str(tmp_path))
    assert models() is not None
    assert GenreEstimator().weights() == store.open("genre").weights


def test_emotion_is_answered_by_both_of_its_models(store, monkeypatch, tmp_path):
    monkeypatch.setenv("MIXOLYDIAN_HOME", str(tmp_path))
    both = (store.open("emotion").weights, store.open("emotion_audio").weights)
    assert EmotionEstimator().weights() == "+".join(both)


@pytest.mark.parametrize("question", ["music", "genre", "emotion", "timbre"])
def test_answers_are_signed_with_the_weights(question, monkeypatch, tmp_path):
    monkeypatch.setenv("MIXOLYDIAN_HOME", str(tmp_path))
    assert default(question).provenance({}).weights
