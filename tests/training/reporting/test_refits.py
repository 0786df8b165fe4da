"""The learning curve: nested subsets of whole groups, fits that fail or take too long."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.training.learners.base import Learner, Pruned, unwatched
from mixolydian.training.reporting.refits import learning_curve, subset
from tests.training.reporting.conftest import examples


def test_subsets_are_nested_and_hold_whole_groups_of_every_class():
    train = examples(400, 5)
    parts = [set(subset(train, share, 0)) for share in (0.125, 0.25, 0.5, 1.0)]
    for smaller, larger in pairwise(parts):
        assert smaller < larger
    assert parts[-1] == set(range(400))
    groups = np.asarray(train.groups)
    part = train.take(sorted(parts[0]))
    assert all((groups == name).sum() == part.groups.count(name) for name in set(part.groups))
    whole, small = (np.bincount(e.classes, minlength=3) / len(e) for e in (train, part))
    assert np.abs(whole - small).max() < 0.08


@dataclass(frozen=True)
class Refuses(Learner):
    name: ClassVar[str] = "refuses"

    def fit(self, train, valid, job):
        raise RequestError("at least 1000 examples are needed")


@dataclass(frozen=True)
class Slow(Learner):
    name: ClassVar[str] = "slow"

    def fit(self, train, valid, job):
        raise Pruned


def curve(learner, make_report):
    report = make_report()
    first = report.tested["held out"]
    parts = (report.train, report.valid, first.examples, first.scores)
    return learning_curve(learner, *parts, "accuracy", 0, unwatched)


def test_the_last_point_is_the_model_itself(make_report):
    found = curve(make_report().learner, make_report)
    assert found["note"] == ""
    assert found["points"][-1]["n"] == 160
    full = make_report().tested["held out"].scores
    assert found["points"][-1]["value"] == full.value("accuracy")


def test_a_fit_that_fails_or_takes_too_long_ends_it_with_a_note(make_report):
    found = curve(Refuses(), make_report)
    assert len(found["points"]) == 1
    assert "at least 1000" in found["note"]
    assert "takes longer" in curve(Slow(), make_report)["note"]
