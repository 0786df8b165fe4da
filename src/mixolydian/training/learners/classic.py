"""Classic learners on rows of figures: a baseline, lines, kernels, neighbours and trees.

Labels that exclude each other are learnt together, others one against the rest each. Targets
may be soft. All take standardised inputs (see `lessons.py`) but the trees, to which only the
order of figures matters. `balance` lets every class count the same, however rare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Fitted, Job, Learner, Space
from mixolydian.training.learners.fitted import (
    Constant,
    all_columns,
    prior_scores,
)
from mixolydian.training.learners.forests import RandomForest, XGBoost
from mixolydian.training.learners.kernels import Neighbours
from mixolydian.training.learners.lessons import (
    check_table,
    drawn,
    example_weights,
    scale_of,
)
from mixolydian.training.learners.lines import (
    Discriminant,
    LogisticRegression,
)
from mixolydian.training.learners.machines import SVM, LinearSVM

__all__ = [
    "SVM",
    "Discriminant",
    "Dummy",
    "KNearest",
    "LinearSVM",
    "LogisticRegression",
    "RandomForest",
    "XGBoost",
]


@dataclass(frozen=True)
class Dummy(Learner):
    """How often each label occurs, whatever the input: what every model must beat."""

    name: ClassVar[str] = "dummy"

    def fit(self, train: Examples, valid: Examples, job: Job) -> Fitted:
        """Count."""
        if not len(train):
            raise RequestError("dummy: there is no example to learn from")
        n_columns = train.inputs.shape[1]
        return Constant(n_columns, all_columns(train), train.inputs.shape[1:])


@dataclass(frozen=True)
class KNearest(Learner):
    """The labels of the nearest examples; nearer ones count more."""

    name: ClassVar[str] = "k-nearest"
    space: ClassVar[Mapping[str, Space]] = {"k": Space(3, 60, log=True, integer=True)}

    k: int = 15
    examples: int = 4000
    """keep at most so many, drawn at random."""

    def fit(self, train: Examples, valid: Examples, job: Job) -> Neighbours:
        """Keep them."""
        check_table(train, self.name)
        if self.k < 1:
            raise RequestError(f"{self.name}: expected k of at least 1, found {self.k}")
        part = drawn(train, self.examples, job.seed)
        scale, columns = scale_of(part.inputs), all_columns(part)
        weights = example_weights(part)[:, np.newaxis]
        votes = np.concatenate([part.targets * weights, weights], axis=1)
        scores = prior_scores(part)
        odds = np.exp(scores)
        prior = odds if part.exclusive else odds / (1.0 + odds)
        points = scale.apply(part.inputs).astype(np.float32)
        k = min(self.k, len(part) - 1)
        return Neighbours(points.shape[1], columns, scale, points, votes, prior, k)
