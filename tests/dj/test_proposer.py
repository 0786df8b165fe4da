"""The proposer: what it is fed, what curves it makes, and when it keeps out of the way."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from mixolydian.dj import checks
from mixolydian.dj.bandmix import FADER, LOW, hands_at, measure
from mixolydian.dj.curve import Curve
from mixolydian.dj.plan import Controls
from mixolydian.dj.planner import plan_mix
from mixolydian.dj.proposer import (
    BANDS,
    COLUMNS,
    HEARD,
    INSIDE,
    LOUDNESS,
    SIDE_COLUMNS,
    VOCALS,
    Proposer,
    controls,
    encode,
    installed,
)
from mixolydian.dj.scene import scene
from mixolydian.dj.transitions.wishes import Wishes
from tests.dj.scenes import pair_plan, portrait

A, B = portrait(1, name="a"), portrait(2, name="b")
BOTH = {p.track_id: p for p in (A, B)}
PLAN = pair_plan(32)
SEEN = scene(PLAN, 0, A, B)
RULES = hands_at(PLAN.transitions[0].outgoing, PLAN.transitions[0].incoming, SEEN.beats)


def network(hands=RULES):
    """Says the same hands whatever it is fed."""
    return lambda x: hands.reshape(1, -1).astype(np.float32)


def bad_plan():
    """A plan whose transition leaves both basses open and falls into a hole."""
    out = Controls(fader=Curve(((224.0, 1.0), (240.0, 0.0))))
    late = Controls(fader=Curve(((240.0, 0.0), (256.0, 1.0))))
    return replace(PLAN, transitions=(replace(PLAN.transitions[0], outgoing=out, incoming=late),))


def test_columns_are_where_the_loss_looks_for_them():
    x = encode(SEEN)
    assert x.shape == (64, COLUMNS)
    assert np.isfinite(x).all()
    assert (x != 0).any(axis=1).all()
    for base, side in ((0, SEEN.outgoing), (SIDE_COLUMNS, SEEN.incoming)):
        np.testing.assert_array_equal(x[:, base : base + SIDE_COLUMNS][:, BANDS], side.bands)
        np.testing.assert_array_equal(x[:, base + LOUDNESS], side.loudness)
        np.testing.assert_array_equal(x[:, base + VOCALS], side.vocals)
        np.testing.assert_array_equal(x[:, base + HEARD], side.heard)
    np.testing.assert_array_equal(x[:, INSIDE], SEEN.inside)


def test_hands_become_the_curves_they_came_from_but_for_a_trim():
    outgoing, incoming = controls(SEEN, RULES)
    again = hands_at(outgoing, incoming, SEEN.beats)
    assert outgoing.fader.at(SEEN.start) == pytest.approx(1.0)
    assert incoming.fader.at(SEEN.end) == pytest.approx(1.0)
    trim = again[18:47, :, FADER] / RULES[18:47, :, FADER]
    np.testing.assert_allclose(trim[:, 0], trim[:, 1], rtol=0.05)
    assert trim.min() > 10 ** (-6 / 20)
    assert trim.max() < 10 ** (2.1 / 20)


def test_the_trim_fills_a_hole():
    sagging = RULES.copy()
    sagging[:, :, FADER] = RULES[:, :, FADER] ** 1.5
    assert measure(SEEN, *controls(SEEN, sagging)).dip < 0.6


def test_one_bass_gives_way_on_a_downbeat():
    drifting = RULES.copy()
    drifting[:, 1, LOW] = np.linspace(0, 1, 64)
    drifting[:, 0, LOW] = 1 - drifting[:, 1, LOW]
    outgoing, incoming = controls(SEEN, drifting)
    assert outgoing.low.knots == ((239.5, 1.0), (240.0, 0.0))
    assert incoming.low.knots == ((239.5, 0.0), (240.0, 1.0))


def test_what_measures_better_is_taken():
    made = Proposer(network()).plan(bad_plan(), BOTH)
    assert made.proposer == "model"
    assert made.transitions[0].why.endswith("hands by the model")
    checks.check(made, "plan")


def test_what_measures_no_better_is_not_taken():
    silent = RULES.copy()
    silent[16:48, :, FADER] = 0.01
    assert Proposer(network(silent)).plan(PLAN, BOTH) is PLAN


def test_in_a_mix_of_three_only_the_curves_change():
    tracks = [portrait(i, name=name) for i, name in ((1, "a"), (2, "b"), (5, "c"))]
    plan = plan_mix(tracks, Wishes(kinds=("blend",)))

    def linear(x):
        hands = np.ones((x.shape[1], 2, 6))
        hands[..., 4:] = 0.0
        inside = x[0, :, INSIDE] > 0
        way = np.linspace(0, 1, inside.sum(), endpoint=False)
        hands[inside, 0, FADER], hands[inside, 1, FADER] = 1 - way, way
        hands[int(np.flatnonzero(inside)[-1]) + 1 :, 0, FADER] = 0
        hands[:, 1, LOW] = np.cumsum(inside) > inside.sum() / 2
        hands[:, 0, LOW] = 1 - hands[:, 1, LOW]
        return hands.reshape(1, -1).astype(np.float32)

    made = Proposer(linear, margin=-1.0).plan(plan, {t.track_id: t for t in tracks})
    checks.check(made, "plan")
    assert made.tracks == plan.tracks
    assert len(made.transitions) == 2
    for old, new in zip(plan.transitions, made.transitions, strict=True):
        assert (new.kind, new.start, new.end) == (old.kind, old.start, old.end)
        assert new.outgoing.fader.at(old.start) == pytest.approx(1.0)
        assert new.outgoing.fader.at(old.end) == pytest.approx(0.0)
        assert 0.4 < new.incoming.fader.at((old.start + old.end) / 2) < 0.7


@pytest.mark.parametrize("kind", ["cut", "echo-out", "loop", "fade"])
def test_other_kinds_stay_as_planned(kind):
    plan = bad_plan()
    plan = replace(plan, transitions=(replace(plan.transitions[0], kind=kind),))
    assert Proposer(network()).plan(plan, BOTH) is plan


def test_a_track_without_a_portrait_stays_as_planned():
    plan = bad_plan()
    assert Proposer(network()).plan(plan, {A.track_id: A}) is plan


def test_where_no_model_is_in_use_there_is_no_proposer(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "mixolydian.dj.proposer.Store", lambda home: SimpleNamespace(find=lambda name: None)
    )
    assert installed(tmp_path) is None
