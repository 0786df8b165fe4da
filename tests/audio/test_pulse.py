"""Pulse trains of known period and phase, found again."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.audio import pulse

RATE = 22050 / 256


def train(bpm, phase=0.1, seconds=40.0):
    """Onset strength (n,) with a bump on each beat."""
    t = np.arange(int(seconds * RATE)) / RATE
    off = (t - phase + 30 / bpm) % (60 / bpm) - 30 / bpm
    return np.exp(-0.5 * (off / 0.012) ** 2)


@pytest.mark.parametrize("bpm", [61.37, 87.5, 128.02, 174.0])
def test_the_exact_frequency_is_found_from_a_rough_one(bpm):
    found = pulse.refine_frequency(
        train(bpm), RATE, bpm / 60 * 1.012, spread=0.02, harmonics=(1, 2, 3, 4)
    )
    assert 60 * found == pytest.approx(bpm, abs=0.02)


@pytest.mark.parametrize("phase", [0.0, 0.13, 0.4])
def test_local_phase_is_the_train_s_own(phase):
    frequency = 2.0
    _, z = pulse.local_phases(train(120, phase), RATE, frequency, window=4.0, hop=1.0)
    found = -np.angle(z) / (2 * np.pi) / frequency
    stray = (found - phase + 0.25) % 0.5 - 0.25
    assert np.abs(stray).max() < 0.002


def test_autocorrelation_peaks_at_the_period():
    acf = pulse.autocorrelation(train(100)[None], RATE, window=12, hop=3, max_lag=2.0)[:, 0]
    lags = np.arange(acf.shape[1]) / RATE
    between = (lags > 0.3) & (lags < 0.9)
    assert lags[between][acf.mean(axis=0)[between].argmax()] == pytest.approx(0.6, abs=0.012)


def test_a_parabola_s_peak():
    x = np.arange(7.0)
    assert pulse.parabola_peak(-((x - 3.3) ** 2), 3) == pytest.approx(0.3)
    assert pulse.parabola_peak(np.ones(7), 3) == 0.0
    assert pulse.parabola_peak(x, 6) == 0.0


def test_a_line_is_fitted_past_outliers():
    t = np.arange(50.0)
    offsets = 0.01 + 0.0002 * t
    offsets[::10] += 0.2
    a, b, keep = pulse.fit_line(t, offsets, np.ones(50), tolerance=0.06)
    assert (a, b) == pytest.approx((0.01, 0.0002), abs=1e-6)
    assert keep.sum() == 45


def test_fold_puts_the_pulse_in_slot_0():
    folded = pulse.fold(train(120, 0.2)[None], RATE, pulse.Grid(0.5, 0.2), 10)[0]
    assert folded.argmax() == 0
    assert folded[0] > 20 * folded[5]


def test_viterbi_prefers_staying():
    score = np.array([[1.0, 0.0], [0.4, 0.6], [1.0, 0.0], [0.0, 9.0]])
    cost = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert pulse.viterbi(score, cost).tolist() == [0, 0, 0, 1]


def test_pulses_are_tracked_through_a_moving_tempo():
    beats = np.cumsum(np.linspace(0.5, 0.42, 60)) - 0.3
    t = np.arange(int((beats[-1] + 0.5) * RATE)) / RATE
    envelope = sum(np.exp(-0.5 * ((t - b) / 0.012) ** 2) for b in beats)
    periods = np.interp(t, beats, np.linspace(0.5, 0.42, 60))
    found = pulse.track_pulses(envelope, RATE, periods)
    nearest = np.abs(found[:, None] - beats).min(axis=0)
    assert nearest.max() < 0.006
    assert abs(len(found) - 60) <= 1
