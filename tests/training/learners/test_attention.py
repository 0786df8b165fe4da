"""The attention network of music detection."""

# ruff: noqa: E402
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("lightning")
pytest.importorskip("onnxruntime")

from mixolydian.core.errors import RequestError
from mixolydian.training.learners.attention import Attention
from mixolydian.training.learners.base import Job, learner
from mixolydian.training.learners.networks import AttentionNet, Standardise
from mixolydian.training.learners.neural import standardising
from tests.training.learners import toys

TRAIN, VALID, TEST = toys.tones(200, 0), toys.tones(60, 1), toys.tones(100, 2)
QUICK = Attention(epochs=12, lr=0.003, l2=1e-4, batch=32)


def test_the_network_is_the_one_described() -> None:
    network = AttentionNet(Standardise(torch.zeros(128), torch.ones(128)), 1)
    count = sum(p.numel() for p in network.parameters())
    attention = 3 * (128 * 128 + 128) + (128 * 128 + 128)
    convolutions = (128 * 64 * 3 + 64) + (64 * 128 * 3 + 128)
    assert count == attention + 2 * 128 + convolutions + (128 * 64 + 64) + (64 + 1)
    rates = [m.p for m in network.modules() if isinstance(m, torch.nn.Dropout)]
    assert sorted(rates) == [0.2, 0.4, 0.6]
    assert network(torch.randn(3, 10, 128)).shape == (3, 1)


def test_its_defaults_are_those_described() -> None:
    how = learner("attention").made({})
    assert isinstance(how, Attention)
    assert (how.lr, how.l2, how.decoupled) == (1e-4, 0.01, False)


def test_learns_what_happens_anywhere_in_a_sequence() -> None:
    fitted = QUICK.fit(TRAIN, VALID, Job())
    assert toys.right(fitted, TEST) > 0.9
    assert fitted.importances is None


def test_padding_changes_nothing() -> None:
    fitted = replace(QUICK, epochs=2).fit(TRAIN, VALID, Job())
    x = TEST.inputs[:5, :7] + 1.0
    padded = np.concatenate([x, np.zeros((5, 6, 6), np.float32)], axis=1)
    rubbish = np.concatenate([x, np.full((5, 6, 6), 77.0, np.float32)], axis=1)
    mask = np.arange(13) < np.full((5, 1), 7)
    alone = fitted.scores(x)
    assert np.allclose(fitted.scores(padded), alone, atol=1e-5)
    assert np.allclose(fitted.scores(rubbish, mask), alone, atol=1e-5)
    assert not np.allclose(fitted.scores(rubbish), alone, atol=1e-2)


def test_padding_does_not_enter_the_normalisation_while_training() -> None:
    network = QUICK.network(standardising(TRAIN), 2).train()
    for layer in network.modules():
        if isinstance(layer, torch.nn.Dropout):
            layer.eval()
    assert toys.trained_outputs_agree(network, torch.from_numpy(TRAIN.inputs))


def test_a_sequence_of_nothing_has_an_answer() -> None:
    fitted = replace(QUICK, epochs=1).fit(TRAIN, VALID, Job())
    assert np.isfinite(fitted.scores(np.zeros((2, 10, 6), np.float32))).all()


def test_the_exported_network_agrees_for_any_number_and_length() -> None:
    fitted = replace(QUICK, epochs=2, members=2).fit(TRAIN, VALID, Job())
    content = fitted.onnx()
    rng = np.random.default_rng(0)
    for shape in ((1, 10, 6), (9, 10, 6), (3, 1, 6), (2, 21, 6)):
        x = rng.normal(size=shape).astype(np.float32)
        x[0, shape[1] // 2 :] = 0.0
        ours, theirs = fitted.scores(x), toys.shipped(content, x)
        assert np.abs(toys.probabilities(ours) - toys.probabilities(theirs)).max() <= 1e-5


def test_refuses_vectors() -> None:
    with pytest.raises(RequestError, match=r"\(n, t, d\)"):
        QUICK.fit(toys.rings(20, 0), toys.rings(20, 1), Job())
