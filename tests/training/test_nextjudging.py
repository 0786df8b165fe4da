"""How what comes next is judged: questions, baselines, figures, the weight of a voice."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.dj.recommending.learned import Voice
from mixolydian.training import nextjudging as judging
from tests.dj.recommending.crates import shelf

SETS = [np.array(row) for row in ([0, 1, 2, 3, 4], [0, 1, 2, 5, 6], [0, 7, 8, 9, 10])]
N = 14


def test_questions_ask_within_each_set():
    found = judging.questions([np.arange(5), np.arange(40)], np.array([7, 9]))
    assert found.played[0] == (0, 1)
    assert found.next[:3].tolist() == [2, 3, 4]
    assert found.groups.tolist() == [7] * 3 + [9] * judging.PER_SET
    assert [len(played) for played in found.played] == found.next.tolist()


def test_baselines_answer_what_they_should():
    crate = shelf(*[(120 + 10 * (k % 2), "8A", 5, "x") for k in range(N)])
    systems = judging.baselines(crate, SETS)
    assert systems["popularity"]((5,))[:3].tolist() == [0, 1, 2]
    assert systems["item-kNN"]((3,))[0] == 4
    assert set(systems["BPM + Camelot"]((3,))[:6].tolist()) == {1, 5, 7, 9, 11, 13}
    for system in systems.values():
        found = system((0, 3))
        assert len(found) == judging.TOP
        assert not set(found.tolist()) & {0, 3}


def test_figures_of_answers():
    asked = judging.Questions(((0,), (0,), (0,)), np.array([1, 3, 99]), np.array([0, 0, 1]))
    found = np.tile(np.arange(1, 11), (3, 1))
    assert judging.ndcg(found, asked.right).tolist() == pytest.approx([1.0, 0.5, 0.0])
    told = judging.figures(found, asked, 100)
    assert told["ndcg"][0] == 0.5
    assert told["recall"][0] == pytest.approx(2 / 3, abs=1e-4)
    assert told["coverage"] == 0.1
    assert judging.beside(found, found[:, ::-1], asked).n == 3


def test_a_voice_that_is_right_gets_weight_and_one_that_is_wrong_none():
    crate = shelf(*[(120, "8A", 5, "x")] * 30)
    asked = judging.Questions(((0,), (1,)), np.array([20, 20]), np.array([0, 1]))
    company = judging.company_of(crate, SETS)
    weights = []
    for target in (20, 3):
        offers = np.zeros((30, 1), np.float32)
        offers[target] = 9.0
        speaker = Voice("x", 1.0, np.zeros((30, 2), np.float32), offers, np.zeros(30, np.float32),
                        lambda rows: np.ones((len(rows), 3), np.float32))  # fmt: skip
        weights.append(judging.best_weight(crate, company, speaker, asked))
    assert weights[0] > 0.0
    assert weights[1] == 0.0
