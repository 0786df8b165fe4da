"""Onset strength: at the right moment, in the right band, whatever the gain."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.audio import onset, pulse
from tests import sounds

STRUCK = {
    "click": np.r_[1.0, np.zeros(30)],
    "kick": sounds.kick(),
    "snare": sounds.snare(),
    "hat": np.diff(sounds.burst(0.05, 90.0)),
    "pluck": sounds.tone(440.0, 0.4) * np.exp(-np.arange(int(0.4 * sounds.SR)) / 2000),
}
"""Sounds that start at their first sample."""


def struck(sound, period=0.503, n=24):
    """Features and times of `sound` struck regularly over faint noise, never twice at the
    same place between two frames."""
    times = 0.5 + period * np.arange(n)
    y = 1e-3 * np.random.default_rng(0).standard_normal(int((n + 2) * period * sounds.SR))
    for t in times:
        sounds.add(y, sound, t)
    return sounds.features(y), np.round(times * sounds.SR) / sounds.SR


def heard_at(features, times, reach=8):
    """Where the onset strength peaks near each of `times`, in seconds."""
    envelope = features.onset_envelope
    found = []
    for t in times:
        centre = int(t * features.mel_rate)
        i = centre - reach + int(envelope[centre - reach : centre + reach + 1].argmax())
        found.append((i + pulse.parabola_peak(envelope, i)) / features.mel_rate)
    return np.array(found) + onset.LATENCY


@pytest.mark.parametrize("name", STRUCK)
def test_an_attack_is_heard_within_6_ms(name):
    features, times = struck(STRUCK[name])
    error = heard_at(features, times) - times
    assert abs(np.median(error)) < 0.006
    assert np.abs(error).max() < 0.008


@pytest.mark.parametrize("name", STRUCK)
def test_nothing_is_heard_between(name):
    features, times = struck(STRUCK[name])
    frames = np.arange(len(features.onset_envelope)) / features.mel_rate
    far = np.abs(frames[:, None] - times).min(axis=1) > 0.06
    far &= (frames > 0.1) & (frames < times[-1])
    assert features.onset_envelope[far].max() < 0.5 * np.median(
        features.onset_envelope[np.round(times * features.mel_rate).astype(int)]
    )


@pytest.mark.parametrize(("name", "low"), [("kick", True), ("hat", False)])
def test_bands_tell_kick_from_hat(name, low):
    features, _ = struck(STRUCK[name])
    body = features.onset_bands[:, 10:-10].max(axis=1)
    assert (body[0] > body[4]) == low


@pytest.mark.parametrize("gain", [0.01, 0.25, 2.0])
def test_gain_changes_nothing(gain):
    y = sounds.play(sounds.steady(120, 6))
    quiet, loud = sounds.features(y * gain), sounds.features(y)
    assert quiet.onset_envelope == pytest.approx(loud.onset_envelope, abs=2e-3)
    assert quiet.onset_bands == pytest.approx(loud.onset_bands, abs=2e-2)


def test_the_envelope_is_never_negative_and_peaks_near_one():
    envelope = sounds.groove(120.0).onset_envelope
    assert envelope.min() >= 0
    assert np.percentile(envelope, 98) == pytest.approx(1.0)


def test_silence_has_no_onsets():
    features = sounds.features(np.zeros(2 * sounds.SR))
    assert not features.onset_envelope.any()
    assert not features.onset_bands.any()


def test_sharpen_takes_the_swell_off():
    ramp = np.linspace(0, 1, 300, dtype=np.float32)
    struck = ramp.copy()
    struck[150] += 1
    assert onset.sharpen(ramp, 86.0)[50:-50].max() < 0.02
    assert onset.sharpen(struck, 86.0).argmax() == 150
