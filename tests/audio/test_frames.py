"""Framer: centred frames that do not depend on how the sound was cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixolydian.audio.frames import Framer

N_FFT, HOP = 16, 4


def framed(y, cuts=(), n_fft=N_FFT, hop=HOP):
    framer = Framer(n_fft, hop)
    parts = [framer.push(part).copy() for part in np.split(y, sorted(cuts))]
    return np.concatenate([*parts, framer.finish()])


def directly(y, n_fft=N_FFT, hop=HOP):
    padded = np.concatenate([np.zeros(n_fft // 2), y, np.zeros(n_fft)])
    return np.array([padded[i : i + n_fft] for i in range(0, len(y) + 1, hop)])


@pytest.mark.parametrize("n", [0, 1, 3, 4, 5, 15, 16, 17, 100, 103])
def test_frame_i_is_centred_on_sample_i_times_hop(n):
    y = np.arange(1, n + 1, dtype=np.float32)
    frames = framed(y)
    assert frames.shape == (1 + n // HOP, N_FFT)
    np.testing.assert_array_equal(frames, directly(y))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 90), st.lists(st.integers(0, 90), max_size=12))
def test_cuts_change_nothing(n, cuts):
    y = np.arange(1, n + 1, dtype=np.float32)
    np.testing.assert_array_equal(framed(y, [min(c, n) for c in cuts]), directly(y))


def test_sample_by_sample():
    y = np.random.default_rng(0).standard_normal(200).astype(np.float32)
    np.testing.assert_array_equal(framed(y, range(1, 200), 32, 8), directly(y, 32, 8))
