"""The example of the how-to is a recipe: it learns, is judged, and its model may answer."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("sklearn")
pytest.importorskip("onnx")

from mixolydian.models.bundle import read_model
from mixolydian.training import recipe as contract
from mixolydian.training import recipes
from mixolydian.training.datasets.sources import Stock
from mixolydian.training.gate import checks
from mixolydian.training.workshop import Workshop

ROOT = Path(__file__).resolve().parents[2]
MODULE = "mixolydian.training.recipes.daytime"
RATE = 22050


@pytest.fixture
def daytime(tmp_path, monkeypatch):
    """The page's recipe, found like any other."""
    page = (ROOT / "docs/howto/add-a-recipe.md").read_text("utf-8")
    found = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert found is not None
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "daytime.py").write_text(found[1], "utf-8")
    monkeypatch.setattr(recipes, "__path__", [*recipes.__path__, str(tmp_path / "recipes")])
    monkeypatch.setenv("MIXOLYDIAN_TRACKING", "off")
    assert "daytime" in contract.names()
    yield contract.recipe("daytime")
    sys.modules.pop(MODULE)


@pytest.fixture
def workshop(tmp_path):
    """Bright sounds for the morning, dull ones for the night."""
    for side, artists in (("learn", "ABCDEF"), ("judge", "XYZ")):
        for label in ("morning", "night"):
            folder = tmp_path / "data" / "daytime" / side / label
            folder.mkdir(parents=True)
            for number, artist in enumerate(artists * 2):
                sound = coloured(label == "morning", number + 100 * (side == "judge"))
                soundfile.write(folder / f"{artist} - {number}.wav", sound, RATE)
    return Workshop(tmp_path / "work", Stock(tmp_path / "data"), 1, home=tmp_path / "home")


def coloured(bright: bool, seed: int) -> np.ndarray:
    """A second of noise that rises or falls with frequency."""
    noise = np.random.default_rng([seed, bright]).normal(size=RATE)
    steps = np.diff(noise, prepend=0.0) if bright else np.cumsum(noise) * 0.1
    return 0.2 * steps / np.abs(steps).max()


def test_the_how_to_adds_a_recipe(daytime, workshop):
    result = daytime.make(workshop)
    assert list(result.scores) == ["judged", "damaged by noise"]
    assert result.scores["judged"].value("macro_f1") > 0.9
    assert result.card.sizes["judged"] == 12
    assert {p.name for p in result.folder.iterdir()} >= {"model.onnx", "card.md", "report.html"}
    examples = daytime.tests(workshop)["judged"]
    model = read_model(result.folder)
    assert (model.probabilities(examples.inputs).argmax(axis=1) == examples.classes).all()
    assert [check for check in checks(result.card) if not check.passed] == []


def test_an_artist_of_the_how_to_is_never_on_both_sides(daytime, workshop):
    parts = contract.material(daytime, workshop)
    judged = set(parts.tests["judged"].groups)
    assert judged == {"X", "Y", "Z"}
    assert set(parts.train.groups).isdisjoint(set(parts.valid.groups) | judged)
