"""Places where made-up tracks hand over: plans, teachers, examples."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.dj import checks
from mixolydian.dj.bandmix import hands_at
from mixolydian.dj.proposer import COLUMNS, INSIDE, KINDS
from mixolydian.dj.transitions.candidates import candidates
from mixolydian.training.places import HANDS, LENGTH, WISHES, examples_of, pairs, plan_of
from tests.dj.scenes import portrait

CRATE = [portrait(i, name="abc"[i]) for i in range(3)]


def test_a_plan_of_two_holds_what_the_candidate_says():
    found = candidates(CRATE[0], CRATE[1], WISHES)[0]
    plan = plan_of(found)
    checks.check(plan, "plan")
    a, b = plan.tracks
    move = plan.transitions[0]
    assert a.start + move.start * a.ratio == pytest.approx(found.out_start)
    assert b.start == found.in_start
    assert b.at == move.start + found.template.enters * 4
    assert move.end - move.start == found.template.bars * 4
    assert a.gain_db == pytest.approx(-10.0 - CRATE[0].lufs)


def test_one_place_has_one_teacher():
    cases = pairs(CRATE, "crate", 5)
    assert all(case.plan.transitions[0].kind in KINDS for case in cases)
    places = [case.name.rsplit(" ", 2)[0] + case.name.rsplit(" ", 1)[1] for case in cases]
    assert len(set(places)) == len(places)
    assert len(cases) > 6


def test_one_a_pair_is_the_rule_engines_choice():
    cases = pairs(CRATE, "crate", 1)
    assert len(cases) == 6
    best = next(c for c in candidates(CRATE[0], CRATE[1], WISHES) if c.kind in KINDS)
    assert cases[0].plan.transitions[0].kind == best.kind
    assert cases[0].plan.transitions[0].score == best.score


def test_examples_hold_scene_and_hands_and_padding():
    cases = pairs(CRATE, "crate", 2)
    found = examples_of(cases)
    assert found.inputs.shape == (len(cases), LENGTH, COLUMNS)
    assert set(found.groups) == {"crate"}
    for x, y, case in zip(found.inputs, found.targets, cases, strict=True):
        n = len(case.seen.beats)
        assert not x[n:].any()
        assert x[:, INSIDE].sum() == case.seen.inside.sum()
        taught = hands_at(*case.rules, case.seen.beats)
        np.testing.assert_allclose(
            y.reshape(LENGTH, HANDS)[:n], taught.reshape(n, HANDS), atol=1e-6
        )
