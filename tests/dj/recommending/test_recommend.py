"""What comes next: parts, order, reasons, and what is never suggested."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixolydian.dj.recommending import company, taste
from mixolydian.dj.recommending.recommend import WEIGHTS, Wish, weigh, with_transitions
from tests.dj.recommending.crates import shelf

ROWS = [
    (128.0, "8A", 5, "A"),
    (129.0, "8A", 5, "B"),
    (128.0, "2B", 5, "C"),
    (160.0, "8A", 9, "A"),
    (None, None, None, None),
]


def names(weighed, n=10):
    return [int(p) for p in weighed.best(n)]


def test_what_fits_comes_first_and_what_is_unknown_is_neither_best_nor_worst():
    weighed = weigh(shelf(*ROWS), Wish((0,)), None, None)
    assert names(weighed)[0] == 1
    assert names(weighed).index(4) in (1, 2)
    assert 0 not in names(weighed)
    best = weighed.suggestion(1)
    assert "the same key" in best.reason
    assert [p.name for p in best.parts] == ["tempo", "key", "energy"]
    assert [p.worth for p in weighed.suggestion(4).parts] == [None] * 3


def test_sound_leans_on_what_was_played_last():
    vectors = [[1, 0], [-1, 0], [1, 0.1], [-1, 0.1], [0, -1]]
    crate = shelf(*[(None,)] * 5, vectors=vectors)
    assert names(weigh(crate, Wish((1, 0)), None, None))[0] == 2
    assert names(weigh(crate, Wish((0, 1)), None, None))[0] == 3


def test_company_lifts_and_never_lowers():
    crate = shelf(*[(None,)] * 6)
    learnt = company.learn([[0, 1, 2], [0, 1], [3, 4]], 6, 2.0)
    weighed = weigh(crate, Wish((0,)), learnt, None)
    worth = weighed.worths["company"]
    assert names(weighed)[0] == 1
    assert worth[5] == worth.min() < worth[3] < worth[1]
    assert weighed.suggestion(1).parts[0].words == (
        "in 2 of your lists with what was played, 2 times straight after"
    )
    said = [weighed.suggestion(p).parts[0].words for p in (3, 5)]
    assert said == ["in 1 of your lists, never with what was played", "in no list of yours yet"]


def test_banned_tracks_and_artists_heard_are_out():
    crate = shelf(*ROWS)
    banned = taste.learn(crate, [(1, "ban")])
    assert names(weigh(crate, Wish((0,)), None, banned))[:1] != [1]
    assert 1 not in names(weigh(crate, Wish((0,)), None, banned))
    assert 3 not in names(weigh(crate, Wish((0,), no_artist_twice=True), None, None))


def test_context_moves_energy():
    rows = [(128.0, "8A", e) for e in (5, 3, 5, 7)]
    assert names(weigh(shelf(*rows), Wish((0,), "peak"), None, None))[0] == 3
    assert names(weigh(shelf(*rows), Wish((0,), "closing"), None, None))[0] in (1, 2)
    assert names(weigh(shelf(*rows), Wish((), "peak"), None, None))[0] == 3


def test_emotion_counts_where_it_is_known():
    emotions = {"happy": np.array([0.5, 0.1, 0.9, np.nan])}
    crate = shelf(*[(128.0, "8A", 5)] * 4, emotions=emotions)
    weighed = weigh(crate, Wish((0,), emotion="happy"), None, None)
    assert names(weighed) == [2, 3, 1]
    assert "happy at 90%" in weighed.suggestion(2).reason
    assert "cannot tell" in weighed.suggestion(3).parts[-1].words


def test_transitions_reorder_only_those_judged():
    crate = shelf(*[(128.0, "8A", 5)] * 4)
    weighed = weigh(crate, Wish((0,)), None, None)
    found = [weighed.suggestion(p) for p in names(weighed)]
    moved = with_transitions(found, {1: 0.3, 2: 0.6})
    assert [s.place for s in moved] == [2, 3, 1]
    assert {s.place: s.value for s in moved}[3] == found[0].value
    assert "0.60" in moved[0].reason
    assert with_transitions(found, {}) == found


maybe = st.one_of(st.none(), st.floats(60, 190))
keys = st.one_of(st.none(), st.builds("{}{}".format, st.integers(1, 12), st.sampled_from("AB")))
levels = st.one_of(st.none(), st.integers(1, 10))
artists = st.one_of(st.none(), st.sampled_from(["A", "b", "B ", "夜", ""]))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(maybe, keys, levels, artists), min_size=2, max_size=12),
    st.sampled_from(["", "warmup", "peak", "closing"]),
    st.booleans(),
    st.data(),
)
def test_any_crate_gets_an_answer(rows, context, once, data):
    crate = shelf(*rows)
    place = st.integers(0, len(rows) - 1)
    played = tuple(data.draw(st.lists(place, max_size=4)))
    said = data.draw(st.lists(st.tuples(place, st.sampled_from(["like", "skip", "ban"]))))
    lists = data.draw(st.lists(st.lists(place, max_size=5), max_size=4))
    learnt = company.learn(lists, len(rows))
    weighed = weigh(crate, Wish(played, context, "", once), learnt, taste.learn(crate, said))
    order = names(weighed, 100)
    assert not set(order) & set(played)
    assert all(not weighed.out[p] for p in order)
    for p in order:
        told = weighed.suggestion(p)
        assert 0.0 < told.value <= 1.0
        assert told.reason
        assert all(part.weight > 0 and part.name in WEIGHTS and part.words for part in told.parts)
    assert order == sorted(order, key=lambda p: -weighed.value[p])


def test_the_order_of_a_crate_does_not_matter():
    turned = [ROWS[0], *ROWS[:0:-1]]
    one, other = (weigh(shelf(*rows), Wish((0,)), None, None) for rows in (ROWS, turned))
    assert sorted(one.value) == pytest.approx(sorted(other.value))


def test_the_reason_names_what_speaks_against_it_too():
    crate = shelf((128.0, "8A", 5), (128.0, "2B", 5), (150.0, "8A", 5), (None, None, None))
    weighed = weigh(crate, Wish((0,)), None, None)
    reason = weighed.suggestion(1).reason
    assert reason.startswith("128.0 BPM after 128.0: the same tempo; energy stays at 5; but ")
    assert reason.endswith("8A to 2B: far keys, to be played without overlapping melodies")
    assert "but 150.0 BPM" in weighed.suggestion(2).reason
    assert weighed.suggestion(3).reason == "little speaks for it"
