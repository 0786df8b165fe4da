"""The way every recipe goes: split, fit, judge, refuse what is no better, leave a bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from mixolydian.core.errors import RequestError
from mixolydian.models.bundle import read_model
from mixolydian.training import recipe as recipe_module
from mixolydian.training.learners.base import Job
from mixolydian.training.recipe import Recipe, chosen, material, names, recipe, run
from mixolydian.training.scoring import scored
from mixolydian.training.workshop import Workshop
from tests.training.learners.clouds import clouds

FEW = 28
"""examples of a test set: too few for the report to draw a map, which takes long."""


class KilledError(Exception):
    pass


class Nonsense:
    """A fitted model that says nothing finite."""

    def scores(self, inputs):
        return np.full((len(inputs), 3), np.nan, dtype=np.float32)


@dataclass(frozen=True)
class Toy(Recipe):
    name: ClassVar[str] = "toy"
    question: ClassVar[str] = "toy"
    version: ClassVar[str] = "3"
    inputs: ClassVar[str] = "figures"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "k-nearest": {"k": 9},
        "dummy": {},
        "perceptron": {"epochs": 6, "hidden": (8,)},
    }
    data: ClassVar[tuple[str, ...]] = ("clouds (own)",)
    not_for: ClassVar[tuple[str, ...]] = ("anything",)
    limits: ClassVar[Mapping[str, float]] = {"gap": 0.2}

    leaks: bool = False
    apart: bool = False

    def examples(self, workshop):
        return clouds(60 if workshop.quick else 120, 1)

    def tests(self, workshop):
        if not self.apart:
            return {}
        groups = "own" if not self.leaks else ""
        first, second = (clouds(FEW, seed) for seed in (5, 6))
        return {
            "near": renamed(first, groups),
            "far": renamed(second, "other"),
        }

    def facts(self, workshop):
        return {"seed": workshop.seed}


def renamed(examples, word):
    def all_of(parts):
        return tuple(f"{word}{part}" for part in parts)

    return replace(examples, groups=all_of(examples.groups), ids=all_of(examples.ids))


@pytest.fixture(autouse=True)
def untracked(monkeypatch):
    monkeypatch.setenv("MIXOLYDIAN_TRACKING", "off")


@pytest.fixture
def workshop(tmp_path):
    return Workshop(tmp_path / "work", jobs=1, home=tmp_path)


# ---------------------------------------------------------------------------- the recipes


def test_the_recipes_are_the_files():
    assert {"music", "genre", "emotion", "embedding", "genre_table"} <= set(names())
    with pytest.raises(RequestError, match=r"expected a recipe of .*music.*; found 'polka'"):
        recipe("polka")


@pytest.mark.parametrize("name", names())
def test_every_recipe_says_what_its_card_needs(name):
    pytest.importorskip("torch")
    pytest.importorskip("lightning")
    found = recipe(name)
    assert found.name == name
    for said in (found.question, found.summary, found.data, found.not_for, found.learners):
        assert said


@pytest.mark.parametrize("name", [n for n in names() if n != "embedding"])
def test_every_learner_of_every_recipe_can_be_made(name):
    pytest.importorskip("torch")
    pytest.importorskip("xgboost")
    found = recipe(name)
    for model in found.learners:
        assert chosen(found, model, {}).name == model


def test_settings_of_the_user_go_before_the_recipes():
    assert chosen(Toy(), None, {}).k == 9
    assert chosen(Toy(), None, {"k": "4"}).k == 4
    assert chosen(Toy(), "dummy", {}).name == "dummy"


@pytest.mark.parametrize(
    ("model", "settings", "says"),
    [
        ("crystal-ball", {}, "expected a model of k-nearest, dummy, perceptron"),
        ("random-forest", {}, "expected a model of"),
        (None, {"depth": "3"}, "has no setting depth"),
        (None, {"k": "many"}, "expected a value like"),
    ],
)
def test_unknown_models_and_settings_are_refused(workshop, model, settings, says):
    with pytest.raises(RequestError, match=says):
        run(Toy(), workshop, model, settings)
    assert not (workshop.folder / "runs").exists()


# ---------------------------------------------------------------------------- the material


@pytest.mark.parametrize("which", [Toy(), Toy(apart=True)], ids=["set aside", "apart"])
def test_no_group_is_in_two_parts(workshop, which):
    parts = material(which, workshop)
    sides = [set(p.groups) for p in (parts.train, parts.valid, *parts.tests.values())]
    assert all(side for side in sides)
    for i, side in enumerate(sides):
        assert not any(side & other for other in sides[i + 1 :])
    assert list(parts.tests) == (["near", "far"] if which.apart else ["held out"])
    assert len(parts.train) > 3 * len(parts.valid)


@pytest.mark.parametrize("apart", [False, True])
def test_damage_makes_further_test_sets_of_the_first(workshop, apart):
    @dataclass(frozen=True)
    class Harmed(Toy):
        def damaged(self, held_out, workshop):
            return {"damaged: loud": replace(held_out, inputs=2 * held_out.inputs)}

    tests = material(Harmed(apart=apart), workshop).tests
    first, *_, last = tests
    assert (first, last) == ("near" if apart else "held out", "damaged: loud")
    np.testing.assert_array_equal(tests[last].inputs, 2 * tests[first].inputs)
    assert tests[last].groups == tests[first].groups


def test_the_split_follows_the_seed(workshop):
    first, again, other = (
        material(Toy(), replace(workshop, seed=seed)).train.ids for seed in (0, 0, 1)
    )
    assert first == again != other


def test_a_leak_is_refused(workshop):
    with pytest.raises(RequestError, match=r"toy, test set near: .*shared group"):
        run(Toy(apart=True, leaks=True), workshop)
    assert not list(workshop.folder.rglob("model.onnx"))


def test_quick_is_smaller(workshop):
    sizes = [len(material(Toy(), replace(workshop, quick=quick)).train) for quick in (True, False)]
    assert sizes[0] < sizes[1]


# ---------------------------------------------------------------------------- a run


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("toy")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIXOLYDIAN_TRACKING", "off")
        shop = Workshop(folder, jobs=1, home=folder, seed=2)
        return run(Toy(apart=True), shop), shop


def test_a_run_leaves_what_can_be_installed_and_read(made):
    result, shop = made
    there = {path.name for path in result.folder.iterdir()}
    assert {"model.onnx", "card.json", "card.md", "report.html", "report.json"} <= there
    assert result.folder.parent == shop.folder / "runs" / "toy"
    assert not list(result.folder.parent.glob("*-unfinished"))


def test_the_card_says_how_it_was_made(made):
    card = made[0].card
    assert read_model(made[0].folder).card == card
    assert (card.name, card.question, card.recipe_version) == ("toy", "toy", "3")
    assert (card.learner, card.settings["k"]) == ("k-nearest", 9)
    assert (card.data, card.not_for) == (Toy.data, Toy.not_for)
    assert card.command.startswith("mixo train toy --model k-nearest")
    assert card.facts["seed"] == 2
    assert card.facts["metric"] == "macro_f1"
    assert card.facts["limits"] == {"gap": 0.2}
    assert card.input_shape == (6,)
    assert card.sizes.keys() == {"train", "valid", "near", "far"}
    assert card.sizes["train"] + card.sizes["valid"] == 120


def test_the_shipped_model_has_the_scores_of_the_card(made):
    result, shop = made
    model = read_model(result.folder)
    for name, examples in material(Toy(apart=True), shop).tests.items():
        again = scored(model.probabilities(examples.inputs), examples)
        for metric in ("macro_f1", "accuracy", "log_loss"):
            assert again.value(metric) == pytest.approx(result.scores[name].value(metric))
            kept = result.card.scores[name]["values"][metric]
            assert again.value(metric) == pytest.approx(kept, abs=1e-4)


def test_it_beats_its_baseline_on_every_test(made):
    result, _ = made
    for name, found in result.scores.items():
        assert found.value("macro_f1") > result.baseline[name].value("macro_f1")
        assert result.card.baseline[name]["values"]["macro_f1"] < 0.5


def test_the_report_holds_the_scores(made):
    report = json.loads((made[0].folder / "report.json").read_text("utf-8"))
    assert {"near", "far"} <= set(report["tests"])


def test_the_same_seed_makes_the_same_model(made, tmp_path):
    again = run(Toy(apart=True), Workshop(tmp_path, jobs=1, home=tmp_path, seed=2))
    assert again.card.weights == made[0].card.weights
    assert again.card.calibration == made[0].card.calibration


def test_no_better_than_the_baseline_is_an_error(workshop):
    with pytest.raises(
        RequestError, match=r"dummy does not beat the baseline.*nothing was written"
    ):
        run(Toy(), workshop, "dummy")
    assert not list(workshop.folder.rglob("*.onnx"))
    assert not list(workshop.folder.rglob("card.json"))


def test_a_score_that_is_no_number_beats_nothing():
    class Said:
        def __init__(self, figure):
            self.figure = figure

        def value(self, metric):
            return self.figure

    how = chosen(Toy(), None, {})
    recipe_module._must_beat(Toy(), how, {"near": Said(0.6)}, {"near": Said(0.5)})
    with pytest.raises(RequestError, match=r"nan against 0\.500"):
        recipe_module._must_beat(Toy(), how, {"near": Said(np.nan)}, {"near": Said(0.5)})


def test_the_first_test_decides(workshop, monkeypatch):
    seen = []
    monkeypatch.setattr(
        recipe_module,
        "_must_beat",
        lambda which, how, scores, base: seen.append(next(iter(scores))),
    )
    run(Toy(apart=True), workshop)
    assert seen == ["near"]


def test_an_export_that_says_otherwise_cannot_be_installed(workshop, monkeypatch):
    monkeypatch.setattr(recipe_module, "PARITY", -1.0)
    with pytest.raises(RequestError, match="the exported network differs"):
        run(Toy(), workshop)
    assert not list(workshop.folder.rglob("model.onnx"))


def test_an_export_that_says_nothing_finite_cannot_either(workshop):
    parts = material(Toy(), workshop)
    fitted = chosen(Toy(), None, {}).fit(parts.train, parts.valid, Job())
    workshop.folder.mkdir()
    (workshop.folder / "model.onnx").write_bytes(fitted.onnx())
    recipe_module._must_agree(workshop.folder, fitted, parts)
    with pytest.raises(RequestError, match="differs"):
        recipe_module._must_agree(workshop.folder, Nonsense(), parts)
    assert not workshop.folder.exists()


def test_a_killed_run_goes_on_where_it_was(workshop):
    pytest.importorskip("torch")
    pytest.importorskip("lightning")
    told = []

    def dies(what, done, of, figures):
        told.append(done)
        if len(told) == 3:
            raise KilledError

    with pytest.raises(KilledError):
        run(Toy(), replace(workshop, watch=dies), "perceptron")
    place = workshop.folder / "runs" / "toy"
    (left,) = place.iterdir()
    assert left.name == "perceptron-unfinished"
    epochs = []

    def listens(what, done, of, figures):
        if "epochs" in what and figures:
            epochs.append(done)

    resumed = run(Toy(), replace(workshop, watch=listens), "perceptron")
    assert epochs[0] == 4
    assert not left.exists()
    assert [path.name for path in place.iterdir()] == [resumed.folder.name]
    fresh = run(Toy(), replace(workshop, folder=workshop.folder / "other"), "perceptron")
    assert fresh.card.weights == resumed.card.weights
