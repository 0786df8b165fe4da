"""Gestures and effects: as long as asked, loudest where they should be, local."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.creation.arrangement import GESTURES, Automation
from mixolydian.creation.brief import Brief
from mixolydian.creation.sound import automation, effects, sidechain
from mixolydian.creation.sound.gestures import ENDS_AT_END, gesture
from mixolydian.creation.sound.room import Echo, add_ambience, make_room
from mixolydian.creation.sound.units import SAMPLE_RATE

BRIEF = Brief("trance", 138.0, "A", "minor", (("drop", 8),), seed=5)


@pytest.mark.parametrize("kind", sorted(GESTURES))
def test_gestures_have_their_length_no_dc_and_end_softly(kind: str):
    n = 3 * SAMPLE_RATE
    y = gesture(kind, n, BRIEF, 55.0)
    assert y.shape == (2, n)
    assert np.isfinite(y).all()
    assert np.abs(y[:, -1]).max() < 0.01 * np.abs(y).max()
    assert np.abs(y.mean(axis=1)).max() < 0.02 * np.abs(y).max()
    np.testing.assert_array_equal(y, gesture(kind, n, BRIEF, 55.0))
    third = n // 3
    power = [np.mean(y[:, k * third : (k + 1) * third] ** 2) for k in range(3)]
    if kind in ENDS_AT_END:
        assert power[2] > 2 * power[0]
    elif GESTURES[kind] == "fx":
        assert power[0] > 2 * power[2]


def test_a_long_texture_has_no_seam():
    y = gesture("noise", 10 * SAMPLE_RATE, BRIEF, 55.0)
    seam = (1 << 18) - 5
    jump = np.abs(np.diff(y))
    assert jump[:, seam : seam + 10].max() <= jump.max()


def test_the_room_fades_by_sixty_decibels_in_its_time_and_then_is_silent():
    room = make_room(np.random.default_rng(3), 1.0, 1.0)
    y = np.zeros((2, 6 * SAMPLE_RATE), dtype=np.float32)
    y[:, 1000] = 1.0
    add_ambience(y, room, 1.0, Echo(0.3, 0.5), 0.0)
    y[:, 1000] = 0.0
    power = [np.mean(y[:, k : k + 4410] ** 2) for k in range(3000, 33000, 4410)]
    slope = np.polyfit(np.arange(len(power)) * 0.1, 10 * np.log10(power), 1)[0]
    assert slope == pytest.approx(-60.0, abs=15.0)
    assert not y[:, 1000 + round((room.ring + 0.05) * SAMPLE_RATE) :].any()
    assert not y[:, :1000].any()
    assert np.corrcoef(y[:, 2000:40000])[0, 1] == pytest.approx(0.0, abs=0.15)


def test_echoes_come_in_time_from_side_to_side():
    y = np.zeros((2, 2 * SAMPLE_RATE), dtype=np.float32)
    y[:, 1000:1040] = 1.0
    add_ambience(y, make_room(np.random.default_rng(3)), 0.0, Echo(0.25, 0.5), 1.0)
    first, second = (1000 + k * SAMPLE_RATE // 4 for k in (1, 2))
    right = np.abs(y[1, first : first + 400]).max()
    left = np.abs(y[0, second : second + 400]).max()
    assert right > 0.2
    assert left == pytest.approx(0.5 * right, rel=0.3)


def test_ducking_is_deepest_just_after_the_kick_and_recovers_without_a_click():
    y = np.ones((2, SAMPLE_RATE), dtype=np.float32)
    sidechain.push_down(y, [0.5], 0.8, 0.2)
    start = SAMPLE_RATE // 2
    assert y[0, start + 140] == pytest.approx(0.2, abs=0.03)
    assert (y[0, :start] == 1).all()
    assert (y[0, start + round(0.201 * SAMPLE_RATE) :] == 1).all()
    assert np.abs(np.diff(y[0])).max() < 0.02


def test_a_moved_kick_changes_only_what_is_near():
    times = [0.2, 0.5, 0.9, 1.4]
    a, b = (np.ones((2, 2 * SAMPLE_RATE), dtype=np.float32) for _ in range(2))
    sidechain.push_down(a, times, 0.7, 0.4)
    sidechain.push_down(b, [0.2, 0.55, 0.9, 1.4], 0.7, 0.4)
    where = np.flatnonzero((a != b).any(axis=0)) / SAMPLE_RATE
    assert where.min() >= 0.5
    assert where.max() < 0.9 + 0.01


def test_a_high_pass_takes_lows_only_while_it_is_turned_and_never_looks_ahead():
    n = 6 * SAMPLE_RATE
    t = np.arange(n) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * 60 * t).astype(np.float32)
    y = np.stack([tone, tone])
    knob = Automation("bass", "highpass", ((0, 20), (2, 20), (2.5, 600), (3.5, 600), (4, 20)))
    automation.sweep(y, knob, "highpass")
    assert np.sqrt(np.mean(y[:, round(2.7 * SAMPLE_RATE) : round(3.3 * SAMPLE_RATE)] ** 2)) < 0.01
    np.testing.assert_array_equal(
        y[0, : round(1.9 * SAMPLE_RATE)], tone[: round(1.9 * SAMPLE_RATE)]
    )
    np.testing.assert_array_equal(
        y[0, round(4.2 * SAMPLE_RATE) :], tone[round(4.2 * SAMPLE_RATE) :]
    )
    assert np.abs(np.diff(y[0], n=2)).max() < 3 * np.abs(np.diff(tone, n=2)).max()
    late = np.zeros((2, n), dtype=np.float32)
    late[:, 3 * SAMPLE_RATE] = 1.0
    automation.sweep(late, knob, "highpass")
    assert np.abs(late[:, : 3 * SAMPLE_RATE]).max() < 1e-6
    assert late[0, 3 * SAMPLE_RATE] > 0.5


def test_gain_follows_its_points_in_decibels():
    y = np.ones((2, 4 * SAMPLE_RATE), dtype=np.float32)
    automation.ride(y, Automation("pad", "gain", ((1.0, 0.0), (2.0, -20.0))))
    assert y[0, SAMPLE_RATE // 2] == 1.0
    assert y[0, round(1.5 * SAMPLE_RATE)] == pytest.approx(10 ** (-0.5), rel=0.01)
    assert y[0, 3 * SAMPLE_RATE] == pytest.approx(0.1, rel=0.01)


def test_plain_effects_hold_the_ceiling_and_spare_the_quiet():
    y = np.random.default_rng(0).standard_normal((2, SAMPLE_RATE)).astype(np.float32)
    assert np.abs(effects.limit(y)).max() <= 10 ** (-1 / 20)
    np.testing.assert_allclose(effects.limit(0.01 * y), 0.01 * y, rtol=1e-5)
    assert effects.loud_rms(effects.compress(y, -18.0, 4.0)) < 0.5 * effects.loud_rms(y)
