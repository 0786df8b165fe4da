"""Learning a tag from a few examples: which direction in the space of sounds they share.

A logistic regression, heavily regularised, of the examples against all other tracks, which
are unlabelled: most do not deserve the tag, some do (positive and unlabelled learning, Elkan
and Noto 2008). Examples and the rest weigh the same in all.

How sure it may be is found by leaving out: every example is judged by a model learnt without
it, in which it lies among the unlabelled, exactly as an undiscovered track does. These scores
beside the library's give the probability (Platt 1999, slope regularised), for a prior share
of the library of at most a twentieth: with a tenth, tags that are rarer promised too much
(benchmarks/taught_tags.py).

Vectors are rows (n, d), one per track.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.library.taught import TagModel, directions

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

MIN_EXAMPLES = 3
MIN_OTHERS = 10
"""Least number of other tracks that examples can be told from."""
SHARE = 0.05
"""Prior share of the library that deserves a tag, at most."""
MIN_SEPARATION = 0.7
SAME_SOUND = 0.995
"""Cosine from which two examples are one: they are left out together."""
RIDGE = 3.0
"""Strength of the regularisation, divided by the number of examples."""
SLOPE_RIDGE = 0.15
MAX_OTHERS = 3000
MAX_FOLDS = 20
_STEPS = 25


@dataclass(frozen=True, eq=False)
class Lesson:
    """Standardised `rows` (n, d), and the places of examples, counter-examples and others."""

    rows: FloatArray
    examples: IntArray
    counter: IntArray
    others: IntArray


@dataclass(frozen=True, eq=False)
class Learnt:
    """What was learnt of a tag.

    `model` is None when the examples cannot be told from the rest. `separation` as of
    TaughtTag; `percentiles` (n_examples,) are its parts, `left_out` the probability of each
    example given by a model learnt without it.
    """

    model: TagModel | None
    separation: float
    percentiles: FloatArray
    left_out: FloatArray


def learn(source: str, vectors: NDArray[Any], examples: IntArray, counter: IntArray) -> Learnt:
    """Learn a tag from the rows `examples` of `vectors` (n, d); all other rows are unlabelled.

    `source` names the kind of vector.

    Raises
    ------
    RequestError
        Fewer than `MIN_EXAMPLES` examples of different sound, or than `MIN_OTHERS` others.
    """
    x = np.asarray(vectors, dtype=np.float64)
    center, spread = x.mean(axis=0), x.std(axis=0)
    # a dimension in which all tracks agree says nothing: it becomes zero everywhere
    scale = np.where(spread > 1e-9 * (1.0 + np.abs(center)), spread, 1e12)
    lesson = Lesson(
        directions(x, center, scale), examples, counter, _others(len(x), examples, counter)
    )
    _refuse_one_sound(lesson)
    weights, mean, deviation = _direction(lesson)
    library = (lesson.rows[lesson.others] @ weights - mean) / deviation
    scores = _left_out_scores(lesson)
    percentiles = np.array([(library < score).mean() for score in scores])
    slope, offset = _calibrated(scores, library)
    left_out = 1.0 / (1.0 + np.exp(-(slope * scores + offset)))
    separation = float(percentiles.mean())
    if not told_apart(separation, len(examples)):
        return Learnt(None, separation, percentiles, left_out)
    gain = slope / deviation
    model = TagModel(source, center, scale, gain * weights, float(offset - gain * mean))
    return Learnt(model, separation, percentiles, left_out)


def _refuse_one_sound(lesson: Lesson) -> None:
    n = len(sounds(lesson.rows[lesson.examples]))
    if n < MIN_EXAMPLES:
        raise RequestError(
            f"expected at least {MIN_EXAMPLES} examples of different sound, found {n}; give more"
        )
    if len(lesson.others) < MIN_OTHERS:
        raise RequestError(
            f"expected at least {MIN_OTHERS} other tracks in the library to tell the examples "
            f"from, found {len(lesson.others)}; analyze more music first"
        )


def told_apart(separation: float, n_examples: int) -> bool:
    """Whether examples differ from the rest by more than chance (one-sided, 2.5 %).

    By chance each percentile is uniform in [0, 1], so their mean has variance 1 / 12 n.
    """
    return bool(separation >= max(MIN_SEPARATION, 0.5 + 1.96 / np.sqrt(12.0 * n_examples)))


def _others(n: int, examples: IntArray, counter: IntArray) -> IntArray:
    """Evenly chosen rows that are neither; at most `MAX_OTHERS`."""
    rest = np.setdiff1d(np.arange(n), np.concatenate([examples, counter]))
    places = np.linspace(0, len(rest) - 1, min(len(rest), MAX_OTHERS)).round().astype(int)
    return np.asarray(rest[places])


def _direction(lesson: Lesson) -> tuple[FloatArray, float, float]:
    """The weights (d,), and mean and deviation of the others' projections."""
    n, m = len(lesson.examples), len(lesson.counter)
    rows = lesson.rows[np.concatenate([lesson.examples, lesson.others, lesson.counter])]
    target = np.zeros(len(rows))
    target[:n] = 1.0
    parts = (
        np.full(n, 0.5 / n),
        np.full(len(lesson.others), 0.5 / len(lesson.others)),
        np.full(m, 0.5 / max(n, m, 1)),
    )
    weights = _logistic(rows, target, np.concatenate(parts), RIDGE / n)[:-1]
    projected = lesson.rows[lesson.others] @ weights
    return weights, float(projected.mean()), max(float(projected.std()), 1e-9)


def _left_out_scores(lesson: Lesson) -> FloatArray:
    """The standardised projection (n_examples,) of each example, learnt without it."""
    scores = np.zeros(len(lesson.examples))
    for fold in _folds(lesson.rows[lesson.examples]):
        held = lesson.examples[fold]
        kept = np.setdiff1d(lesson.examples, held)
        others = np.concatenate([lesson.others, held])
        weights, mean, deviation = _direction(Lesson(lesson.rows, kept, lesson.counter, others))
        scores[fold] = (lesson.rows[held] @ weights - mean) / deviation
    return scores


def sounds(rows: FloatArray) -> list[list[int]]:
    """Rows (n, d) of length √d, grouped by being one and the same sound."""
    alike = rows @ rows.T >= SAME_SOUND * rows.shape[1]
    groups: list[list[int]] = []
    for i in range(len(rows)):
        home = next((g for g in groups if alike[i, g].any()), None)
        if home is None:
            groups.append([i])
        else:
            home.append(i)
    return groups


def _folds(rows: FloatArray) -> list[IntArray]:
    """What is left out together: equal sounds; with many examples several of them."""
    groups = sounds(rows)
    n = min(len(groups), MAX_FOLDS)
    joined = [[i for group in groups[k::n] for i in group] for k in range(n)]
    return [np.array(sorted(fold), dtype=np.intp) for fold in joined]


def _calibrated(scores: FloatArray, library: FloatArray) -> tuple[float, float]:
    """Slope and offset that turn a score into the logit of the probability of the tag."""
    n, m = len(scores), len(library)
    rows = np.concatenate([scores, library])[:, np.newaxis]
    target = np.concatenate([np.ones(n), np.zeros(m)])
    weights = np.concatenate([np.ones(n), np.full(m, n / m)])
    slope, offset = _logistic(rows, target, weights, SLOPE_RIDGE)
    share = min(SHARE, _largest_share(scores, library))
    return float(slope), float(offset + np.log(share / (1.0 - share)))


def _largest_share(scores: FloatArray, library: FloatArray) -> float:
    """The share of the library that can be like the examples: so many score as they do."""
    limits = np.sort(scores)[: len(scores) // 2 + 1]
    above = [
        (1.0 + (library >= t).sum()) / (1.0 + len(library)) / (scores >= t).mean() for t in limits
    ]
    return float(min(above))


def _logistic(
    rows: FloatArray, target: FloatArray, weights: FloatArray, ridge: float
) -> FloatArray:
    """Coefficients (d + 1,), the last the intercept, by Newton's method."""
    x = np.column_stack([rows, np.ones(len(rows))])
    penalty = np.full(x.shape[1], ridge)
    penalty[-1] = 1e-9
    beta = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ beta, -40.0, 40.0)))
        slope = x.T @ (weights * (p - target)) + penalty * beta
        bend = (x * (weights * p * (1.0 - p))[:, np.newaxis]).T @ x + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        beta = beta - step
        if np.abs(step).max() < 1e-7:
            break
    return beta
