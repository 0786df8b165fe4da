"""The recipe of music on small streams."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.models import windows
from mixolydian.training.content import LABELS
from mixolydian.training.recipe import material
from mixolydian.training.recipes import music
from mixolydian.training.recipes.music import RECIPE
from mixolydian.training.workshop import Workshop
from tests.training.streams import stream


def side(held_out):
    """Sounds of every kind; a song that is on both sides; a speaker who is on one."""
    seeds = range(100, 108) if held_out else range(8)
    made = [stream(LABELS[i % 4], seed=i, group=f"own {i}") for i in seeds]
    speaker = "theo" if held_out else "jackson"
    return [
        *made,
        stream("music", seed=50, group="pop909/7"),
        stream("speech", seed=51 + held_out, group=f"fsdd/{speaker}", origin="open/speech"),
    ]


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    monkeypatch.setattr(music, "streams", lambda workshop, held_out: side(held_out))
    monkeypatch.setattr(music, "N_WINDOWS", 1200)
    monkeypatch.setattr(music, "N_TEST", 400)
    return Workshop(tmp_path, jobs=1, home=tmp_path)


def test_windows_are_what_the_network_is_fed(workshop):
    found = RECIPE.examples(workshop)
    assert found.inputs.shape == (1200, windows.WINDOW, windows.N_BANDS)
    assert found.labels == LABELS
    assert not found.exclusive
    low, high = (edge / windows.SCALE for edge in windows.RANGE)
    assert found.inputs.min() >= low - 1e-5
    assert found.inputs.max() <= high + 1e-5


def test_what_is_held_out_is_never_learnt_from(workshop):
    pool, tests = RECIPE.examples(workshop), RECIPE.tests(workshop)
    for found in tests.values():
        assert not set(pool.groups) & set(found.groups)
        assert "pop909/7" not in found.groups
    assert len(tests["rendered"]) == 400
    parts = material(RECIPE, workshop)
    assert not set(parts.train.groups) & set(parts.valid.groups)


def test_recordings_are_tested_as_they_are(workshop, monkeypatch):
    found = RECIPE.tests(workshop)["recordings"]
    assert set(found.groups) == {"fsdd/theo"}
    assert (found.targets == np.eye(4, dtype=np.float32)[1]).all()
    rendered = [s for s in side(True) if not s.origin.startswith("open/")]
    monkeypatch.setattr(
        music, "streams", lambda workshop, held_out: rendered if held_out else side(False)
    )
    assert "recordings" not in RECIPE.tests(workshop)


def test_damage_makes_a_test_set_of_its_own(workshop):
    tests = RECIPE.tests(workshop)
    (name,) = [n for n in tests if n.startswith("damaged")]
    low, high = tests["rendered"].inputs, tests[name].inputs
    edge = slice(56, 64)
    assert high[..., edge].mean() < low[..., edge].mean(), "a narrow band has no treble"


def test_quick_is_smaller(workshop):
    quick = replace(workshop, quick=True)
    assert len(RECIPE.examples(quick)) == 60
    assert len(RECIPE.tests(quick)["rendered"]) == 20


def test_another_seed_draws_other_windows(workshop):
    first, again, other = (
        RECIPE.examples(replace(workshop, seed=seed, quick=True)).inputs for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
