"""The recipes of what comes next: from a library's sets to a voice that is heard, or refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from mixolydian.core.errors import RequestError
from mixolydian.dj.recommending.learned import models_of, voices, with_voices
from mixolydian.dj.recommending.recommend import Wish, weigh
from mixolydian.models.bundle import read_model
from mixolydian.models.store import Store
from mixolydian.training import nextrecipe
from mixolydian.training.gate import checks
from mixolydian.training.nextrecipe import HELD_OUT, METRIC
from mixolydian.training.played import played
from mixolydian.training.recipe import recipe
from mixolydian.training.workshop import Workshop
from tests.training import habits

SMALL = {"size": "8", "epochs": "12", "batch": "8", "lr": "0.03", "dropout": "0.1"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return habits.library(tmp_path_factory.mktemp("home"))


@pytest.fixture
def workshop(home, tmp_path):
    return Workshop(tmp_path / "work", jobs=1, home=home)


@pytest.fixture(scope="module")
def run(home, tmp_path_factory):
    place = tmp_path_factory.mktemp("work")
    return recipe("next_sequence").make(Workshop(place, jobs=1, home=home), settings=SMALL)


def test_a_habit_is_learnt_beyond_what_ships(run):
    card = read_model(run.folder).card
    assert card.headline().low > 0.0
    assert card.facts["weight"] > 0.0
    assert card.scores[HELD_OUT]["values"]["ndcg"] > card.baseline[HELD_OUT]["values"]["ndcg"]
    assert set(card.facts["beside"]) == {"popularity", "item-kNN", "BPM + Camelot", "as shipped"}
    assert card.facts["tracks"] == [f"{n:032x}" for n in range(habits.TRACKS)]
    assert 12 <= card.sizes[HELD_OUT] <= 20


def test_the_gate_reads_it(run):
    failed = {check.name for check in checks(read_model(run.folder).card) if not check.passed}
    assert failed <= {"robustness"}


def test_once_promoted_it_speaks(run, home, tmp_path):
    store = Store(tmp_path)
    store.promote("next_sequence", store.install(run.folder))
    shelf = played(home, "next_sequence").shelf
    (found,) = voices(models_of(store), shelf)
    assert voices(models_of(store), replace(shelf, sounds=shelf.sounds[:, 1:])) == ()
    other = np.random.default_rng(0).permuted(shelf.sounds, axis=0)
    assert voices(models_of(store), replace(shelf, sounds=other)) == ()
    weighed = weigh(shelf, Wish((0, 1)), None, None)
    heard = with_voices(weighed, [found], (0, 1))
    best = heard.best(12)
    assert np.mean(best % 12 == 2) > np.mean(weighed.best(12) % 12 == 2)
    assert "says their model" in heard.suggestion(int(best[0])).parts[-1].words


def test_the_same_run_twice_is_the_same_model(run, workshop):
    again = recipe("next_sequence").make(workshop, settings=SMALL)
    assert again.card.weights == run.card.weights


def test_too_few_sets_are_refused_with_how_many_it_takes(tmp_path):
    few = habits.library(tmp_path / "home", habits.sets(7))
    with pytest.raises(RequestError, match=r"at least 40 different sets .* found 7; import more"):
        recipe("next_graph").make(Workshop(tmp_path / "work", jobs=1, home=few))
    with pytest.raises(RequestError, match="found 0"):
        recipe("next_graph").make(Workshop(tmp_path / "work", jobs=1, home=tmp_path / "none"))


def test_what_is_no_better_is_not_written(workshop, monkeypatch):
    monkeypatch.setattr(nextrecipe.judging, "WEIGHTS", (0.0,))
    with pytest.raises(
        RequestError, match=r"not better beyond doubt on \d+ held-out sets: NDCG@10"
    ):
        recipe("next_graph").make(workshop, settings={**SMALL, "epochs": "1"})
    assert not list(workshop.folder.rglob("model.onnx"))


def test_the_graph_model_goes_the_same_way(home, tmp_path):
    known = played(home, "next_graph")
    which = recipe("next_graph")
    how = nextrecipe.chosen(which, None, {**SMALL, "epochs": "3"})
    fitted = which.learnt(how, known, nextrecipe.Job())
    verdict = nextrecipe.judged(known, which.name, fitted)
    card = which._card(how, known, fitted.columns, verdict)
    card = nextrecipe.write_bundle(tmp_path, card, fitted.onnx())
    nextrecipe._must_agree(tmp_path, fitted, known.shelf)
    assert METRIC in card.scores[HELD_OUT]["values"]
    json.dumps(card.to_json())


def test_it_has_no_labels(workshop):
    for method in ("examples", "tests"):
        with pytest.raises(RequestError, match="only `mixo train`"):
            getattr(recipe("next_graph"), method)(workshop)
