"""Stacks: several learners, judged by what they say about examples they did not see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("xgboost")
pytest.importorskip("onnx")

from mixolydian.core.errors import RequestError
from mixolydian.models.calibration import Calibration
from mixolydian.training.learners.base import Job
from mixolydian.training.learners.stacked import Stacked
from tests.training.learners.clouds import clouds
from tests.training.learners.toys import shipped

PARTS = "discriminant,random-forest:trees=8,xgboost:rounds=8:eta=0.3,k-nearest"


@pytest.mark.parametrize("absent", [None, 1], ids=["all", "one absent"])
@pytest.mark.parametrize("exclusive", [True, False], ids=["exclusive", "independent"])
def test_the_network_says_the_same(exclusive, absent):
    train = clouds(120, 1, exclusive=exclusive, absent=absent)
    test = clouds(150, 3, exclusive=exclusive, absent=absent)
    model = Stacked(PARTS, folds=3).fit(train, clouds(40, 2, exclusive=exclusive), Job(1))
    p = Calibration().apply(model.scores(test.inputs), exclusive)
    theirs = Calibration().apply(shipped(model.onnx(), test.inputs), exclusive)
    assert np.abs(p - theirs).max() < 1e-5
    right = p.argmax(1) == test.classes if exclusive else (p > 0.5) == (test.targets > 0.5)
    assert right.mean() > 0.85
    assert model.spread(test.inputs).shape == p.shape
    assert model.importances.sum() == pytest.approx(1.0)
    assert model.history == ()


def test_a_neural_network_can_be_a_part():
    pytest.importorskip("torch")
    pytest.importorskip("lightning")
    train, test = clouds(80, 1), clouds(40, 3)
    model = Stacked("perceptron:epochs=3:hidden=8,dummy", folds=2).fit(train, test, Job())
    ours, theirs = model.scores(test.inputs), shipped(model.onnx(), test.inputs)
    np.testing.assert_allclose(
        Calibration().apply(ours, True), Calibration().apply(theirs, True), atol=1e-5
    )


def test_a_part_that_only_remembers_is_not_believed():
    train, test = clouds(200, 1, apart=0.0), clouds(200, 3, apart=0.0)
    model = Stacked("random-forest:trees=20", folds=4).fit(train, test, Job())
    alone, together = (
        Calibration().apply(m.scores(train.inputs), True).max(axis=1).mean()
        for m in (model.parts[0], model)
    )
    # it knows the training part by heart, and its judge knows what that is worth
    assert alone > 0.7
    assert together < 0.5


def test_settings_are_read_and_kept():
    stack = Stacked.made({"learners": " svm:c=8:gamma=0.5 , random-forest:extra=true"})
    svm, forest = stack.parts()
    assert (svm.c, svm.gamma, forest.extra) == (8.0, 0.5, True)


@pytest.mark.parametrize(
    ("learners", "says"),
    [
        ("", "names of other learners"),
        ("svm,stacked", "names of other learners"),
        ("svm,forest", "expected a model of"),
        ("svm:d=3", "no setting d"),
        ("svm:c=x", "expected a value like"),
    ],
)
def test_wrong_parts_are_refused(learners, says):
    with pytest.raises(RequestError, match=says):
        Stacked(learners).parts()


def test_one_group_or_one_class_is_refused():
    train = clouds(20, 1)
    with pytest.raises(RequestError, match="at least 2 groups"):
        Stacked("dummy").fit(replace(train, groups=("a",) * 20), train, Job())
    one = replace(train, targets=np.tile(np.float32([1, 0, 0]), (20, 1)))
    with pytest.raises(RequestError, match="two classes"):
        Stacked("dummy").fit(one, one, Job())
