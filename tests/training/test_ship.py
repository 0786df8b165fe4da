"""Shipping: only what may ship, passes the gate and keeps within the budget."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("sklearn")
pytest.importorskip("mlflow")

from mixolydian.core.errors import ModelError, RequestError
from mixolydian.models.store import Store, write_bundle
from mixolydian.training import ship
from tests.models.networks import card, content, linear


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """An empty package, and recipes of which "bound" may not ship."""
    monkeypatch.setattr(ship, "recipe", lambda name: SimpleNamespace(ships=name != "bound"))
    monkeypatch.setattr(ship, "WEIGHTS", tmp_path / "weights")
    return tmp_path / "weights"


@pytest.fixture
def bundle(tmp_path):
    def make(**changes):
        write_bundle(tmp_path / "run", card(**changes), content(linear()))
        return tmp_path / "run"

    return make


def test_ships(weights, bundle):
    version, passed = ship.shipped("tiny", bundle(), weights)
    assert all(check.passed for check in passed)
    (there,) = Store(weights.parent / "home", weights).installed()
    assert (there.name, there.version, there.current) == ("tiny", version, True)


def test_refused(weights, bundle, monkeypatch):
    with pytest.raises(RequestError, match="expected the model other, found tiny"):
        ship.shipped("other", bundle(), weights)
    with pytest.raises(RequestError, match="licences"):
        ship.shipped("bound", bundle(name="bound"), weights)
    with pytest.raises(ModelError, match="traceability"):
        ship.shipped("tiny", bundle(data=()), weights)
    monkeypatch.setattr(ship, "BUDGET", 100)
    with pytest.raises(RequestError, match="at most"):
        ship.shipped("tiny", bundle(), weights)
    assert not weights.exists()


def test_what_was_learnt_from_somebodys_library_stays_there(weights, bundle):
    facts = {**card().facts, "own_examples": 3}
    with pytest.raises(RequestError, match="3 examples are from somebody's own library"):
        ship.shipped("tiny", bundle(facts=facts), weights)


def test_what_is_replaced_does_not_count(weights, bundle, monkeypatch):
    ship.shipped("tiny", bundle(), weights)
    monkeypatch.setattr(ship, "BUDGET", 200)
    ship.shipped("tiny", bundle(), weights)
    with pytest.raises(RequestError, match="at most"):
        ship.shipped("second", bundle(name="second"), weights)


def test_as_a_program(weights, bundle, capsys):
    assert ship.main(["tiny"]) == 2
    assert ship.main(["other", str(bundle())]) == 2
    assert "expected the model other" in capsys.readouterr().err
