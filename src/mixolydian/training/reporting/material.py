"""What a report is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from mixolydian.evaluation.classification import Scores
from mixolydian.models.card import Card
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Fitted, Learner, Watch, unwatched


@dataclass(frozen=True, eq=False)
class Tested:
    """A test set: `raw` and calibrated `probabilities` (n, k), and the latter's `scores`."""

    examples: Examples
    raw: NDArray[Any]
    probabilities: NDArray[Any]
    scores: Scores


@dataclass(frozen=True, eq=False)
class Report:
    """What a run has to say: its parts, what was fitted by which learner in how long.

    `watch` follows what takes long (the learning curve's fits, the map).
    """

    card: Card
    train: Examples
    valid: Examples
    tested: Mapping[str, Tested]
    fitted: Fitted
    learner: Learner
    seconds: float
    seed: int = 0
    watch: Watch = unwatched
