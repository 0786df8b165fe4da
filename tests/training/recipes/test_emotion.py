"""The emotion recipe on a small table of its form."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import InputError, RequestError
from mixolydian.models import mir
from mixolydian.training.datasets.sources import Stock
from mixolydian.training.learners.base import Job
from mixolydian.training.recipe import chosen, material
from mixolydian.training.recipes.emotion import CORPUS, FILE, LABELS, RECIPE, WORDS, read
from mixolydian.training.workshop import Workshop

PER_EMOTION = 12


def lines(names=mir.NAMES, words=tuple(WORDS)):
    """A header and rows whose emotions lie apart; the second row of each repeats the first."""
    rng = np.random.default_rng(3)
    yield ",".join(("Class", *names))
    for i, word in enumerate(words):
        rows = rng.uniform(0.3, 0.6, (PER_EMOTION, len(names))) + 0.3 * i
        rows[1] = rows[0]
        yield from (",".join([f'"{word}"', *(f'"{v:.3f}"' for v in row)]) for row in rows)


@pytest.fixture
def workshop(tmp_path):
    def made(text: str) -> Workshop:
        folder = tmp_path / "data" / CORPUS
        folder.mkdir(parents=True)
        (folder / FILE).write_text(text, "utf-8")
        return Workshop(tmp_path / "work", Stock(tmp_path / "data"), jobs=1)

    return made


def test_rows_become_examples_in_our_words(workshop):
    examples = RECIPE.examples(workshop("\n".join(lines())))
    assert examples.labels == LABELS
    assert examples.names == mir.COLUMNS
    assert examples.inputs.shape == (4 * PER_EMOTION, 37)
    assert examples.classes.tolist() == np.repeat(range(4), PER_EMOTION).tolist()


def test_copies_stay_together(workshop):
    work = workshop("\n".join(lines()))
    groups = RECIPE.examples(work).groups
    assert groups[0] == groups[1] != groups[2]
    parts = material(RECIPE, work)
    seen = set(parts.train.groups)
    assert not seen & set(parts.valid.groups)
    assert not seen & set(parts.tests["held out"].groups)


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(RequestError, match=CORPUS):
        RECIPE.examples(Workshop(tmp_path, Stock(tmp_path)))


def test_other_columns_are_refused(workshop):
    names = ("Loudness", *mir.NAMES[1:])
    work = workshop("\n".join(lines(names)))
    with pytest.raises(RequestError, match="Loudness"):
        read(work.stock.folder(CORPUS))


def test_another_emotion_is_refused(workshop):
    work = workshop("\n".join(lines(words=("relax", "bored"))))
    with pytest.raises(InputError, match="bored"):
        RECIPE.examples(work)


def test_every_learner_of_the_recipe_is_one(workshop):
    pytest.importorskip("sklearn")
    pytest.importorskip("torch")
    pytest.importorskip("xgboost")
    for name in RECIPE.learners:
        assert chosen(RECIPE, name, {}).name == name


def test_the_first_learner_learns_it(workshop):
    pytest.importorskip("sklearn")
    parts = material(RECIPE, workshop("\n".join(lines())))
    fitted = chosen(RECIPE, None, {}).fit(parts.train, parts.valid, Job())
    test = parts.tests["held out"]
    assert (fitted.scores(test.inputs).argmax(axis=1) == test.classes).mean() > 0.9
