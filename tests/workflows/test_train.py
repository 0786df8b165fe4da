"""`train`: the request is checked, the recipe is followed, what it makes can be promoted."""

from __future__ import annotations

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings
from mixolydian.models.store import Store
from mixolydian.workflows import train as verb
from mixolydian.workflows.models import ModelsRequest, models
from mixolydian.workflows.train import TrainRequest, read_settings_given, train
from tests.workflows.toy_recipe import Toy


@pytest.fixture(autouse=True)
def toy(monkeypatch):
    monkeypatch.setenv("MIXOLYDIAN_TRACKING", "off")
    known = verb.recipe
    monkeypatch.setattr(verb, "recipe", lambda name: Toy() if name == "toy" else known(name))


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home", jobs=1)


def test_a_model_is_made_under_the_home(settings):
    told = []
    result = train(TrainRequest("toy"), settings, lambda what, *rest: told.append(what))
    assert result.folder.is_relative_to(settings.home / "workshop" / "runs" / "toy")
    assert (result.folder / "model.onnx").is_file()
    assert (result.folder / "report.html").is_file()
    assert result.card.learner == "k-nearest"
    assert "counting" in told
    assert result.seconds > 0


def test_it_answers_once_it_is_promoted(settings, tmp_path):
    result = train(TrainRequest("toy", workshop=str(tmp_path / "shop")), settings)
    assert result.folder.is_relative_to(tmp_path / "shop")
    assert Store(settings.home).find("toy") is None
    models(ModelsRequest(promote=str(result.folder)), settings)
    assert Store(settings.home).open("toy").card.weights == result.card.weights


def test_model_settings_seed_and_size_are_passed_on(settings):
    whole = train(TrainRequest("toy"), settings).card
    other = train(TrainRequest("toy", "k-nearest", {"k": "3"}, quick=True, seed=5), settings).card
    assert other.settings["k"] == 3
    assert other.sizes["train"] < whole.sizes["train"]
    assert other.weights != whole.weights


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (TrainRequest("polka"), "expected a recipe of"),
        (TrainRequest("toy", "crystal-ball"), "expected a model of"),
        (TrainRequest("toy", settings={"depth": "3"}), "no setting depth"),
        (TrainRequest("toy", "dummy"), "does not beat the baseline"),
    ],
)
def test_what_cannot_be_made_is_refused(settings, request_, says):
    with pytest.raises(RequestError, match=says):
        train(request_, settings)
    assert not list(settings.home.rglob("*.onnx"))


@pytest.mark.parametrize(("wrong", "says"), [({"data": "none"}, "corpora"), ({"jobs": 0}, "0")])
def test_wrong_requests(wrong, says):
    with pytest.raises(RequestError, match=says):
        TrainRequest("toy", **wrong)


def test_settings_are_read():
    assert read_settings_given(["lr=0.01", "hidden=8,4", "note=a=b"]) == {
        "lr": "0.01",
        "hidden": "8,4",
        "note": "a=b",
    }
    for wrong in ("lr", "=3", ""):
        with pytest.raises(RequestError, match="expected a setting such as"):
            read_settings_given(["k=1", wrong])
