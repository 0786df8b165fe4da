"""Bands, moving filters, echo: neutral is untouched, what is taken away is gone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mixolydian.audio.equaliser import Bands, echo_length, echoed, equalised, filtered

RATE = 44100
N = 60000


def noise(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((2, N)).astype(np.float32)


def flat(value: float, n: int = N) -> np.ndarray:
    return np.full(n, value, dtype=np.float32)


def change(before: np.ndarray, after: np.ndarray, hz: tuple[float, float]) -> float:
    """dB by which the power between two frequencies changed, the ends left out."""
    window = np.hanning(40000)
    bins = np.fft.rfftfreq(40000, 1 / RATE)
    inside = (bins >= hz[0]) & (bins < hz[1])
    power = [np.sum(np.abs(np.fft.rfft(y[0, 10000:50000] * window))[inside] ** 2)
             for y in (before, after)]  # fmt: skip
    return float(10 * np.log10(power[1] / power[0]))


def test_neutral_bands_are_the_very_samples():
    y = noise()
    np.testing.assert_array_equal(equalised(y, Bands(flat(1), flat(1), flat(1)), RATE), y)


@pytest.mark.parametrize("rate", [RATE, 48000])
def test_a_killed_bass_is_gone_and_the_rest_stays(rate: int):
    y = noise()
    out = equalised(y, Bands(flat(0), flat(1), flat(1)), rate)
    assert change(y, out, (20, 120)) < -40
    assert abs(change(y, out, (300, 20000))) < 0.05


@pytest.mark.parametrize(
    ("gains", "gone", "kept"),
    [((1, 0, 1), (400, 2000), (4000, 20000)), ((1, 1, 0), (4000, 20000), (20, 2000))],
)
def test_the_other_bands_can_be_killed_too(gains, gone, kept):
    y = noise()
    out = equalised(y, Bands(*(flat(g) for g in gains)), RATE)
    assert change(y, out, gone) < -40
    assert abs(change(y, out, kept)) < 0.1


def test_bands_move_where_they_are_told_only():
    y = noise()
    low = flat(1)
    low[30000:] = 0.0
    out = equalised(y, Bands(low, flat(1), flat(1)), RATE)
    np.testing.assert_array_equal(out[:, :30000], y[:, :30000])
    assert not np.array_equal(out[:, 30000:31000], y[:, 30000:31000])


def test_open_filters_are_the_very_samples():
    y = noise()
    np.testing.assert_array_equal(filtered(y, flat(20), flat(20000), RATE), y)


def test_filters_take_away_what_lies_beyond_them():
    y = noise()
    high = filtered(y, flat(1000), flat(20000), RATE)
    low = filtered(y, flat(20), flat(1000), RATE)
    assert change(y, high, (230, 270)) == pytest.approx(-48, abs=3)
    assert change(y, high, (4000, 20000)) == pytest.approx(0, abs=0.1)
    assert change(y, low, (3800, 4200)) == pytest.approx(-48, abs=3)
    assert change(y, low, (50, 300)) == pytest.approx(0, abs=0.2)
    assert change(y, low, (980, 1020)) == pytest.approx(-3, abs=0.5)


def test_a_filter_touches_only_where_it_is_turned():
    y = noise()
    course = flat(20)
    course[30000:40000] = np.linspace(20, 2000, 10000)
    out = filtered(y, course, flat(20000), RATE)
    np.testing.assert_array_equal(out[:, :28000], y[:, :28000])
    np.testing.assert_array_equal(out[:, 50000:], y[:, 50000:])


def test_an_echo_repeats_darker_and_ends():
    send = np.zeros((2, 5000), dtype=np.float32)
    send[:, 2000:2200] = np.random.default_rng(3).standard_normal((2, 200))
    out = echoed(send, 9000, RATE)
    assert out.shape == (2, 5000 + echo_length(9000))
    level = [np.abs(out[0, 2000 + k * 9000 - 500 : 2000 + k * 9000 + 700]).max() for k in range(13)]
    assert level[0] == 0.0
    assert level[1] > 0.2
    assert all(b < 0.7 * a for a, b in pairwise(level[1:]))
    assert level[12] < 1e-3
    assert not out[:, -2000:].any()


def test_an_echo_of_silence_is_silence():
    assert not echoed(np.zeros((2, 100), dtype=np.float32), 50, RATE).any()
