"""Support vector machines, linear and with a kernel."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import SVC, LinearSVC

from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Fitted, Job, Learner, Space
from mixolydian.training.learners.fitted import (
    Linear,
    columns_of,
)
from mixolydian.training.learners.kernels import Kernel
from mixolydian.training.learners.lessons import (
    Float64,
    Lessons,
    check_table,
    drawn,
    lessons_in_classes,
    scale_of,
)
from mixolydian.training.learners.lines import each_label, lines, quietly
from mixolydian.training.learners.margins import Margins, with_platt


@dataclass(frozen=True)
class _Machine(Learner):
    """Support vector machines: margins, made logits by Platt's method on folds.

    Platt, in: Advances in Large Margin Classifiers, 1999.
    """

    c: float = 1.0
    """C: the larger, the more an example on the wrong side costs."""
    balance: bool = False

    def fit(self, train: Examples, valid: Examples, job: Job) -> Fitted:
        """Margins, then logits."""
        check_table(train, self.name)
        return with_platt(lambda part: self.margins(part, job.seed), train, job.seed)

    @abstractmethod
    def margins(self, examples: Examples, seed: int) -> Margins:
        """The model before it knows probabilities."""


@dataclass(frozen=True)
class LinearSVM(_Machine):
    """A linear support vector machine, each class against the rest."""

    name: ClassVar[str] = "linear-svm"
    space: ClassVar[Mapping[str, Space]] = {
        "c": Space(1e-4, 1e1, log=True),
        "balance": Space(choices=(False, True)),
    }

    c: float = 0.1

    def margins(self, examples: Examples, seed: int) -> Linear:
        """By the primal."""
        return lines(examples, self.balance, self._solve)

    def _solve(self, z: Float64, lessons: Lessons) -> tuple[Float64, Float64]:
        return quietly(LinearSVC(C=self.c, dual=False, max_iter=2000), z, lessons)


@dataclass(frozen=True)
class SVM(_Machine):
    """A support vector machine with a Gaussian (RBF) kernel, each class against each other."""

    name: ClassVar[str] = "svm"
    space: ClassVar[Mapping[str, Space]] = {
        "c": Space(1e-1, 1e2, log=True),
        "gamma": Space(1e-2, 1e1, log=True),
        "balance": Space(choices=(False, True)),
    }

    c: float = 3.0
    gamma: float = 1.0
    """the kernel is exp(−gamma · distance² / number of columns), in standard deviations."""
    examples: int = 6000
    """learn from at most so many, drawn at random: the cost grows with their square."""

    def margins(self, examples: Examples, seed: int) -> Kernel:
        """One machine per pair of classes, or per label."""
        part = drawn(examples, self.examples, seed)
        scale = scale_of(part.inputs)
        z = scale.apply(part.inputs).astype(np.float32)
        gamma = self.gamma / z.shape[1]
        weights, bias = self._weights(z, part, gamma)
        kept = np.flatnonzero(np.abs(weights).max(axis=1) > 0)
        columns = columns_of(part)
        return Kernel(z.shape[1], columns, scale, z[kept], gamma, weights[kept], bias)

    def _weights(
        self, z: NDArray[np.float32], part: Examples, gamma: float
    ) -> tuple[Float64, Float64]:
        """Of every row (m, n_learnt), and the bias (n_learnt,)."""
        if part.exclusive:
            return self._pairs(z, lessons_in_classes(part, self.balance), gamma)
        found = [self._machine(z, one, gamma) for one in each_label(part, self.balance)]
        return np.stack([w for w, _ in found], axis=1), np.array([b for _, b in found])

    def _pairs(
        self, z: NDArray[np.float32], lessons: Lessons, gamma: float
    ) -> tuple[Float64, Float64]:
        """A class's score is the mean of its margins against each other class."""
        n = lessons.n_classes
        weights, bias = np.zeros((len(z), n)), np.zeros(n)
        for one in range(n):
            for other in range(one + 1, n):
                dual, offset = self._machine(z, _between(lessons, one, other), gamma)
                weights[:, other] += dual / (n - 1)
                weights[:, one] -= dual / (n - 1)
                bias[[one, other]] += np.array([-offset, offset]) / (n - 1)
        return weights, bias

    def _machine(
        self, z: NDArray[np.float32], lessons: Lessons, gamma: float
    ) -> tuple[Float64, float]:
        """Dual coefficients (m,) and offset of class 1 against class 0."""
        model = SVC(C=self.c, gamma=gamma, cache_size=200)
        model.fit(z[lessons.rows], lessons.classes, sample_weight=lessons.weights)
        dual = np.zeros(len(z))
        np.add.at(dual, lessons.rows[model.support_], model.dual_coef_[0])
        return dual, float(model.intercept_[0])


def _between(lessons: Lessons, one: int, other: int) -> Lessons:
    among = np.isin(lessons.classes, (one, other))
    classes = (lessons.classes[among] == other).astype(np.int64)
    return Lessons(lessons.rows[among], classes, lessons.weights[among])
