"""Drops to ±0.1 s: where bass and drums come back, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.types import Estimate
from mixolydian.estimators.drops import DropsEstimator, attack_time, choose, presence
from mixolydian.estimators.sections import SectionsEstimator
from tests.estimators import form_sounds as fs

TRUTH = [fs.starts(fs.CLUB)[2], fs.starts(fs.CLUB)[5]]


def drops_of(features, beats):
    given = {"beats": beats}
    given["sections"] = SectionsEstimator().estimate(features, given)
    return DropsEstimator().estimate(features, given)


def test_both_drops_are_found_within_ten_milliseconds():
    estimate = drops_of(fs.club(), fs.beats(fs.CLUB))
    assert [d.time for d in estimate.value] == pytest.approx(TRUTH, abs=0.01)
    assert all(0.0 < d.strength <= 1.0 for d in estimate.value)
    assert 0.5 < estimate.confidence <= 1.0


@pytest.mark.parametrize("late", [1, 2, 3])
def test_wrong_downbeats_do_not_move_the_drops(late):
    estimate = drops_of(fs.club(), fs.beats(fs.CLUB, late=late))
    assert [d.time for d in estimate.value] == pytest.approx(TRUTH, abs=0.1)


def test_beats_that_are_late_do_not_make_drops_late():
    late = fs.beats(fs.CLUB, lead_in=0.04)
    assert [d.time for d in drops_of(fs.club(), late).value] == pytest.approx(TRUTH, abs=0.015)


def test_leading_silence_shifts_the_drops():
    estimate = drops_of(fs.club(3.0), fs.beats(fs.CLUB, lead_in=3.0))
    assert [d.time for d in estimate.value] == pytest.approx([t + 3 for t in TRUTH], abs=0.015)


def test_gain_does_not_matter():
    quiet = drops_of(fs.listen(0.02 * fs.render(fs.CLUB)), fs.beats(fs.CLUB)).value
    loud = drops_of(fs.club(), fs.beats(fs.CLUB)).value
    assert [d.time for d in quiet] == pytest.approx([d.time for d in loud], abs=1e-4)


@pytest.mark.parametrize("layers", ["kick hats bass pad", "pad"])
def test_no_drop_is_an_answer(layers):
    form = [(24, layers)]
    estimate = drops_of(fs.listen(fs.render(form)), fs.beats(form))
    assert estimate.value == ()
    assert estimate.confidence is not None


def test_kick_that_enters_without_bass_is_no_drop():
    form = [(8, "pad"), (8, "pad kick"), (8, "pad kick hats bass"), (8, "pad kick hats bass")]
    found = [d.time for d in drops_of(fs.listen(fs.render(form)), fs.beats(form)).value]
    assert all(abs(t - fs.starts(form)[1]) > 0.5 for t in found)


def test_without_beats_drops_are_still_near():
    estimate = drops_of(fs.club(), Estimate(None, reason="no steady beat"))
    found = np.array([d.time for d in estimate.value])
    assert found.size
    assert np.abs(found[:, np.newaxis] - np.array(TRUTH)).min() < 0.1


def test_attack_time_keeps_the_time_where_nothing_starts():
    features = fs.club()
    middle = fs.starts(fs.CLUB)[0] + 0.9
    assert attack_time(features, middle, 0.05) == middle


def test_beats_half_a_beat_off_do_not_move_the_drops():
    off = fs.beats(fs.CLUB, lead_in=0.5 * 60 / 128)
    assert [d.time for d in drops_of(fs.club(), off).value] == pytest.approx(TRUTH, abs=0.05)


def test_the_likeliest_lines_are_chosen_apart_from_each_other():
    p = np.zeros(40)
    p[[8, 10, 24]] = 0.9, 0.7, 0.8
    chosen, expected = choose(p)
    assert chosen.tolist() == [8, 24]
    assert expected == pytest.approx(2 * 1.7 / (2 + 1.7))


def test_confidence_in_no_drop_falls_with_every_likely_line():
    p = np.zeros(40)
    sure = choose(p)
    p[8] = 0.3
    doubtful = choose(p)
    assert sure[0].size == doubtful[0].size == 0
    assert doubtful[1] == pytest.approx(0.7)
    assert sure[1] > 0.9


def test_presence_is_one_at_the_loud_bars_and_zero_far_below():
    level = np.array([-60.0, -9.0, 0.0, 0.0, 0.0, 0.0])
    assert presence(level, 18.0) == pytest.approx([0.0, 0.5, 1.0, 1.0, 1.0, 1.0])
