"""The nouns refuse what they cannot mean, and cannot be changed afterwards."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from mixolydian.core.errors import EmptySignalError
from mixolydian.core.types import (
    QUESTIONS,
    Analysis,
    Beats,
    Energy,
    Estimate,
    Provenance,
    Signal,
    Summary,
    Tags,
    Tempo,
)


def test_a_signal_is_float32_channels_by_samples():
    signal = Signal(np.zeros(100), 50)
    assert signal.samples.shape == (1, 100)
    assert signal.samples.dtype == np.float32
    assert (signal.n_channels, signal.duration) == (1, 2.0)


def test_a_signal_cannot_be_written():
    signal = Signal(np.zeros((2, 8), dtype=np.float32), 8)
    with pytest.raises(ValueError, match="read-only"):
        signal.samples[0, 0] = 1
    with pytest.raises(FrozenInstanceError):
        signal.sample_rate = 9


@pytest.mark.parametrize(
    ("samples", "rate"),
    [
        (np.zeros((1, 0)), 44100),
        (np.zeros((2, 2, 2)), 44100),
        (np.zeros(8), 0),
        (np.array([0.0, np.nan]), 8000),
        (np.array([0.0, np.inf]), 8000),
    ],
)
def test_no_signal_without_usable_samples(samples, rate):
    with pytest.raises(EmptySignalError):
        Signal(samples, rate)


def test_cannot_tell_needs_a_reason():
    with pytest.raises(ValueError, match="reason"):
        Estimate(None)
    with pytest.raises(ValueError, match="reason"):
        Estimate(None, reason="")
    assert Estimate(None, reason="too short").value is None


@pytest.mark.parametrize("confidence", [-0.01, 1.01, float("nan")])
def test_confidence_is_a_probability(confidence):
    with pytest.raises(ValueError, match="confidence"):
        Estimate(Tempo(120.0), confidence=confidence)


def test_downbeats_are_the_beats_at_position_one():
    beats = Beats([0.5, 1.0, 1.5, 2.0], [4, 1, 2, 1], 4)
    assert beats.downbeats.tolist() == [1.0, 2.0]


def test_arrays_and_mappings_inside_are_read_only():
    beats = Beats([0.5], [1], 4)
    energy = Energy(3, [0.0], [0.5])
    for array in (beats.times, beats.positions, energy.times, energy.curve):
        assert not array.flags.writeable
    given = {"techno": 0.5}
    tags, summary = Tags(given), Summary(given)
    given["techno"] = 0.9
    assert tags.probabilities["techno"] == summary.facts["techno"] == 0.5
    with pytest.raises(TypeError):
        tags.probabilities["house"] = 0.1


def test_an_analysis_gives_values():
    analysis = Analysis(1.0, {"tempo": Estimate(Tempo(120.0))})
    assert analysis.value("tempo").bpm == 120.0
    assert analysis.value("key") is None


def test_questions_are_asked_once():
    assert len(set(QUESTIONS)) == len(QUESTIONS) == 16


def test_only_a_persons_answer_is_human() -> None:
    said = Estimate(Tempo(120.0), provenance=Provenance("you", "", kind="human"))
    read = Estimate(Tempo(120.0), provenance=Provenance("tags", "", kind="imported"))
    heard = Estimate(Tempo(120.0), provenance=Provenance("grid", "1"))
    assert said.is_human
    assert not read.is_human
    assert not heard.is_human
    assert not Estimate(Tempo(120.0)).is_human
    analysis = Analysis(1.0, {"tempo": said, "beats": heard})
    assert analysis.is_human("tempo")
    assert not analysis.is_human("beats")
    assert not analysis.is_human("key")
