"""Forests: random trees that vote, and boosted trees that add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor

from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Job, Learner, Space
from mixolydian.training.learners.boosting import Boost, Part, boosted
from mixolydian.training.learners.fitted import (
    all_columns,
    columns_of,
)
from mixolydian.training.learners.lessons import (
    Float64,
    Lessons,
    check_table,
    example_weights,
    learnable,
    lessons_in_classes,
    lessons_in_label,
)
from mixolydian.training.learners.trees import Boosted, Tree, Voting, at_most, forest_of


@dataclass(frozen=True)
class RandomForest(Learner):
    """A random forest (Breiman, Machine Learning 2001), or extremely randomised trees.

    Its trees are regressions on the targets; the squared error of a 0-or-1 target is Gini's
    impurity, so they are the usual ones, and soft and independent targets need nothing else.
    """

    name: ClassVar[str] = "random-forest"
    space: ClassVar[Mapping[str, Space]] = {
        "leaves": Space(8, 256, log=True, integer=True),
        "least": Space(1, 10, integer=True),
        "columns": Space(0.05, 0.8, log=True),
        "extra": Space(choices=(False, True)),
        "balance": Space(choices=(False, True)),
    }

    trees: int = 200
    leaves: int = 64
    """of a tree, at most; 64 keep a network of 200 trees under 3 MB."""
    least: int = 1
    """examples in a leaf, at least."""
    columns: float = 0.2
    """share of the columns looked at for a split."""
    extra: bool = False
    """Extremely randomised trees (Geurts et al., Machine Learning 2006)."""
    examples: int = 10_000
    """a tree learns from at most so many, drawn at random."""
    balance: bool = False

    def fit(self, train: Examples, valid: Examples, job: Job) -> Voting:
        """Tree by tree."""
        check_table(train, self.name)
        kind = ExtraTreesRegressor if self.extra else RandomForestRegressor
        many = len(train) > self.examples
        model = kind(
            n_estimators=self.trees,
            max_leaf_nodes=self.leaves,
            min_samples_leaf=self.least,
            max_features=self.columns,
            bootstrap=many or not self.extra,
            max_samples=self.examples if many else None,
            random_state=job.seed,
        )
        targets = train.targets if train.targets.shape[1] > 1 else train.targets[:, 0]
        model.fit(train.inputs, targets, sample_weight=self._counts(train))
        trees = [_sklearn_tree(t.tree_, self.trees) for t in model.estimators_]
        importances = np.asarray(model.feature_importances_, dtype=np.float64)
        n_columns = train.inputs.shape[1]
        return Voting(n_columns, all_columns(train), forest_of(trees), importances=importances)

    def _counts(self, train: Examples) -> Float64:
        weights = example_weights(train)
        if not self.balance:
            return weights
        totals = np.maximum(weights @ train.targets, 1e-9)
        return np.asarray(weights * np.maximum(train.targets / totals, 1e-9).sum(axis=1))


def _sklearn_tree(tree: Any, n_trees: int) -> Tree:
    """The values are divided by the number of trees, so that they add up to their mean."""
    values = (tree.value[:, :, 0] / n_trees).astype(np.float32)
    column = np.asarray(tree.feature, dtype=np.int64)
    left, right = (np.asarray(c, np.int64) for c in (tree.children_left, tree.children_right))
    return Tree(column, at_most(tree.threshold), left, right, values)


@dataclass(frozen=True)
class XGBoost(Learner):
    """Boosted trees (Chen and Guestrin, KDD 2016), as many as the validation part wants."""

    name: ClassVar[str] = "xgboost"
    space: ClassVar[Mapping[str, Space]] = {
        "depth": Space(2, 7, integer=True),
        "eta": Space(0.02, 0.3, log=True),
        "rows": Space(0.5, 1.0),
        "columns": Space(0.2, 1.0),
        "least": Space(0.3, 20.0, log=True),
        "penalty": Space(0.1, 30.0, log=True),
        "balance": Space(choices=(False, True)),
    }

    rounds: int = 200
    depth: int = 4
    eta: float = 0.1
    """the share of a tree that is added."""
    rows: float = 0.8
    """share of the examples each tree sees."""
    columns: float = 0.6
    """share of the columns each tree sees."""
    least: float = 1.0
    """of the second derivative of the loss in a leaf."""
    penalty: float = 1.0
    """quadratic, on the leaves."""
    patience: int = 25
    """rounds without a better validation loss after which it ends."""
    balance: bool = False

    def fit(self, train: Examples, valid: Examples, job: Job) -> Boosted:
        """Round by round."""
        check_table(train, self.name)
        if train.exclusive:
            boosts = [self._boost(train, valid, None, job.seed)]
        else:
            labels = np.flatnonzero(learnable(train))
            boosts = [self._boost(train, valid, int(label), job.seed) for label in labels]
        trees = list(_side_by_side(boosts, train.exclusive))
        gain = np.sum([boost.gain for boost in boosts], axis=0)
        return Boosted(
            train.inputs.shape[1],
            columns_of(train),
            forest_of(trees),
            importances=gain / max(gain.sum(), 1e-12),
            history=boosts[0].history if train.exclusive else (),
        )

    def _boost(self, train: Examples, valid: Examples, label: int | None, seed: int) -> Boost:
        known = valid.take(_known(train, valid)) if len(valid) else valid
        parts = [Part(e.inputs, self._lessons(e, train, label)) for e in (train, known) if len(e)]
        checked = parts[1] if len(parts) > 1 else None
        settings = {**self._settings(seed), "objective": "binary:logistic"}
        if label is None:
            settings["objective"] = "multi:softprob"
        return boosted(parts[0], checked, settings, self.rounds, self.patience)

    def _lessons(self, examples: Examples, train: Examples, label: int | None) -> Lessons:
        """Classes are those of the training part, in all parts."""
        if label is not None:
            return lessons_in_label(examples, label, self.balance)
        return lessons_in_classes(examples, self.balance, learnable(train))

    def _settings(self, seed: int) -> dict[str, Any]:
        return {
            "max_depth": self.depth,
            "eta": self.eta,
            "subsample": self.rows,
            "colsample_bytree": self.columns,
            "min_child_weight": self.least,
            "lambda": self.penalty,
            "base_score": 0.5,  # a margin of 0
            "seed": seed,
            "nthread": 1,
            "verbosity": 0,
        }


def _known(train: Examples, valid: Examples) -> NDArray[np.bool_]:
    """The rows of `valid` with a class that was learnt."""
    if not train.exclusive:
        return np.ones(len(valid), dtype=bool)
    return np.asarray(valid.targets[:, learnable(train)].sum(axis=1) > 0.5)


def _side_by_side(boosts: list[Boost], exclusive: bool) -> Iterable[Tree]:
    """The trees of each label in its own column."""
    if exclusive:
        yield from boosts[0].trees
        return
    for place, boost in enumerate(boosts):
        for tree in boost.trees:
            values = np.zeros((len(tree.values), len(boosts)), dtype=np.float32)
            values[:, place] = tree.values[:, 0]
            yield Tree(tree.column, tree.threshold, tree.left, tree.right, values)
