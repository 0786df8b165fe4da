"""Voices of learned models: what they are shown, and how they are heard beside the other parts."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.dj.recommending.learned import (
    CALM,
    KEYS,
    TEMPI,
    Voice,
    content,
    voice,
    with_voices,
    worth,
)
from mixolydian.dj.recommending.recommend import LEAST, Wish, weigh
from tests.dj.recommending.crates import shelf

CRATE = shelf((120, "8A", 5, "x"), (126, "8B", 6, "x"), (None, None, None, None), (60, "8A", 5, ""))
COLUMNS = content(CRATE).shape[1]


def says(scores):
    """A network that wants what `scores` says, whatever was played."""

    def ask(rows):
        number = rows[:, -1, 0].astype(int)
        wanted = np.ones((len(rows), 1), np.float32)
        return np.concatenate([wanted, np.zeros_like(wanted), np.array([scores]).T[number]], axis=1)

    return ask


def test_what_is_not_known_is_nothing():
    seen = content(CRATE)
    assert np.isfinite(seen).all()
    assert not seen[2].any()
    assert seen[0, :KEYS].tolist() == seen[3, :KEYS].tolist()
    assert seen[0, :12].sum() == 1.0
    assert seen[1, 12:KEYS].sum() == 1.0
    tempo = slice(KEYS, KEYS + len(TEMPI))
    assert abs(int(seen[1, tempo].argmax()) - int(seen[0, tempo].argmax())) == 1


def test_tracks_are_shown_by_the_number_the_model_knows():
    found = voice("next_graph", says([0, 1, 2, 3, 4]), ["t3", "gone", "t0"], 1.0, CRATE)
    assert found.shown[:, 0].tolist() == [3, 0, 0, 1]
    assert found.played.tolist() == [3, 0, 0, 1]
    assert found.shown.shape == (4, 1 + COLUMNS)


def test_a_voice_moves_the_order_by_its_weight():
    weighed = weigh(CRATE, Wish((0,)), None, None)
    assert weighed.best(1)[0] == 3
    ids = CRATE.ids
    loud = voice("next_graph", says([0, 0, 0, 9, 0]), ids, 50.0, CRATE)
    heard = with_voices(weighed, [loud], (0,))
    assert heard.best(1)[0] == 2
    part = heard.suggestion(2).parts[-1]
    assert (part.name, part.worth, part.weight) == ("next_graph", 1.0, 50.0)
    assert "number 1 of 3" in part.words
    total = sum(weighed.weights[name] for name in weighed.worths)
    low = np.exp((total * np.log(weighed.value[1]) + 50.0 * np.log(LEAST)) / (total + 50.0))
    assert heard.value[1] == pytest.approx(low)


def test_a_voice_without_weight_and_an_opening_change_nothing():
    weighed = weigh(CRATE, Wish((0,)), None, None)
    mute = voice("next_graph", says([0, 1, 2, 3, 4]), CRATE.ids, 0.0, CRATE)
    assert with_voices(weighed, [mute], (0,)) is weighed
    opening = weigh(CRATE, Wish((), "peak"), None, None)
    loud = voice("next_graph", says([0, 1, 2, 3, 4]), CRATE.ids, 9.0, CRATE)
    assert with_voices(opening, [loud], ()) is opening


def test_worth_falls_from_the_best_that_may_be_played():
    out = np.array([True, False, False])
    found = worth(np.array([9.0, 4.0, 4.0 - CALM], np.float32), out)
    assert found.tolist() == pytest.approx([1.0, 1.0, np.exp(-1.0)])
    assert worth(np.array([1.0], np.float32), np.array([True])).shape == (1,)


def test_a_long_set_is_seen_from_its_end():
    asked = []

    def ask(rows):
        asked.append(rows.shape)
        return np.zeros((len(rows), 3), np.float32)

    found = Voice("x", 1.0, np.zeros((4, 2), np.float32), np.zeros((4, 1)), np.zeros(4), ask)
    found.scores([0, 1] * 60)
    assert asked == [(1, 50, 2)]
