"""Genre: learners side by side on rendered pieces, and the shipped model on real recordings.

Usage: python -m benchmarks.genre --data OPEN --evaluate EVALUATE [--workshop DIR] [--models a,b]
       [--out FILE.json]

Rendered: every learner of the recipe is fitted on pieces of one seed, calibrated on its
validation part and judged on pieces of another seed (all of them, those that were damaged by
codecs, rooms, vinyl or mastering, and bands). Besides the scores over all labels (a label is
right where its probability passes one half), `sub_genre` is the share of pieces of the electronic
genres whose most probable electronic sub-genre is the right one.

Real: the model that answers now on the clips of EVALUATE/emotify (four broad genres, listeners'
collection) and on OPEN/electronic (games' music, electronic throughout). The most probable of the
broad labels is the answer; coverage is the share of clips on which it is probable enough to be
said. Nothing was fitted on these; their sound differs from what is rendered.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import mixolydian
from mixolydian.core.settings import read_settings
from mixolydian.estimators.genre import GenreEstimator, genre_input
from mixolydian.evaluation.classification import Scores
from mixolydian.evaluation.reliability import reliability
from mixolydian.evaluation.significance import bootstrap_interval
from mixolydian.models import embedding
from mixolydian.models.store import Store
from mixolydian.training.calibrate import calibrated
from mixolydian.training.derived import derived
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Job
from mixolydian.training.recipe import chosen, material, scored
from mixolydian.training.recipes.genre import ELECTRONIC, LABELS, RECIPE, style
from mixolydian.training.sounds import Sound, frames_of, hear
from mixolydian.workflows.workplace import workshop_of

METRICS = ("macro_f1", "accuracy", "roc_auc", "ece")
BROAD = {
    "classical": ("classical",),
    "electronic": ("electronic",),
    "pop": ("pop", "hip-hop", "reggae", "ballad"),
    "rock": ("rock",),
}
"""genre of the real clips → our labels that mean it."""
Array = NDArray[np.float64]


def sub_genre(probabilities: Array, examples: Examples) -> dict[str, Any] | None:
    """How often the most probable electronic sub-genre is the right one; None without any."""
    place = [LABELS.index(name) for name in ELECTRONIC]
    truth = examples.targets[:, place]
    rows = truth.sum(axis=1) == 1
    if not rows.any():
        return None
    right = truth[rows].argmax(axis=1) == probabilities[rows][:, place].argmax(axis=1)
    found = bootstrap_interval(right)
    return {"value": found.mean, "interval": [found.low, found.high], "n": found.n}


def confidence(probabilities: Array, examples: Examples) -> dict[str, Any]:
    """The most probable label of every piece: how often it is right, and how far its
    probability (the confidence of the analysis) is to be believed."""
    best = probabilities.argmax(axis=1)
    right = examples.targets[np.arange(len(best)), best] >= 0.5
    found = reliability(probabilities.max(axis=1), right)
    return {"accuracy": found.accuracy, "ece": found.ece, "aurc": found.aurc, "n": found.n}


def _shown(scores: Scores) -> dict[str, Any]:
    def row(metric: str) -> dict[str, Any]:
        interval = scores.interval(metric)
        return {"value": scores.value(metric), "interval": [interval.low, interval.high]}

    return {metric: row(metric) for metric in METRICS}


def rendered(workshop: Any, models: Sequence[str]) -> dict[str, Any]:
    """Every learner on the rendered test sets."""
    parts = material(RECIPE, workshop)
    found: dict[str, Any] = {}
    for name in models:
        start = time.monotonic()
        fitted = chosen(RECIPE, name, {}).fit(parts.train, parts.valid, Job(0))
        seconds = time.monotonic() - start
        logits = fitted.scores(parts.valid.inputs)
        calibration = calibrated(logits, parts.valid.targets, exclusive=False)
        found[name] = {"fit_seconds": round(seconds, 1), "bytes": len(fitted.onnx())}
        for test, examples in parts.tests.items():
            probabilities = calibration.apply(fitted.scores(examples.inputs), exclusive=False)
            scores = _shown(scored(probabilities, examples))
            found[name][test] = scores | {
                "sub_genre": sub_genre(probabilities, examples),
                "confidence": confidence(probabilities, examples),
            }
        top = found[name]["rendered"]
        print(f"{name:20} {_line(top)}", flush=True)
    return found


def _line(row: dict[str, Any]) -> str:
    told = "  ".join(f"{m} {row[m]['value']:.3f}" for m in (*METRICS, "sub_genre"))
    return f"{told}  ece of the confidence {row['confidence']['ece']:.3f}"


# -------------------------------------------------------------------- real recordings


def clips(evaluate: Path, data: Path) -> list[tuple[Sound, str]]:
    """Real sounds and their broad genres."""
    folder = evaluate / "emotify" / "audio"
    named = [(path, path.stem.partition("_")[2]) for path in sorted(folder.glob("*.opus"))]
    found = [(Sound("emotify", path=str(path)), genre) for path, genre in named]
    games = sorted((data / "electronic").rglob("*.ogg"))
    return found + [(Sound("open/electronic", path=str(p)), "electronic") for p in games]


def real(workshop: Any, evaluate: Path, data: Path) -> dict[str, Any]:
    """The model in use on real recordings, per collection."""
    wanted = clips(evaluate, data)
    failed = {sound for sound, _ in hear([s for s, _ in wanted], workshop.ear)}
    kept = [(sound, genre) for sound, genre in wanted if sound not in failed]
    store = Store(workshop.home)
    model, embedder = store.open("genre"), store.open(embedding.NAME)
    styles = derived([sound for sound, _ in kept], style, workshop)
    rows = []
    for (sound, _), vector in zip(kept, styles, strict=True):
        features = frames_of(sound, workshop.ear).features
        found = embedding.summed_up(embedding.embedding_of(features, embedder.network))
        rows.append(genre_input(vector, found))
    probabilities = model.probabilities(np.stack(rows))
    return {
        name: _judged([(g, p) for (s, g), p in zip(kept, probabilities, strict=True)
                       if s.source == name], model.card.labels)
        for name in dict.fromkeys(s.source for s, _ in kept)
    }  # fmt: skip


def _judged(rows: Sequence[tuple[str, Array]], labels: Sequence[str]) -> dict[str, Any]:
    said, sure = [], []
    for _, p in rows:
        broad = {name: max(p[labels.index(label)] for label in ours)
                 for name, ours in BROAD.items()}  # fmt: skip
        said.append(max(broad, key=lambda name: broad[name]))
        sure.append(float(p.max()))
    right = np.array([s == g for s, (g, _) in zip(said, rows, strict=True)])
    told = np.array(sure) >= GenreEstimator().least_probability
    interval = bootstrap_interval(right)
    confusion: dict[str, dict[str, int]] = {}
    for word, (genre, _) in zip(said, rows, strict=True):
        confusion.setdefault(genre, Counter())[word] += 1
    return {
        "n": len(rows),
        "accuracy": interval.mean,
        "interval": [interval.low, interval.high],
        "coverage": float(told.mean()),
        "accuracy_where_told": float(right[told].mean()) if told.any() else None,
        "confusion": {genre: dict(row) for genre, row in confusion.items()},
        "told_sub_genres": dict(Counter(labels[int(p.argmax())] for _, p in rows).most_common(12)),
    }


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--evaluate", required=True)
    parser.add_argument("--workshop")
    parser.add_argument("--models", default=",".join(RECIPE.learners))
    parser.add_argument("--out", default="benchmarks/results/genre.json")
    given = parser.parse_args()
    workshop = workshop_of(read_settings(), given.data, given.workshop)
    result = {
        "made_by": "python -m benchmarks.genre",
        "date": datetime.date.today().isoformat(),
        "version": mixolydian.__version__,
        "machine": platform.machine(),
        "labels": list(LABELS),
        "rendered": rendered(workshop, given.models.split(",")),
        "real": real(workshop, Path(given.evaluate), Path(given.data)),
    }
    for name, row in result["real"].items():
        print(f"{name:20} accuracy {row['accuracy']:.3f}, told {row['coverage']:.2f} of {row['n']}")
    Path(given.out).write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
