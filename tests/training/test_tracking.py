"""Tracking: what a run was made with and what came out is kept, whoever keeps it."""

from __future__ import annotations

import logging
import sqlite3
import sys
from contextlib import closing
from types import ModuleType

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.evaluation.classification import score
from mixolydian.training import tracking
from mixolydian.training.learners.base import Fitted, Job, Learner
from mixolydian.training.tracking import Tracker


class Toy(Learner):
    """A learner of two settings."""

    name = "toy"

    def __init__(self) -> None:
        object.__setattr__(self, "lr", 0.1)
        object.__setattr__(self, "hidden", (8, 4))

    def fit(self, train, valid, job: Job) -> Fitted:
        raise NotImplementedError


SCORES = {"held out": score(np.eye(3) * 0.7 + 0.1, np.eye(3), "abc")}
HISTORY = (
    {"epoch": 1, "train_loss": 0.5, "valid_loss": float("nan")},
    {"epoch": 2, "train_loss": 0.4, "valid_loss": 0.6},
)


def rows(folder, query):
    with closing(sqlite3.connect(folder / "mlflow.sqlite")) as store:
        return store.execute(query).fetchall()


class TestMlflow:
    @pytest.fixture(autouse=True)
    def _mlflow(self, monkeypatch):
        pytest.importorskip("mlflow")
        pytest.importorskip("sqlalchemy")
        monkeypatch.delenv(tracking.VARIABLE, raising=False)

    def test_runs_are_kept(self, tmp_path, capfd):
        with Tracker(tmp_path).run("emotion", Toy(), seed=7) as log:
            log.scores(SCORES, HISTORY)
        assert capfd.readouterr() == ("", "")
        assert ("hidden", "(8, 4)") in rows(tmp_path, "select key, value from params")
        tags = dict(rows(tmp_path, "select key, value from tags"))
        assert (tags["seed"], tags["model"]) == ("7", "toy")
        assert tags["code"]
        found = rows(tmp_path, "select key, value, step from metrics where is_nan = 0")
        assert ("train_loss", 0.5, 1) in found
        assert ("valid_loss", 0.6, 2) in found
        assert ("held out/accuracy", 1.0, 0) in found
        assert not [row for row in found if row[0] == "valid_loss" and row[2] == 1]
        assert rows(tmp_path, "select name from experiments where name = 'emotion'")
        assert rows(tmp_path, "select status from runs") == [("FINISHED",)]
        self.a_failed_run_is_marked(tmp_path)
        self.a_store_that_breaks_costs_no_model(tmp_path)

    def a_failed_run_is_marked(self, folder):
        with pytest.raises(RuntimeError), Tracker(folder).run("emotion", Toy()):
            raise RuntimeError
        statuses = rows(folder, "select status from runs order by start_time")
        assert statuses == [("FINISHED",), ("FAILED",)]

    def a_store_that_breaks_costs_no_model(self, folder):
        with Tracker(folder).run("emotion", Toy()) as log:
            log.run_id = "no such run"
            log.scores(SCORES)


def test_off_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv(tracking.VARIABLE, "off")
    with Tracker(tmp_path / "shop").run("emotion", Toy()) as log:
        log.scores(SCORES, HISTORY)
    assert not (tmp_path / "shop").exists()


def test_without_mlflow_nothing_is_kept(monkeypatch):
    monkeypatch.delenv(tracking.VARIABLE, raising=False)
    monkeypatch.setattr(tracking, "find_spec", lambda name: None)
    assert tracking.tracking() == "off"


def test_another_kind_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv(tracking.VARIABLE, "paper")
    with (
        pytest.raises(RequestError, match="expects mlflow, wandb, off, found 'paper'"),
        Tracker(tmp_path).run("emotion", Toy()),
    ):
        pass


class StandIn(ModuleType):
    """What Weights & Biases looks like from here."""

    def __init__(self) -> None:
        super().__init__("wandb")
        self.opened: dict = {}
        self.logged: list = []
        self.exit_code: int | None = None

    def init(self, **options):
        self.opened = options
        return self

    def log(self, figures, step=None):
        self.logged.append((step, figures))

    def finish(self, exit_code):
        self.exit_code = exit_code


@pytest.fixture
def wandb(monkeypatch):
    module = StandIn()
    monkeypatch.setitem(sys.modules, "wandb", module)
    monkeypatch.setenv(tracking.VARIABLE, "wandb")
    monkeypatch.delenv("WANDB_MODE", raising=False)
    return module


def test_weights_and_biases_stay_at_home(tmp_path, wandb):
    with Tracker(tmp_path).run("emotion", Toy(), seed=3) as log:
        log.scores(SCORES, HISTORY)
    assert wandb.opened["mode"] == "offline"
    assert wandb.opened["dir"] == str(tmp_path)
    assert wandb.opened["config"]["lr"] == 0.1
    assert wandb.opened["config"]["seed"] == "3"
    assert wandb.logged[0] == (1, {"train_loss": 0.5})
    assert wandb.logged[-1][1]["held out/accuracy"] == 1.0
    assert wandb.exit_code == 0


def test_a_user_may_send_them(tmp_path, wandb, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "online")
    with pytest.raises(RuntimeError), Tracker(tmp_path).run("emotion", Toy()):
        raise RuntimeError
    assert (wandb.opened["mode"], wandb.exit_code) == ("online", 1)


def test_what_is_not_installed_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(tracking.VARIABLE, "wandb")
    monkeypatch.setitem(sys.modules, "wandb", None)
    with (
        pytest.raises(RequestError, match="needs wandb, which is not installed; pip install wandb"),
        Tracker(tmp_path).run("emotion", Toy()),
    ):
        pass


def test_loggers_speak_again_afterwards():
    logger = logging.getLogger("mlflow")
    before = logger.level
    with tracking._hushed():
        assert logger.level == logging.ERROR
    assert logger.level == before
