"""Decisions: expected values by hand, optimal thresholds by theory, tables that do not hold."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.evaluation.decisions import Costs, impact

LABELS = ("music", "speech")
KEEP = [
    ("keep", "music", 1.0),
    ("keep", "speech", -3.0),
    ("drop", "music", 0.0),
    ("drop", "speech", 0.0),
]


def made(n=20000, seed=0):
    """Calibrated probabilities of the first of two labels."""
    rng = np.random.default_rng(seed)
    p = rng.random(n)
    y = rng.random(n) < p
    return np.stack([p, 1 - p], axis=1), np.stack([y, ~y], axis=1).astype(float)


def test_the_best_threshold_is_where_cost_and_benefit_balance():
    """Gain p, loss 3 (1 − p): break-even at p = 0.75."""
    found = impact(Costs.of(KEEP), *made(), LABELS)
    assert found.best_threshold == pytest.approx(0.75, abs=0.04)
    assert found.taken == ("keep", "drop")
    assert found.best.mean == pytest.approx(found.informed.mean, abs=0.005)
    assert found.best.low < found.unseen.mean < found.best.high
    assert found.perfect == pytest.approx(0.5, abs=0.02)


def test_always_and_never_are_the_ends_of_the_curve():
    found = impact(Costs.of(KEEP), *made(500), LABELS)
    keep, drop = found.always
    assert keep.value.mean == pytest.approx(found.values[0])
    assert drop.value.mean == 0
    assert found.values[-1] == pytest.approx(0)


def test_one_label_of_many():
    cells = [(d, t.replace("speech", "not music"), v) for d, t, v in KEEP]
    p, y = made(500)
    alone = impact(Costs.of(cells), p, y, LABELS, exclusive=False)
    assert alone.values == pytest.approx(impact(Costs.of(KEEP), p, y, LABELS).values)


def test_a_way_out_for_the_doubtful():
    cells = [(d, t, 1.0 if d == t else -9.0) for d in LABELS for t in LABELS]
    cells += [("ask", t, 0.0) for t in LABELS]
    found = impact(Costs.of(cells), *made(), LABELS)
    assert found.best_threshold == pytest.approx(0.9, abs=0.03)
    assert found.taken[1] == "ask"
    assert found.values[-1] == pytest.approx(0.0)


def test_by_hand():
    p, y = np.array([[0.9, 0.1], [0.6, 0.4]]), np.array([[1.0, 0], [0, 1]])
    found = impact(Costs.of(KEEP), p, y, LABELS)
    assert found.values[50] == (1 - 3) / 2
    assert found.values[80] == 0.5
    assert 0.6 < found.best_threshold <= 0.9
    assert found.best.mean == 0.5


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (KEEP[:3], "drop × speech is missing"),
        ([*KEEP, KEEP[0]], "more than once"),
        (KEEP[:2], "at least two decisions"),
        ([*KEEP[:3], ("drop", "speech", float("nan"))], "finite"),
    ],
)
def test_refuses_a_table_that_does_not_hold(cells, said):
    with pytest.raises(RequestError, match=said):
        Costs.of(cells)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([(d, t + "!", v) for d, t, v in KEEP], "expected the truths"),
        ([(d, t, 0.0) for d, t, _ in KEEP], "nothing to decide"),
        ([*KEEP, ("ask", "music", 0), ("ask", "speech", 0)], "one way out"),
    ],
)
def test_refuses_what_cannot_be_decided(cells, said):
    with pytest.raises(RequestError, match=said):
        impact(Costs.of(cells), *made(10), LABELS)
