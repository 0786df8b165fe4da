"""Boundaries on the bar lines where layers enter and leave, and the parts' names."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mixolydian.core.types import Beats, Estimate
from mixolydian.estimators.sections import SectionsEstimator, length_costs, partition
from tests.estimators import form_sounds as fs


def heard(late: int = 0, lead_in: float = 0.0):
    given = {"beats": fs.beats(fs.CLUB, lead_in=lead_in, late=late)}
    return SectionsEstimator().estimate(fs.club(lead_in), given)


def boundaries(sections) -> np.ndarray:
    return np.array([s.start for s in sections] + [sections[-1].end])


@pytest.mark.parametrize("late", [0, 1, 2])
def test_every_boundary_is_found_even_with_wrong_downbeats(late):
    found = boundaries(heard(late).value)
    for time in fs.starts(fs.CLUB)[:-1]:
        assert np.abs(found - time).min() < 0.12


def test_no_boundary_is_invented():
    assert len(heard().value) <= len(fs.CLUB) + 1


def test_sections_touch_and_cover_the_sound():
    sections = heard().value
    assert sections[0].start == pytest.approx(0.0, abs=0.1)
    assert sections[-1].end == pytest.approx(fs.starts(fs.CLUB)[-1], abs=0.6)
    for left, right in itertools.pairwise(sections):
        assert left.end == right.start
        assert left.end > left.start


def test_labels_tell_buildups_drops_and_breakdowns():
    times = fs.starts(fs.CLUB)
    names = {}
    for part, (start, end) in enumerate(itertools.pairwise(times)):
        middle = (start + end) / 2
        names[part] = next(s.label for s in heard().value if s.start <= middle < s.end)
    assert names[0] == "intro"
    assert names[2] == names[5] == "drop"
    assert names[3] == "breakdown"
    assert names[1] == names[4] == "buildup"


def test_energy_of_drop_is_above_breakdown():
    by_label = {s.label: s.energy for s in heard().value}
    assert by_label["drop"] > by_label["breakdown"] + 0.3
    assert all(0.0 <= s.energy <= 1.0 for s in heard().value)


def test_leading_silence_shifts_the_times():
    shifted = boundaries(heard(lead_in=3.0).value)
    assert shifted[0] == pytest.approx(3.0, abs=0.1)
    for time in fs.starts(fs.CLUB, lead_in=3.0)[:-1]:
        assert np.abs(shifted - time).min() < 0.12


def test_gain_does_not_matter():
    quiet = fs.listen(0.03 * fs.render(fs.CLUB))
    sections = SectionsEstimator().estimate(quiet, {"beats": fs.beats(fs.CLUB)}).value
    assert [s.label for s in sections] == [s.label for s in heard().value]
    assert boundaries(sections) == pytest.approx(boundaries(heard().value), abs=1e-6)


@pytest.mark.parametrize("given", [{}, {"beats": Estimate(None, reason="no steady beat")}])
def test_without_beats_it_answers_with_less_confidence(given):
    estimate = SectionsEstimator().estimate(fs.club(), given)
    assert estimate.value
    assert estimate.confidence < heard().confidence
    found = boundaries(estimate.value)
    hits = [np.abs(found - t).min() < 1.0 for t in fs.starts(fs.CLUB)[1:-1]]
    assert np.mean(hits) >= 0.5


def test_few_beats_are_no_grid():
    given = {"beats": Estimate(Beats([0.1, 0.6], [1, 2], 4))}
    assert SectionsEstimator().estimate(fs.club(), given).value


def test_short_sound_is_refused_with_a_reason():
    estimate = SectionsEstimator().estimate(fs.listen(fs.render([(1, "kick")])), {})
    assert estimate.value is None
    assert "needs at least" in estimate.reason


def test_partition_finds_a_step_and_leaves_a_constant_whole():
    step = np.concatenate([np.zeros((3, 8)), np.ones((3, 16))], axis=1)
    assert partition(step, 0.2) == [0, 8, 24]
    assert partition(np.zeros((3, 16)), 0.2) == [0, 16]


def test_usual_lengths_cost_least():
    costs = length_costs()
    assert costs[8] < costs[4] < costs[6] < costs[7]
