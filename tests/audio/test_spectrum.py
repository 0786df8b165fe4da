"""Spectra of sines and noise, whose descriptors are known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.audio import spectrum

SR = 22050
INNER = slice(4, -4)
"""Frames that do not see the sound's edges."""


def analyse(y):
    stream = spectrum.SpectrumStream(SR)
    stream.push(y.astype(np.float32))
    return stream.finish()


def sine(frequency, level=0.5, seconds=1.0):
    return level * np.sin(2 * np.pi * frequency * np.arange(int(seconds * SR)) / SR)


def white(seconds=2.0):
    return 0.1 * np.random.default_rng(3).standard_normal(int(seconds * SR))


def test_mel_filters_sum_to_one_and_none_is_empty():
    filters = spectrum.mel_filters(SR, spectrum.N_FFT, spectrum.N_MELS, spectrum.MEL_RANGE)
    assert filters.shape == (64, 513)
    assert filters.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert filters.min() >= 0
    assert (filters.max(axis=1) > 0).all()


def test_mel_filters_climb_without_gaps():
    filters = spectrum.mel_filters(SR, spectrum.N_FFT, spectrum.N_MELS, spectrum.MEL_RANGE)
    centres = filters @ np.fft.rfftfreq(spectrum.N_FFT, 1 / SR)
    assert (np.diff(centres) > 0).all()
    inside = filters[:, 2:510].sum(axis=0)
    assert (inside > 0).all()


@pytest.mark.parametrize("frequency", [100.0, 440.0, 1000.0, 5000.0])
def test_a_sine_lies_in_its_mel_band(frequency):
    loudest = analyse(sine(frequency)).mel[:, INNER].mean(axis=1).argmax()
    centres = spectrum.mel_frequencies(spectrum.N_MELS, spectrum.MEL_RANGE)
    assert abs(loudest - np.abs(centres - frequency).argmin()) <= 1


@pytest.mark.parametrize("frequency", [440.0, 1000.0, 5000.0])
def test_a_sine_is_its_own_centroid(frequency):
    s = analyse(sine(frequency))
    assert s.centroid[INNER] == pytest.approx(frequency, abs=0.05 * frequency)
    assert np.median(s.rolloff) == pytest.approx(frequency, abs=2 * SR / spectrum.N_FFT)
    assert s.zero_crossing_rate[INNER] == pytest.approx(2 * frequency / SR, abs=0.003)
    assert s.flatness[INNER].max() < 0.01


def test_white_noise_is_flat():
    s = analyse(white())
    assert np.median(s.flatness) > 0.4
    assert np.median(s.centroid) == pytest.approx(SR / 4, rel=0.03)
    assert np.median(s.rolloff) == pytest.approx(0.85 * SR / 2, rel=0.03)
    assert s.zero_crossing_rate[INNER].mean() == pytest.approx(0.5, abs=0.02)
    assert s.contrast[:, INNER].mean() < analyse(sine(300.0)).contrast[1, INNER].mean()


def test_levels_are_those_of_the_sound():
    s = analyse(sine(440.0, level=0.5))
    assert s.rms[INNER] == pytest.approx(0.5 / np.sqrt(2), rel=0.05)
    assert s.peak[INNER] == pytest.approx(0.5, rel=0.01)


def test_gain_leaves_shape_and_scales_power():
    y = white() + sine(440.0, seconds=2.0)
    loud, soft = analyse(y), analyse(y / 8)
    assert soft.mel * 64 == pytest.approx(loud.mel, rel=1e-4)
    for name in ("centroid", "bandwidth", "rolloff", "flatness", "zero_crossing_rate"):
        assert getattr(soft, name) == pytest.approx(getattr(loud, name), rel=1e-3), name
    assert soft.contrast == pytest.approx(loud.contrast, abs=0.01)
    assert soft.mfcc == pytest.approx(loud.mfcc, abs=0.01)


def test_silence_is_finite():
    s = analyse(np.zeros(SR))
    for name in s.__dataclass_fields__:
        assert np.isfinite(getattr(s, name)).all(), name
    assert not s.mel.any()


@pytest.mark.parametrize("n", [1, 255, 256, 257, 1024, 5000])
def test_frame_counts(n):
    s = analyse(np.ones(n))
    frames = 1 + n // spectrum.HOP_LENGTH
    assert s.mel.shape == (64, frames)
    assert s.rms.shape == s.peak.shape == (frames,)
    shapes = (frames + 1) // 2
    assert s.contrast.shape == (7, shapes)
    assert s.mfcc.shape == (20, shapes)
    assert s.centroid.shape == s.flatness.shape == (shapes,)


def test_shape_is_taken_on_every_second_frame_however_pushed():
    y = white()
    stream = spectrum.SpectrumStream(SR)
    for part in np.split(y.astype(np.float32), [1, 700, 701, 9000, 9300]):
        stream.push(part)
    pushed, whole = stream.finish(), analyse(y)
    assert pushed.centroid == pytest.approx(whole.centroid, rel=1e-5)
    assert pushed.mel == pytest.approx(whole.mel, rel=1e-4)
