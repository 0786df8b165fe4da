"""Taste: every opinion moves it, the last on a track holds, and skipped tracks are forgiven."""

from __future__ import annotations

import numpy as np

from mixolydian.dj.recommending.taste import learn
from tests.dj.recommending.crates import shelf

AB = [[1, 0.1], [0.9, 0.12], [-1, -0.1], [-0.9, -0.12]]


def crate():
    return shelf(*[(None, None, None, a) for a in ("X", "y", "x ", None)], vectors=AB)


def test_a_like_pulls_its_like_and_its_artist():
    taste = learn(crate(), [(0, "like")])
    assert taste.worth[1] > 0.5 > taste.worth[3]
    assert "sounds like what you like" in taste.words(1)
    assert "by an artist you like" in taste.words(2)
    assert taste.words(0) == "you liked it"
    assert taste.worth[0] == taste.worth.max()


def test_a_skip_pushes_less_than_a_like_pulls():
    liked, skipped = learn(crate(), [(0, "like")]), learn(crate(), [(0, "skip")])
    assert 0.0 < 0.5 - skipped.worth[1] < liked.worth[1] - 0.5
    assert not skipped.banned.any()


def test_the_last_word_holds():
    taste = learn(crate(), [(0, "ban"), (0, "like")])
    assert not taste.banned.any()
    assert taste.own == {0: "like"}
    assert learn(crate(), [(0, "like"), (0, "ban")]).banned.tolist() == [True, False, False, False]


def test_a_skipped_track_is_forgiven_in_time():
    later = [(3, "like")] * 40
    fresh, old = learn(crate(), [(0, "skip")]), learn(crate(), [(0, "skip"), *later])
    assert fresh.worth[0] < 0.1
    assert old.worth[0] > fresh.worth[0]


def test_tracks_without_sound_and_artist_are_judged_by_themselves_only():
    silent = shelf((None,), (None,))
    taste = learn(silent, [(0, "like")])
    assert taste.worth[1] == 0.5
    assert taste.words(1) == "your likes say nothing about it"
    assert np.isfinite(taste.worth).all()
