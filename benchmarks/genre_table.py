"""Learners side by side on the GTZAN table of features: broad genres, no headline.

Usage: python -m benchmarks.genre_table --data DIR [--folds 5] [--repeats 5] [--models a,b]
       [--out FILE.json]

DIR holds `gtzan_features/features_30_sec.csv`. Repeated cross-validation: within a fold a
learner is fitted on seven eighths of the training part and calibrated on the rest, then judged on
the fold's test part. Groups are rows that are alike (copies); they are never parted. Every
repetition judges every row once. Figures are over all repetitions, intervals (95 %) from drawing
whole groups, `spread` is the standard deviation over repetitions. `by_rows` is the same with
copies free to fall on both sides: what the leak is worth. The faults of the data stand in the
result: artists are unknown, so all figures are too good.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import platform
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import mixolydian
from mixolydian.evaluation.classification import Scores, score
from mixolydian.training.calibrate import calibrated
from mixolydian.training.datasets.sources import Stock
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Job, Learner
from mixolydian.training.recipe import chosen
from mixolydian.training.recipes.genre_table import FAULTS, FILE, FOLDER, RECIPE
from mixolydian.training.splits import Fold, folds, split
from mixolydian.training.workshop import Workshop

METRICS = ("accuracy", "macro_f1", "roc_auc", "ece", "log_loss")
MODELS = (
    "dummy",
    "k-nearest",
    "discriminant",
    "logistic-regression",
    "linear-svm",
    "svm",
    "random-forest",
    "xgboost",
    "perceptron",
)


@dataclass(frozen=True)
class Tried:
    """What a learner reached: over everything, and its values per repetition."""

    model: str
    whole: Scores
    repeats: tuple[Scores, ...]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Values, intervals and spreads by metric."""
        found: dict[str, Any] = {"seconds_per_fit": round(self.seconds, 2)}
        for name in METRICS:
            interval = self.whole.interval(name)
            spread = float(np.std([s.value(name) for s in self.repeats]))
            figures = {"value": interval.mean, "low": interval.low, "high": interval.high}
            found[name] = {k: round(v, 4) for k, v in (figures | {"spread": spread}).items()}
        found["f1_per_genre"] = {c.label: round(c.f1.mean, 3) for c in self.whole.per_class}
        return found


def predicted(how: Learner, examples: Examples, fold: Fold) -> np.ndarray:
    """Calibrated probabilities of a fold's test part, learnt from the rest of it."""
    rest = examples.take(fold.train)
    parts = split(rest, (7 / 8, 1 / 8, 0.0), fold.repeat)
    train, valid = rest.take(parts.train), rest.take(parts.valid)
    fitted = how.fit(train, valid, Job(seed=fold.repeat))
    calibration = calibrated(fitted.scores(valid.inputs), valid.targets, examples.exclusive)
    scores = fitted.scores(examples.inputs[fold.test])
    return calibration.apply(scores, examples.exclusive)


def tried(model: str, examples: Examples, every: Sequence[Fold]) -> Tried:
    """A learner in repeated cross-validation."""
    how, started = chosen(RECIPE, model, {}), time.monotonic()
    n_repeats = 1 + max(fold.repeat for fold in every)
    probabilities = np.zeros((n_repeats, *examples.targets.shape))
    for fold in every:
        probabilities[fold.repeat, fold.test] = predicted(how, examples, fold)
    seconds = (time.monotonic() - started) / len(every)
    repeats = tuple(_scored(p, examples) for p in probabilities)
    whole = score(
        np.concatenate(probabilities),
        np.tile(examples.targets, (n_repeats, 1)),
        examples.labels,
        groups=examples.groups * n_repeats,
    )
    return Tried(model, whole, repeats, seconds)


def _scored(probabilities: np.ndarray, examples: Examples) -> Scores:
    return score(probabilities, examples.targets, examples.labels, groups=examples.groups)


def copies(examples: Examples) -> dict[str, Any]:
    """The copies that were found in the data."""
    names: dict[str, list[str]] = {}
    for group, name in zip(examples.groups, examples.ids, strict=True):
        names.setdefault(group, []).append(name)
    same = [found for found in names.values() if len(found) > 1]
    two = [found for found in same if len({name.split(".")[0] for name in found}) > 1]
    return {"groups": same, "rows": sum(map(len, same)), "under_two_labels": two}


def rows_of(
    models: Sequence[str], examples: Examples, n_folds: int, n_repeats: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """model → figures, honest ones and those with copies on both sides."""
    loose = replace(examples, groups=examples.ids)
    honest_folds = folds(examples, n_folds, 0, n_repeats)
    loose_folds = folds(loose, n_folds, 0, n_repeats)
    for model in models:
        row = tried(model, examples, honest_folds).to_json()
        leaky = tried(model, loose, loose_folds)
        row["by_rows"] = {m: round(leaky.whole.value(m), 4) for m in METRICS}
        yield model, row


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/genre_table.json"))
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parser.parse_args(given)
    examples = RECIPE.examples(Workshop(Path(), Stock(options.data)))
    result = about(options, given, examples)
    for model, row in rows_of(options.models.split(","), examples, options.folds, options.repeats):
        result["models"][model] = row
        figures = (f"{m} {row[m]['value']:.3f}" for m in ("accuracy", "macro_f1", "ece"))
        print(f"{model:20s} {'  '.join(figures)}", flush=True)
        options.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return 0


def about(options: Any, given: Sequence[str], examples: Examples) -> dict[str, Any]:
    """What the figures are of."""
    data = (options.data / FOLDER / FILE).read_bytes()
    places = {str(options.data): "DIR", str(options.out): options.out.name}
    words = [places.get(word, word) for word in given]
    return {
        "command": shlex.join(["python", "-m", "benchmarks.genre_table", *words]),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {"mixolydian": mixolydian.__version__, "python": platform.python_version()},
        "data": {"file": FILE, "sha256": hashlib.sha256(data).hexdigest(), "rows": len(examples)},
        "faults": list(FAULTS),
        "copies": copies(examples),
        "folds": options.folds,
        "repeats": options.repeats,
        "models": {},
    }


if __name__ == "__main__":
    sys.exit(main())
