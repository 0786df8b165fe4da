"""Transitions lead into sections and hang on what the sections are."""

from __future__ import annotations

import pytest

from mixolydian.creation.arrangement import GESTURES
from mixolydian.creation.genres import GENRES
from tests.creation.pieces import any_genre, arranged, house, with_settings


@pytest.mark.parametrize("name", sorted(GENRES))
def test_gestures_lie_inside_the_piece_in_order(name: str):
    a = arranged(any_genre(name))
    assert [g.start for g in a.gestures] == sorted(g.start for g in a.gestures)
    for g in a.gestures:
        assert g.kind in GESTURES
        assert 0 <= g.start < g.end <= a.end + 1e-6
        assert 0 < g.level <= 1


@pytest.mark.parametrize("seed", range(5))
def test_a_drop_is_announced_and_marked(seed: int):
    a = arranged(house(seed=seed))
    for drop in a.drops:
        assert any(g.kind == "riser" and g.end == drop.time for g in a.gestures)
        assert any(g.kind == "reverse" and g.end == drop.time for g in a.gestures)
        assert any(g.kind == "impact" and g.start == drop.time for g in a.gestures)


def test_a_quiet_drop_has_no_impact():
    a = arranged(with_settings(house(), ("drop1.energy", "3")))
    start = next(s.start for s in a.sections if s.label == "drop")
    assert not [g for g in a.gestures if g.kind in ("impact", "subdrop") and g.start == start]


def test_the_end_of_a_drop_falls_down():
    a = arranged(house())
    start = next(s.start for s in a.sections if s.label == "breakdown")
    assert any(g.kind == "downlifter" and g.start == start for g in a.gestures)


def test_ambient_has_nothing_that_arrives():
    for seed in range(10):
        a = arranged(any_genre("ambient", seed=seed, form=(("intro", 4), ("chorus", 4))))
        assert not {g.kind for g in a.gestures} & {"impact", "subdrop", "riser"}


def test_muted_effects_are_gone():
    a = arranged(with_settings(house(), ("fx.mute", "on"), ("texture.mute", "on")))
    assert not a.gestures
