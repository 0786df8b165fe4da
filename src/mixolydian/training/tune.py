"""Tuning: try settings of a learner, and keep what scores best in cross-validation.

A trial draws settings from the learner's space (Optuna's tree-structured Parzen estimator;
Akiba et al., KDD 2019) and is judged by group folds of the training part: the tests are never
looked at, and what stops a fit early is the validation part. A trial that does worse than half
of the others so far is given up. The recipe's own settings are judged first, on the same
folds; only what beats them is kept. The best of many tries flatters itself a little: what a
model is worth, the tests of `mixo train` say.

Trials lie in `studies.sqlite` of the workshop, one study per recipe, model and data; asked
again, a study goes on to the number of trials asked for. The best settings of each recipe and
model are kept in `best.json`, for whoever wants to look them up.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import math
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.files import write_text
from mixolydian.evaluation.classification import LOWER_IS_BETTER, score
from mixolydian.models.calibration import Calibration
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import INSTALL, Job, Learner, Pruned, Space
from mixolydian.training.recipe import Material, Recipe, chosen, material
from mixolydian.training.splits import Fold, folds
from mixolydian.training.workshop import Workshop

STUDIES, BEST = "studies.sqlite", "best.json"
N_FOLDS, N_NEURAL_FOLDS = 5, 3
Prune = Callable[[int, float], bool]


@dataclass(frozen=True)
class Trial:
    """One try: its `settings`, and their `score`; None where it was given up or failed."""

    number: int
    settings: Mapping[str, Any]
    score: float | None


@dataclass(frozen=True)
class Study:
    """What was tried: `score` is the best cross-validated one, of `settings`; `before` that of
    the recipe's own settings. Where nothing beats those, `settings` is empty."""

    recipe: str
    model: str
    metric: str
    before: float
    score: float
    settings: Mapping[str, Any]
    trials: tuple[Trial, ...]

    @property
    def best(self) -> tuple[Trial, ...]:
        """Trials with a score, best first."""
        sign = -1.0 if self.metric in LOWER_IS_BETTER else 1.0
        scored = [(trial, trial.score) for trial in self.trials if trial.score is not None]
        return tuple(t for t, s in sorted(scored, key=lambda pair: -sign * pair[1]))


def tune(which: Recipe, workshop: Workshop, model: str | None, trials: int) -> Study:
    """Try settings of `model` until there have been `trials` in all.

    Raises
    ------
    RequestError
        No such model, nothing to tune, Optuna is not there, or no trial could be finished.
    """
    how = chosen(which, model, {})
    if not how.space:
        raise RequestError(f"{which.name}: {how.name} has no setting to tune; choose another model")
    optuna = _optuna()
    judge = Judge(which, how, material(which, workshop), workshop.seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # announcements of what is experimental
        with _opened(optuna, workshop, judge) as study:
            _go_on(optuna, study, judge, trials, workshop)
            found = _found(study, judge)
    _keep(workshop.folder, found)
    return found


def as_options(settings: Mapping[str, Any]) -> str:
    """Settings as the command line takes them: ``--set a=1 --set b=x``."""
    return " ".join(f"--set {name}={value}" for name, value in settings.items())


# ---------------------------------------------------------------------- judging


@dataclass(frozen=True, eq=False)
class Judge:
    """Judges settings of a learner by folds of the training part."""

    recipe: Recipe
    learner: Learner
    material: Material
    seed: int

    @property
    def sign(self) -> float:
        """+1 where more of the metric is better."""
        return -1.0 if self.recipe.metric in LOWER_IS_BETTER else 1.0

    def folds(self) -> tuple[Fold, ...]:
        """The same for every trial."""
        train = self.material.train
        wanted = N_NEURAL_FOLDS if self.learner.neural else N_FOLDS
        return folds(train, min(wanted, len(set(train.groups))), self.seed)

    def score(self, settings: Mapping[str, Any], prune: Prune = lambda step, value: False) -> float:
        """The metric, a mean over the folds.

        Raises
        ------
        Pruned
            `prune` says so: told the mean after each fold, or, of a neural learner, the score
            of every epoch on the first fold.
        """
        how = chosen(self.recipe, self.learner.name, settings)
        scores: list[float] = []
        for number, fold in enumerate(self.folds()):
            first = Job(self.seed, prune=prune) if how.neural and not number else Job(self.seed)
            scores.append(self._fold(how, fold, first))
            mean = float(np.mean(scores))
            if not how.neural and prune(number, self.sign * mean):
                raise Pruned
        return mean

    def _fold(self, how: Learner, fold: Fold, job: Job) -> float:
        train = self.material.train
        held = train.take(fold.test)
        fitted = how.fit(train.take(fold.train), self.material.valid, job)
        logits = fitted.scores(held.inputs, held.mask)
        probabilities = Calibration().apply(logits, held.exclusive)
        found = score(probabilities, held.targets, held.labels, exclusive=held.exclusive)
        return found.value(self.recipe.metric)

    def fingerprint(self) -> str:
        """A hash of the data, the folds, what is judged and what may be drawn."""
        space = {name: asdict(entry) for name, entry in self.learner.space.items()}
        deciding = [self.recipe.version, self.recipe.metric, self.seed, space, vars(self.learner)]
        digest = hashlib.sha256(json.dumps(deciding, sort_keys=True, default=str).encode())
        for part in (self.material.train, self.material.valid):
            digest.update(_digest(part))
        return digest.hexdigest()[:8]


def _digest(part: Examples) -> bytes:
    digest = hashlib.sha256("\n".join((*part.ids, *part.groups, *part.labels)).encode())
    for array in (part.inputs, part.targets):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.digest()


# ---------------------------------------------------------------------- the study


def _optuna() -> Any:
    try:
        optuna = importlib.import_module("optuna")
    except ModuleNotFoundError as error:
        raise RequestError(f"tuning needs {error.name}, which is not there; {INSTALL}") from error
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna


@contextmanager
def _opened(optuna: Any, workshop: Workshop, judge: Judge) -> Iterator[Any]:
    """The study of this recipe, model and data; an old one goes on with other dice."""
    name = f"{judge.recipe.name}/{judge.learner.name}/{judge.fingerprint()}"
    workshop.folder.mkdir(parents=True, exist_ok=True)
    storage = optuna.storages.RDBStorage(f"sqlite:///{workshop.folder / STUDIES}")
    study = optuna.create_study(
        storage=storage,
        study_name=name,
        direction="maximize",
        load_if_exists=True,
        pruner=optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=1),
    )
    dice = workshop.seed + len(study.trials)
    study.sampler = optuna.samplers.TPESampler(seed=dice, multivariate=True)
    try:
        yield study
    finally:
        storage.remove_session()
        storage.engine.dispose()


def _go_on(optuna: Any, study: Any, judge: Judge, trials: int, workshop: Workshop) -> None:
    if "before" not in study.user_attrs:
        workshop.watch(_what(judge), 0, trials, {})
        study.set_user_attr("before", judge.score({}))
    trouble: RequestError | None = None
    while len(ended := _ended(study)) < trials:
        scores = [t.value for t in ended if t.state.name == "COMPLETE"]
        best = {judge.recipe.metric: judge.sign * max(scores)} if scores else {}
        workshop.watch(_what(judge), len(ended), trials, best)
        trouble = _try(optuna, study, judge) or trouble
    if trouble is not None and not any(t.state.name == "COMPLETE" for t in _ended(study)):
        raise trouble
    workshop.watch(_what(judge), trials, trials, {})


def _what(judge: Judge) -> str:
    return f"{judge.recipe.name}: settings of {judge.learner.name}"


def _ended(study: Any) -> list[Any]:
    """Trials that came to an end, well or not; one that was killed does not count."""
    return [t for t in study.get_trials(deepcopy=False) if t.state.is_finished()]


def _try(optuna: Any, study: Any, judge: Judge) -> RequestError | None:
    """One trial; settings a learner cannot work with are a failed one."""
    trial = study.ask()
    settings = {name: _drawn(trial, name, entry) for name, entry in judge.learner.space.items()}
    states = optuna.trial.TrialState

    def prune(step: int, value: float) -> bool:
        trial.report(value, step)
        return bool(trial.should_prune())

    try:
        value = judge.score(settings, prune)
    except Pruned:
        study.tell(trial, state=states.PRUNED)
    except RequestError as error:
        study.tell(trial, state=states.FAIL)
        return error
    else:
        if math.isfinite(value):
            study.tell(trial, judge.sign * value)
        else:
            study.tell(trial, state=states.FAIL)
    return None


def _drawn(trial: Any, name: str, entry: Space) -> Any:
    if entry.choices:
        return trial.suggest_categorical(name, [_written(choice) for choice in entry.choices])
    if entry.integer:
        return trial.suggest_int(name, round(entry.low), round(entry.high), log=entry.log)
    return trial.suggest_float(name, entry.low, entry.high, log=entry.log)


def _written(choice: Any) -> Any:
    """A choice as the store can keep it: lists of numbers as the command line writes them."""
    return ",".join(str(part) for part in choice) if isinstance(choice, tuple) else choice


def _found(study: Any, judge: Judge) -> Study:
    trials = tuple(_trial(trial, judge) for trial in _ended(study))
    before = float(study.user_attrs["before"])
    names = (judge.recipe.name, judge.learner.name, judge.recipe.metric)
    tried = Study(*names, before, before, {}, trials)
    top = tried.best[0] if tried.best else None
    if top is None or top.score is None or judge.sign * top.score <= judge.sign * before:
        return tried
    return replace(tried, score=top.score, settings=top.settings)


def _trial(trial: Any, judge: Judge) -> Trial:
    done = trial.state.name == "COMPLETE"
    settings = {name: _rounded(value) for name, value in trial.params.items()}
    return Trial(trial.number, settings, judge.sign * trial.value if done else None)


def _rounded(value: Any) -> Any:
    """Four figures are enough to say which settings they are."""
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _keep(folder: Path, found: Study) -> None:
    kept = _read(folder / BEST)
    mine = kept.setdefault(found.recipe, {})
    mine[found.model] = {
        "metric": found.metric,
        "score": found.score,
        "before": found.before,
        "trials": len(found.trials),
        "settings": dict(found.settings),
        "made": time.strftime("%Y-%m-%d", time.gmtime()),
    }
    write_text(folder / BEST, json.dumps(kept, indent=1, sort_keys=True) + "\n")


def _read(path: Path) -> dict[str, Any]:
    """What is kept; a file that cannot be read counts as none: it can be made again."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
