"""The map: main axes, sequences, a stand-in for UMAP."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from mixolydian.training.examples import Examples, one_hot
from mixolydian.training.learners.base import unwatched
from mixolydian.training.reporting import projection as map_
from mixolydian.training.reporting.projection import flat, principal, projection, standardised


def made(inputs, mask=None):
    n = len(inputs)
    names = tuple(map(str, range(n)))
    return Examples(
        inputs.astype(np.float32),
        one_hot(["a"] * n, ["a", "b"]),
        ("a", "b"),
        names,
        names,
        mask=mask,
    )


def test_padding_does_not_count():
    inputs = np.ones((2, 5, 3))
    inputs[:, 3:] = 9.0
    mask = np.arange(5) < np.array([[3], [3]])
    assert flat(made(inputs, mask)).tolist() == [[1.0] * 3] * 2


def test_main_axes():
    rng = np.random.default_rng(0)
    line = rng.normal(size=(40, 1)) @ np.ones((1, 6)) + 0.01 * rng.normal(size=(40, 6))
    places = principal(standardised(line))
    assert places[:, 0].std() > 50 * places[:, 1].std()
    assert abs(np.corrcoef(places[:, 0], line.sum(axis=1))[0, 1]) > 0.999


def test_constant_inputs_do_not_divide_by_zero():
    found = projection(made(np.ones((5, 4))), np.ones(5, bool), 0, unwatched)
    assert all(point[:2] == [0, 0] for point in found["points"])


def test_without_umap_the_main_axes_are_drawn(monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)
    inputs = np.random.default_rng(0).normal(size=(60, 5))
    assert projection(made(inputs), np.ones(60, bool), 0, unwatched)["method"] == "PCA"


@pytest.fixture
def stand_in(monkeypatch):
    class Umap:
        def __init__(self, **settings):
            self.settings = settings

        def fit_transform(self, vectors):
            print("UMAP(...)")
            self.settings["tqdm_kwds"]["file"].write("Epochs: 40%| 80/200 [00:01]")
            return vectors[:, :2]

    monkeypatch.setitem(sys.modules, "umap", SimpleNamespace(UMAP=Umap))


def test_umap_is_followed_and_prints_nothing(stand_in, capsys):
    told = []
    inputs = np.random.default_rng(0).normal(size=(60, 5))
    found = projection(made(inputs), np.arange(60) % 2 == 0, 0, lambda *x: told.append(x))
    assert found["method"] == "UMAP"
    assert told == [("map", 80, 200, {})]
    assert capsys.readouterr().out == ""
    assert [point[3] for point in found["points"]][:2] == [True, False]


def test_a_large_set_is_thinned_out(stand_in, monkeypatch):
    monkeypatch.setattr(map_, "MOST", 40)
    inputs = np.random.default_rng(0).normal(size=(100, 5))
    found = projection(made(inputs), np.ones(100, bool), 0, unwatched)
    assert (found["n"], found["of"], len(found["points"])) == (40, 100, 40)
