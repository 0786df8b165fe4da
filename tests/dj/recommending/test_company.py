"""Company: the dual form is EASE, steps are counted, and lists that say nothing do no harm."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixolydian.dj.recommending import company, lending
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


def by_patterns(rows, n, query):
    """Straight from the matrices: R's clear eigenvectors, and the query laid on them."""
    x = np.zeros((len(rows), n))
    for line, row in zip(x, rows, strict=True):
        line[list(row)] = 1.0
    damping = (1.0 + x.sum(axis=0)) ** -company.DAMPED
    r = x * damping
    values, vectors = np.linalg.eigh(r @ r.T)
    edge = values.mean() * (1.0 + np.sqrt(len(rows) / (x.sum(axis=0) > 0).sum())) ** 2
    v = vectors[:, values > edge].T @ r / np.sqrt(values[values > edge])[:, np.newaxis]
    return (query * damping) @ v.T @ v / damping, len(v)


def test_patterns_are_what_stands_out_of_all_lists():
    dice = np.random.default_rng(0)
    rows = [30 * (k % 2) + dice.choice(30, 12, replace=False) for k in range(24)]
    query = np.eye(60)[3] + 0.6 * np.eye(60)[7]
    wanted, k = by_patterns(rows, 60, query)
    found = learn([row.tolist() for row in rows], 60)
    assert found.patterns.shape == (24, k)
    assert k == 2  # the two heaps, and no more
    np.testing.assert_allclose(found.pattern_scores(query), wanted, atol=1e-6)
    assert found.nearness(query)[:30].min() >= 0.0
    assert found.nearness(query)[8:30].mean() > 10 * found.nearness(query)[30:].mean()


def test_lists_with_nothing_in_common_have_no_patterns():
    rows = [[5 * k + j for j in range(5)] for k in range(9)]
    found = learn(rows, 45)
    assert found.patterns.shape == (9, 0)
    assert found.nearness(np.eye(45)[0])[1:5].min() > 0.2


def test_columns_are_taken_in_pieces(monkeypatch):
    whole = learn(ROWS, 6, 2.0).diagonal
    monkeypatch.setattr(company, "_CHUNK", 2)
    np.testing.assert_allclose(learn(ROWS, 6, 2.0).diagonal, whole)


def test_what_comes_straight_after():
    found = learn(ROWS, 6)
    after = found.next_to(0)
    assert after[1] > after[3] > 0.0
    assert after[[0, 2, 4, 5]].max() == 0.0
    assert [found.together([0], place) for place in (1, 2, 5)] == [3, 1, 0]
    assert (found.straight_after(0, 1), found.straight_after(0, 4)) == (2, 0)


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


def test_new_tracks_borrow_from_those_they_sound_like():
    sounds = np.eye(8, dtype=np.float32)[[0, 1, 2, 3, 4, 5, 0, 7]]
    sounds[7] = 0.0  # not heard
    found = learn([[0, 1, 2, 3, 4, 5], [0, 1]], 8, sounds=sounds)
    values = np.array([1.0, 0.2, 0.2, 0.2, 0.2, 0.2, 0.0, 0.0])
    lent = found.with_lent(values)
    assert lent[:6].tolist() == values[:6].tolist()
    assert lent[6] == pytest.approx(lending.LENT, abs=1e-3)
    assert lent[7] == 0.0
    few = learn([[0, 1]], 8, sounds=sounds)
    assert not len(few.new)
    assert [found.borrows(place) for place in (6, 7, 0)] == [True, False, False]


def test_nearness_has_a_scale_of_its_own():
    rows = [[0, *range(k, k + 6)] for k in range(1, 14)] * 3
    near = learn(rows, 24).nearness(np.eye(24)[0])
    assert 0.9 < np.sort(near)[-10] <= 1.0
    assert near[0] == 0.0
    assert learn([[0, 1]], 24).nearness(np.eye(24)[0])[1] == pytest.approx(0.5, abs=0.3)


def test_fame_is_how_many_lists_hold_a_track():
    fame = learn(ROWS, 6).fame
    assert fame.argmax() == 0
    assert (fame[5], fame[0]) == (0.0, 1.0)
    assert learn([], 6).fame.tolist() == [0.0] * 6
