"""Calibration finds what was done to the logits, and claims no more than examples allow."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.models.calibration import Calibration, sigmoid, softmax
from mixolydian.training.calibrate import calibrated, log_losses


def drawn(n, k, exclusive, seed=0, size=2.0):
    """True logits, and outcomes drawn from them."""
    rng = np.random.default_rng(seed)
    z = size * rng.normal(size=(n, k))
    if exclusive:
        p = softmax(z).cumsum(axis=1)
        return z, np.eye(k)[(p < rng.random((n, 1))).sum(axis=1).clip(0, k - 1)]
    return z, (rng.random((n, k)) < sigmoid(z)).astype(float)


def loss(calibration, z, y, exclusive):
    return log_losses(calibration.apply(z, exclusive), y, exclusive).mean()


@pytest.mark.parametrize("exclusive", [True, False])
def test_temperature_is_found(exclusive):
    z, y = drawn(2000, 4, exclusive)
    found = calibrated(3.0 * z, y, exclusive)
    assert found.kind == "temperature"
    assert found.parameters[0] == pytest.approx(3.0, rel=0.1)


@pytest.mark.parametrize("exclusive", [True, False])
def test_shifted_labels_are_set_right(exclusive):
    z, y = drawn(2000, 3, exclusive)
    found = calibrated(z * [1, 2, 3] + [2, 0, -2], y, exclusive)
    assert found.kind == "vector"
    unseen, truth = drawn(2000, 3, exclusive, seed=1)
    turned = unseen * [1, 2, 3] + [2, 0, -2]
    assert loss(found, turned, truth, exclusive) < loss(Calibration(), turned, truth, exclusive)
    assert loss(found, turned, truth, exclusive) == pytest.approx(
        loss(Calibration(), unseen, truth, exclusive), abs=0.02
    )


@pytest.mark.parametrize("exclusive", [True, False])
def test_bent_probabilities_are_straightened(exclusive):
    z, y = drawn(4000, 2, exclusive)
    bent = np.sign(z) * np.abs(z) ** 4
    found = calibrated(bent, y, exclusive)
    unseen, truth = drawn(4000, 2, exclusive, seed=1)
    again = np.sign(unseen) * np.abs(unseen) ** 4
    assert found.kind == "isotonic"
    assert loss(found, again, truth, exclusive) < loss(Calibration(), again, truth, exclusive)


def test_few_examples_get_a_temperature():
    z, y = drawn(20, 3, True)
    assert calibrated(z + np.array([5.0, 0.0, 0.0]), y, True).kind == "temperature"


def test_a_faultless_handful_does_not_make_certain():
    y = np.eye(2)[[0, 1] * 5]
    found = calibrated(y, y, True).apply(np.array([[1.0, 0.0]]), True)
    assert 0.7 < found[0, 0] < 0.999


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_hardly_any_examples(n):
    z, y = drawn(n, 3, True)
    assert np.isfinite(calibrated(z, y, True).apply(z, True)).all()


def test_no_examples():
    assert calibrated(np.zeros((0, 3)), np.zeros((0, 3)), True) == Calibration()


def test_infinite_logits_are_only_very_sure():
    z, y = drawn(100, 3, True)
    z[0, 0] = -np.inf
    assert np.isfinite(calibrated(z, y, True).parameters).all()


def test_same_examples_same_calibration():
    z, y = drawn(300, 3, True)
    assert calibrated(z, y, True) == calibrated(z, y, True)


@pytest.mark.parametrize(
    ("z", "y"),
    [
        (np.zeros((3, 2)), np.zeros((2, 2))),
        (np.zeros(3), np.zeros(3)),
        (np.full((3, 2), np.nan), np.zeros((3, 2))),
    ],
)
def test_refused(z, y):
    with pytest.raises(RequestError):
        calibrated(z, y, True)
