"""Beats, downbeats, meter and phrases of drums whose beats are exactly known."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from mixolydian.core.types import Beats, Estimate, Tempo
from mixolydian.estimators import beats as beats_module
from mixolydian.estimators import listen
from mixolydian.estimators.beats import BeatsEstimator, choose_meter
from tests import sounds
from tests.estimators import form_sounds

BPMS = (61.37, 87.5, 128.02, 174.0)


@cache
def heard(bpm: float, lead_in: float = 0.0, pickup: int = 0, meter: int = 4):
    y = sounds.play(sounds.steady(bpm, 40.0, lead_in), pickup=pickup, meter=meter)
    return listen(sounds.features(y), questions=["beats"])["beats"]


def nearest(found, wanted):
    """Distance of each of `wanted` to the closest of `found`, in seconds."""
    return np.abs(np.asarray(wanted)[:, None] - found).min(axis=1)


@pytest.mark.parametrize("lead_in", [0.0, 0.7])
@pytest.mark.parametrize("bpm", BPMS)
def test_every_beat_is_found_within_5_ms(bpm, lead_in):
    value, times = heard(bpm, lead_in).value, sounds.steady(bpm, 40.0, lead_in)
    assert nearest(value.times, times).max() < 0.005
    assert abs(np.diff(value.times) - 60 / bpm).max() < 0.006
    assert value.times.min() >= 0.0


@pytest.mark.parametrize("pickup", [0, 1, 2, 3])
@pytest.mark.parametrize("bpm", [87.5, 128.02])
def test_downbeats_are_right_wherever_the_bar_begins(bpm, pickup):
    value = heard(bpm, 0.0, pickup).value
    wanted = sounds.steady(bpm, 40.0)[pickup::4]
    assert value.meter == 4
    assert nearest(value.downbeats, wanted).max() < 0.005
    assert abs(len(value.downbeats) - len(wanted)) <= 1


@pytest.mark.parametrize("bpm", BPMS)
def test_silence_before_shifts_the_beats(bpm):
    early, late = heard(bpm).value, heard(bpm, 0.7).value
    assert nearest(late.times, early.times[1:] + 0.7).max() < 0.003
    assert nearest(late.downbeats, early.downbeats[1:] + 0.7).max() < 0.003


def test_positions_count_through_the_bar():
    for value in (heard(128.02).value, heard(120.0, meter=3).value):
        step = np.diff(value.positions) % value.meter
        assert set(step.tolist()) == {1}
        assert set(value.positions.tolist()) == set(range(1, value.meter + 1))


@pytest.mark.parametrize("pickup", [0, 1])
@pytest.mark.parametrize("bpm", [92.0, 120.0, 150.0])
def test_a_waltz_has_three_beats(bpm, pickup):
    value = heard(bpm, 0.0, pickup, 3).value
    assert value.meter == 3
    assert nearest(value.downbeats, sounds.steady(bpm, 40.0)[pickup::3]).max() < 0.005


def test_beats_follow_a_change_of_tempo():
    times = sounds.following(np.repeat([0.5, 60 / 128], 64))
    answer = listen(sounds.features(sounds.play(times)), questions=["beats"])["beats"].value
    assert nearest(answer.times, times).max() < 0.02
    assert nearest(answer.downbeats, times[::4]).max() < 0.02


def test_beats_follow_drift():
    times = sounds.following(60 / np.linspace(118, 126, 110))
    answer = listen(sounds.features(sounds.play(times)), questions=["beats"])["beats"].value
    assert nearest(answer.times, times).max() < 0.03


def test_beats_go_on_where_nothing_beats():
    y = form_sounds.render([(4, "kick hats bass"), (4, "pad"), (4, "kick hats bass")], 128.0)
    answer = listen(form_sounds.listen(y), questions=["beats"])["beats"].value
    assert nearest(answer.times, np.arange(48) * 60 / 128).max() < 0.01


@pytest.mark.parametrize("bpm", [87.0, 86.9, 43.5, 174.0])
def test_a_person_s_tempo_without_a_grid_is_followed(bpm):
    features = sounds.groove(87.0, lead_in=0.3)
    given = {"tempo": Estimate(Tempo(bpm))}
    value = BeatsEstimator().estimate(features, given).value
    ratio = round(bpm / 87, 1)
    assert np.median(np.diff(value.times)) == pytest.approx(60 / 87 / ratio, abs=0.001)
    if ratio == 1.0:
        assert nearest(value.times, sounds.steady(87.0, 39.0, 0.3)).max() < 0.005


@pytest.mark.parametrize("given", [{}, {"tempo": Estimate(None, reason="nobody knows")}])
def test_no_tempo_no_beats(given):
    answer = BeatsEstimator().estimate(sounds.groove(120.0), given)
    assert answer.value is None
    assert "tempo" in answer.reason


def test_phrases_start_on_downbeats_and_fill_the_bars_between():
    answer = listen(form_sounds.club(), questions=["beats"])["beats"].value
    assert len(answer.phrases) >= 3
    assert nearest(answer.downbeats, [p.time for p in answer.phrases]).max() < 1e-9
    following = [p.time for p in answer.phrases[1:]] + [np.inf]
    for phrase, end in zip(answer.phrases, following, strict=True):
        inside = (answer.downbeats > phrase.time - 1e-9) & (answer.downbeats < end - 1e-9)
        assert inside.sum() == phrase.bars <= 32
    times = [p.time for p in answer.phrases]
    assert times == sorted(set(times))


def test_phrases_start_where_the_texture_changes():
    form = ((16, "kick hats"), (16, "kick hats bass pad"), (16, "pad"))
    y = form_sounds.render(form, 140.0)
    answer = listen(form_sounds.listen(y), questions=["beats"])["beats"].value
    changes = form_sounds.starts(form, 140.0)[:3]
    assert nearest([p.time for p in answer.phrases], changes).max() < 0.02


def test_bars_before_the_first_line_are_a_phrase_of_their_own():
    form = ((4, "kick hats"), (16, "kick hats bass pad"), (16, "pad"))
    y = form_sounds.render(form, 140.0)
    answer = listen(form_sounds.listen(y), questions=["beats"])["beats"].value
    changes = form_sounds.starts(form, 140.0)[:3]
    assert nearest([p.time for p in answer.phrases], changes).max() < 0.02


def test_short_pieces_have_no_phrases():
    eight_bars = Beats(np.arange(32) * 0.5, np.arange(32) % 4 + 1, 4)
    assert beats_module.phrases(sounds.groove(120.0), eight_bars) == ()


def alike_every(lag, strength=0.8):
    return np.where(np.arange(1, 17) % lag == 0, strength, 0.0)


@pytest.mark.parametrize("meter", [3, 4, 5, 7])
def test_the_meter_is_where_the_sound_repeats(meter):
    assert choose_meter(alike_every(meter), 0.08) == meter


def test_six_needs_unlike_halves():
    assert choose_meter(alike_every(6), 0.08) == 6
    waltz = np.maximum(alike_every(3, 0.3), alike_every(12, 1.0))
    assert choose_meter(waltz, 0.08) == 3


@pytest.mark.parametrize("bpm", [120.5, 128.0, 140.0])
def test_four_to_the_floor_under_held_chords_is_no_seven(bpm):
    y = form_sounds.render([(16, "kick hats bass pad")], bpm)
    assert listen(form_sounds.listen(y), questions=["beats"])["beats"].value.meter == 4


def test_four_is_the_meter_in_doubt():
    assert choose_meter(np.zeros(16), 0.08) == 4
