"""Worths of steps in tempo, key and energy."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.dj.recommending.steps import (
    energy_words,
    energy_worth,
    key_words,
    key_worth,
    tempo_words,
    tempo_worth,
    wanted_energy,
)
from tests.dj.recommending.crates import shelf


def test_near_tempi_are_worth_more_and_half_time_is_near():
    crate = shelf((128.0,), (130.0,), (64.0,), (140.0,), (100.0,), (None,))
    worth = tempo_worth(crate, 0)
    assert worth[0] == 1.0
    assert worth[0] > worth[1] > worth[2] > worth[3] > worth[4]
    assert np.isnan(worth[5])
    assert "half time" not in tempo_words(crate, 0, 1)
    assert tempo_words(crate, 0, 0) == "128.0 BPM after 128.0: the same tempo"
    assert "the same tempo" in tempo_words(crate, 0, 2)
    assert tempo_words(crate, 0, 5) == "tempo not known"


@pytest.mark.parametrize(
    ("to", "worth", "words"),
    [
        ("8A", 1.0, "same key"),
        ("8B", 0.9, "relative"),
        ("9A", 0.9, "fifth"),
        ("7A", 0.9, "fifth"),
        ("11B", 0.45, "parallel"),
        ("3A", 0.3, "semitone"),
        ("2A", 0.2, "far"),
    ],
)
def test_keys_by_the_wheel(to, worth, words):
    crate = shelf((None, "8A"), (None, to))
    assert key_worth(crate, 0)[1] == worth
    assert words in key_words(crate, 0, 1)


def test_the_wheel_is_round():
    crate = shelf((None, "12A"), (None, "1A"), (None, None))
    worth = key_worth(crate, 0)
    assert worth[1] == 0.9
    assert np.isnan(worth[2])


@pytest.mark.parametrize(
    ("context", "now", "wanted"),
    [("", 6, 6), ("warmup", 2, 2.75), ("warmup", 7, 6.25), ("peak", 4, 6), ("closing", 8, 7),
     ("peak", np.nan, 8.5)],
)  # fmt: skip
def test_where_energy_should_go(context, now, wanted):
    assert wanted_energy(context, now) == wanted


def test_energy_near_the_wanted_one():
    crate = shelf((None, None, 4), (None, None, 6), (None, None, 9), (None, None, None))
    worth = energy_worth(crate, 6.0)
    assert worth[1] == 1.0
    assert worth[0] > worth[2]
    assert np.isnan(worth[3])
    assert energy_words(crate, 0, 1, "peak") == "energy 4 to 6, for peak time"
