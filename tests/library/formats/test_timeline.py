"""The grid of a score: where moments lie on it, and tempi that never lose the beat."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.core.types import FloatArray
from mixolydian.library.formats.timeline import TempoPoint, Timeline


def beat_times(bpm: FloatArray | float, n_beats: int = 64, start: float = 0.0) -> FloatArray:
    """Seconds of beats 0 … n at `bpm`, one value or one per beat."""
    return np.asarray(start + np.concatenate([[0.0], np.cumsum(60.0 / np.full(n_beats, bpm))]))


def arrivals(points: tuple[TempoPoint, ...], quarters: FloatArray) -> FloatArray:
    """Seconds at which a player that follows `points` reaches each of `quarters`."""
    starts = np.array([p.quarter for p in points])
    index = np.searchsorted(starts, quarters, side="right") - 1
    seconds = np.array([p.seconds for p in points])[index]
    return seconds + np.array([p.length for p in points])[index] * (quarters - starts[index])


GRIDS = {
    "steady": beat_times(132.0, 1056),
    "odd": beat_times(127.37, 1020),
    "step": beat_times(np.repeat([120.0, 140.5, 90.01], 32), 96),
    "ramp": beat_times(np.linspace(80.0, 175.0, 256), 256),
    "drift": beat_times(101.3 * (1 + 0.02 * np.sin(np.arange(400) / 7)), 400),
    "rounded to samples": np.round(beat_times(123.4, 900) * 44100) / 44100,
    "lead-in": beat_times(98.0, 200, start=3.3),
    "slow": beat_times(40.0, 320),
}


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("step", [0.0, 1e-6])
@pytest.mark.parametrize("meter", [4, 6])
def test_the_tempo_map_reaches_every_beat(name: str, step: float, meter: int) -> None:
    line = Timeline(GRIDS[name], meter)
    points = line.tempo_map(20e-6, step)
    at = line.pickup + np.arange(GRIDS[name].size) * line.quarters_per_beat
    np.testing.assert_allclose(arrivals(points, at), GRIDS[name], rtol=0, atol=20.001e-6)
    if step:
        lengths = np.array([p.length for p in points]) * 1e6
        np.testing.assert_allclose(lengths, np.rint(lengths), atol=1e-6)


def test_a_steady_tempo_is_one_point_and_exact() -> None:
    (point,) = Timeline(GRIDS["odd"], 4).tempo_map(10e-6)
    assert point.bpm == pytest.approx(127.37, abs=1e-9)


def test_whole_microseconds_need_few_points() -> None:
    """A new event per beat would clutter every sequencer; rounding once would drift by 0.4 ms."""
    assert len(Timeline(GRIDS["odd"], 4).tempo_map(50e-6, 1e-6)) <= 12


def test_a_tempo_step_lies_on_its_beat() -> None:
    points = Timeline(GRIDS["step"], 4).tempo_map(10e-6)
    assert [p.quarter for p in points] == [0.0, 32.0, 64.0]
    assert [p.bpm for p in points] == pytest.approx([120.0, 140.5, 90.01], abs=1e-6)


@pytest.mark.parametrize(
    ("meter", "expected"), [(3, (3, 4)), (4, (4, 4)), (5, (5, 4)), (6, (6, 8)), (7, (7, 4))]
)
def test_meters(meter: int, expected: tuple[int, int]) -> None:
    (signature,) = Timeline(beat_times(120.0), meter).signatures
    assert (signature.numerator, signature.denominator) == expected


def test_quarters_are_linear_between_beats_and_go_on_after_the_end() -> None:
    line = Timeline(np.array([0.0, 0.5, 1.5]), 4)
    places = line.quarters(np.array([-1.0, 0.0, 0.25, 0.75, 1.5, 2.5]))
    np.testing.assert_allclose(places, [0.0, 0.0, 0.5, 1.25, 2.0, 3.0])
    assert Timeline(np.array([0.0, 0.5, 1.0]), 6).quarters(np.array([1.0]))[0] == 1.0


@pytest.mark.parametrize(
    ("lead_in", "quarters", "signatures"),
    [
        (0.0, 0.0, [(0.0, 4, 4)]),
        (2.0, 4.0, [(0.0, 4, 4)]),
        (1.1, 2.0, [(0.0, 2, 4), (2.0, 4, 4)]),
        (2.6, 5.0, [(0.0, 1, 4), (1.0, 4, 4)]),
        (0.27, 0.5, [(0.0, 1, 8), (0.5, 4, 4)]),
        (0.001, 0.0625, [(0.0, 1, 64), (0.0625, 4, 4)]),
    ],
)
def test_a_lead_in_is_a_pickup_that_fits(
    lead_in: float, quarters: float, signatures: list[tuple[float, int, int]]
) -> None:
    line = Timeline(beat_times(120.0, start=lead_in), 4)
    assert line.pickup == quarters
    found = [(s.quarter, s.numerator, s.denominator) for s in line.signatures]
    assert found == signatures
    assert line.quarters(np.array([0.0, lead_in])).tolist() == pytest.approx([0.0, quarters])
    assert line.end == quarters + 64


def test_a_pickup_in_eighths() -> None:
    line = Timeline(beat_times(180.0, start=2.0), 6)
    assert line.pickup == 3.0, "six eighths of a third of a second: one bar"
    assert len(line.signatures) == 1
    assert Timeline(beat_times(180.0, start=0.68), 6).signatures[0].numerator == 2


@pytest.mark.parametrize(
    ("times", "meter", "words"),
    [
        ([0.0], 4, "at least two finite beat times"),
        ([-0.1, 1.0], 4, "starting at -0.1 s"),
        ([0.0, np.nan], 4, "at least two finite beat times"),
        ([0.0, 1.0, 1.0], 4, "must rise"),
        ([0.0, 1.0], 0, "meter of at least 1"),
    ],
)
def test_what_is_no_grid_is_refused(times: list[float], meter: int, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        Timeline(np.array(times), meter)
