"""The curves of every kind."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.dj.plan import KINDS, Controls
from mixolydian.dj.transitions.kinds import OVERLAPPING, kinds_for, templates
from mixolydian.dj.transitions.shapes import band_gains, moved, shape, step_gains
from mixolydian.dj.transitions.wishes import Wishes

ALL = templates(KINDS, None)


def name(template):
    return f"{template.kind}-{template.bars}-{template.swap:g}-{template.loop_out}"


def test_every_kind_is_tried():
    assert {t.kind for t in ALL} == set(KINDS)


@pytest.mark.parametrize("template", ALL, ids=name)
def test_the_outgoing_deck_begins_open_and_ends_closed(template):
    n = template.bars * 4
    out, into = shape(template, 4)
    if template.swap > 0:
        assert np.allclose(band_gains(out, -0.01), 1.0, atol=0.01)
    assert np.allclose(band_gains(out, float(n)), 0.0, atol=1e-6)
    assert np.allclose(band_gains(into, float(n)), 1.0, atol=0.01)
    if not template.enters:
        assert np.allclose(band_gains(into, 0.0), 0.0, atol=1e-6)


@pytest.mark.parametrize("template", [t for t in ALL if t.kind in OVERLAPPING], ids=name)
def test_one_bass_at_a_time(template):
    beats = np.arange(0.0, template.bars * 4, 1 / 64)
    out, into = shape(template, 4)
    both = np.minimum(out.low.at(beats), into.low.at(beats)) > 10 ** (-10 / 20)
    assert both.mean() * template.bars * 4 < 0.5
    assert np.allclose(out.low.at(beats) + into.low.at(beats), 1.0)
    swap = float(template.swap * 4)
    assert out.low.at(swap) == 0.0
    assert into.low.at(swap) == 1.0
    assert swap % 4 == 0


def test_a_blend_is_never_quieter_than_one_track():
    template = next(t for t in ALL if t.kind == "fade" and t.bars == 8)
    out, into = shape(template, 4)
    beats = np.linspace(0, 32, 200)
    power = out.fader.at(beats) ** 2 + into.fader.at(beats) ** 2
    assert power == pytest.approx(1.0, abs=0.02)


def test_a_wished_length_is_kept_by_all_that_overlap():
    some = templates(KINDS, 12)
    assert {t.bars for t in some} == {12}


def test_kinds_follow_the_relation_and_the_wishes():
    assert kinds_for("apart", Wishes()) == (("echo-out", "cut"), True)
    assert kinds_for("free", Wishes(kinds=("cut",))) == (("fade",), False)
    assert kinds_for("locked", Wishes(kinds=("fade",))) == (("fade",), True)


def test_steps_hold_the_power_that_is_let_through():
    template = next(t for t in ALL if t.kind == "cut")
    assert step_gains(template, 4)[0] == pytest.approx(1.0, abs=0.1)
    assert not step_gains(template, 4)[1].any()


def test_moved_curves_are_the_same_later():
    out, _ = shape(ALL[0], 4)
    assert moved(out, 100.0).fader.at(112.0) == out.fader.at(12.0)
    assert moved(Controls(), 5.0) == Controls()
