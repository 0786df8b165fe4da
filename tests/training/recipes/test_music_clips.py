"""The recipes of the comparison: what each makes of the same clips."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("torch")

from mixolydian.core.errors import RequestError
from mixolydian.models.embedding import DIMENSIONS
from mixolydian.models.store import Store
from mixolydian.training.clips import POOLED, Clip
from mixolydian.training.learners.base import Job, learner
from mixolydian.training.recipe import material, recipe
from mixolydian.training.recipes import music_clips, music_embeddings, music_lpc, music_sequences
from mixolydian.training.recipes.music_sequences import STARTS, STEPS, sequences
from mixolydian.training.splits import split
from mixolydian.training.summaries import LPC, NAMES
from mixolydian.training.workshop import Workshop


def made(n, seed=0):
    """Clips of which the first column, the last of linear prediction and the power tell all."""
    rng = np.random.default_rng(seed)
    found = []
    for i in range(n):
        music = i % 3 > 0
        row = rng.normal(size=len(NAMES)).astype(np.float32)
        row[[0, LPC[-1]]] += 6.0 * music
        power = rng.uniform(0.5, 1.0, (POOLED, 64)).astype(np.float32)
        power[:, : 32 if music else 64] *= 0.01 if music else 1.0
        found.append(
            Clip(row, power, music, f"group {seed} {i // 2}", f"clip {seed} {i}", "somewhere")
        )
    return found


class Network:
    """Stands in for the embedding: the mean of the first bands, again and again."""

    def __call__(self, inputs, mask=None):
        assert inputs.shape[1:] == (64, 64)
        return np.repeat(inputs[:, :, :32].mean(axis=(1, 2))[:, np.newaxis], DIMENSIONS, axis=1)


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    monkeypatch.setattr(music_clips, "clips", lambda workshop, held_out: made(120))
    monkeypatch.setattr(music_clips, "unseen", lambda workshop: {"rendered": made(30, 1)})
    return Workshop(tmp_path, home=tmp_path / "home")


def test_they_are_recipes_by_name():
    for module in (music_clips, music_lpc, music_sequences, music_embeddings):
        assert recipe(module.RECIPE.name) is module.RECIPE


def test_clips_are_rows_with_names(workshop):
    parts = material(music_clips.RECIPE, workshop)
    assert parts.train.names == NAMES
    assert parts.train.labels == ("other", "music")
    assert parts.tests["rendered"].inputs.shape == (30, len(NAMES))


def test_linear_prediction_is_a_part_of_the_columns(workshop):
    whole = music_clips.RECIPE.examples(workshop)
    part = music_lpc.RECIPE.examples(workshop)
    assert part.names == tuple(NAMES[i] for i in LPC)
    np.testing.assert_array_equal(part.inputs, whole.inputs[:, list(LPC)])


@pytest.mark.parametrize("module", [music_clips, music_lpc])
def test_classic_learners_learn_it(workshop, module):
    parts = material(module.RECIPE, workshop)
    test = parts.tests["rendered"]
    fitted = learner("logistic-regression").made({}).fit(parts.train, parts.valid, Job())
    assert (fitted.scores(test.inputs).argmax(axis=1) == test.classes).mean() > 0.9


def test_a_clip_is_ten_embeddings_about_its_seconds():
    clip = made(1)[0]
    steady = replace(clip, power=np.ones((POOLED, 64), np.float32))
    found = sequences([steady, clip], Network())
    assert found.shape == (2, STEPS, DIMENSIONS)
    # whole windows of a steady sound lie at 0 dB; the first and the last hold some silence
    np.testing.assert_allclose(found[0, 1:8], 0.0, atol=1e-5)
    assert (np.abs(found[0, [0, 9]]) > 0.1).all()
    assert STARTS[-1] + 64 - STARTS[1] <= POOLED + 22


def test_embeddings_are_asked_for_by_name(workshop, monkeypatch):
    monkeypatch.setattr(Store, "find", lambda store, name: None)
    for module in (music_sequences, music_embeddings):
        with pytest.raises(RequestError, match="mixo train embedding"):
            module.RECIPE.examples(workshop)


def test_the_mean_embedding_is_learnt():
    found = music_embeddings.RECIPE.seen(made(90), Network())
    parts = split(found, (0.7, 0.3, 0.0), 0)
    train, valid = found.take(parts.train), found.take(parts.valid)
    fitted = learner("logistic-regression").made({}).fit(train, valid, Job())
    assert (fitted.scores(valid.inputs).argmax(axis=1) == valid.classes).mean() > 0.9
