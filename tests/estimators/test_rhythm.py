"""Rhythm in words: swing, pattern, density and meter of known drums."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.types import Estimate, Tempo, TempoSegment
from mixolydian.estimators import rhythm
from mixolydian.estimators.rhythm import RhythmEstimator
from tests import sounds


def facts(bpm=120.0, seconds=30.0, **how):
    """The facts about a piece whose tempo and beats are given exactly."""
    times = sounds.steady(bpm, seconds)
    features = sounds.features(sounds.play(times, **how))
    segment = TempoSegment(0.0, features.duration, bpm, 0.0)
    given = {
        "tempo": Estimate(Tempo(bpm, (segment,))),
        "beats": sounds.true_beats(times, how.get("meter", 4)),
    }
    return RhythmEstimator().estimate(features, given).value.facts


@pytest.mark.parametrize("bpm", [75.0, 95.0, 100.0, 120.0, 128.0, 150.0])
def test_straight_hats_do_not_swing(bpm):
    found = facts(bpm)
    assert found["swing"] == 0.5
    assert "straight" in found["text"]


@pytest.mark.parametrize("bpm", [80.0, 100.0, 120.0, 140.0])
@pytest.mark.parametrize("swing", [0.58, 0.62, 0.667])
def test_swung_hats_do(swing, bpm):
    found = facts(bpm, swing=swing)
    assert found["swing"] == pytest.approx(swing, abs=0.03)
    assert found["swing_unit"] == "eighth"
    assert "swung" in found["text"]


def test_the_pattern_is_what_is_played():
    found = facts(harmony=False)
    assert found["pattern"]["kick"][0] == "X"
    assert found["pattern"]["kick"][8] in "xX"
    assert found["pattern"]["snare"][4] == found["pattern"]["snare"][12] == "X"
    assert all(found["pattern"]["hats"][i] in "xX" for i in (2, 6, 10, 14))
    for row in found["pattern"].values():
        assert len(row) == 16
        assert {row[i] for i in (1, 3, 5, 7, 9, 11, 13, 15)} == {"·"}


@pytest.mark.parametrize(("meter", "word"), [(3, "3/4"), (4, "4/4")])
def test_meter_in_words(meter, word):
    found = facts(meter=meter)
    assert found["meter"] == word
    assert len(found["pattern"]["kick"]) == 4 * meter


def test_two_onsets_a_beat_are_counted():
    assert facts()["onsets_per_beat"] == pytest.approx(2.0, abs=0.15)


@pytest.mark.parametrize(
    ("bpm", "word"),
    [(50, "very slow"), (70, "slow"), (100, "moderate"), (128, "lively"), (174, "very fast")],
)
def test_tempo_words(bpm, word):
    assert rhythm.tempo_word(bpm) == word


def test_syncopation_is_what_falls_off_the_beat():
    on = np.tile([1.0, 0, 0, 0], 4)
    off = np.roll(on, 2)
    nothing = np.zeros(16)
    assert rhythm.syncopation({"kick": on, "snare": nothing}, 4) == 0.0
    assert rhythm.syncopation({"kick": off, "snare": nothing}, 4) == 1.0
    assert rhythm.syncopation({"kick": on, "snare": off}, 4) == pytest.approx(0.5)


def test_a_profile_of_noise_has_no_swing():
    flat = 1 + 0.1 * np.random.default_rng(0).standard_normal(rhythm.SWING_SLOTS)
    assert rhythm.swing_ratio(flat) == (0.5, "eighth")


def test_specks_between_the_beats_are_no_swing():
    profile = np.zeros(rhythm.SWING_SLOTS)
    profile[0] = profile[24] = 1.0
    profile[15] = profile[39] = 0.02
    assert rhythm.swing_ratio(profile) == (0.5, "eighth")


def test_swung_sixteenths():
    profile = np.zeros(rhythm.SWING_SLOTS)
    profile[[0, 24]] = 1.0
    profile[[14, 15, 16, 38, 39, 40]] = [0.3, 0.6, 0.3] * 2
    ratio, unit = rhythm.swing_ratio(profile)
    assert (ratio, unit) == (pytest.approx(0.625, abs=0.03), "sixteenth")


def test_no_beats_no_rhythm():
    answer = RhythmEstimator().estimate(sounds.groove(120.0), {})
    assert answer.value is None
    assert answer.reason
