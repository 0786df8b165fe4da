"""Company: the dual form is EASE, steps are counted, and lists that say nothing do no harm."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixolydian.dj.recommending import company
from mixolydian.dj.recommending.company import learn

ROWS = [[0, 1, 2], [0, 1], [1, 2, 3], [0, 3], [4, 1, 0], [2]]


def ease(rows, n, ridge):
    """Weights (n, n) straight from the paper."""
    x = np.zeros((len(rows), n))
    for line, row in zip(x, rows, strict=True):
        line[list(row)] = 1.0
    p = np.linalg.inv(x.T @ x + ridge * np.eye(n))
    b = np.eye(n) - p / np.diag(p)
    np.fill_diagonal(b, 0.0)
    return b


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=6), min_size=1, max_size=8),
    st.floats(0.5, 50.0),
)
def test_the_dual_form_is_ease(rows, ridge):
    rows = [row for row in rows if len(set(row)) > 1] or [[0, 1]]
    query = np.array([1.0, 0.6, 0.0, 0.0, 0.3, 0.0, 0.0])
    found = learn(rows, 7, ridge).scores(query)
    np.testing.assert_allclose(found, query @ ease(rows, 7, ridge), atol=1e-9)


def test_columns_are_taken_in_pieces(monkeypatch):
    whole = learn(ROWS, 6, 2.0).diagonal
    monkeypatch.setattr(company, "_CHUNK", 2)
    np.testing.assert_allclose(learn(ROWS, 6, 2.0).diagonal, whole)


def test_what_comes_straight_after():
    found = learn(ROWS, 6)
    after = found.next_to(0)
    assert after[1] > after[3] > 0.0
    assert after[[0, 2, 4, 5]].max() == 0.0
    assert found.together([0], [1, 2, 5]).tolist() == [3, 1, 0]


def test_a_single_track_is_no_company_and_nothing_is_nothing():
    assert learn(ROWS, 6).n_lists == 5
    none = learn([], 6)
    assert none.n_lists == 0
    assert none.scores(np.ones(6)).tolist() == [0.0] * 6
    assert none.next_to(2).tolist() == [0.0] * 6


def test_the_newest_lists_count(monkeypatch):
    monkeypatch.setattr(company, "MOST_LISTS", 2)
    assert learn(ROWS, 6).n_lists == 2
    assert learn(ROWS, 6).scores(np.eye(6)[4])[0] == pytest.approx(
        learn(ROWS[3:5], 6).scores(np.eye(6)[4])[0]
    )
