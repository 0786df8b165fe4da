"""Tuning: trials are judged on folds, kept, gone on with, and only what is better is taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("xgboost")
pytest.importorskip("optuna")

from mixolydian.core.errors import RequestError
from mixolydian.training import tune as module
from mixolydian.training.learners import classic
from mixolydian.training.learners.base import Job, Learner, Pruned, Space, learner
from mixolydian.training.recipe import Recipe, chosen, material
from mixolydian.training.tune import Judge, as_options, tune
from mixolydian.training.workshop import Workshop
from tests.training.learners.clouds import clouds


@dataclass(frozen=True)
class Toy(Recipe):
    name: ClassVar[str] = "toy"
    question: ClassVar[str] = "toy"
    inputs: ClassVar[str] = "figures"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "k-nearest": {"k": 30},
        "logistic-regression": {},
        "dummy": {},
    }
    n: int = 120

    def examples(self, workshop):
        return clouds(self.n, 1, apart=0.8)

    def tests(self, workshop):
        return {"other": replace(clouds(20, 2), groups=("t",) * 20, ids=names(20))}


@dataclass(frozen=True)
class Losses(Toy):
    """A recipe that is judged by something of which less is better."""

    metric: ClassVar[str] = "log_loss"


def names(n):
    return tuple(f"test {i}" for i in range(n))


@pytest.fixture
def workshop(tmp_path):
    return Workshop(tmp_path / "shop", jobs=1)


def test_trials_are_kept_and_gone_on_with(workshop):
    seen = []
    watched = replace(workshop, watch=lambda what, done, of, figures: seen.append((done, of)))
    first = tune(Toy(), watched, "k-nearest", 3)
    assert [t.number for t in first.trials] == [0, 1, 2]
    assert seen[0] == (0, 3)
    assert seen[-1] == (3, 3)
    more = tune(Toy(), workshop, "k-nearest", 5)
    assert more.trials[:3] == first.trials
    assert len({t.settings["k"] for t in more.trials}) > 1
    assert tune(Toy(), workshop, "k-nearest", 4).trials == more.trials
    assert more.before == first.before


def kept_settings(workshop):
    """What `best.json` keeps of the toy's model."""
    kept = json.loads((workshop.folder / "best.json").read_text())
    return kept["toy"]["k-nearest"]["settings"]


def test_the_best_is_what_judging_it_again_gives(workshop):
    found = tune(Toy(), workshop, None, 6)
    assert found.model == "k-nearest"
    judge = Judge(Toy(), chosen(Toy(), None, {}), material(Toy(), workshop), 0)
    assert judge.score(found.settings) == pytest.approx(found.score)
    assert judge.score({}) == found.before
    assert found.score == max([found.before, *[t.score for t in found.best]])
    assert kept_settings(workshop) == found.settings


def test_less_can_be_better(workshop):
    found = tune(Losses(), workshop, "logistic-regression", 5)
    assert found.score <= found.before
    assert found.best[0].score == min(t.score for t in found.trials if t.score is not None)
    assert found.score > 0


def test_nothing_better_leaves_the_settings_alone(workshop, monkeypatch):
    worse = {"k": Space(1, 1, integer=True)}
    monkeypatch.setattr(classic.KNearest, "space", worse)
    found = tune(Toy(), workshop, "k-nearest", 2)
    assert (found.settings, found.score) == ({}, found.before)
    assert as_options(found.settings) == ""
    assert kept_settings(workshop) == {}


def test_other_data_begin_another_study(workshop):
    assert len(tune(Toy(), workshop, None, 2).trials) == 2
    assert len(tune(Toy(n=130), workshop, None, 1).trials) == 1
    (workshop.folder / "best.json").write_text("broken")
    found = tune(Toy(), workshop, None, 1)
    assert len(found.trials) == 2
    assert kept_settings(workshop) == found.settings, "a broken file is made anew"


def test_the_tests_are_never_looked_at(workshop):
    judge = Judge(Toy(), chosen(Toy(), None, {}), material(Toy(), workshop), 0)
    train = judge.material.train
    assert not {"t"} & set(train.groups)
    for fold in judge.folds():
        groups = np.asarray(train.groups)
        assert not set(groups[fold.train]) & set(groups[fold.test])
        assert not set(judge.material.valid.groups) & set(groups)


def test_a_trial_can_be_given_up(workshop):
    judge = Judge(Toy(), chosen(Toy(), None, {}), material(Toy(), workshop), 0)
    told = []
    with pytest.raises(Pruned):
        judge.score({}, lambda step, value: told.append((step, value)) or step == 1)
    assert [step for step, _ in told] == [0, 1]


def test_a_killed_study_goes_on(workshop, monkeypatch):
    real, calls = classic.KNearest.fit, []

    def dying(self, train, valid, job):
        calls.append(1)
        if len(calls) == 12:
            raise KeyboardInterrupt
        return real(self, train, valid, job)

    monkeypatch.setattr(classic.KNearest, "fit", dying)
    with pytest.raises(KeyboardInterrupt):
        tune(Toy(), workshop, None, 3)
    found = tune(Toy(), workshop, None, 3)
    assert sum(t.score is not None for t in found.trials) == 3


def test_settings_that_cannot_be_used_are_a_failed_trial(workshop, monkeypatch):
    real = classic.KNearest.fit

    def odd(self, train, valid, job):
        if self.k % 2 == 0 and self.k != 30:
            raise RequestError("even")
        return real(self, train, valid, job)

    monkeypatch.setattr(classic.KNearest, "fit", odd)
    found = tune(Toy(), workshop, None, 8)
    assert {t.score is None for t in found.trials} == {True, False}
    monkeypatch.setattr(classic.KNearest, "space", {"k": Space(4, 4, integer=True)})
    with pytest.raises(RequestError, match="even"):
        tune(Toy(), workshop, None, 2)


class _Fitted:
    history, importances = (), None

    def scores(self, inputs, mask=None):
        return np.zeros((len(inputs), 3), np.float32)


@dataclass(frozen=True)
class Epochs(Learner):
    """A stand-in for a neural learner: it tells a score per epoch."""

    name: ClassVar[str] = "k-nearest"
    neural: ClassVar[bool] = True
    space: ClassVar[Mapping[str, Space]] = {
        "lr": Space(1e-4, 1e-1, log=True),
        "hidden": Space(choices=((8,), (8, 4))),
    }
    lr: float = 0.01
    hidden: tuple[int, ...] = (8,)
    k: int = 1

    def fit(self, train, valid, job: Job):
        for epoch in range(1, 5):
            if job.prune(epoch, -self.lr * epoch):
                raise Pruned
        return _Fitted()


def test_epochs_that_lag_behind_end_a_trial(workshop, monkeypatch):
    monkeypatch.setattr(classic, "KNearest", Epochs)
    assert learner("k-nearest") is Epochs
    found = tune(Toy(), workshop, None, 10)
    given_up = [t.settings["lr"] for t in found.trials if t.score is None]
    kept = [t.settings["lr"] for t in found.trials if t.score is not None]
    assert given_up
    assert kept
    assert min(given_up) > min(kept)
    assert {t.settings["hidden"] for t in found.trials} == {"8", "8,4"}
    assert Epochs.made(found.trials[0].settings).hidden in ((8,), (8, 4))


def test_what_cannot_be_tuned_is_refused(workshop, monkeypatch):
    with pytest.raises(RequestError, match="no setting to tune"):
        tune(Toy(), workshop, "dummy", 1)
    with pytest.raises(RequestError, match="expected a model of k-nearest"):
        tune(Toy(), workshop, "svm", 1)

    def absent(name: str) -> Any:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(module.importlib, "import_module", absent)
    monkeypatch.setattr(module, "chosen", lambda *_: classic.KNearest())
    with pytest.raises(RequestError, match="needs optuna, which is not there; pip install"):
        tune(Toy(), workshop, None, 1)
    assert not Path(workshop.folder / "studies.sqlite").exists()


def test_options_are_those_of_the_command_line():
    assert as_options({"c": 0.5, "balance": True}) == "--set c=0.5 --set balance=True"
