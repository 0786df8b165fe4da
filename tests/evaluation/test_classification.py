"""Scores of classifiers: known values, other libraries' definitions, honest intervals."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.evaluation.classification import METRICS, score
from mixolydian.evaluation.figures import figures
from mixolydian.evaluation.reliability import expected_calibration_error, risk_coverage

LABELS = ("a", "b", "c")


def made(n=600, k=3, seed=0, digits=2, exclusive=True):
    """Noisy probabilities with many ties, and their truth."""
    rng = np.random.default_rng(seed)
    if exclusive:
        truth = np.eye(k)[rng.integers(0, k, n)]
    else:
        truth = (rng.random((n, k)) < 0.3).astype(float)
    logits = rng.normal(size=(n, k)) + 1.5 * truth
    if not exclusive:
        return np.round(1 / (1 + np.exp(1 - logits)), digits), truth
    p = np.round(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), digits)
    return p / p.sum(axis=1, keepdims=True), truth


def test_counts_by_hand():
    p = np.array([[0.8, 0.2], [0.6, 0.4], [0.3, 0.7], [0.9, 0.1]])
    y = np.array([[1, 0], [0, 1], [0, 1], [1, 0]])
    s = score(p, y, ("yes", "no"))
    assert s.confusion.tolist() == [[2, 0], [1, 1]]
    assert s.value("accuracy") == 0.75
    assert s.value("balanced_accuracy") == 0.75
    assert s.value("macro_precision") == pytest.approx((2 / 3 + 1) / 2)
    assert s.value("macro_f1") == pytest.approx((0.8 + 2 / 3) / 2)
    assert s.value("roc_auc") == 1.0
    assert s.value("brier") == pytest.approx(2 * (0.04 + 0.36 + 0.09 + 0.01) / 4)
    assert s.value("log_loss") == pytest.approx(-np.log([0.8, 0.4, 0.7, 0.9]).mean())


def test_agrees_with_scikit_learn_and_with_reliability():
    metrics = pytest.importorskip("sklearn.metrics")
    p, y = made()
    truth, said, s = y.argmax(1), p.argmax(1), score(p, y, LABELS)
    each = range(3)
    expected = {
        "macro_f1": metrics.f1_score(truth, said, average="macro"),
        "macro_recall": metrics.recall_score(truth, said, average="macro"),
        "macro_precision": metrics.precision_score(truth, said, average="macro"),
        "roc_auc": np.mean([metrics.roc_auc_score(y[:, i], p[:, i]) for i in each]),
        "pr_auc": np.mean([metrics.average_precision_score(y[:, i], p[:, i]) for i in each]),
        "ece": expected_calibration_error(p.max(1), truth == said),
        "aurc": risk_coverage(p.max(1), truth == said).area,
    }
    assert {name: s.value(name) for name in expected} == pytest.approx(expected, abs=1e-9)


def test_labels_that_do_not_exclude_each_other():
    metrics = pytest.importorskip("sklearn.metrics")
    p, y = made(exclusive=False)
    s = score(p, y, LABELS, exclusive=False)
    said = p >= 0.5
    assert s.value("macro_f1") == pytest.approx(metrics.f1_score(y, said, average="macro"))
    assert s.value("accuracy") == pytest.approx((said == y).mean())
    assert s.value("ece") == pytest.approx(expected_calibration_error(p.ravel(), y.ravel()))
    assert s.confusion.shape == (3, 2, 2)
    assert (s.confusion.sum(axis=(1, 2)) == len(p)).all()


def test_an_absent_label_is_left_out_and_said_so():
    p, y = made()
    y = np.eye(3)[np.where(y.argmax(1) == 2, 0, y.argmax(1))]
    s = score(p, y, LABELS)
    assert s.absent == ("c",)
    recalls = [c.recall.mean for c in s.per_class]
    assert np.isnan(recalls[2])
    assert s.value("macro_recall") == pytest.approx(np.mean(recalls[:2]))
    json.dumps(s.to_json(), allow_nan=False)


def test_the_order_of_examples_does_not_matter():
    p, y = made()
    order = np.random.default_rng(1).permutation(len(p))
    a, b = score(p, y, LABELS), score(p[order], y[order], LABELS)
    values = {name: a.value(name) for name in METRICS}
    assert values == pytest.approx({name: b.value(name) for name in METRICS})


def test_weighting_is_repeating():
    """A group drawn twice counts as if its examples stood there twice."""
    p, y = made(n=60, digits=6)
    s = score(p, y, LABELS)
    weights = np.random.default_rng(3).integers(0, 3, (1, 60)).astype(float)
    rows = np.repeat(np.arange(60), weights[0].astype(int))
    repeated = score(p[rows], y[rows], LABELS)
    drawn = figures(s, weights)
    exact = [name for name in METRICS if name != "aurc"]
    assert {n: drawn[n][0] for n in exact} == pytest.approx({n: repeated.value(n) for n in exact})
    assert drawn["aurc"][0] == pytest.approx(repeated.value("aurc"), abs=0.02)


def test_intervals_hold_the_value_and_narrow_with_data():
    few, many = (score(*made(n=n), LABELS) for n in (150, 2400))
    for name in ("accuracy", "macro_f1", "roc_auc", "pr_auc", "log_loss", "aurc"):
        for s in (few, many):
            assert s.interval(name).low < s.value(name) < s.interval(name).high
        width = [s.interval(name).high - s.interval(name).low for s in (few, many)]
        assert width[1] < 0.5 * width[0]


def test_copies_in_one_group_do_not_narrow_the_interval():
    p, y = made(n=200)
    one = score(p, y, LABELS).interval("accuracy")
    groups = [str(i) for i in range(200)] * 5
    copied = score(np.tile(p, (5, 1)), np.tile(y, (5, 1)), LABELS, groups=groups)
    five = copied.interval("accuracy")
    assert five.high - five.low == pytest.approx(one.high - one.low, rel=0.15)


def test_one_group_has_no_interval():
    p, y = made(n=20)
    s = score(p, y, LABELS, groups=["piece"] * 20)
    assert np.isnan(s.interval("accuracy").low)
    assert s.to_json()["intervals"]["accuracy"] == [None, None]


def test_one_class_only_has_no_roc_area():
    p, _ = made(n=20)
    s = score(p, np.eye(3)[np.zeros(20, int)], LABELS)
    assert np.isnan(s.value("roc_auc"))
    assert s.to_json()["values"]["roc_auc"] is None


@pytest.mark.parametrize(
    ("p", "y", "said"),
    [
        (np.zeros((0, 3)), np.zeros((0, 3)), "nothing to score"),
        (np.full((2, 3), 1 / 3), np.zeros((2, 2)), "shape"),
        (np.full((2, 3), np.nan), np.zeros((2, 3)), "probabilities must lie"),
        (np.full((2, 3), 2.0), np.zeros((2, 3)), "probabilities must lie"),
        (np.full((2, 3), 0.9), np.zeros((2, 3)), "sum to 1"),
        (np.full((2, 3), 1 / 3), np.full((2, 3), -1.0), "targets must lie"),
    ],
)
def test_refuses(p, y, said):
    with pytest.raises(RequestError, match=said):
        score(p, y, LABELS)


def test_refuses_an_unknown_metric():
    p, y = made(n=9)
    with pytest.raises(RequestError, match="expected a metric of accuracy"):
        score(p, y, LABELS).value("f2")
