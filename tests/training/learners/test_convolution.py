"""The residual dilated network."""

# ruff: noqa: E402
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("lightning")
pytest.importorskip("onnxruntime")

from mixolydian.core.errors import RequestError
from mixolydian.training.learners.base import Job
from mixolydian.training.learners.convolution import Convolution
from mixolydian.training.learners.neural import standardising
from tests.training.learners import toys

TRAIN, VALID, TEST = toys.tones(200, 0), toys.tones(60, 1), toys.tones(100, 2)
QUICK = Convolution(epochs=8, lr=0.005, channels=16, blocks=2, batch=32, dropout=0.0)


def test_learns_what_happens_anywhere_in_a_sequence() -> None:
    assert toys.right(QUICK.fit(TRAIN, VALID, Job()), TEST) > 0.9


def test_its_size_is_the_one_stated() -> None:
    data = toys.examples(np.random.default_rng(0).normal(size=(4, 5, 128)), np.eye(4))
    network = Convolution().network(standardising(data), 6)
    assert 85_000 < sum(p.numel() for p in network.parameters()) < 100_000


@pytest.mark.parametrize("stride", [1, 2])
def test_padding_changes_nothing(stride: int) -> None:
    fitted = replace(QUICK, epochs=2, stride=stride).fit(TRAIN, VALID, Job())
    x = TEST.inputs[:5, :7] + 1.0
    padded = np.concatenate([x, np.zeros((5, 6, 6), np.float32)], axis=1)
    rubbish = np.concatenate([x, np.full((5, 6, 6), 77.0, np.float32)], axis=1)
    mask = np.arange(13) < np.full((5, 1), 7)
    alone = fitted.scores(x)
    assert np.allclose(fitted.scores(padded), alone, atol=1e-5)
    assert np.allclose(fitted.scores(rubbish, mask), alone, atol=1e-5)


def test_padding_does_not_enter_the_normalisation_while_training() -> None:
    network = QUICK.network(standardising(TRAIN), 2).train()
    short = torch.from_numpy(TRAIN.inputs)
    assert toys.trained_outputs_agree(network, short)


@pytest.mark.parametrize("stride", [1, 3])
def test_the_exported_network_agrees_for_any_number_and_length(stride: int) -> None:
    fitted = replace(QUICK, epochs=2, stride=stride, blocks=3).fit(TRAIN, VALID, Job())
    content = fitted.onnx()
    rng = np.random.default_rng(0)
    for shape in ((1, 10, 6), (9, 10, 6), (3, 1, 6), (2, 50, 6)):
        x = rng.normal(size=shape).astype(np.float32)
        x[0, shape[1] // 2 :] = 0.0
        ours, theirs = fitted.scores(x), toys.shipped(content, x)
        assert np.abs(toys.probabilities(ours) - toys.probabilities(theirs)).max() <= 1e-5


def test_doubt_is_told_for_sequences_too() -> None:
    bayes = replace(QUICK, epochs=2, last_layer="bayes").fit(TRAIN, VALID, Job())
    dropout = replace(QUICK, epochs=2, dropout=0.3, mc_samples=8).fit(TRAIN, VALID, Job())
    for fitted in (bayes, dropout):
        found = fitted.spread(TEST.inputs, TEST.mask)
        assert found is not None
        assert found.shape == (100, 2)
        assert 0 < found.mean() < 0.5


def test_refuses_settings_that_cannot_be() -> None:
    with pytest.raises(RequestError, match="stride"):
        Convolution(stride=0)
