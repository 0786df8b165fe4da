"""Truths follow their sounds through silence, speed and transposition."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.convert import value_from_json
from mixolydian.training.datasets.timing import raised, shifted, sped_up, transposed_label

from .sounds import ONSETS, click_item


def test_silence_before_a_sound_moves_every_time_and_no_length():
    truth = click_item().truth
    moved = shifted(truth, 1.5)
    np.testing.assert_allclose(moved["beats"]["times"], ONSETS + 1.5)
    assert moved["duration"] == pytest.approx(7.5)
    assert moved["tempo"]["segments"][0]["anchor"] == pytest.approx(1.75)
    assert moved["tempo"]["bpm"] == 120.0
    assert moved["drums"]["kick"] == [1.75, 2.25]
    assert moved["f0"] == {"start": 1.5, "step": 0.01, "hz": [0.0, 440.0]}
    assert moved["notes"][0] == {"onset": 1.75, "offset": 1.95, "pitch": 69.1, "velocity": 80}
    assert moved["chords"][0] == {"start": 0.0, "end": 1.75, "label": "N"}
    assert [(s["start"], s["label"]) for s in moved["music"]] == [(0.0, "silence"), (1.5, "music")]
    assert truth["duration"] == 6.0


def test_a_faster_record_is_shorter_quicker_and_higher():
    truth = click_item().truth
    fast = sped_up(truth, 1.06)
    np.testing.assert_allclose(fast["beats"]["times"], ONSETS / 1.06, atol=1e-6)
    assert fast["tempo"]["bpm"] == pytest.approx(127.2)
    assert fast["duration"] == pytest.approx(6 / 1.06, abs=1e-6)
    assert fast["f0"]["step"] == pytest.approx(0.01 / 1.06, abs=1e-6)
    assert fast["f0"]["hz"][1] == pytest.approx(466.4)
    # 1.06 is 100.9 cents: with the 10 there were, a semitone and 10.9 cents
    key = value_from_json("key", fast["key"])
    assert (key.tonic, key.mode, key.camelot) == ("Bb", "minor", "3A")
    assert key.tuning_cents == pytest.approx(10.9, abs=0.05)
    assert [c["label"] for c in fast["chords"]] == ["Bb:min", "F#:maj7/3"]
    assert fast["notes"][0]["pitch"] == pytest.approx(70.109, abs=1e-3)
    assert fast["brief"] == {"bpm": 120.0}


def test_half_a_semitone_goes_to_the_tuning():
    moved = raised(click_item().truth, -55.0)
    assert moved["key"]["tonic"] == "A"
    assert moved["key"]["tuning_cents"] == pytest.approx(-45.0)


def test_labels_without_a_root_stay():
    assert [transposed_label(x, 3) for x in ("N", "X", "A:min7/b3")] == ["N", "X", "C:min7/b3"]
