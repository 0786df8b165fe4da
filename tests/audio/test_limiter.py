"""The limiter: never over its ceiling, the same whatever the blocks, quiet sound untouched."""

from __future__ import annotations

import numpy as np
import pytest
from pyebur128 import MeasurementMode, R128State, get_true_peak

from mixolydian.audio.limiter import Limiter
from mixolydian.audio.loudness import measure_loudness

RATE = 44100


def limited(y: np.ndarray, ceiling: float, length: int) -> np.ndarray:
    limiter = Limiter(2, ceiling)
    parts = [limiter.push(y[:, k : k + length]) for k in range(0, y.shape[1], length)]
    return np.concatenate([*parts, limiter.finish()], axis=1)


def music(seed: int = 1, n: int = 3 * RATE + 17) -> np.ndarray:
    rng = np.random.default_rng(seed)
    t = np.arange(n) / RATE
    tone = np.sin(2 * np.pi * 55 * t) * (1 + np.sin(2 * np.pi * 2 * t))
    noise = rng.standard_normal((2, n)) * np.exp(-((t * 2) % 1) / 0.05)
    return (0.8 * tone + 0.6 * noise).astype(np.float32)


def libebur128_peak(y: np.ndarray) -> float:
    state = R128State(2, RATE, int(MeasurementMode.MODE_TRUE_PEAK))
    state.add_frames(np.ascontiguousarray(y.T).reshape(-1), y.shape[1])
    return float(20 * np.log10(max(get_true_peak(state, 0), get_true_peak(state, 1))))


@pytest.mark.parametrize("ceiling", [-0.3, -1.0, -6.0])
@pytest.mark.parametrize("kind", ["music", "noise"])
def test_nothing_rises_over_the_ceiling(kind: str, ceiling: float):
    y = music() if kind == "music" else np.random.default_rng(2).standard_normal((2, RATE))
    out = limited(y.astype(np.float32), ceiling, 5000)
    assert out.shape == y.shape
    assert measure_loudness(out, RATE).true_peak_dbtp <= ceiling
    assert libebur128_peak(out) <= ceiling
    assert measure_loudness(out, RATE).true_peak_dbtp > ceiling - 0.6


def test_blocks_of_any_length_give_the_same_samples():
    y = music()
    whole = limited(y, -1.0, y.shape[1])
    for length in (1000, 4096, 70001):
        np.testing.assert_array_equal(limited(y, -1.0, length), whole)


def test_quiet_sound_is_untouched():
    y = 0.2 * music()
    np.testing.assert_array_equal(limited(y, -1.0, 3000), y)


def test_a_short_sound_and_an_empty_one():
    y = 3.0 * np.ones((2, 10), dtype=np.float32)
    assert limited(y, -1.0, 4).shape == (2, 10)
    assert Limiter(2, -1.0).finish().shape == (2, 0)


def test_the_largest_reduction_is_told():
    limiter = Limiter(2, -1.0)
    rising = np.minimum(1.0, np.arange(RATE) / 5000) * 10 ** (5 / 20)
    limiter.push(np.stack([rising, rising]).astype(np.float32))
    assert limiter.reduction == pytest.approx(6.2, abs=0.05)
