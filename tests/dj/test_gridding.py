"""The grid of a track: one line where there is one, and refusals where there is none."""

import numpy as np
import pytest

from mixolydian.core.types import Analysis, Beats, Estimate, Provenance, Tempo, TempoSegment
from mixolydian.dj.gridding import beat_numbers, gridding, straight


def analysed(times, *, first_position=1, meter=4, segments=(), confidence=0.9, kind="machine"):
    positions = (np.arange(len(times)) + first_position - 1) % meter + 1
    beats = Beats(times, positions, meter)
    bpm = 60.0 / float(np.median(np.diff(times)))
    said = Provenance("somebody", "1", kind=kind)
    estimates = {
        "tempo": Estimate(Tempo(bpm, tuple(segments)), confidence, said),
        "beats": Estimate(beats, confidence),
    }
    return Analysis(float(times[-1]) + 0.3, estimates)


def test_rounded_beats_give_the_exact_line():
    times = np.round(0.3127 + np.arange(400) * 60 / 127.93, 4)
    times[0] = 0.3  # the first one was moved
    found = gridding(analysed(times))
    assert found.steady
    assert len(found.grid.times) == 2
    assert found.grid.bpm_at(100) == pytest.approx(127.93, abs=2e-4)
    assert found.grid.time_at(found.grid.beat_at(0.3127)) == pytest.approx(0.3127)
    assert abs(found.grid.beat_at(times[200]) - round(found.grid.beat_at(times[200]))) < 1e-3


@pytest.mark.parametrize("first_position", [1, 2, 3, 4])
def test_beat_0_is_the_last_downbeat_at_or_before_the_first_sample(first_position):
    times = 0.2 + np.arange(100) * 0.5
    grid = gridding(analysed(times, first_position=first_position)).grid
    assert -2.0 < grid.time_at(0) <= 0.02
    downbeat = 0.2 + 0.5 * ((1 - first_position) % 4)
    assert (grid.beat_at(downbeat) + 2) % 4 == pytest.approx(2.0, abs=1e-6)


def test_a_downbeat_a_few_milliseconds_into_the_file_is_beat_0():
    grid = gridding(analysed(0.006 + np.arange(100) * 0.5)).grid
    assert grid.time_at(0) == pytest.approx(0.006)


@pytest.mark.parametrize(
    ("bpm", "found"), [(129.997, 130.0), (125.502, 125.5), (127.94, 127.94), (130.03, 130.03)]
)
def test_a_tempo_next_to_a_round_one_is_round(bpm, found):
    times = 0.01 + np.arange(300) * 60 / bpm
    grid = gridding(analysed(times)).grid
    assert grid.bpm_at(0) == pytest.approx(found, abs=1e-6)
    assert grid.time_at(grid.beat_at(times[150])) == pytest.approx(times[150], abs=1e-5)


def test_a_tempo_a_human_said_is_not_rounded():
    times = 0.01 + np.arange(300) * 60 / 129.997
    grid = gridding(analysed(times, kind="human")).grid
    assert grid.bpm_at(0) == pytest.approx(129.997, abs=1e-6)


def test_two_tempi_have_their_knots_and_keep_counting():
    times = np.concatenate([np.arange(100) * 0.5, 50.0 + np.arange(100) * 0.46])
    segments = (TempoSegment(0.0, 49.8, 120.0, 0.0), TempoSegment(49.8, 96.0, 60 / 0.46, 50.0))
    found = gridding(analysed(times, segments=segments))
    assert found.steady
    assert len(found.grid.times) == 4
    assert found.grid.beat_at(times) == pytest.approx(np.arange(200), abs=1e-6)


def test_several_stretches_on_one_line_are_one_line():
    times = np.arange(200) * 0.5
    segments = tuple(TempoSegment(10.0 * i, 10.0 * i + 10, 120.0, 10.0 * i) for i in range(10))
    assert len(gridding(analysed(times, segments=segments)).grid.times) == 2


def test_a_missing_beat_is_counted():
    times = np.delete(np.arange(50) * 0.5, 20)
    assert beat_numbers(times)[-1] == 49


def test_a_hasty_beat_does_not_tilt_the_line():
    numbers = np.arange(100.0)
    times = 0.5 * numbers
    times[:3] += 0.1
    period, anchor = straight(numbers, times)
    assert (period, anchor) == pytest.approx((0.5, 0.0), abs=2e-4)


def test_what_is_not_steady_counts_half_seconds_and_says_why():
    rng = np.random.default_rng(0)
    times = np.sort(np.arange(200) * 0.5 + rng.uniform(-0.06, 0.06, 200))
    found = gridding(analysed(times))
    assert not found.steady
    assert "stray" in found.reason
    assert found.grid.time_at(7) == 3.5


def test_an_unsure_beat_is_refused_unless_a_human_said_it():
    times = np.arange(200) * 0.5
    assert "sure" in gridding(analysed(times, confidence=0.3)).reason
    human = gridding(analysed(times, confidence=0.3, kind="human"))
    assert human.steady
    assert human.confidence == 1.0


def test_no_beats_and_too_few():
    refused = Analysis(10.0, {"beats": Estimate(None, reason="no steady tempo")})
    assert "no steady tempo" in gridding(refused).reason
    assert "only 5 beats" in gridding(analysed(np.arange(5) * 0.5)).reason
    assert not gridding(Analysis(10.0, {})).steady
