"""When two turns meet, and what is between them when they do not."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from mixolydian.dj.untangling.balancing import Deck
from mixolydian.dj.untangling.lines import Line, Path
from mixolydian.dj.untangling.meeting import Side, met
from tests.dj.untangling.mixes import SR, faded, heard, track


@cache
def decks(gap: float):
    """Two tracks of 40 s, the other one `gap` seconds later."""
    later = 40.0 + gap
    return tuple(
        Deck(heard(track(seed)), Path((Line(at, at + 40.0, 0.0, 1.0),)), 0.0, at, at + 40.0)
        for seed, at in ((1, 0.0), (3, later))
    )


def sides(gap: float):
    a, b = decks(gap)
    later = 40.0 + gap
    return (
        Side(a, 1.0, 20.0, 0.0, 40.0, 0.0, 40.0),
        Side(b, 1.0, later + 20.0, later, later + 40.0, later, later + 40.0),
    )


def test_hands_where_they_meet():
    a, b = sides(-6.0)
    hands = met(heard(faded(track(1), track(3), 6.0)), a, b)
    assert hands is not None
    assert (hands.start, hands.end) == pytest.approx((34.0, 40.0), abs=1.0)


@pytest.mark.parametrize("gap", [20.0, 100.0])
def test_not_over_what_is_foreign(gap):
    between = track(12, gap)
    sound = np.concatenate([track(1), between, track(3)])
    assert met(heard(sound), *sides(gap)) is None


def test_not_where_one_lies_within_the_other():
    a, b = sides(-6.0)
    assert met(heard(track(1, 60.0)[: 60 * SR]), b, a) is None
