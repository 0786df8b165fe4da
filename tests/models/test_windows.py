"""What the networks are fed: pooled, cut, and the same at any gain."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.models import windows


def power(n, seed=0):
    return np.random.default_rng(seed).gamma(0.5, size=(n, 64)).astype(np.float32)


def test_pooling_averages_power_and_leaves_out_the_rest():
    mel = np.arange(64 * 11, dtype=np.float32).reshape(64, 11)
    found = windows.pooled(mel)
    assert found.shape == (2, 64)
    assert found[1, 3] == mel[3, 4:8].mean()
    assert windows.pooled(mel[:, :3]).shape == (0, 64)


def test_padding_is_silence_behind():
    found = windows.padded(power(3), 5)
    assert found.shape == (5, 64)
    np.testing.assert_array_equal(found[:3], power(3))
    assert not found[3:].any()
    assert windows.padded(power(7), 5).shape == (7, 64)


def test_windows_are_cut_where_they_are_asked_for():
    x = power(100)
    found = windows.cut(x, np.array([0, 36]))
    assert found.shape == (2, windows.WINDOW, 64)
    np.testing.assert_array_equal(found[1], x[36:])
    short = windows.cut(x[:10], np.array([0]))
    np.testing.assert_array_equal(short[0, :10], x[:10])
    assert not short[0, 10:].any()


@pytest.mark.parametrize("gain", [1e-4, 0.3, 1e4])
def test_gain_changes_nothing(gain):
    x = power(128).reshape(2, 64, 64)
    np.testing.assert_allclose(windows.scaled(x * np.float32(gain)), windows.scaled(x), atol=1e-4)


def test_levels_are_cut_to_the_range():
    x = power(64)[np.newaxis]
    x[0, :, :8] = 0.0
    x[0, 5, 20] = 1e9
    found = windows.scaled(x)
    low, high = (edge / windows.SCALE for edge in windows.RANGE)
    assert (found.min(), found.max()) == pytest.approx((low, high))
    assert found.dtype == np.float32


def test_a_window_at_its_mean_power_is_zero():
    np.testing.assert_allclose(windows.scaled(np.ones((1, 64, 64), np.float32)), 0.0, atol=1e-5)


def test_silence_is_finite():
    found = windows.scaled(np.zeros((1, 64, 64), np.float32))
    np.testing.assert_allclose(found, windows.RANGE[0] / windows.SCALE, rtol=1e-6)


def test_the_decided_stretch_leaves_a_second_to_come():
    after = (windows.WINDOW - windows.DECIDED.stop) / windows.RATE
    assert 0.9 <= after <= 1.0
    assert 0 < windows.DECIDED.start < windows.DECIDED.stop


def test_parts_are_the_windows_in_order(monkeypatch):
    monkeypatch.setattr(windows, "PART", 3)
    power = np.random.default_rng(4).gamma(1.0, size=(200, windows.N_BANDS)).astype(np.float32)
    starts = np.arange(0, 130, 17)
    parts = list(windows.parts(power, starts))
    assert [len(part) for part in parts] == [3, 3, 2]
    whole = windows.scaled(windows.cut(power, starts))
    assert np.array_equal(np.concatenate(parts), whole)
