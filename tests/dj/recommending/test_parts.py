"""Parts: what is not known has no worth, and the words say so."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.dj.recommending.parts import by_context, by_emotion, by_numbers, by_sound, recency
from mixolydian.dj.recommending.shelf import Entry, shelf_of

SOUNDS = np.eye(3, dtype=np.float32)[[0, 0, 1]]
SOUNDS[2] = 0.0
SHELF = shelf_of(
    [Entry("a", 120.0, "8A", 5.0), Entry("b", 124.0, "9A", 7.0), Entry("c")],
    SOUNDS,
    {"happy": np.array([0.2, 0.9, np.nan])},
)


def test_what_is_not_known_is_nan_and_said_so():
    context, emotion = by_context(SHELF, "peak"), by_emotion(SHELF, "happy")
    numbers, sound = by_numbers(SHELF, 0, ""), by_sound(SHELF, [0])
    assert sound is not None
    parts = {**numbers, "sound": sound, "emotion": emotion, "context": context}
    for name, part in parts.items():
        assert np.isfinite(part.worth[:2]).all(), name
        assert np.isnan(part.worth[2]), name
        assert "nan" not in part.words(2), name
    assert context.words(2) == "energy not known"
    assert context.words(1) == "energy 7 for peak"


def test_a_track_of_which_nothing_is_known_asks_for_nothing():
    assert by_numbers(SHELF, 2, "") == {}
    assert by_sound(SHELF, [2]) is None


def test_a_track_played_twice_counts_as_when_it_was_played_last():
    assert recency([4, 7, 4]) == pytest.approx({4: 1.0, 7: 0.6})
