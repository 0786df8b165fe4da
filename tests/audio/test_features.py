"""Features: one pass or lazily, in blocks of any size, the same frames."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.audio.features import ANALYSIS_RATE, FAMILIES, Features
from mixolydian.core.types import Signal
from tests import sounds

ATTRIBUTES = (
    "mel", "rms", "peak", "centroid", "bandwidth", "rolloff", "flatness", "zero_crossing_rate",
    "contrast", "mfcc", "onset_bands", "onset_envelope", "texture", "constant_q", "chroma",
    "bass_chroma",
)  # fmt: skip


def stereo(sample_rate, seconds=2.0):
    """A rising tone left, noise and clicks right."""
    t = np.arange(int(seconds * sample_rate)) / sample_rate
    noise = 0.1 * np.random.default_rng(5).standard_normal(t.size)
    left = 0.4 * np.sin(2 * np.pi * (200 + 100 * t) * t)
    return np.stack([left, noise + 0.5 * (t % 0.5 < 0.002)]).astype(np.float32)


def blocks(y, size):
    return (y[:, i : i + size] for i in range(0, y.shape[1], size))


@pytest.mark.parametrize("sample_rate", [22050, 44100, 48000, 44056, 11025])
@pytest.mark.parametrize("size", [997, 40_000])
def test_blocks_and_signal_give_the_same_frames(sample_rate, size):
    y = stereo(sample_rate)
    whole = Features(Signal(y, sample_rate))
    streamed = Features.from_blocks(blocks(y, size), sample_rate, 2)
    assert streamed.duration == pytest.approx(whole.duration)
    for name in ATTRIBUTES:
        a, b = getattr(whole, name), getattr(streamed, name)
        assert a.shape == b.shape, name
        np.testing.assert_allclose(b, a, rtol=2e-3, atol=1e-4 * np.abs(a).max(), err_msg=name)
    np.testing.assert_allclose(streamed.mel, whole.mel, rtol=1e-4, atol=1e-6 * whole.mel.max())
    assert streamed.loudness.lufs == pytest.approx(whole.loudness.lufs, abs=0.01)
    assert streamed.tuning == pytest.approx(whole.tuning, abs=0.1)


@pytest.mark.parametrize("size", [1, 7])
def test_tiny_blocks(size):
    y = stereo(22050, 0.2)
    whole = Features(Signal(y, 22050))
    streamed = Features.from_blocks(blocks(y, size), 22050, 2)
    assert streamed.mel.shape == whole.mel.shape
    np.testing.assert_allclose(streamed.mel, whole.mel, rtol=1e-4, atol=1e-6 * whole.mel.max())


def test_empty_blocks_change_nothing():
    y = stereo(22050, 1.0)
    nothing = y[:, :0]
    streamed = Features.from_blocks(iter([nothing, y[:, :9], nothing, y[:, 9:]]), 22050, 2)
    np.testing.assert_array_equal(streamed.mel, Features(Signal(y, 22050)).mel)


def test_only_what_is_asked_for_is_computed(monkeypatch):
    asked = []
    run = Features._run
    monkeypatch.setattr(
        Features, "_run", lambda self, b, names: asked.append(list(names)) or run(self, b, names)
    )
    features = Features(Signal(stereo(22050), 22050))
    assert asked == []
    assert features.duration == 2.0
    assert asked == []
    features.mel.sum()
    features.onset_envelope.sum()
    features.mfcc.sum()
    assert asked == [["spectrum"]]
    assert features.loudness.lufs < 0
    assert features.chroma.shape[0] == 12
    assert sorted(name for names in asked for name in names) == sorted(FAMILIES)


def test_each_is_computed_once():
    features = Features(Signal(stereo(22050), 22050))
    for name in ("onset_envelope", "sharp_onset_bands", "chroma"):
        assert getattr(features, name) is getattr(features, name), name
    assert features.running_sum("chroma") is features.running_sum("chroma")


def test_blocks_are_read_once_and_not_kept():
    y = stereo(22050)
    features = Features.from_blocks(iter(blocks(y, 5000)), 22050, 2)
    assert {name: features._family(name) is not None for name in FAMILIES} == dict.fromkeys(
        FAMILIES, True
    )
    held = [v for v in vars(features).values() if isinstance(v, np.ndarray)]
    assert held == []


@pytest.mark.parametrize("sample_rate", [8000, 22050, 44100, 96000])
def test_frames_last_as_long_as_the_sound(sample_rate):
    features = Features(Signal(stereo(sample_rate, 1.5), sample_rate))
    for name, family in (("mel", "mel"), ("mfcc", "spectral"), ("chroma", "chroma")):
        rate = getattr(features, f"{family}_rate")
        n = getattr(features, name).shape[1]
        assert n == pytest.approx(1 + int(1.5 * rate), abs=1), name
    assert features.mel_rate == pytest.approx(ANALYSIS_RATE / 256)


def test_running_sums_give_means():
    features = Features(Signal(stereo(22050), 22050))
    total = features.running_sum("onset_bands")
    mean = (total[:, 60] - total[:, 20]) / 40
    assert mean == pytest.approx(features.onset_bands[:, 20:60].mean(axis=1), rel=1e-5)


def test_channels_are_mixed_evenly():
    y = stereo(22050)
    swapped = Features(Signal(y[::-1].copy(), 22050))
    mono = Features(Signal(y.mean(axis=0), 22050))
    both = Features(Signal(y, 22050))
    np.testing.assert_allclose(swapped.mel, both.mel, rtol=1e-3, atol=1e-6 * both.mel.max())
    np.testing.assert_allclose(mono.mel, both.mel, rtol=1e-3, atol=1e-6 * both.mel.max())


@pytest.mark.parametrize(("peak", "silent"), [(0.0, True), (9e-5, True), (2e-4, False)])
def test_silence_is_what_stays_under_80_dbfs(peak, silent):
    y = peak * np.sin(2 * np.pi * 440 * np.arange(22050) / 22050)
    assert sounds.features(y).is_silent is silent


@pytest.mark.parametrize("seconds", [0.5, 10.0])
def test_a_constant_is_silence_and_a_square_wave_is_not(seconds):
    n = int(seconds * 44100)
    assert Features(Signal(np.full((1, n), 0.5, np.float32), 44100)).is_silent
    square = np.where(np.arange(n) // 100 % 2, 0.5, -0.5).astype(np.float32)
    assert not Features(Signal(square[np.newaxis], 44100)).is_silent
