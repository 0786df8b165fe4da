"""`mixo evaluate` on the command line."""

from __future__ import annotations

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("onnx")

from mixolydian.workflows import evaluate as verb
from mixolydian.workflows import train as training
from tests.workflows.toy_recipe import Toy


@pytest.fixture
def run(monkeypatch, mixo):
    """The folder of a run."""
    monkeypatch.setenv("MIXOLYDIAN_TRACKING", "off")
    for module in (verb, training):
        monkeypatch.setattr(module, "recipe", lambda name: Toy())
    (document,) = mixo("train", "toy", "--json").documents
    return document


def test_a_table_of_scores(run, mixo):
    ran = mixo("evaluate", "toy", "--run", run["run"])
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].split()[:3] == ["Test", "set", "Metric"]
    row = lines[1].split()
    value = run["card"]["scores"]["held out"]["values"]["macro_f1"]
    assert row[:3] == ["held", "out", "macro_f1"]
    assert float(row[3]) == pytest.approx(value, abs=0.001)
    assert row[-1] == "–"


def test_json_of_the_model_that_answers(run, mixo):
    assert mixo("models", "--promote", run["run"]).code == 0
    (document,) = mixo("evaluate", "toy", "--json").documents
    assert (document["schema"], document["name"]) == ("mixolydian.scores/1", "toy")
    assert document["scores"] == run["card"]["scores"]
    assert document["errors"] == []


def test_a_model_that_is_not_there(run, mixo):
    ran = mixo("evaluate", "toy")
    assert (ran.code, ran.out) == (1, "")
    assert "no such model is in use" in ran.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing argument"),
        (["no-such-recipe"], "expected a recipe of"),
        (["music", "--data", "nowhere"], "folder of corpora"),
        (["music", "--jobs", "0"], "0"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage(mixo, arguments, says):
    ran = mixo("evaluate", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert len(ran.err.splitlines()) == 1
