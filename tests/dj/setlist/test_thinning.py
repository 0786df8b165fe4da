"""Large crates thinned out."""

from __future__ import annotations

from mixolydian.dj.setlist.arc import parse_arc
from mixolydian.dj.setlist.crate import level_of
from mixolydian.dj.setlist.planning import plan_set
from mixolydian.dj.setlist.problem import Locks
from mixolydian.dj.setlist.thinning import kept_places, renumbered
from tests.dj.setlist.crates import crate

CRATE = crate(40)


def test_all_energies_stay_and_what_is_named():
    locks = Locks(first=3, last=7, must=frozenset({11}), never=frozenset({(12, 13)}))
    places = kept_places(CRATE, locks, 10)
    assert {3, 7, 11, 12, 13} <= set(places)
    assert 10 <= len(places) <= 15
    levels = [level_of(CRATE[i]) for i in places]
    every = [level_of(track) for track in CRATE]
    assert (min(levels), max(levels)) == (min(every), max(every))
    new = renumbered(locks, places)
    named = (new.first, new.last, *new.must, *(t for pair in new.never for t in pair))
    assert [places[i] for i in named] == [3, 7, 11, 12, 13]


def test_small_crates_stay_as_they_are():
    assert kept_places(CRATE, Locks()) == list(range(40))
    assert renumbered(Locks(1, None, gap=2), range(40)) == Locks(1, None, gap=2)


def test_it_is_said(monkeypatch):
    monkeypatch.setattr("mixolydian.dj.setlist.thinning.kept_places.__defaults__", (12,))
    locks = Locks(first=39, must=frozenset({38}))
    plan = plan_set(CRATE, parse_arc("5 3"), locks, [None] * 39 + [5.0])
    assert plan.steps[0].portrait is CRATE[39]
    assert plan.steps[0].level == 5.0
    assert CRATE[38] in [step.portrait for step in plan.steps]
    assert "of the 40 tracks were compared" in plan.notes[0]
