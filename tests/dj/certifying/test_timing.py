"""The beat offset is found in the sound, whatever the plan says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.dj.certifying.attacks import attacks, envelopes
from mixolydian.dj.certifying.measures import BeatTiming
from mixolydian.dj.certifying.scene import scene_of
from mixolydian.dj.certifying.timing import time_beats
from tests.dj.certifying.decks import BEAT, BEATS, RATE, START, deck, excerpt, plan


def timed(outgoing: object = None, incoming: object = None, **changes: object) -> BeatTiming:
    return time_beats(scene_of(plan(**changes), 0, excerpt(outgoing, incoming), None))  # type: ignore[arg-type]


def test_clean_decks_lie_on_one_another() -> None:
    found = timed()
    assert found.how == "overlap"
    assert found.sureness == 1.0
    assert found.offset is not None
    assert found.offset.p95 < 0.2
    assert found.offset.n >= 28
    assert found.drift == pytest.approx(0.0, abs=0.5)


@pytest.mark.parametrize("late", [-10, 2, 5, 20, 40])
def test_a_shifted_deck_is_measured_within_half_a_millisecond(late: int) -> None:
    found = timed(incoming=deck(START, BEATS, seed=40, late=late / 1e3))
    assert found.offset is not None
    assert found.offset.median == pytest.approx(-late, abs=0.5)
    assert found.offset.p95 == pytest.approx(abs(late), abs=0.5)


def test_a_wrong_speed_is_a_drift() -> None:
    found = timed(incoming=deck(START, BEATS, seed=40, speed=1.0002))
    assert found.drift == pytest.approx(12.0, abs=1.0)
    assert found.drift_error is not None
    assert found.drift_error < 1.0


def test_the_decks_are_measured_against_the_clock_too() -> None:
    found = timed(outgoing=deck(0, 32, late=0.008))
    assert found.outgoing.median is not None
    assert found.incoming.median is not None
    assert found.outgoing.median - found.incoming.median == pytest.approx(8.0, abs=0.5)


def test_decks_that_never_meet_are_compared_across_the_join() -> None:
    into = deck(24, BEATS, seed=40, late=0.005)
    found = timed(deck(0, 24), into)
    assert found.how == "join"
    assert found.drift is None
    assert found.offset is not None
    assert found.offset.median == pytest.approx(-5.0, abs=0.5)


def test_a_silent_deck_cannot_be_told() -> None:
    found = timed(incoming=np.zeros_like(deck(0, 1)))
    assert found.offset is None
    assert found.drift is None
    assert "incoming" in found.reason


def test_noise_cannot_be_told() -> None:
    rng = np.random.default_rng(1)
    noise = (0.1 * rng.standard_normal((2, round(BEATS * BEAT * RATE)))).astype(np.float32)
    found = timed(incoming=noise)
    assert found.offset is None
    assert found.sureness == 0.0


def test_strokes_at_random_do_not_mark_a_beat() -> None:
    rng = np.random.default_rng(2)
    sound = np.zeros((2, round(BEATS * BEAT * RATE)), dtype=np.float32)
    for at in rng.integers(START * BEAT * RATE, sound.shape[1] - 400, 400):
        sound[:, at : at + 300] += 0.3 * rng.standard_normal(300) * np.exp(-np.arange(300) / 60)
    found = timed(incoming=sound)
    assert found.offset is None
    assert "gather" in found.reason


def test_an_unlocked_track_is_not_compared() -> None:
    tracks = plan().tracks
    found = timed(tracks=(tracks[0], replace(tracks[1], locked=False)))
    assert found.offset is None
    assert "does not follow the beat" in found.reason


def test_an_attack_is_found_to_a_fraction_of_a_sample() -> None:
    rng = np.random.default_rng(3)
    stroke = np.zeros((2, 44100), dtype=np.float32)
    stroke[:, 20000:] = 0.3 * rng.standard_normal(24100) * np.exp(-np.arange(24100) / 800)
    found = attacks(envelopes(stroke, 44100)["high"], np.array([0.44]), np.array([0.05]))
    assert found[0] == pytest.approx(20000 / 44100, abs=6e-4)
    nothing = attacks(envelopes(stroke, 44100)["high"], np.array([0.2, 0.8]), np.full(2, 0.05))
    assert np.isnan(nothing).all()
