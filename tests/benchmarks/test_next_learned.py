"""The benchmark of learned models of what comes next, on a world and a taste in small."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from benchmarks import next_learned, next_sets, next_taste
from mixolydian.training.learners.nextmodels import LightGraph, SelfAttention

QUICK = {"size": 8, "epochs": 2, "dropout": 0.1}


def test_both_models_are_weighed_in_two_worlds(monkeypatch):
    monkeypatch.setattr(next_sets, "TRACKS", 200)
    monkeypatch.setattr(next_sets, "DJS", {"learnt": 8, "fitted": 2, "asked": 3})
    models = {"sequence": SelfAttention(**QUICK), "graph": LightGraph(**QUICK)}
    monkeypatch.setattr(next_learned, "MODELS", models)
    found = next_learned.of_sets((3, 4))
    names = {"ours", "ours + sequence", "ours + graph", "ours + both", "sequence alone"}
    assert set(found["figures"]) == names | {"graph alone"}
    assert found["questions"][0] == 2 * 3 * next_sets.SETS * len(next_sets.PLACES)
    assert len(found["weights"]) == 2
    assert found["figures"]["ours"]["recall@10"][0] > 0.1


def test_taste_on_a_stand_in(tmp_path):
    path = tmp_path / next_taste.FILE
    path.parent.mkdir()
    dice = np.random.default_rng(0)
    lines = [
        f"{user}\t{artist}\t9"
        for user in range(60)
        for artist in 30 * (user % 2) + dice.choice(30, 15, replace=False)
    ]
    path.write_text("\n".join(["userID\tartistID\tweight", *lines]) + "\n")
    how = LightGraph(ordered=False, size=8, epochs=8, batch=16, lr=0.05, dropout=0.0)
    found = next_learned.of_taste(tmp_path, how)
    assert found["figures"]["graph model"]["recall@10"][0] > 0.2  # chance is 10 of 60
    assert set(found["ndcg less ours"]) == {"graph model", "ours + graph"}
