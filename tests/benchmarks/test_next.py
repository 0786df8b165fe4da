"""The benchmark of what comes next: its figures, simulated DJs, and a small run of its speed."""

from __future__ import annotations

import json

import numpy as np
import pytest
from benchmarks.next_ranking import TOP, figures, popularity, scored, top
from scipy import sparse

from benchmarks import next as bench
from benchmarks import next_sets, next_speed, next_taste


def test_figures_of_a_ranking():
    answers = np.tile(np.arange(10), (3, 1))
    found = scored(answers, [np.array([0]), np.array([2, 50]), np.array([99])])
    assert found["ndcg"] == pytest.approx([1.0, 0.5 / (1.0 + 1.0 / np.log2(3.0)), 0.0])
    assert found["recall"].tolist() == [1.0, 0.5, 0.0]
    assert figures(answers, [np.array([0])] * 3, 100)["coverage"] == 0.1


def test_what_is_known_is_not_answered():
    known = sparse.csr_matrix(np.eye(12)[:2])
    answers = top(np.tile(np.arange(12.0), (2, 1)), known)
    assert answers.shape == (2, TOP)
    assert 0 not in answers[0]
    assert popularity(sparse.csr_matrix(np.eye(12)[[3, 3, 5]]))(known)[0, :2].tolist() == [3, 5]


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(next_sets, "TRACKS", 300)
    monkeypatch.setattr(next_sets, "DJS", {"learnt": 12, "fitted": 3, "asked": 4})


def test_simulated_djs_keep_their_habits(small):
    dice = np.random.default_rng(3)
    made = next_sets.world(dice)
    found = next_sets.sets(dice, made)
    assert len(found.rows["learnt"]) == 12 * next_sets.SETS
    assert not any(made.new[row].any() for row in found.rows["learnt"])
    assert all(len(set(row.tolist())) == next_sets.LENGTH for row in found.rows["asked"])
    assert next_sets.habits(made, found)["tempo change < 10%"] > 0.8


def test_the_sets_are_measured(small, monkeypatch):
    monkeypatch.setattr(next_sets, "has_implicit", lambda: False)
    found = next_sets.measure((3, 4))
    assert set(found["figures"]) >= {"popularity", "BPM + Camelot", "ours", "ours, content"}
    assert found["figures"]["ours"]["recall@10"][0] > found["figures"]["popularity"]["recall@10"][0]


def test_taste_on_a_stand_in(tmp_path, monkeypatch):
    monkeypatch.setattr(next_taste, "has_implicit", lambda: False)
    path = tmp_path / next_taste.FILE
    path.parent.mkdir()
    dice = np.random.default_rng(0)
    lines = [
        f"{user}\t{artist}\t9"
        for user in range(80)
        for artist in 30 * (user % 2) + dice.choice(30, 15, replace=False)
    ]
    path.write_text("\n".join(["userID\tartistID\tweight", *lines]) + "\n")
    out = tmp_path / "out.json"
    assert bench.main(["taste", "--data", str(tmp_path), "--out", str(out)]) == 0
    found = json.loads(out.read_text())["taste"]["figures"]
    assert found["ours"]["recall@10"][0] > found["popularity"]["recall@10"][0]


def test_speed_is_of_a_real_library():
    found = next_speed.measure(120)
    loaded = found["answers"]["plain"]["processor ms, median"]
    assert loaded > 0.0
    kept = found["first answer"]["arrays kept"]["processor ms, median"]
    assert found["first answer, in loaded ones"]["arrays kept"] == pytest.approx(
        kept / loaded, abs=0.06
    )
    assert found["command line"]["mixo next TRACK --context peak"]["processor ms, median"] > kept
