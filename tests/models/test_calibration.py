"""Calibration turns logits into probabilities, and comes back from JSON as it was."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mixolydian.core.errors import ModelError
from mixolydian.models.calibration import Calibration, isotonic_curves, sigmoid, softmax

LOGITS = np.array([[2.0, 0.0, -1.0], [-800.0, 0.0, 800.0]])
EVERY = [
    Calibration(),
    Calibration("temperature", (2.5,)),
    Calibration("vector", (1, 2, 0.5, 0.1, 0, -0.1)),
    Calibration("isotonic", (1.0, *(2, 0.1, 0.9, 0.2, 0.7) * 3)),
]


@pytest.mark.parametrize("calibration", EVERY, ids=lambda c: c.kind)
@pytest.mark.parametrize("exclusive", [True, False])
def test_probabilities(calibration, exclusive):
    found = calibration.apply(LOGITS.astype(np.float32), exclusive)
    assert found.dtype == np.float64
    assert found.shape == LOGITS.shape
    assert ((found > 0) & (found < 1)).all()
    if exclusive:
        np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-8)


@pytest.mark.parametrize("calibration", EVERY, ids=lambda c: c.kind)
def test_json_and_back(calibration):
    document = json.loads(json.dumps(calibration.to_json()))
    assert Calibration.from_json(document) == calibration


def test_none_is_softmax_and_sigmoid():
    np.testing.assert_allclose(Calibration().apply(LOGITS[:1], True), softmax(LOGITS[:1]))
    np.testing.assert_allclose(Calibration().apply(LOGITS[:1], False), sigmoid(LOGITS[:1]))


def test_softmax_and_sigmoid_by_hand():
    np.testing.assert_allclose(softmax([[np.log(3.0), 0.0]]), [[0.75, 0.25]])
    np.testing.assert_allclose(sigmoid([[np.log(3.0), -1000.0, 1000.0]]), [[0.75, 0.0, 1.0]])


def test_a_high_temperature_is_less_certain():
    warm = Calibration("temperature", (3.0,)).apply(LOGITS[:1], True)
    np.testing.assert_allclose(warm, softmax(LOGITS[:1] / 3.0))
    assert warm.max() < softmax(LOGITS[:1]).max()


def test_vector_is_a_line_per_label():
    found = Calibration("vector", (2, 3, 0.5, -0.5)).apply([[1.0, -1.0]], False)
    np.testing.assert_allclose(found, sigmoid([[2.5, -3.5]]))


def test_isotonic_is_straight_between_its_points():
    curve = Calibration("isotonic", (2.0, 2, 0.25, 0.75, 0.1, 0.5))
    logits = 2.0 * np.log(np.array([[0.5 / 0.5], [0.01 / 0.99], [0.99 / 0.01]]))
    np.testing.assert_allclose(curve.apply(logits, False), [[0.3], [0.1], [0.5]])
    ((x, y),) = isotonic_curves(curve.parameters[1:])
    assert (x.tolist(), y.tolist()) == ([0.25, 0.75], [0.1, 0.5])


def test_no_examples():
    for calibration in EVERY:
        assert calibration.apply(np.zeros((0, 3)), False).shape == (0, 3)


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("magic", ()),
        ("none", (1.0,)),
        ("temperature", ()),
        ("temperature", (0.0,)),
        ("temperature", (float("nan"),)),
        ("vector", (1.0,)),
        ("isotonic", (1, 2, 0.1, 0.9, 0.2)),
        ("isotonic", (1, 2, 0.9, 0.1, 0.2, 0.7)),
        ("isotonic", (1, 2, 0.1, 0.9, 0.7, 0.2)),
        ("isotonic", (0, 2, 0.1, 0.9, 0.2, 0.7)),
        ("isotonic", (1, 0)),
        ("isotonic", (1,)),
        ("isotonic", ()),
    ],
)
def test_parameters_that_do_not_belong(kind, parameters):
    with pytest.raises(ModelError, match="calibration"):
        Calibration(kind, parameters)


@pytest.mark.parametrize("calibration", EVERY[2:], ids=lambda c: c.kind)
def test_made_for_other_labels(calibration):
    with pytest.raises(ModelError, match="not made for 5 labels"):
        calibration.apply(np.zeros((2, 5)), True)


@pytest.mark.parametrize("document", [{}, {"kind": "none"}, [], {"kind": "none", "parameters": 3}])
def test_not_a_calibration(document):
    with pytest.raises(ModelError, match="install the model again"):
        Calibration.from_json(document)
