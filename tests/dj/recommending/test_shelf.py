"""A shelf's vectors of sound: each in its track's row, of length 1, zeros where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.dj.recommending.shelf import sounds_of, unit_sounds

VECTORS = np.array([[1.0, 5.0, 2.0], [3.0, 5.0, 1.0], [2.0, 5.0, 9.0]], dtype=np.float32)


def test_every_track_gets_its_own_sound():
    found = sounds_of(["c", "a", "b"], VECTORS, {"a": 0, "b": 1, "silent": 2, "c": 3})
    np.testing.assert_array_equal(found[[3, 0, 1]], unit_sounds(VECTORS))
    np.testing.assert_array_equal(found[2], 0.0)


def test_tracks_that_are_gone_do_not_count():
    places = {"a": 0, "b": 1}
    found = sounds_of(["c", "a", "b"], VECTORS, places)
    np.testing.assert_array_equal(found, unit_sounds(VECTORS[1:]))


def test_what_is_the_same_in_all_says_nothing():
    found = unit_sounds(VECTORS)
    np.testing.assert_array_equal(found[:, 1], 0.0)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1.0)


def test_no_tracks_are_no_rows():
    assert sounds_of([], np.zeros((0, 3), np.float32), {}).shape == (0, 3)
