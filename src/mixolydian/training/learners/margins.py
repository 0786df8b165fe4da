"""Margins made logits: what a support vector machine lacks, learnt on folds.

The machine is fitted on all folds but one and says its margins on that one; a small logistic
regression from these margins to the truth (Platt's method) then follows the machine that was
fitted on everything. Too few groups for folds: the margins stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from sklearn.linear_model import LogisticRegression

from mixolydian.training.examples import Examples, Float32
from mixolydian.training.learners.base import Fitted
from mixolydian.training.learners.lessons import (
    Float64,
    Lessons,
    learnable,
    lessons_in_classes,
    lessons_in_label,
)
from mixolydian.training.splits import folds

FOLDS = 3


class Margins(Fitted, Protocol):
    """A fitted model that can be followed by an affine step."""

    def mapped(self, weights: Float64, bias: Float64) -> Fitted:
        """With learnt scores times `weights` (n_learnt, n_learnt) plus `bias`."""


def with_platt(fit: Callable[[Examples], Margins], train: Examples, seed: int) -> Fitted:
    """The machine of all examples, with logits."""
    machine = fit(train)
    if not foldable(train):
        return machine
    margins = out_of_fold(fit, train, FOLDS, seed)[:, learnable(train)]
    return machine.mapped(*_platt(margins.astype(np.float64), train))


def foldable(examples: Examples) -> bool:
    """Whether every label that can be learnt can still be learnt without one group."""
    groups = np.asarray(examples.groups)
    right = examples.targets[:, learnable(examples)] > 0.5
    sides = (right,) if examples.exclusive else (right, ~right)
    return all(len(np.unique(groups[column])) > 1 for side in sides for column in side.T)


def out_of_fold(
    fit: Callable[[Examples], Fitted], examples: Examples, n_folds: int, seed: int
) -> Float32:
    """Scores (n, n_labels) of each example by a model that was fitted without its group."""
    scores = np.zeros(examples.targets.shape, dtype=np.float32)
    for fold in folds(examples, min(n_folds, len(set(examples.groups))), seed):
        fitted = fit(examples.take(fold.train))
        held = examples.take(fold.test)
        scores[fold.test] = fitted.scores(held.inputs, held.mask)
    return scores


def _platt(margins: Float64, examples: Examples) -> tuple[Float64, Float64]:
    """Weights (n_learnt, n_learnt) and bias of the step from margins to logits."""
    if examples.exclusive:
        return _regression(margins, lessons_in_classes(examples, balance=False))
    labels = np.flatnonzero(learnable(examples))
    found = [
        _regression(margins[:, [i]], lessons_in_label(examples, int(label), balance=False))
        for i, label in enumerate(labels)
    ]
    return np.diag([float(w[0, 0]) for w, _ in found]), np.concatenate([b for _, b in found])


def _regression(margins: Float64, lessons: Lessons) -> tuple[Float64, Float64]:
    model = LogisticRegression(C=1.0, max_iter=1000)
    model.fit(margins[lessons.rows], lessons.classes, sample_weight=lessons.weights)
    weights, bias = model.coef_.T, model.intercept_
    if margins.shape[1] == 1 or len(bias) > 1:
        return np.asarray(weights), np.asarray(bias)
    return np.c_[-weights, weights] / 2, np.r_[-bias, bias] / 2
