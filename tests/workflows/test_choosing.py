"""Which tracks fill a time: groups of small steps, and exchanges that keep them."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.workflows.choosing import choose, groups, links


def test_groups_joined_by_small_steps():
    linked = links([100.0, 105.0, 110.0, 140.0, None], 0.06)
    assert groups(linked) == [[0, 1, 2], [3], [4]]
    assert links([100.0, None], None).all()


def test_an_exchange_never_breaks_the_chain():
    linked = links([100.0, 105.0, 110.0, 115.0], 0.06)
    lengths = np.array([200.0, 210.0, 220.0, 100.0])
    chosen = choose(lengths, linked, 520.0)
    assert len(groups(linked[np.ix_(chosen, chosen)])) == 1
    assert lengths[chosen].sum() <= 550.0


@pytest.mark.parametrize("seed", range(5))
def test_many_tracks_fill_a_time_nearly_exactly(seed):
    lengths = np.random.default_rng(seed).uniform(120.0, 420.0, 60)
    total = lengths[choose(lengths, links([None] * 60, None), 2700.0)].sum()
    assert abs(total - 2700.0) <= 15.0


def test_the_group_that_fills_most_is_taken():
    linked = links([100.0, 140.0, 143.0, 139.0], 0.06)
    lengths = np.full(4, 200.0)
    assert choose(lengths, linked, 600.0) == [1, 2, 3]
    assert choose(lengths, linked, 200.0) == [0]  # the surest, when all fill as much
