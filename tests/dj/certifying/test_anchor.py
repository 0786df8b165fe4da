"""A grid's lateness is found in the strokes, or not at all."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.dj.certifying.anchor import lateness
from mixolydian.dj.grid import Grid
from tests.dj.certifying.decks import BEATS, BPM, RATE, deck


@pytest.mark.parametrize("late", [-0.012, 0.0, 0.007])
def test_a_shifted_grid_is_found(late: float) -> None:
    sound = deck(0, BEATS)
    found = lateness(sound[:, RATE:], RATE, Grid.steady(BPM, -late), start=1.0)
    assert found.late == pytest.approx(1e3 * late, abs=0.3)
    assert found.error is not None
    assert found.error < 0.1
    assert found.strokes > 80


def test_noise_has_no_lateness() -> None:
    noise = np.random.default_rng(1).standard_normal((2, 10 * RATE)).astype(np.float32)
    assert lateness(0.1 * noise, RATE, Grid.steady(BPM)).late is None
    assert lateness(0 * noise, RATE, Grid.steady(BPM)).strokes == 0
