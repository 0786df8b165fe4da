"""The embedding of a sound: which windows, and how a track is summed up."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.audio.features import Features
from mixolydian.core.types import Signal
from mixolydian.models import embedding, windows


def network(inputs):
    """The mean of each band over time, twice."""
    return np.concatenate([inputs.mean(axis=1)] * 2, axis=1).astype(np.float32)


@pytest.mark.parametrize(
    ("n", "expected"),
    [(0, [0]), (10, [0]), (64, [0]), (106, [0]), (107, [0, 43]), (151, [0, 43, 86])],
)
def test_whole_windows_but_always_one(n, expected):
    assert embedding.starts(n).tolist() == expected


def test_embeddings_are_of_the_windows_as_the_network_sees_them():
    power = np.random.default_rng(0).gamma(0.5, size=(120, 64)).astype(np.float32)
    found = embedding.embed(power, network)
    assert found.shape == (2, embedding.DIMENSIONS)
    second = windows.scaled(power[np.newaxis, 43 : 43 + 64])
    np.testing.assert_allclose(found[1], network(second)[0], rtol=1e-6)
    assert embedding.embed(power[:30], network).shape == (1, 128)
    assert embedding.embed(power, network, embedding.SECOND).shape == (3, 128)


@pytest.mark.parametrize("gain", [0.01, 0.5])
def test_gain_does_not_change_it(gain):
    rng = np.random.default_rng(1)
    y = rng.normal(size=(1, 22050 * 5)).astype(np.float32) * np.linspace(0.2, 0.8, 22050 * 5)
    loud = embedding.embedding_of(Features(Signal(y.astype(np.float32), 22050)), network)
    soft = embedding.embedding_of(Features(Signal((gain * y).astype(np.float32), 22050)), network)
    np.testing.assert_allclose(soft, loud, atol=1e-3)


def test_a_track_is_its_means_and_deviations():
    rows = np.array([[1.0, 5.0], [3.0, 5.0]], dtype=np.float32)
    assert embedding.summed_up(rows).tolist() == [2.0, 5.0, 1.0, 0.0]
    assert embedding.summed_up(rows[:1]).tolist() == [1.0, 5.0, 0.0, 0.0]
