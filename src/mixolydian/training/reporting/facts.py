"""Everything a report says, as plain values: schema "mixolydian.report/1"."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from mixolydian.models.card import plain
from mixolydian.training.reporting.expense import expense
from mixolydian.training.reporting.material import Report, Tested
from mixolydian.training.reporting.predictions import SCHEMA as PREDICTIONS
from mixolydian.training.reporting.projection import projection
from mixolydian.training.reporting.refits import learning_curve
from mixolydian.training.reporting.tested import (
    answers,
    belief,
    thresholds,
    uncertainty,
    worth_hearing,
)
from mixolydian.training.scoring import scored

SCHEMA = "mixolydian.report/1"
N_IMPORTANCES = 20
Facts = dict[str, Any]


def facts(folder: Path, report: Report) -> Facts:
    """The report as JSON holds it; the test sets keep their order, the first one decides."""
    first = next(iter(report.tested.values()))
    right = answers(first.scores)[1].reshape(len(first.examples), -1).min(axis=1) > 0.5
    found = {
        "schema": SCHEMA,
        "card": report.card.to_json(),
        "seconds": round(report.seconds, 1),
        "tests": {name: _test(report, tested) for name, tested in report.tested.items()},
        "history": [dict(epoch) for epoch in report.fitted.history],
        "importances": _importances(report),
        "cost": expense(folder, report.fitted, first.examples),
        "learning_curve": learning_curve(
            report.learner,
            report.train,
            report.valid,
            first.examples,
            first.scores,
            report.card.metric,
            report.seed,
            report.watch,
        ),
        "map": projection(first.examples, right, report.seed, report.watch),
    }
    return dict(plain(found))


def _test(report: Report, tested: Tested) -> Facts:
    examples, scores = tested.examples, tested.scores
    valid = report.valid
    chosen_on = report.card.calibration.apply(
        report.fitted.scores(valid.inputs, valid.mask), valid.exclusive
    )
    return {
        "scores": scores.to_json(),
        **belief(scores, scored(tested.raw, examples)),
        "uncertainty": uncertainty(scores, report.fitted.spread(examples.inputs, examples.mask)),
        "thresholds": thresholds(valid, chosen_on, examples, tested.probabilities),
        **worth_hearing(examples, scores),
    }


def _importances(report: Report) -> list[Facts]:
    """The inputs that count most."""
    found = report.fitted.importances
    if found is None:
        return []
    values = np.asarray(found, dtype=np.float64).ravel()
    known = report.train.names if len(report.train.names) == len(values) else ()
    names = known or tuple(f"column {i + 1}" for i in range(len(values)))
    order = np.argsort(-values, kind="stable")[:N_IMPORTANCES]
    return [
        {"name": names[i], "share": float(values[i])} for i in order if math.isfinite(values[i])
    ]


def predictions(report: Report) -> Facts:
    """What every test example is, and what was said about it."""
    return {
        "schema": PREDICTIONS,
        "name": report.card.name,
        "labels": list(report.card.labels),
        "exclusive": report.card.exclusive,
        "tests": {name: _predicted(tested) for name, tested in report.tested.items()},
    }


def _predicted(tested: Tested) -> Facts:
    return {
        "ids": list(tested.examples.ids),
        "groups": list(tested.examples.groups),
        "truth": np.round(tested.examples.targets.astype(np.float64), 6).tolist(),
        "probabilities": np.round(np.asarray(tested.probabilities, np.float64), 8).tolist(),
    }
