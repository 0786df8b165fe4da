"""`evaluate`: the model that answers, scored again on what it never learnt from."""

from __future__ import annotations

import shutil

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from mixolydian.core.errors import ModelError, RequestError
from mixolydian.core.settings import Settings
from mixolydian.workflows import evaluate as verb
from mixolydian.workflows import train as training
from mixolydian.workflows.evaluate import EvaluateRequest, evaluate
from mixolydian.workflows.models import ModelsRequest, models
from mixolydian.workflows.train import TrainRequest, train
from tests.workflows.toy_recipe import Toy


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home in which a model answers, and the run it comes from."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), jobs=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIXOLYDIAN_TRACKING", "off")
        patch.setattr(training, "recipe", lambda name: Toy())
        result = train(TrainRequest("toy", seed=3), settings)
    models(ModelsRequest(promote=str(result.folder)), settings)
    return settings, result


@pytest.fixture(autouse=True)
def toy(monkeypatch):
    known = verb.recipe
    monkeypatch.setattr(verb, "recipe", lambda name: Toy() if name == "toy" else known(name))


def same(found, result):
    assert found.scores.keys() == result.scores.keys()
    for name, scores in found.scores.items():
        for metric in ("accuracy", "macro_f1", "ece", "log_loss"):
            assert scores.value(metric) == pytest.approx(result.scores[name].value(metric))
            kept = result.card.scores[name]["values"][metric]
            assert scores.value(metric) == pytest.approx(kept, abs=1e-4)


def test_the_model_that_answers_has_the_scores_of_its_card(made):
    settings, result = made
    told = []
    found = evaluate(
        EvaluateRequest("toy", seed=3), settings, lambda what, *rest: told.append(what)
    )
    same(found, result)
    assert found.card.weights == result.card.weights
    assert told == ["counting"]


def test_a_run_can_be_scored_before_it_answers(made, tmp_path):
    result = made[1]
    elsewhere = Settings(home=tmp_path, jobs=1)
    same(evaluate(EvaluateRequest("toy", str(result.folder), seed=3), elsewhere), result)


def test_less_data_is_scored_quicker(made):
    settings, result = made
    (quick,) = evaluate(EvaluateRequest("toy", seed=3, quick=True), settings).scores.values()
    (whole,) = result.scores.values()
    assert quick.to_json() != whole.to_json()


def test_without_a_model_it_says_so(tmp_path):
    with pytest.raises(ModelError, match="toy: no such model"):
        evaluate(EvaluateRequest("toy"), Settings(home=tmp_path))
    with pytest.raises(ModelError, match="cannot be read"):
        evaluate(EvaluateRequest("toy", str(tmp_path / "none")), Settings(home=tmp_path))
    with pytest.raises(RequestError, match="expected a recipe of"):
        evaluate(EvaluateRequest("polka"), Settings(home=tmp_path))


def test_a_changed_network_is_refused(made, tmp_path):
    copy = shutil.copytree(made[1].folder, tmp_path / "copy")
    with (copy / "model.onnx").open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelError, match="changed or damaged"):
        evaluate(EvaluateRequest("toy", str(copy)), made[0])


@pytest.mark.parametrize(("wrong", "says"), [({"data": "none"}, "corpora"), ({"jobs": 0}, "0")])
def test_wrong_requests(wrong, says):
    with pytest.raises(RequestError, match=says):
        EvaluateRequest("toy", **wrong)


def test_a_model_beside_another_embedding_is_refused(made, monkeypatch):
    monkeypatch.setattr(Toy, "facts", lambda which, workshop: {"embedding": "another"})
    with pytest.raises(ModelError, match="another embedding"):
        evaluate(EvaluateRequest("toy", seed=3), made[0])
