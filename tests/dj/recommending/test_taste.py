"""Taste: every opinion moves it, the last on a track holds, and skipped tracks are forgiven."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.dj.recommending.taste import learn, weights_of
from tests.dj.recommending.crates import shelf

AB = [[1, 0.1], [0.9, 0.12], [-1, -0.1], [-0.9, -0.12]]


def crate():
    return shelf(*[(None, None, None, a) for a in ("X", "y", "x ", None)], vectors=AB)


def test_a_like_pulls_its_like_and_its_artist():
    taste = learn(crate(), [(0, "like")])
    assert taste.worth[1] > 0.5 > taste.worth[3]
    assert "sounds like what you like" in taste.words(1)
    assert taste.artist[2] > taste.artist[3] == 0.0
    silent = shelf(*[(None, None, None, "X")] * 2)
    assert learn(silent, [(0, "like")]).words(1) == "by an artist you like"
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
    assert taste.words(1) == "your likes say little about it"
    assert np.isfinite(taste.worth).all()


def rated(*votes, vectors=AB):
    """A shelf of (stars, plays) rows."""
    return shelf(*[(None, None, None, None, *vote) for vote in votes], vectors=vectors)


def test_nothing_rated_and_nothing_played_says_nothing():
    silent = learn(rated((None, None), (None, 0), (None, None), (None, None)), [])
    assert not silent.says
    assert silent.worth.tolist() == [0.5] * 4


def test_a_vote_pulls_its_like_less_than_a_like():
    voted = learn(rated((5, 40), (None, None), (None, None), (None, None)), [])
    liked = learn(rated(*[(None, None)] * 4), [(0, "like")])
    assert voted.says
    assert voted.words(0).startswith("you gave it five stars and played it 40 times")
    assert voted.words(1) == "sounds like what you rate or play most"
    for place in (0, 1):
        assert 0.5 < voted.worth[place] < liked.worth[place]
    assert voted.worth[3] < 0.5


def test_all_votes_together_weigh_no_more_than_one_like():
    one, many = rated((5, None), *[(None, None)] * 99, vectors=np.tile(AB, (25, 1))), None
    many = rated(
        *[(5, 9) if n % 4 < 2 else (1, None) for n in range(100)], vectors=np.tile(AB, (25, 1))
    )
    strongest = np.abs(learn(many, []).sound).max()
    assert strongest <= np.abs(learn(one, [(0, "like")]).sound).max() + 1e-6
    skipped = learn(many, [(0, "skip")])
    assert skipped.worth[0] < 0.1


def test_words_take_the_side_of_the_worth():
    votes = rated((5, 40), (4, 2), (None, None), (None, None))
    skipped = learn(votes, [(0, "skip")])
    assert skipped.worth[1] < 0.5
    assert skipped.words(1) == "sounds like what you skip"
    none = rated(*[(None, None)] * 4)
    assert learn(none, [(0, "skip")]).words(3) == "sounds unlike what you skip"
    assert learn(none, [(0, "like")]).words(3) == "sounds unlike what you like"
    low = rated((1, None), *[(None, None)] * 3)
    assert learn(low, []).words(1) == "sounds like what you rate low"


def test_a_word_of_the_user_makes_the_vote_void():
    votes = rated((5, 40), (None, None), (None, None), (None, None))
    without = rated(*[(None, None)] * 4)
    assert (
        learn(votes, [(0, "skip")]).worth.tolist() == learn(without, [(0, "skip")]).worth.tolist()
    )
    assert learn(votes, [(0, "like")]).words(0) == "you liked it"


@pytest.mark.parametrize(
    ("votes", "places"),
    [
        ([(5, None), (3, None), (1, None)], [1, 0, -1]),
        ([(5, None)] * 100, [0]),
        ([(None, 1), (None, 7), (None, 0)], [0.25, 0.75, 0]),
        ([(None, 3), (None, 3), (None, None)], [0.5, 0.5, 0]),
    ],
)
def test_stars_count_against_the_usual_and_plays_by_rank(votes, places):
    found = weights_of(rated(*votes, vectors=None).votes)
    largest = 0.3 if votes[0][0] else 0.2
    assert found[: len(places)] / largest == pytest.approx(places, abs=0.11)
    assert np.abs(found).max() <= 0.5
