"""The compatibility benchmark's arithmetic, on values made by hand."""

import pytest
from benchmarks.compatibility import COPIES, FAMILIES, correlation, interval, scored


def test_a_value_that_orders_nothing_counts_nothing():
    assert correlation([4, 3, 2], [0.5, 0.5, 0.5]) == 0.0
    assert correlation([4, 3, 2], [0.9, 0.5, 0.1]) == pytest.approx(1.0)
    assert correlation([4, 3, 2], [0.1, 0.5, 0.9]) == pytest.approx(-1.0)


def test_every_family_and_all_are_scored():
    found = {name: {"ours": grade / 4, "camelot": 1.0} for _, name, grade in COPIES}
    rows = scored(found | {"itself": {"ours": 1.0, "camelot": 1.0}})
    assert set(rows) == {*FAMILIES, "all"}
    assert all(row["ours"] == pytest.approx(1.0) and row["camelot"] == 0.0 for row in rows.values())


def test_intervals_hold_the_mean():
    found = interval([0.2, 0.4, 0.9])
    assert found["low"] <= found["mean"] == 0.5 <= found["high"]
