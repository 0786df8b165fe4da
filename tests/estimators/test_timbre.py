"""Timbre: a vector that follows colour and ignores gain."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.estimators.timbre import TimbreEstimator
from tests.estimators import form_sounds as fs


def facts(y):
    return TimbreEstimator().estimate(fs.listen(y), {}).value.facts


def test_gain_does_not_matter():
    y = fs.render([(4, "kick hats bass pad")])
    assert facts(y / 50)["vector"] == pytest.approx(facts(y)["vector"], abs=0.02)


def test_vectors_have_one_length_and_are_finite():
    lengths = set()
    for y in (fs.tone(440.0, 1.0), 0.1 * np.random.default_rng(0).standard_normal(fs.SR)):
        vector = np.array(facts(y)["vector"])
        assert np.isfinite(vector).all()
        lengths.add(vector.size)
    assert len(lengths) == 1


def test_like_is_nearer_than_unlike():
    first = np.array(facts(fs.render([(4, "kick hats bass pad")], 128.0))["vector"])
    same = np.array(facts(fs.render([(4, "kick hats bass pad")], 124.0))["vector"])
    other = np.array(facts(fs.render([(4, "pad")], 128.0))["vector"])
    assert np.linalg.norm(first - same) < np.linalg.norm(first - other)


def test_brighter_sound_reads_brighter():
    low, high = facts(fs.tone(110.0, 2.0)), facts(fs.tone(1760.0, 2.0))
    assert low["brightness"] < high["brightness"]
    assert low["text"].startswith("dark")


def test_noise_reads_noisy():
    y = 0.1 * np.random.default_rng(0).standard_normal(3 * fs.SR)
    assert "noisy" in facts(y)["text"]
