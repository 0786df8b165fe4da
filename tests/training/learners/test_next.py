"""The learners of what comes next: they learn, ship what they are, and go on after a kill."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

import torch

from mixolydian.core.errors import RequestError
from mixolydian.models.network import Network
from mixolydian.training.learners.base import Job, Pruned, learner
from mixolydian.training.learners.nextloss import MOST_CANDIDATES, in_order
from mixolydian.training.learners.nextmodels import LightGraph, SelfAttention, adjacency
from mixolydian.training.learners.nextnets import STEPS, Steps, fading
from mixolydian.training.played import Crate

SMALL = {"size": 8, "epochs": 3, "batch": 8, "dropout": 0.2}
MODELS = [SelfAttention(**SMALL), LightGraph(**SMALL), LightGraph(**SMALL, ordered=False)]


def crate(n=40, n_sets=30, seed=0):
    """Two camps that are never mixed: odd places and even ones."""
    dice = np.random.default_rng(seed)
    content = dice.normal(size=(n, STEPS + 4)).astype(np.float32)
    sets = tuple(2 * dice.permutation(n // 2)[:6].astype(np.int64) + k % 2 for k in range(n_sets))
    links = np.array([(t, t % 3) for t in range(0, n, 4)], dtype=np.int64)
    return Crate(content, sets, links)


def rows(made, places):
    numbers = np.asarray(places, np.float32)[:, np.newaxis] + 1
    return np.concatenate([numbers, made.content[places]], axis=1)[np.newaxis]


@pytest.mark.parametrize("how", MODELS, ids=lambda m: f"{m.name}-{getattr(m, 'ordered', '')}")
def test_camps_are_learnt_and_shipped_as_they_are(how, tmp_path):
    made = crate()
    more = type(how)(**{**vars(how), "epochs": 25, "lr": 0.02})
    fitted = more.learn(made, crate(n_sets=6, seed=1).sets, Job(0))
    assert fitted.history[-1]["train_loss"] < fitted.history[0]["train_loss"]
    size = (fitted(rows(made, [0, 2, 4])).shape[1] - 1) // 2
    tracks = np.concatenate([fitted(rows(made, [k])) for k in range(made.n)])
    scores = tracks[:, size:-1] @ fitted(rows(made, [0, 2, 4]))[0, :size] + tracks[:, -1]
    assert scores[6::2].mean() > scores[1::2].mean()
    (tmp_path / "model.onnx").write_bytes(fitted.onnx())
    network = Network.read(tmp_path / "model.onnx")
    for places in ([3], [0, 2, 4], list(range(20))):
        found = rows(made, places)
        found[0, -1, 0] = 0.0  # one never met
        np.testing.assert_allclose(network(found), fitted(found), atol=1e-4)


def test_what_was_killed_ends_as_what_was_not(tmp_path):
    made, valid = crate(), crate(n_sets=6, seed=1).sets
    whole = SelfAttention(**SMALL).learn(made, valid, Job(3))
    killed = Job(3, str(tmp_path), prune=lambda step, score: step == 2)
    with pytest.raises(Pruned):
        SelfAttention(**SMALL).learn(made, valid, killed)
    told = []
    again = Job(3, str(tmp_path), watch=lambda *said: told.append(said[1]))
    resumed = SelfAttention(**SMALL).learn(made, valid, again)
    assert told == [3]
    np.testing.assert_array_equal(resumed(rows(made, [1, 5])), whole(rows(made, [1, 5])))


def test_a_crate_of_many_tracks_is_scored_against_a_draw():
    n = MOST_CANDIDATES + 50
    made = Crate(
        np.zeros((n, STEPS + 2), np.float32),
        (np.arange(5, dtype=np.int64), np.arange(n - 4, n, dtype=np.int64)),
        np.zeros((0, 2), np.int64),
    )
    network = SelfAttention(**SMALL).network(made).eval()
    torch.manual_seed(0)
    loss = float(in_order(network, made, made.sets).detach())
    assert np.log(MOST_CANDIDATES / 2) * 0.8 < loss < np.log(n)


def test_the_graph_is_normalised_and_links_both_ways():
    found = adjacency(crate(), 3).to_dense()
    assert found.shape == (40 + 3 + 30,) * 2
    assert torch.equal(found, found.T)
    assert float(torch.linalg.eigvalsh(found).max()) == pytest.approx(1.0, abs=1e-5)


def test_a_step_is_the_same_from_anywhere():
    steps = Steps()
    with torch.no_grad():
        steps.key[0, 0, 1] = 1.0
        seen = torch.eye(STEPS)
        wanted = steps(seen)
    assert [int(wanted[k, :12].argmax()) for k in range(12)] == [(k + 1) % 12 for k in range(12)]


def test_fading_means():
    x = torch.tensor([[[1.0], [3.0], [5.0]]])
    found = fading(x, torch.arange(3.0), 0.5)[0, :, 0]
    assert found.tolist() == pytest.approx([1.0, (3 + 0.5) / 1.5, (5 + 1.5 + 0.25) / 1.75])


def test_wrong_settings_and_labels_are_refused():
    for settings, says in (
        ({"dropout": "1.5"}, "out of range: dropout"),
        ({"heads": "3"}, "multiple of heads"),
    ):
        with pytest.raises(RequestError, match=says):
            learner("self-attention").made(settings)
    with pytest.raises(RequestError, match="1 layer or more"):
        LightGraph(layers=0)
    with pytest.raises(RequestError, match="learns from sets"):
        LightGraph().fit(None, None, Job())
