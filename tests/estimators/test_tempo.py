"""Tempo of drums whose beats are exactly known."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from mixolydian.core.types import TempoSegment
from mixolydian.estimators import tempo
from mixolydian.estimators.tempo import TempoEstimator
from tests import sounds

BPMS = (61.37, 87.5, 100.0, 128.02, 140.5, 174.0)


@cache
def heard(bpm: float, lead_in: float = 0.0):
    return TempoEstimator().estimate(sounds.groove(bpm, lead_in=lead_in))


def estimate(y):
    return TempoEstimator().estimate(sounds.features(y))


@pytest.mark.parametrize("lead_in", [0.0, 0.7])
@pytest.mark.parametrize("bpm", BPMS)
def test_bpm_to_the_second_decimal(bpm, lead_in):
    value = heard(bpm, lead_in).value
    assert value.bpm == pytest.approx(bpm, abs=0.02)
    assert len(value.segments) == 1


@pytest.mark.parametrize("lead_in", [0.0, 0.7])
@pytest.mark.parametrize("bpm", BPMS)
def test_the_grid_lies_on_the_beats(bpm, lead_in):
    segment = heard(bpm, lead_in).value.segments[0]
    period = 60 / segment.bpm
    for beat in sounds.steady(bpm, 40.0, lead_in):
        stray = (beat - segment.anchor + period / 2) % period - period / 2
        assert abs(stray) < 0.005


@pytest.mark.parametrize("bpm", BPMS)
def test_silence_before_moves_the_anchor_by_as_much(bpm):
    early, late = (heard(bpm, t).value.segments[0] for t in (0.0, 0.7))
    period = 60 / bpm
    stray = (late.anchor - early.anchor - 0.7 + period / 2) % period - period / 2
    assert abs(stray) < 0.003


def test_confidence_is_high_where_nothing_is_doubtful():
    assert min(heard(bpm).confidence for bpm in BPMS) > 0.7


@pytest.mark.parametrize("bpms", [(120.0, 128.0), (128.0, 122.0)])
def test_a_change_of_tempo_is_two_segments(bpms):
    periods = np.repeat([60 / b for b in bpms], 64)
    times = sounds.following(periods)
    segments = estimate(sounds.play(times)).value.segments
    assert [s.bpm for s in segments] == pytest.approx(bpms, abs=0.1)
    assert segments[1].start == pytest.approx(times[64], abs=1.0)
    assert segments[0].end == segments[1].start


def test_a_big_change_is_found_too():
    times = sounds.following(np.repeat([0.6, 60 / 130], 60))
    segments = estimate(sounds.play(times)).value.segments
    assert segments[0].bpm == pytest.approx(100, abs=0.1)
    assert segments[-1].bpm == pytest.approx(130, abs=0.1)
    assert segments[-1].start == pytest.approx(times[60], abs=1.0)


@pytest.mark.parametrize("wave", ["ramp", "sway"])
def test_drift_is_several_segments_that_cover_the_sound(wave):
    n = 110
    bpms = {"ramp": np.linspace(118, 126, n), "sway": 120 + 3.6 * np.sin(np.arange(n) / 12)}[wave]
    y = sounds.play(sounds.following(60 / bpms))
    value = estimate(y).value
    assert len(value.segments) >= 3
    assert value.segments[0].start == 0.0
    assert value.segments[-1].end == pytest.approx(y.size / sounds.SR)
    for left, right in pairwise(value.segments):
        assert left.end == right.start
        assert left.start < left.end
    assert value.bpm == pytest.approx(bpms.mean(), abs=1.0)
    assert max(abs(s.bpm - 120) for s in value.segments) < 9


def open_chord(seconds):
    t = np.arange(int(seconds * sounds.SR)) / sounds.SR
    return sum(0.1 * np.sin(2 * np.pi * f * t) for f in (220.0, 660.0, 1100.0))


NOTHING_BEATS = {
    "silence": np.zeros(10 * sounds.SR),
    "white noise": sounds.noise(15.0),
    "swelling noise": sounds.noise(15.0) * np.hanning(15 * sounds.SR),
    "held chord": open_chord(12.0),
    "DC": np.full(10 * sounds.SR, 0.3),
    "one click": np.r_[np.zeros(5 * sounds.SR), 0.9, np.zeros(5 * sounds.SR)],
    "too short": sounds.noise(2.0),
}


@pytest.mark.parametrize("name", NOTHING_BEATS)
def test_cannot_tell_where_nothing_beats(name):
    answer = estimate(NOTHING_BEATS[name])
    assert answer.value is None
    assert answer.reason
    assert answer.confidence is None


def test_alternatives_are_other_tempi_less_likely():
    answer = heard(174.0)
    for bpm, probability in answer.alternatives:
        assert abs(bpm / answer.value.bpm - 1) > 0.02
        assert probability <= answer.confidence


def test_candidates_hold_the_truth_and_its_octaves():
    found = tempo.candidates(tempo.periodicity(sounds.groove(100.0)))
    for bpm in (50.0, 100.0, 200.0):
        assert np.abs(found / bpm - 1).min() < 0.03
    assert found.min() >= tempo.MIN_BPM
    assert found.max() <= tempo.MAX_BPM


def test_the_main_tempo_averages_drift_but_no_change():
    drift = (TempoSegment(0, 30, 119.0, 0), TempoSegment(30, 60, 121.0, 30))
    assert tempo.main_tempo(drift) == pytest.approx(120.0, abs=0.01)
    change = (TempoSegment(0, 30, 100.0, 0), TempoSegment(30, 70, 130.0, 30))
    assert tempo.main_tempo(change) == pytest.approx(130.0)


def test_onsets_are_counted():
    assert tempo.onsets_per_second(sounds.groove(120.0).onset_envelope, 40.5) == pytest.approx(
        4.0, abs=0.3
    )
