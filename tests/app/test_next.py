"""`mixo next` on the command line."""

from __future__ import annotations

import numpy as np
import pytest

import mixolydian.app.cli.main as module
from mixolydian.workflows.verbs import VERBS, Verb
from tests.workflows.shelves import entry, fill


@pytest.fixture(autouse=True)
def verb(monkeypatch):
    if all(verb.name != "next" for verb in VERBS):
        monkeypatch.setattr(module, "VERBS", (*VERBS, Verb("next", "Suggest what to play next.")))


@pytest.fixture
def library(tmp_path):
    dice = np.random.default_rng(1)
    names = ("wool", "felt", "silk", "iron")
    tracks = [entry(n, vector=dice.normal(size=6), energy=e) for e, n in enumerate(names, 3)]
    fill(tmp_path / "home" / "library.sqlite", *tracks)


def test_suggest_like_forget(mixo, library):
    ran = mixo("next", "wool", "--context", "peak", "--limit", "2")
    assert ran.code == 0
    assert "After Ann Example – wool" in ran.out
    assert "for peak time" in ran.out
    assert "no playlists" in ran.err
    ran = mixo("next", "--like", "silk", "--ban", "iron")
    assert (ran.code, ran.out) == (0, "Liked: silk\nBanned: iron\n")
    assert "iron" not in mixo("next", "wool").out
    assert mixo("next", "--forget").out == "Forgotten: 2 opinions\n"
    assert "iron" in mixo("next", "wool").out


def test_json(mixo, library):
    first, *rest = mixo("next", "wool", "--json").documents
    assert len(rest) == 2
    assert 0.0 < first["value"] <= 1.0
    assert first["reason"]
    assert {p["name"] for p in first["parts"]} == {"tempo", "key", "energy", "sound"}
    assert mixo("next", "--forget", "--json").documents == [{"forgotten": 0}]


def test_wrong_usage(mixo, library):
    assert mixo("next").code == 2
    assert mixo("next", "wool", "--forget").code == 2
    assert mixo("next", "wool", "--set", "x.m3u8").code == 2
    assert mixo("next", "wool", "--context", "lunch").code == 2
