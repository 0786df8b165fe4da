"""Voices sound at their pitch, drums start at once, effects do what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.creation.sound import effects
from mixolydian.creation.sound.drums import KICKS, make_kit
from mixolydian.creation.styles import STYLES
from mixolydian.creation.sound.synth import SAMPLE_RATE, filtered_tables, render_note
from mixolydian.creation.sound.voices import VOICES


def fundamental(y: np.ndarray) -> float:
    """Hz by autocorrelation of the middle of a note."""
    x = y.mean(axis=0)[SAMPLE_RATE // 4 : SAMPLE_RATE // 4 + 16384]
    spectrum = np.abs(np.fft.rfft(x * np.hanning(len(x)), 4 * len(x))) ** 2
    correlation = np.fft.irfft(spectrum)
    low = SAMPLE_RATE // 900
    top = low + np.argmax(correlation[low : SAMPLE_RATE // 80])
    return SAMPLE_RATE / top


@pytest.mark.parametrize("name", sorted(VOICES))
def test_voices_are_finite_and_not_silent(name: str):
    y = render_note(VOICES[name], 220.0, 0.5)
    assert y.dtype == np.float32
    assert y.shape[0] == 2
    assert np.isfinite(y).all()
    assert 0.02 < np.abs(y).max() < 8
    assert np.abs(y[:, -1]).max() < 1e-3


@pytest.mark.parametrize("name", ["saw", "square", "organ", "piano", "lead", "epiano", "sub"])
def test_voices_sound_at_their_pitch(name: str):
    hz = 233.08
    voice = replace(VOICES[name], vibrato=0.0, octave=0, sub=0.0, unison=1)
    cents = 1200 * np.log2(fundamental(render_note(voice, hz, 1.0)) / hz)
    assert abs(cents) < 12


def test_a_filter_that_opens_lets_more_through():
    tables = filtered_tables("saw", 110.0, 0.7)
    brightness = [np.abs(np.diff(t)).mean() for t in tables]
    assert brightness[-1] > 5 * brightness[5]


def test_the_same_note_is_the_same_samples():
    a, b = (render_note(VOICES["supersaw"], 440.0, 0.3, seed=4) for _ in range(2))
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("kit", sorted(KICKS))
def test_drums_begin_on_their_first_sample(kit: str):
    for lane, shot in make_kit(kit, np.random.default_rng(1)).items():
        assert np.isfinite(shot).all(), lane
        early = np.abs(shot[: SAMPLE_RATE // 200]).max()  # within 5 ms
        assert early > 0.25 * np.abs(shot).max(), lane
        assert abs(shot[-1]) < 0.03 * np.abs(shot).max(), lane


def test_every_kit_and_voice_of_every_style_exists():
    for style in STYLES.values():
        assert style.kit in KICKS
        for voice in (*style.bass_voices, *style.chord_voices, *style.lead_voices):
            assert voice in VOICES


def test_convolution_equals_the_definition():
    rng = np.random.default_rng(0)
    y = rng.standard_normal((2, 5000)).astype(np.float32)
    kernel = rng.standard_normal((2, 300)).astype(np.float32)
    wanted = np.stack([np.convolve(y[c], kernel[c])[:5000] for c in (0, 1)])
    np.testing.assert_allclose(effects.convolve(y, kernel), wanted, atol=1e-3)


def test_the_limiter_holds_the_ceiling_and_spares_the_quiet():
    rng = np.random.default_rng(0)
    y = rng.standard_normal((2, SAMPLE_RATE)).astype(np.float32)
    assert np.abs(effects.limit(y, 0.9)).max() <= 0.9 + 1e-6
    np.testing.assert_allclose(effects.limit(0.01 * y), 0.01 * y, rtol=1e-5)


def test_ducking_is_deepest_at_the_kick_and_recovers():
    gain = effects.duck_gain(SAMPLE_RATE, [0.5], 0.8, 0.2)
    assert gain[SAMPLE_RATE // 2] == pytest.approx(0.2, abs=1e-5)
    assert gain[SAMPLE_RATE // 2 - 1] == 1.0
    assert gain[round(0.71 * SAMPLE_RATE)] == 1.0


def test_colour_keeps_time_and_cuts_the_top():
    y = np.zeros((2, 8192), dtype=np.float32)
    y[:, 4000] = 1.0
    dull = effects.colour(y, 0.0, 4000.0)
    assert abs(int(np.abs(dull[0]).argmax()) - 4000) <= 1
    spectrum = np.abs(np.fft.rfft(dull[0]))
    assert spectrum[-100] < 0.05 * spectrum[200]
