"""Scores of examples: what was said of them against what is true, intervals over whole groups."""

from __future__ import annotations

from typing import Any

from mixolydian.evaluation.classification import Scores, score
from mixolydian.models.calibration import Calibration
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Fitted


def scored(probabilities: Any, examples: Examples) -> Scores:
    """How good probabilities (n, n_labels) of the examples are."""
    return score(
        probabilities,
        examples.targets,
        examples.labels,
        groups=examples.groups,
        exclusive=examples.exclusive,
    )


def uncalibrated(fitted: Fitted, examples: Examples) -> Scores:
    """How good a fitted model's probabilities are before any calibration."""
    logits = fitted.scores(examples.inputs, examples.mask)
    return scored(Calibration().apply(logits, examples.exclusive), examples)
