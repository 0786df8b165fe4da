"""Linear learners: logistic regression, and discriminant analysis."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from sklearn.covariance import ledoit_wolf_shrinkage
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression as SklearnLogisticRegression

from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Job, Learner, Space
from mixolydian.training.learners.fitted import (
    Linear,
    columns_of,
)
from mixolydian.training.learners.lessons import (
    Float64,
    Lessons,
    check_table,
    learnable,
    lessons_in_classes,
    lessons_in_label,
    scale_of,
)

Solve = Callable[[Float64, Lessons], tuple[Float64, Float64]]
"""standardised rows and lessons → weights (d, n_columns) and bias (n_columns,)."""


def lines(examples: Examples, balance: bool, solve: Solve) -> Linear:
    """A line per label that can be learnt."""
    scale = scale_of(examples.inputs)
    z = scale.apply(examples.inputs)
    if examples.exclusive:
        weights, bias = _both_sides(*solve(z, lessons_in_classes(examples, balance)))
    else:
        found = [solve(z, lessons) for lessons in each_label(examples, balance)]
        weights = np.concatenate([w for w, _ in found], axis=1)
        bias = np.concatenate([b for _, b in found])
    size = np.abs(weights).mean(axis=1)
    importances = size / max(size.sum(), 1e-12)
    columns = columns_of(examples)
    return Linear(len(size), columns, scale, weights, bias, importances=importances)


def each_label(examples: Examples, balance: bool) -> list[Lessons]:
    """The lessons of every label that can be learnt."""
    labels = np.flatnonzero(learnable(examples))
    return [lessons_in_label(examples, int(label), balance) for label in labels]


def _both_sides(weights: Float64, bias: Float64) -> tuple[Float64, Float64]:
    """Two classes have one line: half of it for the one, half against the other."""
    if len(bias) > 1:
        return weights, bias
    return np.c_[-weights, weights] / 2, np.r_[-bias, bias] / 2


def quietly(model: Any, z: Float64, lessons: Lessons) -> tuple[Float64, Float64]:
    """Fit; a solver that stopped a little early is good enough."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(z[lessons.rows], lessons.classes, sample_weight=lessons.weights)
    return np.asarray(model.coef_.T, np.float64), np.asarray(model.intercept_, np.float64)


@dataclass(frozen=True)
class LogisticRegression(Learner):
    """Multinomial logistic regression with a quadratic penalty."""

    name: ClassVar[str] = "logistic-regression"
    space: ClassVar[Mapping[str, Space]] = {
        "c": Space(1e-3, 1e2, log=True),
        "balance": Space(choices=(False, True)),
    }

    c: float = 1.0
    """C: the smaller, the smaller the coefficients."""
    balance: bool = False

    def fit(self, train: Examples, valid: Examples, job: Job) -> Linear:
        """By L-BFGS."""
        check_table(train, self.name)
        return lines(train, self.balance, self._solve)

    def _solve(self, z: Float64, lessons: Lessons) -> tuple[Float64, Float64]:
        return quietly(SklearnLogisticRegression(C=self.c, max_iter=1000), z, lessons)


@dataclass(frozen=True)
class Discriminant(Learner):
    """Linear discriminant analysis: one normal distribution per class, one covariance for all.

    The covariance is shrunk towards a ball (Ledoit and Wolf, J. Multivariate Analysis 2004).
    """

    name: ClassVar[str] = "discriminant"
    space: ClassVar[Mapping[str, Space]] = {
        "shrinkage": Space(1e-3, 1.0, log=True),
        "balance": Space(choices=(False, True)),
    }

    shrinkage: float = -1.0
    """share of the ball in [0, 1]; below 0: as Ledoit and Wolf say."""
    balance: bool = False

    def fit(self, train: Examples, valid: Examples, job: Job) -> Linear:
        """In closed form."""
        check_table(train, self.name)
        return lines(train, self.balance, self._solve)

    def _solve(self, z: Float64, lessons: Lessons) -> tuple[Float64, Float64]:
        rows, counts = z[lessons.rows], lessons.weights
        members = np.eye(lessons.n_classes)[lessons.classes] * counts[:, np.newaxis]
        means = (members.T @ rows) / members.sum(axis=0)[:, np.newaxis]
        apart = (rows - means[lessons.classes]) * np.sqrt(counts)[:, np.newaxis]
        covariance = self._shrunk(apart, counts.sum())
        weights = np.linalg.solve(covariance, means.T)
        prior = np.log(members.sum(axis=0) / members.sum())
        bias = prior - 0.5 * np.einsum("kd,dk->k", means, weights)
        if lessons.n_classes == 2:  # one line is enough, as for the others
            return np.diff(weights, axis=1), np.diff(bias)
        return weights, bias

    def _shrunk(self, apart: Float64, total: float) -> Float64:
        covariance = apart.T @ apart / total
        share = self.shrinkage
        if share < 0:
            share = float(ledoit_wolf_shrinkage(apart, assume_centered=True))
        ball = max(float(np.trace(covariance)) / len(covariance), 1e-6)
        kept = (1.0 - share) * covariance
        return np.asarray(kept + (share + 1e-6) * ball * np.eye(len(covariance)))
