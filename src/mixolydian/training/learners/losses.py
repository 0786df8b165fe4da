"""Batches of examples for a network, and what its answers cost.

Cross entropy where labels exclude each other (targets may be soft), else the mean of each
label's binary cross entropy; times the example's weight, whose mean counts as 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mixolydian.training.examples import Examples, Float32

BATCH_ROWS, BATCH_NUMBERS = 512, 4_000_000
"""rows, and numbers in them, that are judged at once: bounds the memory."""
POSITIVE_WEIGHT = (0.1, 10.0)
"""least and greatest weight of a label that holds, where labels are balanced one by one."""


def losses(
    module: Any,
    device: torch.device,
    examples: Examples,
    rows: NDArray[np.int64],
    weights: Float32 | None,
) -> Tensor:
    """The loss of each example, (n,): cross entropy, or its mean over independent labels."""
    mask = None if examples.mask is None else examples.mask[rows]
    logits = module(ready(examples.inputs[rows], mask).to(device))
    targets = torch.from_numpy(np.array(examples.targets[rows], np.float32)).to(device)
    scale = None if weights is None else torch.from_numpy(weights).to(device)
    if examples.exclusive:
        found = functional.cross_entropy(logits, targets, weight=scale, reduction="none")
    else:
        found = functional.binary_cross_entropy_with_logits(
            logits, targets, pos_weight=scale, reduction="none"
        ).mean(dim=1)
    if examples.weights is None:
        return found
    counted = examples.weights[rows] / max(float(examples.weights.mean()), 1e-12)
    return found * torch.from_numpy(counted.astype(np.float32)).to(device)


def ready(inputs: Float32, mask: NDArray[np.bool_] | None) -> Tensor:
    """The inputs as a tensor of their own, padding set to zero."""
    found = np.array(inputs, dtype=np.float32)
    if mask is not None:
        found[~mask] = 0.0
    return torch.from_numpy(found)


def batches(inputs: Float32) -> Iterator[NDArray[np.int64]]:
    """Rows that can be judged at once, in order."""
    numbers = max(1, math.prod(inputs.shape[1:]))
    step = max(1, min(BATCH_ROWS, BATCH_NUMBERS // numbers))
    for start in range(0, len(inputs), step):
        yield np.arange(start, min(start + step, len(inputs)))


def label_weights(examples: Examples) -> Float32:
    """Weights (n_labels,) that let rare labels count as much as frequent ones."""
    count = examples.targets.sum(axis=0, dtype=np.float64)
    n = len(examples)
    if examples.exclusive:
        found = np.where(count > 0, n / (max(1, int((count > 0).sum())) * count.clip(1e-9)), 0.0)
    else:
        found = ((n - count) / count.clip(1e-9)).clip(*POSITIVE_WEIGHT)
    return np.asarray(found, dtype=np.float32)
