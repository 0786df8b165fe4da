"""Content over time by a stand-in model; without one the rules answer."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from mixolydian.estimators import music
from mixolydian.estimators.music import HOP, MusicEstimator, named, presence
from mixolydian.estimators.music_rules import MusicRules
from mixolydian.models import windows
from tests import sounds
from tests.estimators.form_sounds import SR

LABELS = ("music", "speech", "singing", "noise")


@dataclass
class StandIn:
    """Hears music in low windows and speech in high ones."""

    weights: str = "m1"
    card = SimpleNamespace(labels=LABELS)

    def probabilities(self, inputs):
        assert inputs.shape[1:] == (windows.WINDOW, windows.N_BANDS)
        decided = inputs[:, windows.DECIDED]
        bass = decided[..., :16].mean(axis=(1, 2)) > decided[..., 32:].mean(axis=(1, 2))
        return np.where(bass[:, np.newaxis], [0.9, 0.1, 0.1, 0.1], [0.1, 0.8, 0.2, 0.1])


@pytest.fixture
def model(monkeypatch):
    asked = StandIn()
    monkeypatch.setattr(music, "model", lambda: asked)
    return asked


def tones(*hz, seconds=4.0):
    t = np.arange(round(seconds * SR)) / SR
    return np.concatenate([0.3 * np.sin(2 * np.pi * f * t) for f in hz])


def test_segments_follow_the_sound_within_a_second(model):
    heard = sounds.features(tones(150.0, 5000.0, 150.0))
    found = MusicEstimator().estimate(heard)
    assert [s.label for s in found.value] == ["music", "speech", "music"]
    assert found.value[0].start == 0.0
    assert found.value[-1].end == heard.duration
    edges = [s.end for s in found.value[:-1]]
    assert edges == pytest.approx([4.0, 8.0], abs=0.6)
    assert found.provenance.weights == "m1"
    assert 0.5 < found.confidence < 0.9


def test_a_decision_is_about_the_frames_it_stands_for(model):
    """A change in the sound moves the decisions from there on, and none long before."""
    heard = sounds.features(tones(150.0, 5000.0))
    rows = presence(heard, model)
    assert len(rows) == -(-len(windows.pooled(heard.mel)) // HOP)
    change = 4.0 * windows.RATE / HOP
    says = rows[:, 0] > 0.5
    assert says[: int(change) - 1].all()
    assert not says[int(change) + 2 :].any()


@pytest.mark.parametrize("seconds", [0.3, 1.0, 2.9, 3.1])
def test_short_sounds_are_answered(model, seconds):
    heard = sounds.features(tones(150.0, seconds=seconds))
    (only,) = MusicEstimator().estimate(heard).value
    assert (only.start, only.end, only.label) == (0.0, heard.duration, "music")


def test_silence_is_judged_on_level_alone(model):
    y = tones(150.0, 150.0, 150.0)
    y[4 * SR : 8 * SR] = 0.0
    found = MusicEstimator().estimate(sounds.features(y))
    assert [s.label for s in found.value] == ["music", "silence", "music"]
    still = MusicEstimator().estimate(sounds.features(np.zeros(3 * SR)))
    assert [s.label for s in still.value] == ["silence"]
    assert still.confidence == 1.0


@pytest.mark.parametrize(
    ("row", "word", "probability"),
    [
        ((0.9, 0.8, 0.1, 0.1), "speech over music", 0.72),
        ((0.1, 0.8, 0.1, 0.1), "speech", 0.72),
        ((0.9, 0.1, 0.8, 0.1), "music", 0.81),
        ((0.9, 0.1, 0.1, 0.9), "music", 0.81),
        ((0.1, 0.1, 0.8, 0.1), "singing", 0.8),
        ((0.1, 0.6, 0.8, 0.1), "singing", 0.8),
        ((0.2, 0.2, 0.1, 0.7), "noise", 0.7),
        ((0.4, 0.2, 0.1, 0.3), "music", 0.4),
    ],
)
def test_one_word_for_what_sounds(row, word, probability):
    found = named(np.array(row), LABELS, 0.5, 0.6)
    assert found == (word, pytest.approx(probability))


def test_without_a_model_the_rules_answer(monkeypatch):
    monkeypatch.setattr(music, "model", lambda: None)
    heard = sounds.groove(120.0, 12.0)
    found, rules = MusicEstimator().estimate(heard), MusicRules().estimate(heard)
    assert found.value == rules.value
    assert found.confidence == rules.confidence
    assert found.provenance.weights is None
