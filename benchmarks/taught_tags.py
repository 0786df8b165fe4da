"""Tags taught from a few examples: what is found, and whether it keeps what it promises.

Usage: python -m benchmarks.taught_tags --data DIR [--draws 10] [--out FILE.json]

DIR holds `gtzan_features/features_30_sec.csv`: 1000 clips in ten genres, 57 features by another
program (copies are dropped; its other faults hurt little here, for no classifier is ranked). A
genre plays the user's tag: some of its clips are the examples, the others are hidden among the
rest. `share` 0.1 is the table as it is; for 0.025 only a quarter of the hidden clips is kept.
`random` are examples drawn from the whole table, which should not be taken for a tag.

Precision is the share of right ones among tracks of at least 50 % (suggested) and of 25 to 50 %
(doubtful); `claimed` is the mean probability given to them. `found` is the share of examples that
a tag learnt without them gives at least 25 %, `recall` the same of the hidden tracks: the first
is all a user sees, and should agree with the second. Intervals (95 %) from drawing tags anew.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import hashlib
import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import mixolydian
from mixolydian.library.taught import LEAST
from mixolydian.workflows.tagging import learn
from mixolydian.workflows.teach import DOUBTFUL

TABLE = Path("gtzan_features") / "features_30_sec.csv"
EXAMPLES = (3, 5, 8, 15, 20)
SHARES = (0.1, 0.025)
NONE = np.array([], dtype=np.intp)
DRAWN = 1000


@dataclass(frozen=True)
class Lesson:
    """One tag: whether it was told apart; of the hidden and others, probability and truth."""

    told: bool
    separation: float
    found: float
    probabilities: np.ndarray
    right: np.ndarray


def read_table(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Features (n, 57) and genres (n,), copies dropped."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    features = np.array([[float(value) for value in row[2:-1]] for row in rows])
    first = np.sort(np.unique(features, axis=0, return_index=True)[1])
    return features[first], np.array([row[-1] for row in rows])[first]


def lesson(features: np.ndarray, is_tag: np.ndarray, examples: np.ndarray) -> Lesson:
    """Teach one tag and look at everything else."""
    learnt = learn("table", features, examples, NONE)
    rest = np.setdiff1d(np.arange(len(features)), examples)
    told = learnt.model is not None
    likely = learnt.model.probabilities(features[rest]) if learnt.model else np.zeros(len(rest))
    found = float((learnt.left_out >= DOUBTFUL).mean())
    return Lesson(told, learnt.separation, found, likely, is_tag[rest])


def taught(
    features: np.ndarray, genres: np.ndarray, n: int, share: float, draws: int
) -> list[Lesson]:
    """Every genre as a tag of `n` examples, `draws` times."""
    made = []
    for genre in np.unique(genres):
        for draw in range(draws):
            own = np.random.default_rng([draw, n]).permutation(np.flatnonzero(genres == genre))
            hidden = own[n : n + round((len(own) - n) * share / max(SHARES))]
            kept = np.concatenate([own[:n], hidden, np.flatnonzero(genres != genre)])
            made.append(lesson(features[kept], (genres == genre)[kept], np.arange(n)))
    return made


def figures(lessons: Sequence[Lesson]) -> dict[str, Any]:
    """The row of the table."""
    told = [one for one in lessons if one.told]
    row: dict[str, Any] = {
        "tags": len(lessons),
        "told_apart": round(len(told) / len(lessons), 3),
        "separation": round(float(np.mean([one.separation for one in lessons])), 3),
    }
    if told:
        row["suggested"] = _kept(told, LEAST, 1.1)
        row["doubtful"] = _kept(told, DOUBTFUL, LEAST)
        row["ece"] = round(_ece(told), 4)
        row["found"] = round(float(np.mean([one.found for one in told])), 3)
        recall = [(one.probabilities[one.right] >= DOUBTFUL).mean() for one in told]
        row["recall"] = round(float(np.mean(recall)), 3)
    return row


def _kept(lessons: Sequence[Lesson], low: float, high: float) -> dict[str, Any]:
    """Of the tracks between two probabilities: how many per tag, how many right."""
    chosen = [(one.probabilities >= low) & (one.probabilities < high) for one in lessons]
    pairs = list(zip(lessons, chosen, strict=True))
    counts = np.array(
        [[c.sum(), one.right[c].sum(), one.probabilities[c].sum()] for one, c in pairs]
    )
    total = counts.sum(axis=0)
    if not total[0]:
        return {"per_tag": 0.0}
    drawn = np.random.default_rng(0).integers(0, len(counts), (DRAWN, len(counts)))
    sums = counts[drawn].sum(axis=1)
    sums = sums[sums[:, 0] > 0]
    low, high = np.quantile(sums[:, 1] / sums[:, 0], [0.025, 0.975])
    return {
        "per_tag": round(float(total[0] / len(lessons)), 2),
        "precision": round(float(total[1] / total[0]), 3),
        "interval": [round(float(low), 3), round(float(high), 3)],
        "claimed": round(float(total[2] / total[0]), 3),
    }


def _ece(lessons: Sequence[Lesson], n_bins: int = 10) -> float:
    likely = np.concatenate([one.probabilities for one in lessons])
    right = np.concatenate([one.right for one in lessons])
    bins = np.minimum((likely * n_bins).astype(int), n_bins - 1)
    gaps = [abs((likely - right)[bins == b].sum()) for b in range(n_bins)]
    return float(np.sum(gaps) / len(likely))


def by_chance(features: np.ndarray, n: int, draws: int) -> float:
    """Share of random sets of `n` examples that are taken for a tag."""
    sets = [np.random.default_rng([7, k, n]).choice(len(features), n, False) for k in range(draws)]
    return float(np.mean([learn("table", features, s, NONE).model is not None for s in sets]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/taught_tags.json"))
    options = parser.parse_args(arguments)
    features, genres = read_table(options.data / TABLE)
    result = about(options.data / TABLE, len(genres), options.draws)
    for n in EXAMPLES:
        rows = {
            f"share_{share:g}": figures(taught(features, genres, n, share, options.draws))
            for share in SHARES
        }
        chance = by_chance(features, n, 20 * options.draws)
        result["examples"][str(n)] = rows | {"random_told_apart": round(chance, 3)}
        print(n, json.dumps(result["examples"][str(n)]), flush=True)
    options.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return 0


def about(table: Path, n_rows: int, draws: int) -> dict[str, Any]:
    """What the figures are of."""
    return {
        "command": f"python -m benchmarks.taught_tags --data DIR --draws {draws}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {"mixolydian": mixolydian.__version__, "python": platform.python_version()},
        "data": {
            "file": table.name,
            "sha256": hashlib.sha256(table.read_bytes()).hexdigest(),
            "rows": n_rows,
        },
        "examples": {},
    }


if __name__ == "__main__":
    sys.exit(main())
