"""Key: exact matches and the MIREX weighted score.

Conventions
-----------
Weighted score: 1 exact, 0.5 a perfect fifth away in the same mode (above or below: the
symmetric reading, which MIREX has used since 2017; mir_eval forgives only the fifth above),
0.3 relative, 0.2 parallel, else 0. "Cannot tell" scores 0. `tuning_error` in cents compares
the tuning when the reference states one.
"""

from __future__ import annotations

from dataclasses import dataclass

import mir_eval

from mixolydian.core.types import Key

WEIGHTS = {"exact": 1.0, "fifth": 0.5, "relative": 0.3, "parallel": 0.2, "other": 0.0}


@dataclass(frozen=True)
class KeyScores:
    """`exact` and `weighted` in [0, 1]; `relation` is a name of WEIGHTS or "unanswered"."""

    exact: float
    weighted: float
    relation: str
    tuning_error: float | None


def relation(reference: Key, estimate: Key) -> str:
    """How `estimate` stands to `reference`: a name of WEIGHTS."""
    tonic, _ = mir_eval.key.split_key_string(str(reference))
    other, _ = mir_eval.key.split_key_string(str(estimate))
    interval = (other - tonic) % 12
    if reference.mode == estimate.mode:
        return {0: "exact", 5: "fifth", 7: "fifth"}.get(interval, "other")
    to_relative = 9 if reference.mode == "major" else 3
    return {0: "parallel", to_relative: "relative"}.get(interval, "other")


def evaluate(reference: Key, estimate: Key | None) -> KeyScores:
    """Scores of one piece."""
    if estimate is None:
        return KeyScores(0.0, 0.0, "unanswered", None)
    name = relation(reference, estimate)
    tuning_error = estimate.tuning_cents - reference.tuning_cents
    return KeyScores(float(name == "exact"), WEIGHTS[name], name, tuning_error)
