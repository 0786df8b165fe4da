"""Loudness: what the meter says, and "cannot tell" below its gate."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.estimators.loudness import LoudnessEstimator
from tests.estimators import form_sounds as fs


def test_gain_moves_lufs_and_peak_by_as_much():
    y = fs.render([(4, "kick hats bass pad")])
    loud = LoudnessEstimator().estimate(fs.listen(y), {}).value
    soft = LoudnessEstimator().estimate(fs.listen(y / 2), {}).value
    assert loud.lufs - soft.lufs == pytest.approx(6.02, abs=0.1)
    assert loud.true_peak_dbtp - soft.true_peak_dbtp == pytest.approx(6.02, abs=0.05)
    assert loud.range_lu >= 0.0


def test_below_the_gate_there_is_a_reason():
    y = 2e-4 * np.sin(np.arange(3 * fs.SR))
    estimate = LoudnessEstimator().estimate(fs.listen(y), {})
    assert estimate.value is None
    assert "-70 LUFS" in estimate.reason


def test_silence_has_a_reason():
    estimate = LoudnessEstimator().estimate(fs.listen(np.zeros(fs.SR)), {})
    assert estimate.value is None
    assert estimate.reason
