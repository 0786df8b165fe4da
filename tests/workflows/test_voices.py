"""Models of the user's own sets speak in `mixo next` from the moment they are promoted."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from mixolydian.core.settings import Settings
from mixolydian.models.bundle import write_bundle
from mixolydian.models.store import Store
from mixolydian.training.learners.base import Job
from mixolydian.training.learners.nextmodels import SelfAttention
from mixolydian.training.nextrecipe import Verdict
from mixolydian.training.played import played
from mixolydian.training.recipes.next_sequence import RECIPE
from mixolydian.workflows.next import NextRequest, next_track
from mixolydian.workflows.voices import speaking
from tests.training import habits
from tests.training.recipes.verdicts import NO_FIGURES


@pytest.fixture
def home(tmp_path):
    return habits.library(tmp_path)


def promoted(home, weight=20.0):
    known = played(home, RECIPE.name)
    how = SelfAttention(size=8, epochs=4, batch=8, lr=0.03, dropout=0.1)
    fitted = how.learn(known.crate, known.valid, Job())
    verdict = Verdict(weight, **NO_FIGURES)
    card = RECIPE._card(how, known, fitted.columns, verdict)
    write_bundle(home / "run", card, fitted.onnx())
    store = Store(home)
    store.promote(RECIPE.name, store.install(home / "run"))
    return known


def ask(home):
    return next_track(NextRequest((f"{3:032x}",), limit=5), Settings(home=home))


def test_a_promoted_model_is_heard_at_once_and_says_why(home):
    before = ask(home)
    assert not [p for s in before.suggestions for p in s.suggestion.parts if "next" in p.name]
    promoted(home)
    after = ask(home)
    for each in after.suggestions:
        (part,) = [p for p in each.suggestion.parts if p.name == "next_sequence"]
        assert part.weight == 20.0
    assert "says their model" in after.suggestions[0].suggestion.reason


def test_voices_are_kept_and_those_of_another_sound_are_left_out_with_a_word(home):
    shelf = promoted(home).shelf
    settings = Settings(home=home)
    first = speaking(shelf, settings)
    assert speaking(shelf, settings) is first
    assert len(first.voices) == 1
    other = replace(shelf, sounds=shelf.sounds[:, :3])
    second = speaking(other, settings)
    assert not second.voices
    assert "train it again (mixo train next_sequence)" in second.notes[0]
