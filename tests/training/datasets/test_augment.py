"""Damage: random, repeatable, and never out of time."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.training.datasets import codecs, degrade
from mixolydian.training.datasets.augment import DAMAGES, at_speed, augment, lead_in

from .sounds import ONSETS, RATE, click_item, clicks, strikes

DAMAGE = [d for _, d in DAMAGES]


@pytest.mark.parametrize("damage", DAMAGE, ids=[d.__name__ for d in DAMAGE])
def test_damage_keeps_time(damage):
    y = clicks()
    for seed in range(2):
        damaged, done = damage(y, RATE, np.random.default_rng(seed))
        assert damaged.shape == y.shape
        assert np.abs(damaged).max() <= 1.0
        assert done["what"]
        sign = -1 if done.get("inverted") else 1
        shift = strikes(sign * damaged, ONSETS) - strikes(y, ONSETS)
        # a band limit rounds the burst, a room answers it: its place is known to 0.5 ms
        assert np.abs(np.median(shift)) < 0.0005


@pytest.mark.parametrize("codec", codecs.codecs())
@pytest.mark.parametrize("bit_rate", [64_000, 192_000])
def test_codecs_come_back_to_the_sample(codec, bit_rate):
    y = clicks()
    back = codecs.round_trip(y, RATE, codec, bit_rate)
    assert back.shape == y.shape
    assert not np.array_equal(back, y)
    assert np.abs(strikes(back, ONSETS) - strikes(y, ONSETS)).max() <= 2 / RATE
    error = np.mean((back - y) ** 2) / np.mean(y**2)
    assert error < 0.2


def test_an_unknown_codec_is_refused():
    with pytest.raises(Exception, match="expected a codec of"):
        codecs.round_trip(clicks(), RATE, "wax", 1)


def test_silence_before_the_sound_moves_sound_and_truth_together():
    late = lead_in(click_item(), 0.7)
    times = np.array(late.truth["beats"]["times"])
    assert late.duration == pytest.approx(6.7, abs=1e-4)
    np.testing.assert_allclose(strikes(late.samples, times), times, atol=1 / RATE)


def test_speed_moves_sound_and_truth_together():
    fast = at_speed(click_item(), 1.05)
    times = np.array(fast.truth["beats"]["times"])
    assert fast.duration == pytest.approx(6 / 1.05, abs=1e-3)
    assert fast.truth["duration"] == pytest.approx(fast.duration, abs=1e-4)
    np.testing.assert_allclose(strikes(fast.samples, times, speed=1.05), times, atol=3 / RATE)


def test_augmented_items_say_what_was_done_and_can_be_made_again():
    item = click_item()
    for seed in range(12):
        first = augment(item, np.random.default_rng(seed))
        again = augment(item, np.random.default_rng(seed))
        np.testing.assert_array_equal(first.samples, again.samples)
        assert first.truth == again.truth
        assert np.abs(first.samples).max() <= 1.0
        assert first.truth["duration"] == pytest.approx(first.duration, abs=1e-3)
        if not first.truth["augmented"]:
            np.testing.assert_array_equal(first.samples, item.samples)
    assert item.truth == click_item().truth


def test_wow_stays_below_a_third_of_a_millisecond():
    y = clicks()
    turned = degrade.wow(y, RATE, 0.0003, 0.0)
    assert np.abs(strikes(turned, ONSETS) - strikes(y, ONSETS)).max() < 0.00035
