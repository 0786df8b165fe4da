"""Drop F-measures and the counts that pool them."""

import pytest

from mixolydian.core.types import Drop
from mixolydian.evaluation import drops


def at(*times):
    return [Drop(t, 0.8) for t in times]


def test_tolerances():
    scores = drops.evaluate(at(60, 120), at(60.05, 120.3))
    assert scores.f_01 == pytest.approx(0.5)
    assert scores.f_05 == 1
    assert (scores.hits_01, scores.hits_05) == (1, 2)


def test_each_drop_is_matched_once():
    scores = drops.evaluate(at(60), at(59.95, 60.05))
    assert scores.f_01 == pytest.approx(2 / 3)


def test_nothing_to_find():
    assert drops.evaluate([], None).f_01 is None
    assert drops.evaluate([], at(3)).f_01 == 0
    assert drops.evaluate(at(3), None).f_05 == 0
    assert drops.pooled_f(0, 0, 0) is None
