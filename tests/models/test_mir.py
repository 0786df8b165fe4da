"""The emotion table's features: known sounds give the values their definitions promise."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from mixolydian.audio.features import Features
from mixolydian.core.errors import ModelError
from mixolydian.models import mir
from mixolydian.models.mir_harmony import roughness
from mixolydian.models.mir_rhythm import fluctuation
from mixolydian.models.mir_statistics import (
    autocorrelation,
    entropy,
    peaks,
    plain_autocorrelation,
    slope,
)
from tests import sounds

RATE = 22050
T = np.arange(15 * RATE) / RATE


@cache
def tone(*hz: float) -> Features:
    return sounds.features(0.2 * sum(np.sin(2 * np.pi * f * T) for f in hz))


@cache
def clicks(bpm: float, gain: float = 1.0) -> Features:
    phase = T % (60 / bpm)
    return sounds.features(gain * np.exp(-phase * 40) * np.sin(2 * np.pi * 500 * phase))


@cache
def noise() -> Features:
    return sounds.features(0.2 * sounds.noise(15.0))


def test_there_are_fifty_and_a_model_sees_thirty_seven():
    assert len(mir.NAMES) == len(set(mir.NAMES)) == 50
    assert len(mir.COLUMNS) == 37
    assert set(mir.measure(clicks(120))) == set(mir.NAMES)
    for constants in (mir.SHIFT, mir.STRETCH, mir.LOWEST, mir.HIGHEST):
        assert len(constants) == 37
    assert np.all(np.array(mir.LOWEST) < np.array(mir.HIGHEST))


def test_a_tone_crosses_zero_and_lies_where_it_sounds():
    found = mir.measure(tone(880.0))
    assert found["_Zero-crossingrate_Mean"] == pytest.approx(880, rel=0.02)
    assert found["_Spectralcentroid_Mean"] == pytest.approx(880, rel=0.1)
    assert found["_Chromagram_Mean_10"] == 1.0  # A
    assert found["_Brightness_Mean"] < 0.2
    assert mir.measure(tone(3520.0))["_Brightness_Mean"] > 0.8


def test_noise_is_flat_and_a_tone_is_not():
    flat, peaked = mir.measure(noise()), mir.measure(tone(880.0))
    for name in ("_Spectralflatness_Mean", "_EntropyofSpectrum_Mean"):
        assert flat[name] > 1.2 * peaked[name]
    assert flat["_Spectralkurtosis_Mean"] < peaked["_Spectralkurtosis_Mean"]
    # a spectrum that is even over f has the skewness and kurtosis of a uniform distribution
    assert flat["_Spectralskewness_Mean"] == pytest.approx(0.0, abs=0.15)
    assert flat["_Spectralkurtosis_Mean"] == pytest.approx(1.8, abs=0.15)


@pytest.mark.parametrize("bpm", [90.0, 120.0])
def test_clicks_have_their_tempo_and_density(bpm):
    found = mir.measure(clicks(bpm))
    assert found["_Tempo_Mean"] == pytest.approx(bpm, rel=0.03)
    assert found["_Eventdensity_Mean"] == pytest.approx(bpm / 60, rel=0.15)
    assert found["_Pulseclarity_Mean"] > 0.7
    assert found["_AttackTime_Mean"] < 0.05


def test_steady_sound_has_no_pulse():
    assert mir.measure(noise())["_Pulseclarity_Mean"] < 0.4


def test_a_semitone_is_rougher_than_an_octave():
    near, far = (roughness(tone(440.0, f).constant_q).mean() for f in (466.2, 880.0))
    assert near > 3 * far


def test_clicks_fluctuate_more_than_noise():
    assert fluctuation(clicks(120).mel) > 2 * fluctuation(noise().mel)


@pytest.mark.parametrize("gain", [0.1, 0.7])
def test_gain_does_not_change_what_a_model_sees(gain):
    np.testing.assert_allclose(
        mir.vector(clicks(120)), mir.vector(clicks(120, gain)), atol=2e-3, rtol=2e-3
    )


@pytest.mark.parametrize(
    "y",
    [np.zeros(RATE * 12), np.full(RATE * 12, 0.3), np.eye(1, RATE * 12)[0], np.ones(100)],
    ids=["silence", "constant", "click", "100 samples"],
)
def test_odd_sounds_give_finite_numbers_in_range(y):
    found = mir.vector(sounds.features(y))
    assert found.shape == (37,)
    assert np.isfinite(found).all()
    low, high = np.float32(mir.LOWEST), np.float32(mir.HIGHEST)
    assert np.all((found >= low) & (found <= high))


def test_roughness_is_relative_to_the_level_and_pitch_classes_are_left_out():
    rows = np.random.default_rng(0).uniform(0.1, 1.0, (2, 50))
    rows[1] = rows[0]
    level, rough = mir.NAMES.index(mir.LEVEL), mir.NAMES.index(mir.ROUGH)
    rows[1, level] *= 3.0
    rows[1, rough] *= 9.0
    rows[1, [i for i, n in enumerate(mir.NAMES) if "Chroma" in n]] = 0.0
    one, other = mir.portable(rows)
    np.testing.assert_allclose(one, other)


def test_rows_of_another_length_are_refused():
    with pytest.raises(ModelError, match="50 features"):
        mir.portable(np.zeros((2, 49)))


# --------------------------------------------------------------------------- statistics


def test_slope_of_a_line_is_known():
    line = np.linspace(2.0, 5.0, 400)
    assert slope(line) == pytest.approx(np.sqrt(3) / 2, abs=0.01)
    assert slope(-line) == pytest.approx(-slope(line))
    assert slope(np.ones(50)) == slope(np.array([1.0, 2.0])) == 0.0


def test_autocorrelation_peaks_at_the_period():
    curve = 1 + np.cos(2 * np.pi * np.arange(300) / 25)
    found = autocorrelation(curve, 60)
    assert found[0] == 1.0
    assert peaks(found).tolist() == [25, 50]
    assert found[25] == pytest.approx(1.0, abs=0.05)
    assert not autocorrelation(np.ones(20), 5)[1:].any()


def test_plain_autocorrelation_of_a_constant_falls_in_a_line():
    np.testing.assert_allclose(plain_autocorrelation(np.ones(4)), [1, 0.75, 0.5, 0.25])


def test_entropy_runs_from_one_line_to_equal_ones():
    assert entropy(np.ones(8)) == pytest.approx(1.0)
    assert entropy(np.eye(8)[0]) == pytest.approx(0.0, abs=1e-9)
