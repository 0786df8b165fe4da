"""What is said of one test set: belief, doubt, thresholds, and the examples worth hearing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.evaluation.classification import Scores
from mixolydian.evaluation.ranking import ranking_areas
from mixolydian.evaluation.reliability import reliability_bins, risk_coverage
from mixolydian.evaluation.significance import Interval
from mixolydian.evaluation.thresholds import Aim, choose, judge
from mixolydian.training.examples import Examples

AIMS: tuple[tuple[Aim, float | None], ...] = (
    ("precision", 0.9),
    ("precision", 0.95),
    ("recall", 0.9),
    ("f1", None),
)
N_EXAMPLES = 12
N_POINTS = 100
"""of the risk–coverage curve."""
N_PARTS = 5
"""into which answers are sorted by their spread."""
Facts = dict[str, Any]


def belief(scores: Scores, raw: Scores) -> Facts:
    """Reliability before and after calibration, and the risk of answering only the surest."""
    return {
        "reliability": {"raw": _bins(raw), "calibrated": _bins(scores)},
        "raw": {name: _number(raw.value(name)) for name in ("ece", "brier", "log_loss")},
        "risk_coverage": _risk(scores),
    }


def _bins(scores: Scores) -> list[Facts]:
    return [asdict(b) for b in reliability_bins(scores.confidence, scores.correct)]


def answers(scores: Scores) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How sure each answer is and whether it is right: (n,), or (n · k,) for free labels."""
    if scores.exclusive:
        return scores.confidence, scores.correct
    right = np.asarray((scores.said == scores.truth).ravel(), dtype=np.float64)
    return np.maximum(scores.confidence, 1 - scores.confidence), right


def _risk(scores: Scores) -> Facts:
    curve = risk_coverage(*answers(scores))
    rows = np.unique(np.linspace(0, len(curve.risk) - 1, N_POINTS).astype(int))
    return {
        "coverage": np.round(curve.coverage[rows], 4).tolist(),
        "risk": np.round(curve.risk[rows], 4).tolist(),
        "area": _number(curve.area),
    }


def uncertainty(scores: Scores, spread: NDArray[Any] | None) -> Facts | None:
    """Whether the `spread` (n, k) of the probabilities tells wrong answers from right ones."""
    if spread is None:
        return None
    sure, right = answers(scores)
    doubt = np.asarray(spread, dtype=np.float64)
    doubt = doubt[scores.said] if scores.exclusive else doubt.ravel()
    order = np.array_split(np.argsort(doubt, kind="stable"), N_PARTS)
    return {
        "auroc_spread": _number(_auroc(doubt, right)),
        "auroc_confidence": _number(_auroc(-sure, right)),
        "parts": [
            {"spread": float(doubt[rows].mean()), "wrong": float(1 - right[rows].mean())}
            for rows in order
            if rows.size
        ],
    }


def _auroc(doubt: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    return float(ranking_areas(doubt, right < 0.5, np.ones((1, len(doubt)))).roc[0])


def thresholds(
    valid: Examples, chosen_on: NDArray[Any], test: Examples, judged_on: NDArray[Any]
) -> list[Facts]:
    """Thresholds chosen on the validation part and judged on the test set, per label and aim."""
    found = []
    for i, label in enumerate(test.labels):
        for aim, wanted in AIMS:
            chosen = choose(chosen_on[:, i], valid.targets[:, i], aim, wanted)
            row: Facts = {"label": label, **asdict(chosen)}
            if chosen.threshold is not None:
                kept = judge(judged_on[:, i], test.targets[:, i], chosen.threshold, test.groups)
                row["n_said"] = kept.n_said
                row["precision"], row["recall"] = _range(kept.precision), _range(kept.recall)
            found.append(row)
    return found


def _range(found: Interval | None) -> list[float] | None:
    return None if found is None else [round(v, 4) for v in (found.mean, found.low, found.high)]


def worth_hearing(examples: Examples, scores: Scores) -> Facts:
    """The examples that are most surely wrong, and those nobody can be sure of."""
    p, y = scores.probabilities, scores.targets
    if scores.exclusive:
        true = (p * scores.truth).sum(axis=1)
        fault = np.where(scores.correct > 0.5, -1.0, p.max(axis=1) - true)
    else:
        apart = (scores.said != scores.truth) * np.abs(p - y)
        fault = np.where(apart.max(axis=1) > 0, apart.max(axis=1), -1.0)
    doubt = -_entropy(p, scores.exclusive)
    wrong = [i for i in np.argsort(-fault, kind="stable")[:N_EXAMPLES] if fault[i] >= 0]
    return {
        "wrong": [_example(examples, scores, int(i)) for i in wrong],
        "doubtful": [
            _example(examples, scores, int(i))
            for i in np.argsort(doubt, kind="stable")[:N_EXAMPLES]
        ],
    }


def _entropy(p: NDArray[np.float64], exclusive: bool) -> NDArray[np.float64]:
    q = np.clip(p, 1e-12, 1 - 1e-12)
    terms = -q * np.log(q) - (0 if exclusive else (1 - q) * np.log(1 - q))
    return np.asarray(terms.sum(axis=1))


def _example(examples: Examples, scores: Scores, i: int) -> Facts:
    return {
        "id": examples.ids[i],
        "origin": examples.origins[i] if examples.origins else "",
        "truth": _labels(examples, scores.truth[i]),
        "said": _labels(examples, scores.said[i]),
        "probabilities": {
            examples.labels[j]: round(float(scores.probabilities[i, j]), 4)
            for j in np.argsort(-scores.probabilities[i], kind="stable")[:3]
        },
    }


def _labels(examples: Examples, flags: NDArray[np.bool_]) -> list[str]:
    return [label for label, flag in zip(examples.labels, flags.tolist(), strict=True) if flag]


def _number(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None
