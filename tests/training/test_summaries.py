"""Rows of clips: linear prediction against theory, gain, what tells tones from noise."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.audio.features import ANALYSIS_RATE, Features
from mixolydian.core.types import Signal
from mixolydian.training.frames import Heard
from mixolydian.training.summaries import (
    LPC,
    NAMES,
    ORDER,
    SECONDS,
    levinson,
    prediction,
    summaries,
    summary,
)


def tone(seconds, gain=0.3):
    t = np.arange(int(seconds * ANALYSIS_RATE)) / ANALYSIS_RATE
    y = sum(np.sin(2 * np.pi * 220 * k * t) / k for k in range(1, 6))
    y = y * (0.6 + 0.4 * np.sign(np.sin(2 * np.pi * 2 * t)))
    return Features(Signal((gain * y / 2).astype(np.float32), ANALYSIS_RATE))


def noise(seconds, gain=0.1):
    y = np.random.default_rng(0).normal(0, gain, int(seconds * ANALYSIS_RATE))
    return Features(Signal(y.astype(np.float32), ANALYSIS_RATE))


def column(rows, name):
    return rows[:, NAMES.index(name)]


def test_levinson_finds_the_filter_of_a_recursive_process():
    lags = np.arange(5.0)
    r = np.stack([0.8**lags, (-0.5) ** lags * 3.0, np.eye(5)[0]], axis=1)
    reflections, left = levinson(r)
    np.testing.assert_allclose(reflections[0], [-0.8, 0.5, 0.0], atol=1e-9)
    np.testing.assert_allclose(reflections[1:], 0.0, atol=1e-9)
    np.testing.assert_allclose(left, [1 - 0.8**2, 3.0 * (1 - 0.5**2), 1.0])


def test_levinson_solves_the_normal_equations():
    rng = np.random.default_rng(1)
    power = rng.uniform(0.1, 1.0, 33)
    r = np.array([(power * np.cos(np.pi * k * np.arange(33) / 32)).sum() for k in range(7)])
    _, left = levinson(r[:, np.newaxis])
    matrix = r[np.abs(np.subtract.outer(np.arange(6), np.arange(6)))]
    solved = np.linalg.solve(matrix, -r[1:])
    assert left[0] == pytest.approx(r[0] + solved @ r[1:])


def test_prediction_gains_on_a_peak_and_not_on_a_flat_spectrum():
    mel = np.ones((64, 2))
    mel[30, 1] = 1e4
    found = prediction(mel)
    assert found.shape == (ORDER + 1, 2)
    assert found[-1, 0] < 0.01 < 0.5 < found[-1, 1]
    assert np.abs(found[:-1, 0]).max() < 0.05


def test_one_row_for_each_whole_clip_and_one_for_a_shorter_sound():
    assert summary(noise(2 * SECONDS + 1)).shape == (2, len(NAMES))
    assert summary(noise(4.0)).shape == (1, len(NAMES))
    assert summary(noise(0.5)).shape == (0, len(NAMES))
    assert len(set(NAMES)) == len(NAMES)
    assert len(LPC) == 2 * (ORDER + 1)


def test_gain_changes_nothing():
    loud, soft = summary(tone(10.1)), summary(tone(10.1, gain=0.01))
    np.testing.assert_allclose(loud, soft, rtol=0.02, atol=0.06)


def test_clips_of_a_steady_sound_are_alike():
    rows = summaries(Heard(tone(2 * SECONDS + 0.1), {}))
    # the strokes fall elsewhere in each clip; whatever is averaged over all frames stays
    means = [i for i, name in enumerate(NAMES) if name.endswith("mean")]
    np.testing.assert_allclose(rows[0, means], rows[1, means], atol=0.35)


def test_tones_are_told_from_noise():
    a, b = summary(tone(10.1)), summary(noise(10.1))
    assert column(a, "lpc gain mean") > column(b, "lpc gain mean") + 0.3
    assert column(a, "flatness mean") < column(b, "flatness mean") - 0.5
    assert column(a, "stability") > column(b, "stability")
    assert column(a, "chroma entropy") < column(b, "chroma entropy")
    assert column(a, "contrast 2 mean") > column(b, "contrast 2 mean")


def test_silence_has_a_row_too():
    silent = Features(Signal(np.zeros(11 * ANALYSIS_RATE, np.float32), ANALYSIS_RATE))
    assert np.isfinite(summary(silent)).all()
