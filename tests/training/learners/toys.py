"""Toy problems a neural learner can solve in a second, of known truth."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.models.calibration import Calibration
from mixolydian.training.examples import Examples


def examples(
    inputs: NDArray[Any],
    targets: NDArray[Any],
    exclusive: bool = True,
    mask: NDArray[np.bool_] | None = None,
    weights: NDArray[Any] | None = None,
) -> Examples:
    n, k = targets.shape
    numbers = tuple(str(i) for i in range(n))
    return Examples(
        inputs.astype(np.float32),
        targets.astype(np.float32),
        tuple("abcdef"[:k]),
        groups=numbers,
        ids=numbers,
        exclusive=exclusive,
        mask=mask,
        weights=None if weights is None else weights.astype(np.float32),
    )


def rings(n: int, seed: int) -> Examples:
    """Inside or outside a circle, on large offsets and unlike scales, with a constant column."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    inside = (x**2).sum(axis=1) < 1.4
    columns = np.stack([x[:, 0] * 50 + 900, x[:, 1] * 0.01, np.full(n, 7.0)], axis=1)
    return examples(columns, np.stack([inside, ~inside], axis=1))


def tones(n: int, seed: int, t: int = 10, d: int = 6) -> Examples:
    """Sequences of noise with padding; class 0 has a burst in column 1, class 1 in column 2."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, t, d)) + 3.0
    label = rng.integers(0, 2, n)
    length = rng.integers(4, t + 1, n)
    x[np.arange(n), rng.integers(0, 4, n), 1 + label] += 9.0
    mask = np.arange(t) < length[:, None]
    return examples(np.where(mask[..., None], x, 0.0), np.eye(2)[label], mask=mask)


def probabilities(logits: NDArray[np.float32], exclusive: bool = True) -> NDArray[np.float64]:
    return Calibration().apply(logits, exclusive)


def right(fitted: Any, test: Examples) -> float:
    """Share of right answers."""
    found = fitted.scores(test.inputs, test.mask).argmax(axis=1)
    return float((found == test.classes).mean())


def shipped(content: bytes, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the exported network says."""
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(["scores"], {"input": inputs})[0])


def trained_outputs_agree(network: Any, short: Any) -> bool:
    """Whether a network that trains says the same of sequences with more padding behind."""
    import torch

    longer = torch.cat([short, torch.zeros(len(short), 8, short.shape[2])], dim=1)
    with torch.no_grad():
        return bool(torch.allclose(network(short), network(longer), atol=1e-5))
