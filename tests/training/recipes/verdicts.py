"""A verdict without figures of its own."""

from __future__ import annotations

from mixolydian.evaluation.significance import Difference
from mixolydian.training.nextrecipe import OURS

_FIGURES = {"ndcg": [0.1, 0.0, 0.2], "recall": [0.1, 0.0, 0.2], "coverage": 0.5}
NO_FIGURES = {
    "joined": _FIGURES,
    "alone": _FIGURES,
    "baselines": {OURS: _FIGURES},
    "over": {OURS: Difference(0.1, 0.05, 0.2, 10, 0.01)},
    "disturbed": 0.1,
}
