"""How tempi stand to each other."""

from __future__ import annotations

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.dj.transitions.relation import comfort_of, ratio_for, relate
from mixolydian.dj.transitions.wishes import Wishes
from tests.dj.transitions.made import track


@pytest.mark.parametrize(
    ("bpm", "tempo", "ratio"),
    [(126, 128, 1.0), (64, 128, 0.5), (174, 87, 2.0), (180, 120, 1.5), (85, 128, 2 / 3)],
)
def test_a_track_that_counts_in_other_units_gets_its_ratio(bpm, tempo, ratio):
    assert ratio_for(bpm, tempo) == ratio


def test_near_tempi_are_locked_at_the_outgoing_tempo():
    relation = relate(track(bpm=128), track(bpm=126), Wishes())
    assert relation.way == "locked"
    assert relation.tempo == 128
    assert relation.stretch_b == pytest.approx(128 / 126 - 1)
    assert 0.8 < relation.comfort < 1.0


def test_far_tempi_and_other_metres_are_apart():
    assert relate(track(bpm=128), track(bpm=150), Wishes()).way == "apart"
    assert relate(track(bpm=128), track(bpm=150), Wishes(max_stretch=0.2)).way == "locked"
    assert relate(track(bpm=128), track(bpm=128, meter=3), Wishes()).way == "apart"


def test_without_a_beat_nothing_is_matched():
    assert relate(track(steady=False), track(), Wishes()).way == "free"
    assert relate(track(), track(steady=False), Wishes()).own_b == pytest.approx(120 / 128)


def test_stretch_is_worth_less_the_more_there_is():
    worths = [comfort_of(x) for x in (0.0, 0.03, -0.05, 0.08, 0.2, 0.5)]
    assert worths == sorted(worths, reverse=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 0.0},
        {"loudness": 3.0},
        {"kinds": ("slam",)},
        {"kinds": ()},
        {"bars": 0},
        {"max_stretch": 0.6},
        {"tempo": "last"},
        {"tempo": 1000.0},
        {"tempo": float("nan")},
        {"arc": 2.0},
    ],
)
def test_wishes_out_of_range_are_refused(wrong):
    with pytest.raises(RequestError):
        Wishes(**wrong)
