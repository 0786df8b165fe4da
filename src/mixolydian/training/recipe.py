"""The recipe: everything that decides how a model is made; and `run`, which makes it.

A recipe is a frozen dataclass in one file of `recipes/`, named after the model. It says which
question it answers, from which examples it learns, on which others it is judged, which learners
may be tried, which baseline must be beaten and which target is aimed at. `run` goes the same
way for all of them:

    examples → split (groups stay whole) → fit → calibrate on the validation part → score on
    the tests → compare with the baseline → ONNX, card, calibration and report in a folder

A run that does not beat its baseline is an error: nothing is written that could be installed.
"""

from __future__ import annotations

import importlib
import pkgutil
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.evaluation.classification import Scores
from mixolydian.models.calibration import Calibration
from mixolydian.models.card import Card
from mixolydian.models.network import Network
from mixolydian.models.store import write_bundle
from mixolydian.training import recipes
from mixolydian.training.calibrate import calibrated
from mixolydian.training.datasets.own_library import SOURCE as OWN
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Fitted, Job, Learner, learner
from mixolydian.training.reporting.report import Report, Tested, write_report
from mixolydian.training.scoring import scored, uncalibrated
from mixolydian.training.splits import refuse_leaks, split
from mixolydian.training.tracking import Tracker
from mixolydian.training.workshop import Workshop

NOTHING: Mapping[str, Any] = MappingProxyType({})
PARITY = 1e-5
"""how far a shipped network's probabilities may lie from training's."""


@dataclass(frozen=True)
class Recipe(ABC):
    """Base of all recipes; see the module's text."""

    name: ClassVar[str]
    question: ClassVar[str]
    version: ClassVar[str] = "1"
    summary: ClassVar[str] = ""
    inputs: ClassVar[str]
    """what the model is fed, in a word or two."""
    learners: ClassVar[Mapping[str, Mapping[str, Any]]]
    """name of a learner → settings other than its defaults; the first is the one that ships."""
    baseline: ClassVar[str] = "dummy"
    metric: ClassVar[str] = "macro_f1"
    target: ClassVar[float] = 0.0
    data: ClassVar[tuple[str, ...]] = ()
    """what it is trained on, each with its licence, for the card."""
    not_for: ClassVar[tuple[str, ...]] = ()
    limits: ClassVar[Mapping[str, float]] = NOTHING
    """stricter limits of the gate (`training.gate.Limits`) than the house's."""
    ships: ClassVar[bool] = True
    """Whether the licences of its data let the weights ship."""

    @abstractmethod
    def examples(self, workshop: Workshop) -> Examples:
        """What is learnt from; it is split into training and validation."""

    @abstractmethod
    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        """name → examples that are never learnt from; the first decides. Empty: a part of
        :meth:`examples` is set aside."""

    def damaged(self, held_out: Examples, workshop: Workshop) -> Mapping[str, Examples]:
        """Further test sets, made of the first by damaging it; their names begin so."""
        return {}

    def facts(self, workshop: Workshop) -> Mapping[str, Any]:
        """What else the card is to hold."""
        return NOTHING

    def make(
        self, workshop: Workshop, model: str | None = None, settings: Mapping[str, Any] = NOTHING
    ) -> RunResult:
        """Make the model; a recipe without labels goes its own way here."""
        return run(self, workshop, model, settings)

    def card(
        self,
        *,
        learner: str,
        settings: Mapping[str, Any],
        input_shape: tuple[int, ...],
        sizes: Mapping[str, int],
        scores: Mapping[str, Any],
        baseline: Mapping[str, Any],
        facts: Mapping[str, Any],
        labels: tuple[str, ...] = (),
        exclusive: bool = False,
        calibration: Calibration | None = None,
        command: str = "",
    ) -> Card:
        """The card of a run: what the recipe says of itself, and what was made by it."""
        return Card(
            name=self.name,
            question=self.question,
            recipe_version=self.version,
            learner=learner,
            settings=dict(settings),
            labels=labels,
            exclusive=exclusive,
            inputs=self.inputs,
            input_shape=input_shape,
            data=self.data,
            sizes=dict(sizes),
            scores=dict(scores),
            baseline=dict(baseline),
            calibration=calibration or Calibration(),
            not_for=self.not_for,
            command=command or f"mixo train {self.name}",
            facts=dict(facts),
        )


@dataclass(frozen=True, eq=False)
class Material:
    """The examples of a run, split."""

    train: Examples
    valid: Examples
    tests: Mapping[str, Examples]


@dataclass(frozen=True, eq=False)
class RunResult:
    """What a run made: its `folder`, the model's scores and the baseline's, per test set."""

    folder: Path
    card: Card
    scores: Mapping[str, Scores]
    baseline: Mapping[str, Scores]
    seconds: float


def names() -> tuple[str, ...]:
    """The recipes there are."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(recipes.__path__)))


def recipe(name: str) -> Recipe:
    """The recipe of that name; a file of `recipes/` holds it as `RECIPE`.

    Raises
    ------
    RequestError
        There is none.
    """
    if name not in names():
        raise RequestError(f"expected a recipe of {', '.join(names())}; found {name!r}")
    found: Recipe = importlib.import_module(f"mixolydian.training.recipes.{name}").RECIPE
    return found


def chosen(which: Recipe, model: str | None, settings: Mapping[str, Any]) -> Learner:
    """The learner of a run: the recipe's own settings for it, then what the user sets."""
    name = next(iter(which.learners)) if model is None else model
    if name not in which.learners:
        known = ", ".join(which.learners)
        raise RequestError(f"{which.name}: expected a model of {known}; found {name!r}")
    return learner(name).made({**which.learners[name], **settings})


def material(which: Recipe, workshop: Workshop) -> Material:
    """The examples of a recipe, split, with nothing shared between the parts.

    Raises
    ------
    RequestError
        A test set shares a group with what is learnt from.
    """
    pool, tests = which.examples(workshop), which.tests(workshop)
    for name, examples in tests.items():
        refuse_leaks(pool, examples, f"{which.name}, test set {name}")
    shares = (0.85, 0.15, 0.0) if tests else (0.7, 0.15, 0.15)
    parts = split(pool, shares, workshop.seed)
    tests = tests or {"held out": pool.take(parts.test)}
    tests = {**tests, **which.damaged(next(iter(tests.values())), workshop)}
    return Material(pool.take(parts.train), pool.take(parts.valid), tests)


def run(
    which: Recipe,
    workshop: Workshop,
    model: str | None = None,
    settings: Mapping[str, Any] = NOTHING,
) -> RunResult:
    """Make a model by its recipe; see the module's text.

    Raises
    ------
    RequestError
        An unknown model or setting; data that is missing or leaks; a model that does not beat
        the baseline.
    """
    started = time.monotonic()
    how = chosen(which, model, settings)
    place = workshop.folder / "runs" / which.name
    folder, checkpoints = place / f"{how.name}-{_stamp()}", place / f"{how.name}-unfinished"
    parts = material(which, workshop)
    job = Job(workshop.seed, str(checkpoints), workshop.watch)
    with Tracker(workshop.folder).run(which.name, how, workshop.seed) as log:
        fitted = how.fit(parts.train, parts.valid, job)
        calibration = calibrated(
            fitted.scores(parts.valid.inputs, parts.valid.mask),
            parts.valid.targets,
            parts.valid.exclusive,
        )
        tested = {n: _tested(fitted, calibration, e) for n, e in parts.tests.items()}
        scores = {n: t.scores for n, t in tested.items()}
        baseline = _baseline(which, parts, job)
        log.scores(scores, fitted.history)
    _must_beat(which, how, scores, baseline)
    card = _card(which, how, parts, scores, baseline, calibration)
    card = replace(card, facts={**card.facts, **which.facts(workshop)})
    card = write_bundle(folder, card, fitted.onnx())
    _must_agree(folder, fitted, parts)
    seconds = time.monotonic() - started
    report = Report(
        card,
        parts.train,
        parts.valid,
        tested,
        fitted,
        how,
        seconds,
        seed=workshop.seed,
        watch=workshop.watch,
    )
    write_report(folder, report)
    shutil.rmtree(checkpoints, ignore_errors=True)
    return RunResult(folder, card, scores, baseline, time.monotonic() - started)


def _stamp() -> str:
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime())


def _tested(fitted: Fitted, calibration: Calibration, examples: Examples) -> Tested:
    logits = fitted.scores(examples.inputs, examples.mask)
    raw = Calibration().apply(logits, examples.exclusive)
    probabilities = calibration.apply(logits, examples.exclusive)
    return Tested(examples, raw, probabilities, scored(probabilities, examples))


def _baseline(which: Recipe, parts: Material, job: Job) -> dict[str, Scores]:
    fitted = learner(which.baseline).made({}).fit(parts.train, parts.valid, Job(job.seed))
    return {name: uncalibrated(fitted, examples) for name, examples in parts.tests.items()}


def _must_beat(
    which: Recipe, how: Learner, scores: Mapping[str, Scores], baseline: Mapping[str, Scores]
) -> None:
    name = next(iter(scores))
    ours, theirs = scores[name].value(which.metric), baseline[name].value(which.metric)
    if not ours > theirs:  # a score that is no number beats nothing
        raise RequestError(
            f"{which.name}: {how.name} does not beat the baseline {which.baseline} on {name}: "
            f"{which.metric} {ours:.3f} against {theirs:.3f}; nothing was written: "
            "try another model, or more data"
        )


def _card(
    which: Recipe,
    how: Learner,
    parts: Material,
    scores: Mapping[str, Scores],
    baseline: Mapping[str, Scores],
    calibration: Calibration,
) -> Card:
    return which.card(
        learner=how.name,
        settings=dict(vars(how)),
        labels=parts.train.labels,
        exclusive=parts.train.exclusive,
        input_shape=tuple(parts.train.inputs.shape[1:]),
        sizes={"train": len(parts.train), "valid": len(parts.valid)}
        | {name: len(examples) for name, examples in parts.tests.items()},
        scores={name: s.to_json() for name, s in scores.items()},
        baseline={name: s.to_json() for name, s in baseline.items()},
        calibration=calibration,
        command=f"mixo train {which.name} --model {how.name}",
        facts={
            "metric": which.metric,
            "limits": dict(which.limits),
            "target": which.target,
            "about": which.summary,
            "own_examples": sum(o == OWN for e in (parts.train, parts.valid) for o in e.origins),
        },
    )


def _must_agree(folder: Path, fitted: Fitted, parts: Material) -> None:
    """The network as it ships and the fitted model give the same probabilities."""
    batch = next(iter(parts.tests.values())).inputs[:64]
    ours = Calibration().apply(fitted.scores(batch), parts.train.exclusive)
    network = Network.read(folder / "model.onnx")
    theirs = Calibration().apply(network(batch), parts.train.exclusive)
    apart = float(np.abs(ours - theirs).max())
    if not apart <= PARITY:
        shutil.rmtree(folder, ignore_errors=True)
        raise RequestError(
            f"{folder}: the exported network differs from the fitted model by {apart:.2g} "
            f"(at most {PARITY:g}); nothing was written"
        )
