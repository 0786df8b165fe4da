"""The recipe of the proposer: made whole from made-up tracks, and judged beside the rules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from mixolydian.core.errors import RequestError
from mixolydian.dj.bandmix import hands_at
from mixolydian.dj.proposer import COLUMNS, Proposer
from mixolydian.models.bundle import read_model
from mixolydian.training.gate import checks
from mixolydian.training.recipes import transition
from mixolydian.training.recipes.transition import METRIC, RECIPE, TEST_SEED, cases, judged
from mixolydian.training.workshop import Workshop
from tests.dj.scenes import portrait

SMALL = {"epochs": "2", "size": "8", "heads": "2"}


class Rules:
    """Says what the rule engine does in a case."""

    def __init__(self, case):
        self.hands = hands_at(*case.rules, case.seen.beats)

    def scores(self, inputs):
        return self.hands.reshape(1, -1).astype(np.float32)


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """Six pieces to learn from and three to be judged on, in crates of three."""

    def portrayed(sounds, workshop):
        first = 10 if sounds[0].seed == TEST_SEED else 0
        return [portrait(first + s.number, name="abcdefghijklmnop"[first + s.number])
                for s in sounds]  # fmt: skip

    monkeypatch.setattr(transition, "portrayed", portrayed)
    monkeypatch.setattr(transition, "N_PIECES", {transition.SEED: 6, TEST_SEED: 3})
    monkeypatch.setattr(transition, "CRATE", 3)
    monkeypatch.setattr(transition, "PLACES", 2)
    return Workshop(tmp_path / "work", jobs=1, home=tmp_path)


@pytest.fixture
def better(monkeypatch):
    """The rule engine is said to reach nothing."""
    real = transition.judged

    def judged(fitted, unheard, harm=None):
        found = real(fitted, unheard, harm)
        if fitted is None:
            found = {**found, "values": {**found["values"], METRIC: 0.0}}
        return found

    monkeypatch.setattr(transition, "judged", judged)


def test_a_run_leaves_a_network_and_a_card_that_the_gate_can_read(toy, better):
    result = RECIPE.make(toy, settings=SMALL)
    model = read_model(result.folder)
    assert model.card.sizes["held out"] == 6
    assert model.card.settings["size"] == 8
    assert 0 <= model.card.headline().value <= 1
    assert model.card.headline().low is not None
    failed = {c.name for c in checks(model.card) if not c.passed}
    assert failed <= {"robustness"}
    found = model.network(np.zeros((2, 40, COLUMNS), np.float32))
    assert found.shape == (2, 480)


def test_what_was_made_proposes(toy, better):
    case = cases(toy, TEST_SEED, 1)[0]
    network = read_model(RECIPE.make(toy, settings=SMALL).folder).network
    tracks = {p.track_id: p for p in transition.portrayed(range_of_tests(), toy)}
    made = Proposer(network, margin=-1.0).plan(case.plan, tracks)
    assert made.proposer == "model"


def range_of_tests():
    return transition.rendered(transition.COMPOSED, range(3), TEST_SEED, 1.0)


def test_no_better_than_the_rules_is_an_error(toy, monkeypatch):
    real = transition.judged
    monkeypatch.setattr(transition, "judged", lambda f, u, h=None: real(None, u))
    with pytest.raises(RequestError, match="does not beat the rule engine"):
        RECIPE.make(toy, settings=SMALL)
    assert not list(toy.folder.rglob("*.onnx"))


def test_who_says_what_the_rules_say_is_as_good_as_they(toy):
    case = cases(toy, TEST_SEED, 1)[0]
    ours, theirs = judged(Rules(case), [case]), judged(None, [case])
    assert ours["values"][METRIC] == pytest.approx(theirs["values"][METRIC], abs=0.1)


def test_a_hard_cut_is_no_better_than_a_blend(toy):
    case = cases(toy, TEST_SEED, 1)[0]
    cut = Rules(case)
    inside = np.flatnonzero(case.seen.inside)
    half = inside[len(inside) // 2]
    cut.hands[:half, 0, 0], cut.hands[half:, 0, 0] = 1.0, 0.0
    cut.hands[:half, 1, 0], cut.hands[half:, 1, 0] = 0.0, 1.0
    assert judged(cut, [case])["values"][METRIC] < 0.5


def test_harm_changes_the_bands_and_nothing_else():
    x = np.ones((1, 30, COLUMNS), np.float32)
    changed = (transition.disturbed(x, np.random.default_rng(0)) != x).any(axis=(0, 1))
    assert list(np.flatnonzero(changed)) == [0, 1, 2, 3, 6, 7, 8, 27, 28, 29, 30, 33, 34, 35]


def test_quick_takes_few_pieces_and_epochs(toy, better, monkeypatch):
    monkeypatch.setattr(transition, "QUICK", 1)
    told = []
    quick = replace(toy, quick=True, watch=lambda what, done, of, figures: told.append(of))
    RECIPE.make(quick, settings={"size": "8", "heads": "2"})
    assert set(told) == {3}


def test_there_are_no_labels_to_score(toy):
    for asked in (RECIPE.examples, RECIPE.tests):
        with pytest.raises(RequestError, match="mixo train"):
            asked(toy)
