"""Lending: the most alike are found, whatever the number of tracks."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.dj.recommending.lending import KIN, LENT, greatest, loans


def test_shares_go_by_likeness_and_lend_a_little_more_than_the_mean():
    sounds = np.eye(8, dtype=np.float32)[[0, 1, 2, 3, 4, 5, 0]]
    found = loans(np.arange(6), sounds)
    assert found.new.tolist() == [6]
    assert found.lenders.shape == found.shares.shape == (1, KIN)
    assert found.lenders[0, int(found.shares[0].argmax())] == 0
    assert found.shares.sum() == pytest.approx(LENT)
    assert not len(loans(np.arange(KIN - 1), sounds).new), "too few to borrow from"
    assert not len(loans(np.arange(6), None).new)


@pytest.mark.parametrize("wide", [7, 600, 1283, 1400])
def test_the_greatest_are_found_in_blocks(wide):
    values = np.random.default_rng(wide).normal(size=(4, wide)).astype(np.float32)
    values[0, -5:] += 9.0
    found = greatest(values, 5)
    assert np.sort(found, axis=1).tolist() == np.sort(np.argsort(-values)[:, :5], axis=1).tolist()
