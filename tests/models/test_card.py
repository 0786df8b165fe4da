"""A card keeps what is known of a model, for programs and for people."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("onnx")

from mixolydian.core.errors import ModelError
from mixolydian.models.card import Card, figure
from tests.models.networks import card, scores


def test_json_and_back():
    first = card(thresholds={"music": 0.7}, milliseconds=0.5, weights="ab" * 32)
    assert Card.from_json(json.loads(json.dumps(first.to_json()))) == first


def test_what_json_cannot_say():
    odd = card(facts={"nan": float("nan"), "numpy": np.float32(0.5), "rows": np.arange(2)})
    assert odd.facts == {"nan": None, "numpy": 0.5, "rows": [0, 1]}
    json.dumps(odd.to_json(), allow_nan=False)


def test_headline():
    found = card().headline()
    assert (found.test, found.metric, found.value, found.low) == ("real", "macro_f1", 0.9, 0.86)
    assert card().headline(baseline=True).value == 0.4
    assert card().headline("another") is None
    assert card(scores={}).headline() is None
    assert card(facts={"metric": "accuracy"}).headline() is None


def test_for_people():
    page = card(thresholds={"music": 0.7}, weights="ab" * 32).markdown()
    for words in ("# tiny: music", "rendered music, CC0", "shorter than a second", "- music: 0.7"):
        assert words in page
    assert "| real | 50 | 0.900 (0.860–0.930) | 0.400 |" in page


def test_a_card_that_says_little_can_be_read():
    page = card(data=(), not_for=(), scores={}, milliseconds=None).markdown()
    assert "- not stated" in page
    assert figure(None) == "–"


def broken():
    whole = json.loads(json.dumps(card().to_json()))
    yield "a list", [1]
    yield "another schema", whole | {"schema": "mixolydian.model-card/9"}
    yield "labels that are numbers", whole | {"labels": [1, 2]}
    yield "a name that is none", whole | {"name": None}
    yield "scores in a row", whole | {"scores": [1]}
    yield "a calibration that is none", whole | {"calibration": {"kind": "magic"}}
    yield "no command", {k: v for k, v in whole.items() if k != "command"}


@pytest.mark.parametrize("document", [d for _, d in broken()], ids=[n for n, _ in broken()])
def test_not_a_card(document):
    with pytest.raises(ModelError):
        Card.from_json(document)


def test_intervals_may_be_missing():
    found = card(scores={"real": {"values": {"macro_f1": 0.5}}}).headline()
    assert (found.value, found.low, found.high) == (0.5, None, None)
    found = card(scores={"real": scores(0.9, None, None)}).headline()
    assert figure(found) == "0.900"
