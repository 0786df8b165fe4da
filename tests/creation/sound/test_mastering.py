"""The master: asked loudness, true peaks under −1 dBTP, no DC, silence stays silence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pyebur128 import MeasurementMode, R128State, get_loudness_global, get_true_peak

from mixolydian.audio.limiter import block_peaks
from mixolydian.creation.brief import Mix
from mixolydian.creation.sound import mastering
from mixolydian.creation.sound.equalise import colour, remove_rumble
from mixolydian.creation.sound.render import mix_bus, render_stems
from mixolydian.creation.sound.saturation import saturate
from mixolydian.creation.sound.units import SAMPLE_RATE
from tests.creation.sound.pieces import piece


def meter(y: np.ndarray) -> tuple[float, float]:
    """(LUFS, dBTP) as libebur128 reads them."""
    mode = int(MeasurementMode.MODE_I | MeasurementMode.MODE_TRUE_PEAK)
    state = R128State(2, SAMPLE_RATE, mode)
    state.add_frames(np.ascontiguousarray(y.T).reshape(-1), y.shape[1])
    peak = max(get_true_peak(state, 0), get_true_peak(state, 1))
    return get_loudness_global(state), float(20 * np.log10(peak))


@pytest.fixture(scope="module")
def bus() -> np.ndarray:
    arrangement = piece(bars=8)
    return mix_bus(arrangement, render_stems(arrangement))


@pytest.mark.parametrize("loudness", [-20.0, -14.0, -9.0, -7.0])
@pytest.mark.parametrize("drive", [0.0, 0.5, 1.0])
def test_loudness_and_true_peak_are_what_was_asked(bus, loudness: float, drive: float):
    y, _ = mastering.master(bus.copy(), Mix(loudness=loudness, drive=drive, tilt=1.0))
    lufs, peak = meter(y)
    assert lufs == pytest.approx(loudness, abs=0.3)
    assert peak <= -1.0


def test_sparse_sound_reaches_its_loudness(bus):
    quiet = bus * (np.arange(bus.shape[1]) % SAMPLE_RATE < 8000).astype(np.float32)
    y, _ = mastering.master(quiet, Mix(loudness=-9.0))
    lufs, peak = meter(y)
    assert lufs == pytest.approx(-9.0, abs=0.5)
    assert peak <= -1.0


def test_silence_stays_silence():
    y, gains = mastering.master(np.zeros((2, SAMPLE_RATE), dtype=np.float32), Mix())
    assert not y.any()
    assert gains == mastering.Master(0.0, 0.0)


def test_a_fitted_master_is_repeated_by_its_gains(bus):
    mix = Mix(loudness=-11.0)
    first, gains = mastering.master(bus.copy(), mix)
    again, _ = mastering.master(bus.copy(), mix, gains)
    np.testing.assert_array_equal(first, again)
    louder, _ = mastering.master(bus.copy(), mix, replace(gains, output_gain_db=0.0))
    assert not np.array_equal(first, louder)


def test_dc_goes_and_bass_stays():
    t = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * 45 * t).astype(np.float32)
    y = np.stack([tone + 0.2, tone - 0.1]).astype(np.float32)
    remove_rumble(y)
    middle = y[:, SAMPLE_RATE : 3 * SAMPLE_RATE]
    assert np.abs(middle.mean(axis=1)).max() < 1e-4
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(np.sqrt(0.5), rel=0.05)


def test_colour_keeps_time_leans_and_cuts_the_top():
    y = np.zeros((2, 40000), dtype=np.float32)
    y[:, 20000] = 1.0
    colour(y, 6.0, 8000.0)
    assert int(np.abs(y[0]).argmax()) == 20000
    level = 20 * np.log10(np.abs(np.fft.rfft(y[0])) + 1e-9)
    bins = [round(hz * 40000 / SAMPLE_RATE) for hz in (80, 5000, 18000)]
    assert level[bins[1]] - level[bins[0]] > 3.0
    assert level[bins[2]] < -15.0


def test_true_peaks_between_the_samples_are_seen():
    t = np.arange(6400)
    tone = np.sin(2 * np.pi * t / 4 + np.pi / 4).astype(np.float32)  # samples at ±0.707
    peaks = block_peaks(np.stack([tone, tone]), 64)
    assert peaks[5:-5].min() == pytest.approx(1.0, abs=0.02)


def test_saturation_bends_loud_sound_and_adds_no_inharmonic_tones():
    n = 1 << 15
    k = round(9000 * n / SAMPLE_RATE)
    tone = (0.9 * np.sin(2 * np.pi * k * np.arange(n) / n)).astype(np.float32)
    y = np.stack([tone, tone])
    saturate(y, 1.0)
    spectrum = np.abs(np.fft.rfft(y[0, 1024 : 1024 + n // 2] * np.hanning(n // 2)))
    fundamental = spectrum.max()
    alias = round((SAMPLE_RATE - 3 * 9000) / SAMPLE_RATE * (n // 2))
    assert spectrum[alias - 50 : alias + 50].max() < 10 ** (-35 / 20) * fundamental
    assert np.abs(y).max() < 0.85
