"""The gate lets a good model through, and names every reason against another."""

from __future__ import annotations

import pytest

pytest.importorskip("onnx")

from mixolydian.core.errors import ModelError
from mixolydian.training.gate import Limits, checks, limits_of, refuse_unfit
from tests.models.networks import card, scores


def good(**changes):
    whole = {"code": "1", "made": "2026-01-01", "weights": "0" * 64, "milliseconds": 1.0}
    return card(**{**whole, **changes})


def failed(found):
    return [check.name for check in found if not check.passed]


def test_a_good_model_passes():
    assert failed(refuse_unfit(good())) == []


BEFORE = good(scores={"real": scores(0.92, 0.9, 0.94)})
BETTER = good(scores={"real": scores(0.95, 0.94, 0.96)})


@pytest.mark.parametrize(
    ("changes", "name", "words"),
    [
        ({"baseline": {"real": scores(0.87, 0.8, 0.9)}}, "baseline", "not over 0.870"),
        ({"baseline": {}}, "baseline", "missing"),
        ({"scores": {"real": scores(0.9, None, None)}}, "baseline", "interval"),
        ({"facts": {}}, "robustness", "no score on damaged"),
        ({"facts": {"robustness": 3}}, "robustness", "no score on damaged"),
        ({"facts": {"robustness": {"mp3": 0.88, "noise": 0.7}}}, "robustness", "lost on noise"),
        ({"scores": {"real": scores(0.9, 0.86, 0.93, (0.99, 0.9, 0.7))}}, "fairness", "0.290 F1"),
        ({"scores": {"real": {"values": {"macro_f1": 0.9}}}}, "fairness", "missing"),
        ({"milliseconds": 80.0}, "latency", "over 50"),
        ({"milliseconds": None}, "latency", "missing"),
        ({"data": ()}, "traceability", "does not state data"),
        ({"code": "", "command": ""}, "traceability", "command, code"),
    ],
)
def test_each_demand(changes, name, words):
    (check,) = [c for c in checks(good(**changes)) if name in c.name]
    assert not check.passed
    assert words in check.found


def test_a_refusal_names_every_reason():
    with pytest.raises(ModelError) as caught:
        refuse_unfit(good(facts={}, milliseconds=80.0, data=()))
    for word in ("robustness", "latency", "traceability", "tiny cannot be promoted"):
        assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_beside_the_current_model():
    assert failed(checks(good(), BEFORE)) == []
    assert failed(checks(good(), BETTER)) == ["performance beside the current model"]
    assert failed(checks(BETTER, good())) == []


def test_nothing_in_common_with_the_current_model():
    other = good(scores={"another": scores(0.99, 0.98, 1.0)})
    (check,) = [c for c in checks(good(), other) if "current" in c.name]
    assert (check.passed, check.found) == (True, "no test set in common")


def test_damage_may_be_a_test_set():
    sets = {"real": scores(0.9, 0.86, 0.93), "damaged codecs": scores(0.7, 0.6, 0.8)}
    (check,) = [c for c in checks(good(facts={}, scores=sets)) if c.name == "robustness"]
    assert not check.passed
    assert "0.200 macro_f1 lost on damaged codecs (over 0.1)" in check.found


def test_a_recipe_may_be_stricter_but_not_laxer():
    strict = good(facts={"limits": {"gap": 0.1, "drop": 0.5}})
    assert limits_of(strict) == Limits(drop=0.10, gap=0.1)
    uneven = {"real": scores(0.9, 0.86, 0.93, (0.95, 0.9, 0.8))}
    facts = {"robustness": {"mp3": 0.9}}
    assert failed(checks(good(scores=uneven, facts=facts))) == []
    facts["limits"] = {"gap": 0.1}
    assert failed(checks(good(scores=uneven, facts=facts))) == ["fairness between classes"]


def test_an_embedding_has_no_classes():
    assert "fairness between classes" not in failed(checks(good(labels=())))


def test_labels_that_do_not_occur_are_left_out():
    sets = {"real": scores(0.9, 0.86, 0.93, (0.9, 0.8, None))}
    assert failed(checks(good(scores=sets))) == []
