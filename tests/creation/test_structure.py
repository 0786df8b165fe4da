"""The form: sections on asked bars, layers that come with energy and go with mutes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mixolydian.creation.brief import SECTION_LABELS
from mixolydian.creation.genres import GENRES
from mixolydian.creation.layers import FULL_BEAT
from mixolydian.creation.structure import owned_layers, plan_sections
from tests.creation.pieces import CLUB, any_genre, house, with_settings

MAIN = ("house", "techno", "trance", "drum & bass", "dubstep", "acid", "ambient", "minimal")


def test_sections_lie_on_the_asked_bars():
    plans = plan_sections(house())
    assert [(p.label, p.bars) for p in plans] == list(CLUB)
    assert [p.first_bar for p in plans] == [0, 4, 8, 16, 20, 22, 26]
    assert [p.name for p in plans][2:6] == ["drop1", "breakdown1", "buildup2", "drop2"]


@pytest.mark.parametrize("bars", [1, 2, 3, 4, 5, 7, 8, 13, 16, 32, 33])
@pytest.mark.parametrize("label", SECTION_LABELS)
def test_layers_stay_inside_and_something_plays_from_the_first_bar(label: str, bars: int):
    for name in MAIN:
        for seed in range(4):
            brief = any_genre(name, form=((label, bars), ("drop", 4)), seed=seed)
            plan = plan_sections(brief)[0]
            assert all(0 <= first < last <= bars for first, last in plan.entries.values())
            assert plan.at(0)
            assert plan.at(bars - 1)


@pytest.mark.parametrize("name", sorted(GENRES))
@pytest.mark.parametrize("label", ["intro", "verse", "drop", "breakdown", "bridge", "chorus"])
def test_more_energy_never_takes_a_layer_away(name: str, label: str):
    before: frozenset[str] = frozenset()
    for tenth in range(11):
        brief = any_genre(name, form=((label, 16),), energy=(tenth / 10,))
        layers = plan_sections(brief)[0].layers
        assert layers >= before
        before = layers


@pytest.mark.parametrize("name", ["house", "techno", "tech house", "hardcore"])
def test_a_drop_has_the_whole_beat_and_a_breakdown_none(name: str):
    plans = {p.name: p for p in plan_sections(any_genre(name))}
    assert plans["drop1"].at(8) >= FULL_BEAT
    assert not plans["breakdown1"].layers & {"kick", "snare", "bass"}
    assert not plans["buildup1"].layers & {"bass", "snare"}
    assert {"roll", "riser"} <= plans["buildup1"].layers


@pytest.mark.parametrize("name", ["house", "techno", "minimal", "tech house"])
def test_a_dj_finds_beats_at_both_ends(name: str):
    form = (("intro", 16), ("drop", 16), ("outro", 16))
    with_kick = 0
    for seed in range(20):
        intro, _, outro = plan_sections(any_genre(name, form=form, seed=seed))
        with_kick += intro.plays("kick", 0)
        assert outro.plays("kick", outro.last_bar - 1)
        assert not outro.plays("bass", outro.last_bar - 1)
    assert with_kick >= 12


def test_energy_is_asked_in_three_ways():
    form = (("intro", 4), ("drop", 4))
    usual, level, setting = (
        plan_sections(brief)[1].energy
        for brief in (
            house(form=form),
            house(form=form, energy=(0.1, 0.33)),
            with_settings(house(form=form, energy=(0.1, 0.33)), ("drop1.energy", "7")),
        )
    )
    assert (usual, level, setting) == (0.95, 0.33, 0.7)
    assert plan_sections(house(form=form, mood="calm"))[1].energy < usual


def test_a_muted_layer_is_gone_but_still_written():
    brief = with_settings(house(), ("drop2.snare.mute", "on"), ("bass.mute", "on"))
    plans = {p.name: p for p in plan_sections(brief)}
    assert not plans["drop2"].layers & {"snare", "bass"}
    assert {"snare", "bass"} <= plans["drop2"].written.keys()
    assert "snare" in plans["drop1"].layers
    muted = plan_sections(with_settings(house(), ("snare.mute", "on"), ("fx.mute", "on")))
    assert not any(p.layers & {"roll", "riser", "snare"} for p in muted)


@pytest.mark.parametrize("name", sorted(GENRES))
def test_a_piece_owns_harmony_and_enough(name: str):
    for seed in range(10):
        owned = owned_layers(replace(any_genre(name), seed=seed))
        assert len(owned) >= 4
        assert owned & {"chords", "pad", "arpeggio"}
