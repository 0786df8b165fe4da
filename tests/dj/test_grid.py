import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.dj.grid import Grid
from tests.dj.plans import random_grid


def test_beats_and_times_are_inverse_also_beyond_the_knots() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        grid = random_grid(rng)
        beats = np.linspace(-20, grid.beats[-1] + 50, 300)
        np.testing.assert_allclose(grid.beat_at(grid.time_at(beats)), beats, atol=1e-9)


def test_a_steady_grid() -> None:
    grid = Grid.steady(128.0, anchor=0.25)
    assert grid.time_at(4) == pytest.approx(0.25 + 4 * 60 / 128)
    assert grid.bpm_at(1000.5) == pytest.approx(128.0)
    assert isinstance(grid.time_at(3), float)


def test_the_tempo_is_that_of_the_knots_around() -> None:
    grid = Grid(np.array([0.0, 10.0, 15.0]), np.array([0.0, 20.0, 40.0]))
    np.testing.assert_allclose(grid.bpm_at(np.array([-3, 0, 19.9, 20, 99])), [120] * 3 + [240] * 2)


def test_json_and_back_to_the_last_digit() -> None:
    grid = random_grid(np.random.default_rng(1))
    again = Grid.from_json(grid.to_json())
    assert (again.times == grid.times).all()
    assert (again.beats == grid.beats).all()


@pytest.mark.parametrize(
    "knots", [[], [[0, 0]], [[0, 0], [0, 1]], [[0, 1], [1, 0]], [[0, 0], [float("nan"), 1]], "abc"]
)
def test_grids_that_are_none_are_refused(knots: object) -> None:
    with pytest.raises(RequestError, match="beat grid"):
        Grid.from_json(knots)
