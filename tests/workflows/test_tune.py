"""`tune`: the request is checked, the study is made, the command that follows is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("xgboost")
pytest.importorskip("optuna")

from mixolydian.app.cli import tune as skin
from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings
from mixolydian.training.recipe import Recipe
from mixolydian.workflows import tune as verb
from mixolydian.workflows.tune import TuneRequest, tune
from tests.training.learners.clouds import clouds


@dataclass(frozen=True)
class Toy(Recipe):
    name: ClassVar[str] = "toy"
    question: ClassVar[str] = "toy"
    inputs: ClassVar[str] = "figures"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {"k-nearest": {"k": 60}}

    def examples(self, workshop):
        return clouds(60 if workshop.quick else 120, 1, apart=0.8)

    def tests(self, workshop):
        return {}


@pytest.fixture
def toy(monkeypatch):
    monkeypatch.setattr(verb, "recipe", lambda name: Toy())


def test_the_command_trains_with_the_best(toy, tmp_path, capsys):
    seen = []
    result = tune(
        TuneRequest("toy", trials=3, quick=True),
        Settings(home=tmp_path),
        lambda what, done, of, figures: seen.append(what),
    )
    assert (tmp_path / "workshop" / "studies.sqlite").is_file()
    assert len(result.study.trials) == 3
    start = "mixo train toy --model k-nearest"
    best = result.study.settings
    assert result.command == (f"{start} --set k={best['k']}" if best else start)
    assert set(seen) == {"toy: settings of k-nearest"}
    skin._show(result)
    shown = capsys.readouterr().out
    assert "toy, k-nearest: 3 trials" in shown
    assert result.command in shown
    document = skin._document(result)
    assert document["schema"] == "mixolydian.tune/1"
    assert document["trials"][0]["settings"]


def test_a_workshop_can_be_named(toy, tmp_path):
    request = TuneRequest("toy", "k-nearest", 1, workshop=str(tmp_path / "shop"))
    tune(request, Settings(home=tmp_path / "home"))
    assert (tmp_path / "shop" / "best.json").is_file()
    assert not (tmp_path / "home").exists()


def test_wrong_requests_are_refused(tmp_path):
    with pytest.raises(RequestError, match="at least 1 trial"):
        TuneRequest("toy", trials=0)
    with pytest.raises(RequestError, match="folder of corpora"):
        TuneRequest("toy", data=str(tmp_path / "none"))
    with pytest.raises(RequestError, match="expected a recipe of"):
        tune(TuneRequest("no such recipe"), Settings(home=tmp_path))
