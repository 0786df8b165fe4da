"""What was said of the test examples of a run, read back: schema "mixolydian.predictions/1"."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import InputError, UnreadableError

FILE = "predictions.json"
SCHEMA = "mixolydian.predictions/1"


@dataclass(frozen=True, eq=False)
class Predicted:
    """One test set: `truth` and `probabilities` (n, k) of the examples `ids`."""

    ids: tuple[str, ...]
    groups: tuple[str, ...]
    truth: NDArray[np.float64]
    probabilities: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Predictions:
    """A run's test sets by name; the first one decides."""

    name: str
    labels: tuple[str, ...]
    exclusive: bool
    tests: Mapping[str, Predicted]


def read_predictions(folder: Path) -> Predictions:
    """The predictions in a run's folder.

    Raises
    ------
    UnreadableError
        There is no such file.
    InputError
        It holds something else.
    """
    path = folder / FILE
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror}); train again") from error
    except ValueError as error:
        raise InputError(f"{path}: expected JSON, found {error}; train again") from error
    try:
        return _predictions(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path}: expected {SCHEMA}, which this is not; train again") from error


def _predictions(document: Any) -> Predictions:
    if document["schema"] != SCHEMA:
        raise ValueError(document["schema"])
    labels = tuple(map(str, document["labels"]))
    tests = {str(name): _test(test, len(labels)) for name, test in document["tests"].items()}
    if not tests:
        raise ValueError("no test sets")
    return Predictions(str(document["name"]), labels, bool(document["exclusive"]), tests)


def _test(test: Mapping[str, Any], k: int) -> Predicted:
    ids, groups = tuple(map(str, test["ids"])), tuple(map(str, test["groups"]))
    truth = np.array(test["truth"], dtype=np.float64)
    said = np.array(test["probabilities"], dtype=np.float64)
    if not ids or len(groups) != len(ids) or {truth.shape, said.shape} != {(len(ids), k)}:
        raise ValueError("sizes differ")
    if not (np.isfinite(truth).all() and np.isfinite(said).all()):
        raise ValueError("a number is missing")
    return Predicted(ids, groups, truth, said)
