"""Stretching and reading between samples: length, pitch, place, repeatability."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.audio.stretch import interpolated, stretched
from mixolydian.core.errors import RequestError

RATE = 44100


def tone(hz: float, seconds: float = 2.0) -> np.ndarray:
    y = 0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([y, y]).astype(np.float32)


def pitch(y: np.ndarray) -> float:
    middle = y[0, 10000:-10000]
    middle = middle * np.hanning(len(middle))
    return float(np.argmax(np.abs(np.fft.rfft(middle, 1 << 20))) * RATE / (1 << 20))


@pytest.mark.parametrize("hz", [55.0, 440.0])
@pytest.mark.parametrize(
    ("speed", "semitones"), [(0.94, 0.0), (1.04, 0.0), (1.0, 2.0), (1.1, -1.0)]
)
def test_speed_changes_length_and_semitones_change_pitch(hz: float, speed: float, semitones: float):
    y = tone(hz)[:, :88000]
    out = stretched(y, speed, semitones, RATE)
    assert out.shape == (2, round(88000 / speed))
    assert pitch(out) == pytest.approx(hz * 2 ** (semitones / 12), rel=5e-4)


def test_the_same_sound_comes_every_time():
    y = np.random.default_rng(0).standard_normal((2, 20000)).astype(np.float32)
    np.testing.assert_array_equal(stretched(y, 0.97, 0.5, RATE), stretched(y, 0.97, 0.5, RATE))


@pytest.mark.parametrize(("speed", "semitones"), [(0.4, 0.0), (3.0, 0.0), (1.0, 30.0)])
def test_what_cannot_be_stretched_is_refused(speed: float, semitones: float):
    with pytest.raises(RequestError, match="speed"):
        stretched(tone(100.0, 0.1), speed, semitones, RATE)


def test_reading_between_the_samples_finds_the_wave():
    places = 500.0 + np.arange(50000) * 1.0017
    for hz in (50.0, 1000.0, 12000.0):
        read = interpolated(tone(hz), places)
        exact = 0.5 * np.sin(2 * np.pi * hz * places / RATE)
        assert np.abs(read[1] - exact).max() < 1e-3 * (1 + hz / 4000)


def test_reading_at_the_samples_copies_and_outside_is_silence():
    y = np.random.default_rng(1).standard_normal((2, 3000)).astype(np.float32)
    np.testing.assert_allclose(interpolated(y, np.arange(100.0, 2900.0)), y[:, 100:2900], atol=2e-6)
    assert not interpolated(y, np.array([-900.0, 5000.0])).any()
