"""The learner of hand-overs: what its network can say, its loss, and that it learns."""

# ruff: noqa: E402
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from mixolydian.core.errors import RequestError
from mixolydian.dj import bandmix
from mixolydian.dj.bandmix import FADER, LOW, hands_at
from mixolydian.dj.proposer import CHROMA, COLUMNS, INSIDE, LOUDNESS, encode
from mixolydian.dj.scene import scene
from mixolydian.models.network import Network
from mixolydian.training.examples import Examples
from mixolydian.training.learners import handover
from mixolydian.training.learners.base import Job, learner
from mixolydian.training.learners.dual import augmented
from mixolydian.training.learners.dualnet import DualNet
from mixolydian.training.learners.networks import Standardise
from tests.dj.scenes import pair_plan, portrait

LENGTH = 96
SETTINGS = {"epochs": 6, "size": 16, "heads": 2, "batch": 4, "dropout": 0.0, "lr": 0.01}


def example(seed, overlap=32):
    """A scene as (inputs, teacher's hands), padded."""
    plan = pair_plan(overlap)
    seen = scene(plan, 0, portrait(2 * seed, name="a"), portrait(2 * seed + 1, name="b"))
    taught = hands_at(plan.transitions[0].outgoing, plan.transitions[0].incoming, seen.beats)
    x, y = np.zeros((LENGTH, COLUMNS)), np.zeros((LENGTH, 12))
    x[: len(seen.beats)], y[: len(seen.beats)] = encode(seen), taught.reshape(-1, 12)
    return x.astype(np.float32), y.ravel().astype(np.float32)


def examples(seeds):
    pairs = [example(s, (16, 32, 64)[s % 3]) for s in seeds]
    return Examples(
        inputs=np.stack([x for x, _ in pairs]),
        targets=np.stack([y for _, y in pairs]),
        labels=tuple(f"hand {i}" for i in range(12 * LENGTH)),
        groups=tuple(f"pair {s}" for s in seeds),
        ids=tuple(f"pair {s}" for s in seeds),
        exclusive=False,
    )


def network(seed=0, noise=1.0):
    """A network whose head says something."""
    torch.manual_seed(seed)
    made = DualNet(Standardise(torch.zeros(COLUMNS), torch.ones(COLUMNS)), 16, 2, 0.0)
    torch.nn.init.normal_(made.moves.weight, 0, noise)
    torch.nn.init.normal_(made.depths.weight, 0, noise)
    return made.eval()


def hands(made, x):
    with torch.no_grad():
        return made(torch.from_numpy(x)).numpy().reshape(len(x), -1, 2, 6)


# ---------------------------------------------------------------------------- the network


@pytest.mark.parametrize("seed", range(3))
def test_whatever_its_weights_ends_are_pinned_and_hands_go_one_way(seed):
    data = examples(range(3))
    found = hands(network(seed), data.inputs)
    for x, h in zip(data.inputs, found, strict=True):
        inside = x[:, INSIDE] > 0
        before, after = int(inside.argmax()), int(np.flatnonzero(inside)[-1]) + 1
        alone = [1, 1, 1, 1, 0, 0]
        np.testing.assert_allclose(h[: before + 1, 0], np.tile(alone, (before + 1, 1)), atol=1e-5)
        np.testing.assert_allclose(h[: before + 1, 1, [FADER, LOW]], 0, atol=1e-5)
        np.testing.assert_allclose(h[after, 1], alone, atol=1e-5)
        np.testing.assert_allclose(h[after, 0, [FADER, LOW]], 0, atol=1e-5)
        np.testing.assert_allclose(h[:, 0, LOW] + h[:, 1, LOW], 1, atol=1e-5)
        assert (np.diff(h[:, 1, LOW]) >= -1e-6).all()
        assert h.min() > -1e-6
        assert h.max() <= 4


def test_padding_changes_nothing():
    x = examples([0]).inputs
    longer = np.concatenate([x, np.zeros((1, 40, COLUMNS), np.float32)], axis=1)
    made = network()
    np.testing.assert_allclose(hands(made, longer)[:, :64], hands(made, x)[:, :64], atol=1e-5)


def test_it_is_small():
    standardise = Standardise(torch.zeros(COLUMNS), torch.ones(COLUMNS))
    size = sum(p.numel() for p in DualNet(standardise, 48, 4, 0.1).parameters())
    assert 50_000 < size < 300_000


# ---------------------------------------------------------------------------- the loss


def test_the_mix_of_the_loss_is_that_of_the_figures():
    rng = np.random.default_rng(0)
    h = rng.random((1, 20, 2, 6))
    ours = handover.passed(torch.from_numpy(h)).numpy()
    np.testing.assert_allclose(ours, bandmix.passed(h), atol=1e-9)


def lost(h, x, taught):
    flat = torch.from_numpy(h.reshape(1, -1).astype(np.float32))
    return float(handover.loss(flat, torch.from_numpy(taught), torch.from_numpy(x), 0.0))


def test_faults_cost():
    data = examples([1])
    x, taught = data.inputs, data.targets
    h = taught.reshape(1, LENGTH, 2, 6).copy()
    clean = lost(h, x, taught)
    hole, basses, cut = h.copy(), h.copy(), h.copy()
    hole[:, 28:36, :, FADER] = 0.05
    basses[:, 16:48, :, LOW] = 1.0
    cut[:, :32, 0, FADER], cut[:, 32:, 0, FADER] = 1.0, 0.0
    cut[:, :32, 1, FADER], cut[:, 32:, 1, FADER] = 0.0, 1.0
    for fault in (hole, basses, cut):
        assert lost(fault, x, taught) > clean + 0.1


# ---------------------------------------------------------------------------- fitting


def test_it_learns_the_same_every_time_and_ships_what_it_says(tmp_path):
    train, valid = examples(range(9)), examples(range(20, 23))
    how = learner("dual-attention").made(SETTINGS)
    fitted = how.fit(train, valid, Job(3))
    losses = [epoch["valid_loss"] for epoch in fitted.history]
    assert min(losses) < 0.8 * losses[0]
    again = how.fit(train, valid, Job(3))
    np.testing.assert_array_equal(fitted.scores(valid.inputs), again.scores(valid.inputs))
    (tmp_path / "model.onnx").write_bytes(fitted.onnx())
    shipped = Network.read(tmp_path / "model.onnx")
    for n in (64, LENGTH):
        x = np.ascontiguousarray(valid.inputs[:, :n])
        np.testing.assert_allclose(shipped(x), fitted.scores(x), atol=1e-5)


def test_a_killed_fit_goes_on(tmp_path):
    train, valid = examples(range(4)), examples([20])
    how = learner("dual-attention").made({**SETTINGS, "epochs": 3})

    def dies(what, done, of, figures):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        how.fit(train, valid, Job(1, str(tmp_path), dies))
    told = []
    ended = how.fit(train, valid, Job(1, str(tmp_path), lambda w, done, *r: told.append(done)))
    assert told == [3]
    whole = how.fit(train, valid, Job(1))
    np.testing.assert_allclose(ended.scores(valid.inputs), whole.scores(valid.inputs), atol=1e-6)


def test_augmenting_moves_both_tracks_alike():
    torch.manual_seed(0)
    x = torch.from_numpy(examples([1]).inputs)
    y = augmented(x)
    gain = (y - x)[0, :64, LOUDNESS]
    assert float(gain.std()) < 1e-5 < abs(float(gain.mean()))
    np.testing.assert_allclose(y[..., CHROMA].sum(-1), x[..., CHROMA].sum(-1), atol=1e-5)
    assert not y[0, 64:].any()


def test_what_it_does_not_take():
    data = examples([0, 1])
    how = learner("dual-attention").made(SETTINGS)
    with pytest.raises(RequestError, match="expects scenes"):
        how.fit(replace(data, inputs=data.inputs[:, :, :5]), data, Job())
    with pytest.raises(RequestError, match="out of range: size"):
        learner("dual-attention").made({"size": "50"})
