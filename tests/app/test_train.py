"""`mixo train` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("onnx")

from mixolydian.app.cli import train as skin
from mixolydian.training.recipe import RunResult
from mixolydian.workflows import train as verb
from tests.models.networks import card
from tests.workflows.toy_recipe import Toy


@pytest.fixture
def toy(monkeypatch):
    monkeypatch.setenv("MIXOLYDIAN_TRACKING", "off")
    monkeypatch.setattr(verb, "recipe", lambda name: Toy())


def test_the_scores_and_what_to_do_next(toy, mixo, tmp_path):
    ran = mixo("train", "toy", "--set", "k=5")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].split()[:3] == ["Test", "set", "Metric"]
    assert lines[1].split()[:3] == ["held", "out", "macro_f1"]
    promote = lines[-1].partition("mixo models ")[2]
    assert Path(promote.removeprefix("--promote ")).is_dir()
    assert "counting: 1 of 1" in ran.err
    assert "of 120" not in ran.out, "progress goes to the other side"
    assert mixo("models", *promote.split()).code == 0


def test_json(toy, mixo):
    (document,) = mixo("train", "toy", "--quick", "--seed", "2", "--json").documents
    assert document["schema"] == "mixolydian.run/1"
    assert document["card"]["learner"] == "k-nearest"
    assert Path(document["run"]).is_dir()
    assert document["errors"] == []


def test_a_model_without_labels_shows_what_it_reached(capsys):
    def figures(value):
        return {"held out": {"values": {"retrieval": value}, "intervals": {}}}

    shown = card(scores=figures(0.61), baseline=figures(0.25))
    skin._show(RunResult(Path("run"), shown, {}, {}, 3.0))
    assert "held out: retrieval 0.610 (baseline 0.250)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing argument"),
        (["no-such-recipe"], "expected a recipe of"),
        (["music", "--data", "nowhere"], "folder of corpora"),
        (["music", "--model", "crystal-ball"], "expected a model of"),
        (["music", "--set", "lr"], "expected a setting such as"),
        (["music", "--set", "depth=3"], "no setting depth"),
        (["music", "--jobs", "0"], "0"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage(mixo, arguments, says):
    pytest.importorskip("torch")
    ran = mixo("train", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert len(ran.err.splitlines()) == 1
