"""The learning curve: what the same learner reaches with less data.

Subsets are nested and hold whole groups, as many of every class as of the others in proportion.
All of the data is the model itself and is not fitted again. A fit that takes longer than a
minute ends the curve, and the report says so.
"""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.evaluation.classification import Scores
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Job, Learner, Pruned, Watch
from mixolydian.training.scoring import uncalibrated

SHARES = (0.125, 0.25, 0.5)
LONGEST = 60.0
"""seconds that one fit of the curve may take."""


def learning_curve(
    learner: Learner,
    train: Examples,
    valid: Examples,
    test: Examples,
    full: Scores,
    metric: str,
    seed: int,
    watch: Watch,
) -> dict[str, Any]:
    """Points {share, n, value, low, high} of `metric` on `test`, and a note on what is missing."""
    points, note = [], ""
    for i, share in enumerate(SHARES):
        watch("learning curve", i, len(SHARES), {})
        part = train.take(subset(train, share, seed))
        if missing := set(train.classes) - set(part.classes):
            note = f"{100 * share:g} % of the data lacks {len(missing)} of the classes: left out"
            continue
        scores = _refit(learner, part, valid, test, seed)
        if isinstance(scores, str):
            note = scores
            break
        points.append(_point(share, len(part), scores, metric))
    points.append(_point(1.0, len(train), full, metric))
    return {"metric": metric, "points": points, "note": note}


def subset(train: Examples, share: float, seed: int) -> NDArray[np.int64]:
    """Rows of about a `share` of every class's groups; a larger share holds the smaller ones."""
    names, group = np.unique(np.asarray(train.groups), return_inverse=True)
    counts = np.zeros((len(names), len(train.labels)))
    np.add.at(counts, group, train.targets)
    kinds, order = counts.argmax(axis=1), np.random.default_rng(seed).permutation(len(names))
    kept = np.zeros(len(names), dtype=bool)
    for kind in np.unique(kinds):
        ours = order[kinds[order] == kind]
        kept[ours[: max(1, math.ceil(share * len(ours)))]] = True
    return np.flatnonzero(kept[group])


def _refit(
    learner: Learner, part: Examples, valid: Examples, test: Examples, seed: int
) -> Scores | str:
    """Scores of a model made from `part`, or why there are none."""
    late = f"a fit takes longer than {LONGEST:.0f} s: the curve is not complete"
    end = time.monotonic() + LONGEST
    try:
        fitted = learner.fit(part, valid, Job(seed, prune=lambda *_: time.monotonic() > end))
    except Pruned:
        return late
    except RequestError as error:
        return f"{learner.name} cannot learn from {len(part)} examples: {error}"
    return late if time.monotonic() > end else uncalibrated(fitted, test)


def _point(share: float, n: int, scores: Scores, metric: str) -> dict[str, Any]:
    found = scores.interval(metric)
    return {"share": share, "n": n, "value": found.mean, "low": found.low, "high": found.high}
