"""Clouds of points around a centre per class: easy for every classic learner."""

from __future__ import annotations

import numpy as np

from mixolydian.training.examples import Examples

D = 6


def clouds(
    n: int,
    seed: int,
    n_labels: int = 3,
    exclusive: bool = True,
    absent: int | None = None,
    apart: float = 3.0,
) -> Examples:
    """Columns of unlike scale, the last one constant; two examples to a group.

    Labels that do not exclude each other ask whether a column is above its middle.
    """
    rng = np.random.default_rng(seed)
    kinds = [k for k in range(n_labels) if k != absent]
    classes = np.asarray(kinds)[rng.integers(0, len(kinds), n)]
    centres = np.random.default_rng(99).normal(size=(n_labels, D))
    x = rng.normal(size=(n, D)) + (apart * centres[classes] if exclusive else 0.0)
    targets = np.eye(n_labels)[classes] if exclusive else x[:, :n_labels] > 0
    if absent is not None:
        targets[:, absent] = 0
    x = x * 10.0 ** np.arange(-2, D - 2) + 5.0
    x[:, -1] = 7.0
    return Examples(
        x.astype(np.float32),
        targets.astype(np.float32),
        tuple(f"label {k}" for k in range(n_labels)),
        groups=tuple(str(i // 2) for i in range(n)),
        ids=tuple(str(i) for i in range(n)),
        exclusive=exclusive,
    )
