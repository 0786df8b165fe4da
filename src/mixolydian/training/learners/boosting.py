"""XGBoost's boosters, trained round by round and read into a forest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost

from mixolydian.training.learners.base import Epoch
from mixolydian.training.learners.lessons import Float64, Lessons
from mixolydian.training.learners.trees import Tree, below


@dataclass(frozen=True, eq=False)
class Boost:
    """The `trees` up to the best round, the `history` of losses, and each column's `gain`."""

    trees: list[Tree]
    history: tuple[Epoch, ...]
    gain: Float64


@dataclass(frozen=True, eq=False)
class Part:
    """Lessons and the table their rows are of."""

    inputs: Any
    lessons: Lessons

    @property
    def matrix(self) -> Any:
        """As XGBoost takes it."""
        rows = self.inputs[self.lessons.rows].astype(np.float32)
        return xgboost.DMatrix(
            rows, label=self.lessons.classes, weight=self.lessons.weights, nthread=1
        )


def boosted(
    train: Part, valid: Part | None, settings: Mapping[str, Any], rounds: int, patience: int
) -> Boost:
    """Boost on the lessons of `train` until those of `valid` are no longer better."""
    n_classes = train.lessons.n_classes if "multi:softprob" in settings.values() else 1
    parts = {"train": train} | ({} if valid is None else {"valid": valid})
    losses: dict[str, dict[str, list[float]]] = {}
    booster = xgboost.train(
        {**settings, **({"num_class": n_classes} if n_classes > 1 else {})},
        train.matrix,
        num_boost_round=rounds,
        evals=[(part.matrix, name) for name, part in parts.items()],
        early_stopping_rounds=None if valid is None else patience,
        evals_result=losses,
        verbose_eval=False,
    )
    best = rounds if valid is None else booster.best_iteration + 1
    gain = np.zeros(train.inputs.shape[1])
    for column, value in booster.get_score(importance_type="total_gain").items():
        gain[int(column[1:])] = value
    return Boost(_trees(booster, n_classes)[: best * n_classes], _history(losses), gain)


def _history(losses: Mapping[str, Mapping[str, list[float]]]) -> tuple[Epoch, ...]:
    (train,) = losses["train"].values()
    valid = next(iter(losses.get("valid", {}).values()), [])
    return tuple(
        {"epoch": i + 1, "train_loss": loss} | ({"valid_loss": valid[i]} if valid else {})
        for i, loss in enumerate(train)
    )


def _trees(booster: Any, n_classes: int) -> list[Tree]:
    """Every tree of the booster, its leaves in the column of its class."""
    model = json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]["model"]
    return [
        _tree(tree, label, n_classes)
        for tree, label in zip(model["trees"], model["tree_info"], strict=True)
    ]


def _tree(tree: Mapping[str, Any], label: int, n_classes: int) -> Tree:
    condition = np.array(tree["split_conditions"], dtype=np.float32)
    left = np.array(tree["left_children"], dtype=np.int64)
    values = np.zeros((len(left), n_classes), dtype=np.float32)
    values[:, label] = np.where(left < 0, condition, 0.0)  # a leaf keeps its value there
    right = np.array(tree["right_children"], dtype=np.int64)
    column = np.array(tree["split_indices"], dtype=np.int64)
    return Tree(column, below(condition), left, right, values)
