"""`models`: list, promote through the gate, roll back."""

from __future__ import annotations

import pytest

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

import numpy as np

from mixolydian.core.errors import ModelError, RequestError
from mixolydian.core.settings import Settings
from mixolydian.models.store import Store, ship, write_bundle
from mixolydian.workflows.models import ModelsRequest, models
from tests.models.networks import WEIGHTS, card, content, linear, scores


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """A home of its own, and a package that ships nothing."""
    monkeypatch.setattr(Store, "__init__", _emptied(Store.__init__, tmp_path / "shipped"))
    return Settings(home=tmp_path / "home")


def _emptied(init, shipped):
    return lambda self, home: init(self, home, shipped)


@pytest.fixture
def bundle(tmp_path):
    def make(scale=1.0, folder="run", **changes):
        path = tmp_path / f"{folder}-{scale}"
        write_bundle(path, card(**changes), content(linear(np.float32(scale) * WEIGHTS)))
        return path

    return make


def ask(settings, **request):
    return models(ModelsRequest(**request), settings)


def test_none_yet(settings):
    assert ask(settings).models == ()
    with pytest.raises(RequestError, match="none yet"):
        ask(settings, name="tiny")


def test_promote_and_roll_back(settings, bundle, tmp_path):
    there = ship(bundle(3.0), tmp_path / "shipped")
    first = ask(settings, promote=str(bundle()))
    assert "answers from now on" in first.done
    assert len(first.checks) == 6
    assert all(check.passed for check in first.checks)
    second = ask(settings, promote=str(bundle(2.0)), name="tiny")
    assert [m.current for m in second.models] == [False, True, False]
    assert ask(settings, name="tiny").card.weights == second.card.weights
    assert ask(settings, name="tiny", rollback=True).card.weights == first.card.weights
    back = ask(settings, name="tiny", rollback=True)
    assert back.done == f"tiny {there} answers again"
    with pytest.raises(ModelError, match="nothing to roll back"):
        ask(settings, name="tiny", rollback=True)


def test_the_last_one_rolled_back(settings, bundle):
    ask(settings, promote=str(bundle()))
    assert ask(settings, name="tiny", rollback=True).done == "no model tiny answers any more"


def test_the_gate_keeps_the_present_model(settings, bundle):
    kept = ask(settings, promote=str(bundle())).card
    worse = {"real": scores(0.6, 0.5, 0.7)}
    with pytest.raises(ModelError, match="significantly worse") as caught:
        ask(settings, promote=str(bundle(2.0, scores=worse, data=())))
    assert "traceability" in str(caught.value)
    (only,) = ask(settings, name="tiny").models
    assert (only.card, only.current) == (kept, True)


def test_a_run_made_again_in_the_same_folder_is_read_again(settings, bundle):
    first = ask(settings, promote=str(bundle()))
    folder = bundle()
    write_bundle(folder, card(), content(linear(5 * WEIGHTS)))
    assert ask(settings, promote=str(folder)).card.weights != first.card.weights


def test_another_model_than_named(settings, bundle):
    with pytest.raises(RequestError, match="expected the model other, found tiny"):
        ask(settings, promote=str(bundle()), name="other")


def test_a_folder_that_is_no_run(settings, tmp_path):
    with pytest.raises(ModelError, match=r"card\.json: cannot be read"):
        ask(settings, promote=str(tmp_path))


def test_a_damaged_model_can_be_replaced(settings, bundle):
    ask(settings, promote=str(bundle()))
    shelf = Store(settings.home).own_shelf
    (shelf.place("tiny", shelf.current("tiny")) / "card.json").write_text("{}")
    (broken,) = ask(settings, name="tiny").models
    assert broken.fault
    ask(settings, promote=str(bundle()))
    (mended,) = ask(settings, name="tiny").models
    assert mended.fault == ""


@pytest.mark.parametrize(
    "request_", [{"rollback": True}, {"name": "x", "rollback": True, "promote": "y"}]
)
def test_wrong_requests(request_):
    with pytest.raises(RequestError):
        ModelsRequest(**request_)


def test_rolling_back_what_was_never_there(settings):
    with pytest.raises(ModelError, match="no such model"):
        ask(settings, name="tiny", rollback=True)
