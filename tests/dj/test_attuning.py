from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from mixolydian.dj.attuning import StrokeEar, attuned
from mixolydian.dj.grid import Grid

RATE = 44100


def played(grid: Grid, beats: int, seed: int = 0) -> NDArray[np.float32]:
    """Short bursts of noise on every beat of `grid`, louder on the downbeat, over a soft hiss."""
    rng = np.random.default_rng(seed)
    sound = 1e-3 * rng.standard_normal((2, int(RATE * (grid.time_at(beats) + 1))))
    decay = np.exp(-np.arange(int(0.08 * RATE)) / (0.02 * RATE))
    for beat in range(beats):
        at = round(grid.time_at(beat) * RATE)
        stroke = (0.5 if beat % 4 == 0 else 0.3) * rng.standard_normal(decay.size) * decay
        if at >= 0:
            sound[:, at : at + decay.size] += stroke
    return sound.astype(np.float32)


def blocks(sound: NDArray[np.float32], length: int) -> Iterator[NDArray[np.float32]]:
    return (sound[:, i : i + length] for i in range(0, sound.shape[1], length))


def heard(sound: NDArray[np.float32], length: int = 100_003) -> StrokeEar:
    ear = StrokeEar()
    for _ in ear.through(blocks(sound, length), RATE):
        pass
    return ear


@pytest.mark.parametrize("late", [-0.009, 0.0, 0.006])
def test_a_grid_that_is_some_milliseconds_off_is_moved_to_the_strokes(late: float) -> None:
    grid = Grid.steady(127.0, anchor=0.2)
    given = Grid.steady(127.0, anchor=0.2 + late)
    found, strokes = attuned(given, heard(played(grid, 128)), 128)
    assert np.nanmedian(np.abs(strokes)) < 0.0006
    for beat in (0, 127):
        assert found.time_at(beat) == pytest.approx(grid.time_at(beat), abs=0.0006)


def test_a_tempo_that_is_slightly_off_is_mended_to_the_last_bar() -> None:
    grid = Grid.steady(127.337, anchor=0.2)
    found, _ = attuned(Grid.steady(127.345, anchor=0.203), heard(played(grid, 128)), 128)
    for beat in (0, 64, 127):
        assert found.time_at(beat) == pytest.approx(grid.time_at(beat), abs=0.0006)


def test_a_round_tempo_is_not_bent_by_strokes_that_lag_more_and_more() -> None:
    lagging = Grid.steady(126.99, anchor=0.2)
    found, _ = attuned(Grid.steady(127.0, anchor=0.2), heard(played(lagging, 128)), 128)
    assert found.bpm_at(64) == pytest.approx(127.0, abs=1e-9)


def test_noise_without_strokes_leaves_the_grid_as_it_was() -> None:
    rng = np.random.default_rng(1)
    noise = (0.2 * rng.standard_normal((2, 30 * RATE))).astype(np.float32)
    grid = Grid.steady(120.0)
    assert attuned(grid, heard(noise), 60)[0] is grid
    assert attuned(grid, heard(np.zeros((1, RATE), np.float32)), 2)[0] is grid


def test_the_length_of_the_blocks_makes_no_difference() -> None:
    sound = played(Grid.steady(125.0), 64)
    one, many = heard(sound, sound.shape[1]), heard(sound, 997)
    for name, envelope in one.envelopes().items():
        np.testing.assert_allclose(
            envelope.energy, many.envelopes()[name].energy, rtol=1e-6, atol=1e-12
        )
