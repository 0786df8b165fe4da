"""The style vector sees tempo and groove, and is whole where nothing is heard."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.types import Beats, Estimate, Tempo
from mixolydian.estimators.style import style_vector, tempo_bins
from tests import sounds

RATE = 44100


def test_half_the_tempo_is_the_same_place_in_the_octave():
    assert tempo_bins(140.0)[1:] == pytest.approx(tempo_bins(70.0)[1:])
    assert tempo_bins(140.0)[0] - tempo_bins(70.0)[0] == pytest.approx(4.0)
    assert np.abs(tempo_bins(140.0)[1:] - tempo_bins(124.0)[1:]).max() > 1
    assert not tempo_bins(None).any()


def test_the_vector_sees_the_groove():
    t = np.arange(16 * RATE) / RATE
    heard = []
    for step in (0.5, 0.25):
        click = np.exp(-(t % step) * 60) * np.sin(2 * np.pi * 2000 * t)
        heard.append(sounds.features(click.astype(np.float32), RATE))
    grid = Beats(np.arange(32) / 2, np.arange(32) % 4 + 1, 4)
    given = {"tempo": Estimate(Tempo(120.0)), "beats": Estimate(grid)}
    slow, fast = (style_vector(sound, given) for sound in heard)
    nothing = style_vector(heard[0], {})
    assert slow.shape == fast.shape == nothing.shape
    assert np.isfinite(slow).all()
    assert np.abs(slow - fast).max() > 0.5
