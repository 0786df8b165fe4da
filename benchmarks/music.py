"""Music or not: every model side by side, on rendered sounds, real recordings, speech over music.

Usage: python -m benchmarks.music --data OPEN --evaluate EVALUATE --workshop DIR
       [--models a,b] [--music 8] [--step 1] [--quick] [--only clips|speech] [--out FILE.json]

OPEN holds the corpora that are learnt from (and their held-out groups), EVALUATE those that
never are. DIR keeps what is heard and worked out. The embedding and the production model are
those in use ($MIXOLYDIAN_HOME); without them their rows say so.

Clips of 10 s, labelled music or other (:mod:`mixolydian.training.clips`); a model learns from
clips of the training sounds, is calibrated on a part of them, and is judged on
- rendered: clips of rendered sounds of another seed, mixtures among them;
- recordings: held-out speakers, effects and music among the open recordings;
- real: these recordings, and Emotify, librosa_data, voice_to_midi and UltraStar.
Precision, recall, F1 and the PR area are those of music. Intervals are 95 %, from drawing whole
groups. Few real clips hold no music: macro F1 and the specificity say what F1 does not.

ms_per_second is the time of one second of sound on one core, after the front end, which every
model needs ("front_end"). MB is what must be shipped, the embedding included.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import mixolydian
from benchmarks.music_material import real_clips
from benchmarks.music_speech import judged, played, spoken, summed_up, systems
from benchmarks.music_tables import row_of, tables
from mixolydian.audio.features import ANALYSIS_RATE, Features
from mixolydian.core.errors import ModelError, RequestError
from mixolydian.core.types import Signal
from mixolydian.estimators.music import HOP
from mixolydian.evaluation.classification import Scores, score
from mixolydian.models import windows
from mixolydian.models.network import Network
from mixolydian.models.pretrained import EMBEDDERS, embedder
from mixolydian.models.store import Model, Store
from mixolydian.training.calibrate import calibrated
from mixolydian.training.clips import LABELS, POOLED, Clip, clips, examples_of, unseen
from mixolydian.training.datasets.fluidsynth import at_hand
from mixolydian.training.datasets.sources import Stock
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Job
from mixolydian.training.recipe import chosen
from mixolydian.training.recipes import music_clips, music_embeddings, music_lpc, music_sequences
from mixolydian.training.splits import refuse_leaks, split
from mixolydian.training.summaries import SECONDS, summary
from mixolydian.training.workshop import Workshop

METRICS = {
    "accuracy": "accuracy",
    "macro_f1": "macro_f1",
    "balanced_accuracy": "balanced_accuracy",
    "roc_auc": "roc_auc",
    "ece": "ece",
}
OF_MUSIC = ("f1", "precision", "recall", "pr_auc")
QUICKER = {"lr": 1e-3, "l2": 1e-4}
EARLIER = {
    "logistic-regression": {"f1": 0.8268, "accuracy": 0.8623},
    "linear-svm": {"f1": 0.8123},
    "random-forest": {"f1": 0.8047},
    "xgboost": {"f1": 0.8201},
}
"""Figures of an earlier project, on other data."""
PRODUCTION = "production"
TIMED = 64
"""clips a time is taken of."""
Result = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """A row of the table: a learner of a recipe with `settings`."""

    name: str
    recipe: Any
    learner: str
    settings: Mapping[str, Any]


def entries() -> list[Entry]:
    """Every model that is learnt here."""
    found = [
        Entry(f"{learner}{suffix}", module.RECIPE, learner, {})
        for module, suffix in (
            (music_clips, ""),
            (music_lpc, " on LPC"),
            (music_embeddings, " on mean embedding"),
            (music_sequences, " on embeddings"),
        )
        for learner in module.RECIPE.learners
    ]
    name = "attention on embeddings, lr 1e-3, l2 1e-4"
    return [*found, Entry(name, music_sequences.RECIPE, "attention", QUICKER)]


# ---------------------------------------------------------------------------- one model


@dataclass(frozen=True)
class Material:
    """The clips: to learn from, and by test set."""

    pool: Sequence[Clip]
    tests: Mapping[str, Sequence[Clip]]
    workshop: Workshop

    def seen(self, recipe: Any, made: Sequence[Clip]) -> Examples:
        """Clips as the models of a recipe see them.

        Raises
        ------
        RequestError
            There is no embedding, and the recipe needs one.
        """
        if not isinstance(recipe, music_sequences.MusicSequences):
            return recipe.seen(made)
        return recipe.seen(made, music_sequences.embedder(self.workshop).network)


def material(workshop: Workshop, evaluate: Path, step: int) -> Material:
    """Every clip; `real` holds the held-out recordings too, with most of what is no music."""
    tests = dict(unseen(workshop))
    tests["real"] = [*tests.get("recordings", []), *real_clips(evaluate, step)]
    return Material(clips(workshop, held_out=False), tests, workshop)


@dataclass(frozen=True)
class Seen:
    """The examples of one recipe."""

    train: Examples
    valid: Examples
    tests: Mapping[str, Examples]


def seen(found: Material, recipe: Any) -> Seen:
    """The split of a recipe's examples; the same clips for all of them."""
    pool = found.seen(recipe, found.pool)
    tests = {name: found.seen(recipe, made) for name, made in found.tests.items()}
    for name, examples in tests.items():
        refuse_leaks(pool, examples, f"{recipe.name}, test set {name}")
    parts = split(pool, (0.85, 0.15, 0.0), found.workshop.seed)
    return Seen(pool.take(parts.train), pool.take(parts.valid), tests)


def tried(entry: Entry, parts: Seen, found: Material) -> Result:
    """One model learnt, judged and timed."""
    started = time.monotonic()
    how = chosen(entry.recipe, entry.learner, entry.settings)
    fitted = how.fit(parts.train, parts.valid, Job(found.workshop.seed))
    seconds = time.monotonic() - started
    scores = fitted.scores(parts.valid.inputs)
    calibration = calibrated(scores, parts.valid.targets, exclusive=True)
    rows = {
        name: figures(calibration.apply(fitted.scores(e.inputs), exclusive=True), e)
        for name, e in parts.tests.items()
    }
    network = fitted.onnx()
    return {
        "tests": rows,
        "trained_in_seconds": round(seconds, 1),
        "settings": {k: v for k, v in vars(how).items() if k in ("lr", "l2", "k")},
        **expense(entry.recipe, network, next(iter(parts.tests.values())).inputs, found),
    }


def figures(probabilities: NDArray[np.float64], examples: Examples) -> Result:
    """Every figure of one test set with its interval, and accuracy by origin."""
    found = score(probabilities, examples.targets, LABELS, groups=examples.groups)
    return {
        **{name: _shown(found.interval(metric)) for name, metric in METRICS.items()},
        **{name: _shown(getattr(found.per_class[1], name)) for name in OF_MUSIC},
        "specificity": _shown(found.per_class[0].recall),
        "clips": {"other": int(found.truth[:, 0].sum()), "music": int(found.truth[:, 1].sum())},
        "accuracy_by_origin": by_origin(found, examples),
    }


def by_origin(found: Scores, examples: Examples) -> dict[str, list[float]]:
    """Origin → share rightly told, and how many clips."""
    right = (found.truth * found.said).sum(axis=1) > 0
    origins = np.array(examples.origins)
    return {
        str(name): [round(float(right[origins == name].mean()), 4), int((origins == name).sum())]
        for name in sorted(set(origins))
    }


def _shown(interval: Any) -> dict[str, float | None]:
    values = {"value": interval.mean, "low": interval.low, "high": interval.high}
    return {k: round(float(v), 4) if np.isfinite(v) else None for k, v in values.items()}


# ---------------------------------------------------------------------------- production


def production(found: Material, asked: Model) -> Result:
    """The production model: the mean over a clip's windows of music or singing."""
    rows = {}
    for name, made in found.tests.items():
        p = np.array([musical(clip.power, asked) for clip in made])
        empty = examples_of(made, np.zeros((len(made), 1), dtype=np.float32))
        rows[name] = figures(np.stack([1 - p, p], axis=1), empty)
    powers = [clip.power for clip in next(iter(found.tests.values()))[:TIMED]]
    taken = seconds_of(lambda: [musical(power, asked) for power in powers])
    return {
        "tests": rows,
        "ms_per_second": round(1000 * taken / len(powers) / SECONDS, 3),
        "mb": round(asked.card.bytes / 1e6, 3),
    }


def musical(power: NDArray[np.float32], asked: Model) -> float:
    """How probably a clip (215, 64) is music."""
    starts = np.arange(0, POOLED - windows.WINDOW + 1, HOP, dtype=np.int64)
    p = asked.probabilities(windows.scaled(windows.cut(power, starts)))
    columns = [asked.card.labels.index(label) for label in ("music", "singing")]
    return float(p[:, columns].max(axis=1).mean())


# ------------------------------------------------------------------------------ expense


def seconds_of(work: Callable[[], Any], repeat: int = 3) -> float:
    """The least time of several."""
    times = []
    for _ in range(repeat):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def noise(seconds: float) -> Features:
    """Frames of noise, to take the time of."""
    y = np.random.default_rng(0).normal(0, 0.1, round(seconds * ANALYSIS_RATE))
    return Features(Signal(y.astype(np.float32), ANALYSIS_RATE))


def front_end() -> float:
    """ms per second of sound that every model needs."""
    return round(1000 * seconds_of(lambda: noise(60.0).families) / 60.0, 3)


def expense(recipe: Any, network: bytes, inputs: NDArray[np.float32], found: Material) -> Result:
    """What a model takes after the front end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(network)
        loaded = Network.read(path)
        batch = inputs[:TIMED]
        taken = seconds_of(lambda: loaded(batch)) / len(batch)
    return {
        "ms_per_second": round(1000 * (taken + _prepared(recipe, found)) / SECONDS, 3),
        "mb": round((len(network) + _under(recipe, found)) / 1e6, 3),
    }


def _prepared(recipe: Any, found: Material) -> float:
    """Seconds from the frames of one clip to what the model is fed."""
    if not isinstance(recipe, music_sequences.MusicSequences):
        frames = [noise(6 * SECONDS) for _ in range(3)]
        for features in frames:
            _ = features.families
        return seconds_of(lambda: summary(frames.pop())) / 6
    made, network = found.pool[:16], music_sequences.embedder(found.workshop).network
    return seconds_of(lambda: music_sequences.sequences(made, network)) / len(made)


def _under(recipe: Any, found: Material) -> int:
    """Bytes of the embedding, where the model stands on it."""
    if not isinstance(recipe, music_sequences.MusicSequences):
        return 0
    return music_sequences.embedder(found.workshop).card.bytes


# -------------------------------------------------------------------------------- rows


def rows(found: Material, wanted: Sequence[str]) -> Iterator[tuple[str, Result]]:
    """name → figures of every model, or why there are none."""
    parts: dict[str, Seen] = {}
    for entry in entries():
        if wanted and entry.name not in wanted:
            continue
        try:
            if entry.recipe.name not in parts:
                parts = {entry.recipe.name: seen(found, entry.recipe)}
            yield entry.name, tried(entry, parts[entry.recipe.name], found)
        except RequestError as error:
            yield entry.name, {"none": str(error)}
    asked = Store(found.workshop.home).find("music")
    if not wanted or PRODUCTION in wanted:
        none = {"none": "no model `music` is in use"}
        yield PRODUCTION, none if asked is None else production(found, asked)
    for name in EMBEDDERS:
        yield f"{name} embedding", pretrained(name, found.workshop.home)


def pretrained(name: str, home: Path) -> Result:
    """Whether an embedding that others trained could be compared."""
    try:
        embedder(name, home)
    except ModelError:
        return {"none": "needs weights (docs/howto/pretrained-embeddings.md)"}
    return {"none": "weights are there; not measured: clips are kept as frames, without sound"}


def speech_over_music(data: Path, evaluate: Path, n: int) -> Result:
    """The production estimator and the rules on programmes of speech and music."""
    speech, music = spoken(data, evaluate), played(data, evaluate, n)
    found: dict[str, list[Any]] = {}
    for done, (name, row) in enumerate(judged(speech, music, systems())):
        found.setdefault(name, []).append(row)
        if done % 40 == 0:
            print(f"  programmes: {done}", file=sys.stderr, flush=True)
    return {
        "speakers": [name for name, _ in speech],
        "music": [name for name, _ in music],
        "systems": {name: summed_up(judgements) for name, judgements in found.items()},
    }


# ---------------------------------------------------------------------------------- main


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.music")
    made.add_argument("--data", type=Path, required=True, help="the open corpora")
    made.add_argument("--evaluate", type=Path, required=True, help="the corpora to evaluate on")
    made.add_argument("--workshop", type=Path, required=True, help="where what is heard is kept")
    made.add_argument("--jobs", type=int, default=1, help="processes that listen")
    made.add_argument("--models", default="", help="rows to make, comma-separated; default all")
    made.add_argument("--music", type=int, default=8, help="pieces of emotify under speech")
    made.add_argument("--step", type=int, default=1, help="one file of emotify in so many")
    made.add_argument("--quick", action="store_true", help="a twentieth of the training sounds")
    made.add_argument("--only", choices=("clips", "speech"), help="one half of the benchmark")
    made.add_argument("--out", type=Path, default=Path("benchmarks/results/music_comparison.json"))
    return made


def about(options: Any, given: Sequence[str]) -> Result:
    """What the figures are of; what a run leaves out is kept from the one before it."""
    names = {"data": "OPEN", "evaluate": "EVALUATE", "workshop": "DIR"}
    places = {str(getattr(options, k)): word for k, word in names.items()}
    places[str(options.out)] = options.out.name
    old: Result = json.loads(options.out.read_text("utf-8")) if options.out.is_file() else {}
    return old | {
        "command": shlex.join(
            ["python", "-m", "benchmarks.music", *(places.get(w, w) for w in given)]
        ),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {"mixolydian": mixolydian.__version__, "python": platform.python_version()},
        "earlier_project_on_other_data": EARLIER,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write, print."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parser().parse_args(given)
    result = about(options, given)
    workshop = Workshop(options.workshop, Stock(options.data, at_hand()), options.jobs)
    if options.only != "speech":
        found = material(replace(workshop, quick=options.quick), options.evaluate, options.step)
        result |= {"quick": options.quick, "front_end_ms_per_second": front_end()}
        result["learnt_from"] = {
            "clips": len(found.pool),
            "music": sum(c.music for c in found.pool),
        }
        models = result.setdefault("models", {})
        for name, row in rows(found, [m for m in options.models.split(",") if m]):
            models[name] = row
            print(row_of(name, row, "rendered"), file=sys.stderr, flush=True)
            write(options.out, result)
    if options.only != "clips":
        result["speech_over_music"] = speech_over_music(
            options.data, options.evaluate, options.music
        )
        write(options.out, result)
    print(tables(result))
    return 0


def write(path: Path, result: Result) -> None:
    """The result as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
