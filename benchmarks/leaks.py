"""What a leak is worth: scores with copies on both sides of the split, beside honest ones.

Usage: python -m benchmarks.leaks --table FILE.csv --label COLUMN [--drop a,b] [--repeats 10]
       [--models a,b] [--out FILE.json]

The same learner goes through the same repeated five-fold cross-validation twice: with rows that
are alike (see `training.tables`) kept on one side, and with every row on its own. `accuracy` and
`macro_f1` are over all rows and repetitions, `accuracy_on_copies` over the rows that have a copy.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.genre_table import predicted
from mixolydian.evaluation.classification import score
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import learner
from mixolydian.training.splits import folds
from mixolydian.training.tables import read_table

MODELS = "k-nearest,logistic-regression,svm,random-forest"
FOLDS = 5


def scores_of(model: str, examples: Examples, copies: np.ndarray, repeats: int) -> dict[str, float]:
    """Means over everything and over the rows that have a copy."""
    how, found = learner(model).made({}), np.zeros((repeats, *examples.targets.shape))
    for fold in folds(examples, FOLDS, 0, repeats):
        found[fold.repeat, fold.test] = predicted(how, examples, fold)
    targets = np.tile(examples.targets, (repeats, 1))
    whole = score(np.concatenate(found), targets, examples.labels)
    right = found.argmax(axis=2) == examples.classes
    return {
        "accuracy": round(whole.value("accuracy"), 4),
        "macro_f1": round(whole.value("macro_f1"), 4),
        "accuracy_on_copies": round(float(right[:, copies].mean()), 4),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--label", required=True)
    parser.add_argument("--drop", default="")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--models", default=MODELS)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/leaks.json"))
    options = parser.parse_args(arguments)
    drop = tuple(filter(None, options.drop.split(",")))
    honest = read_table(options.table, options.label, drop=drop).examples()
    loose = replace(honest, groups=honest.ids)
    sizes = Counter(honest.groups)
    copies = np.array([sizes[group] > 1 for group in honest.groups])
    result = {
        "command": f"python -m benchmarks.leaks --table {options.table.name} "
        f"--label {options.label} --repeats {options.repeats} --models {options.models}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "sha256": hashlib.sha256(options.table.read_bytes()).hexdigest(),
        "rows": len(honest),
        "rows_with_a_copy": int(copies.sum()),
        "groups": len(sizes),
        "models": {},
    }
    for model in options.models.split(","):
        kinds = {"copies together": honest, "copies apart": loose}
        row = {k: scores_of(model, e, copies, options.repeats) for k, e in kinds.items()}
        result["models"][model] = row
        print(model, row, flush=True)
    options.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
