"""Calibration figures on confidences that are right, or wrong by a known amount."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixolydian.evaluation import reliability as r

pairs = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def test_perfectly_calibrated():
    confidences = [0.75] * 4 + [0.25] * 4
    correct = [1, 1, 1, 0, 1, 0, 0, 0]
    assert r.expected_calibration_error(confidences, correct) == pytest.approx(0)
    assert r.brier_score(confidences, correct) == pytest.approx(0.1875)


def test_overconfident_by_a_known_amount():
    assert r.expected_calibration_error([0.9] * 10, [1] * 6 + [0] * 4) == pytest.approx(0.3)


def test_risk_falls_when_confidence_sorts_the_answers():
    curve = r.risk_coverage([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0])
    assert curve.risk == pytest.approx([0, 0, 1 / 3, 1 / 2])
    assert curve.coverage == pytest.approx([0.25, 0.5, 0.75, 1])
    worse = r.risk_coverage([0.1, 0.2, 0.8, 0.9], [1, 1, 0, 0])
    assert worse.area > curve.area


def test_ties_do_not_depend_on_order():
    a = r.risk_coverage([0.5] * 4, [1, 1, 0, 0])
    b = r.risk_coverage([0.5] * 4, [0, 0, 1, 1])
    assert a.risk == pytest.approx(b.risk)
    assert a.area == pytest.approx(0.5)


@given(pairs)
def test_bounds_and_bins(rows):
    confidences, correct = zip(*rows, strict=True)
    result = r.reliability(confidences, correct)
    assert 0 <= result.ece <= 1
    assert 0 <= result.brier <= 1
    assert 0 <= result.aurc <= 1
    assert sum(b.n for b in result.bins) == result.n == len(rows)
    assert result.accuracy == pytest.approx(np.mean(correct))


@pytest.mark.parametrize(("c", "y"), [([], []), ([0.5], [1, 0]), ([1.2], [1])])
def test_bad_input_is_refused(c, y):
    with pytest.raises(ValueError, match=r"expected|must lie"):
        r.reliability(c, y)
