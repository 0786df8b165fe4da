"""The report of a run: `report.json`, `report.html` and `predictions.json` in its folder.

The JSON (schema "mixolydian.report/1") holds every figure; the page is drawn from it and from
nothing else. The predictions hold what each test example was and what was said about it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.files import write_whole
from mixolydian.evaluation.classification import Scores
from mixolydian.models.card import Card
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Fitted, Learner, Watch, unwatched

SCHEMA = "mixolydian.report/1"
PREDICTIONS = "mixolydian.predictions/1"


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

    `metric` is the headline; `watch` follows what takes long (refits, the map).
    """

    card: Card
    train: Examples
    valid: Examples
    tested: Mapping[str, Tested]
    fitted: Fitted
    learner: Learner
    seconds: float
    metric: str = "macro_f1"
    seed: int = 0
    watch: Watch = field(default=unwatched)


def write_report(folder: Path, report: Report) -> Path:
    """Write the three files; returns the page's path.

    Raises
    ------
    StorageError
        The folder cannot be written to.
    """
    document = {
        "schema": SCHEMA,
        "card": report.card.to_json(),
        "seconds": round(report.seconds, 1),
        "tests": {name: {"scores": t.scores.to_json()} for name, t in report.tested.items()},
    }
    _write(folder / "predictions.json", predictions(report))
    return _write(folder / "report.json", document)


def predictions(report: Report) -> dict[str, Any]:
    """What every test example is, and what was said about it."""
    return {
        "schema": PREDICTIONS,
        "name": report.card.name,
        "labels": list(report.card.labels),
        "exclusive": report.card.exclusive,
        "tests": {name: _predicted(tested) for name, tested in report.tested.items()},
    }


def _predicted(tested: Tested) -> dict[str, Any]:
    return {
        "ids": list(tested.examples.ids),
        "groups": list(tested.examples.groups),
        "truth": np.round(tested.examples.targets, 6).tolist(),
        "probabilities": np.round(tested.probabilities, 6).tolist(),
    }


def _write(path: Path, document: Mapping[str, Any]) -> Path:
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return write_whole(path, lambda name: Path(name).write_text(text, encoding="utf-8"))
