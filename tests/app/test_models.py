"""`mixo models` on the command line."""

from __future__ import annotations

import pytest

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

import numpy as np

from mixolydian.models.store import Store, write_bundle
from tests.models.networks import WEIGHTS, card, content, linear


@pytest.fixture(autouse=True)
def nothing_shipped(tmp_path, monkeypatch):
    init = Store.__init__
    monkeypatch.setattr(
        Store, "__init__", lambda self, home: init(self, home, tmp_path / "shipped")
    )


@pytest.fixture
def bundle(tmp_path):
    def make(scale=1.0, **changes):
        path = tmp_path / f"run {scale}"
        write_bundle(path, card(**changes), content(linear(np.float32(scale) * WEIGHTS)))
        return path

    return make


def test_none_yet(mixo):
    ran = mixo("models")
    assert (ran.code, ran.out) == (0, "No model is installed: `mixo train` makes one.\n")
    assert mixo("models", "--json").documents == []


def test_promote_list_card_and_roll_back(mixo, bundle):
    ran = mixo("models", "--promote", bundle())
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert all(line.startswith("✓ ") for line in lines[:-1])
    assert "answers from now on" in lines[-1]
    mixo("models", "--promote", bundle(2.0))
    header, *rows = mixo("models").out.splitlines()
    assert header.split()[:4] == ["Model", "Version", "From", "Answers"]
    assert [row.split()[0] for row in rows] == ["tiny", "tiny"]
    assert sum(" yes " in row for row in rows) == 1
    shown = mixo("models", "tiny").out
    for said in ("linear-svm", "rendered music, CC0", "sounds shorter than a second"):
        assert said in shown
    back = mixo("models", "tiny", "--rollback")
    assert (back.code, back.out.splitlines()[-1].startswith("tiny ")) == (0, True)
    assert "no model tiny answers any more" in mixo("models", "tiny", "--rollback").out


def test_json(mixo, bundle):
    (document,) = mixo("models", "--promote", bundle(), "--json").documents
    assert document["schema"] == "mixolydian.model/1"
    assert (document["name"], document["current"]) == ("tiny", True)
    assert document["card"]["learner"] == "linear-svm"
    assert all(check["passed"] for check in document["checks"])
    (listed,) = mixo("models", "--json").documents
    assert "checks" not in listed


def test_the_gate_says_why_not(mixo, bundle):
    ran = mixo("models", "--promote", bundle(data=()))
    assert (ran.code, ran.out) == (1, "")
    assert "traceability" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_damaged_model_is_shown_with_its_fault(mixo, bundle, tmp_path):
    mixo("models", "--promote", bundle())
    (place,) = (tmp_path / "home" / "models").rglob("card.json")
    place.write_text("{}")
    ran = mixo("models")
    assert "damaged" in ran.out
    assert "card.json" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["polka"], 2, "none yet"),
        (["--rollback"], 2, ""),
        (["--promote", "nowhere"], 1, "cannot be read"),
        (["polka", "--rollback"], 1, "no such model"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage(mixo, arguments, code, says):
    ran = mixo("models", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert len(ran.err.splitlines()) == 1
