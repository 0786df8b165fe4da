"""Tracking of runs: settings, scores and losses of every run, to look at side by side.

`MIXOLYDIAN_TRACKING` chooses: `mlflow` (the default where it is installed) keeps everything in
`mlflow.sqlite` of the workshop (look at it with `mlflow ui --backend-store-uri sqlite:///…`),
`wandb` keeps Weights & Biases runs under `wandb/`, offline unless `WANDB_MODE` says otherwise,
`off` keeps nothing. A run that fails is kept too, marked as failed.
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import math
import os
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import mixolydian
from mixolydian.core.errors import RequestError
from mixolydian.core.settings import read_settings
from mixolydian.evaluation.classification import METRICS, Scores
from mixolydian.training.learners.base import Epoch, Learner

VARIABLE = "MIXOLYDIAN_TRACKING"
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_CONFIGURE_LOGGING": "false",
    "WANDB_SILENT": "true",
    "WANDB_CONSOLE": "off",
}
"""set before the programs are loaded, unless the user has set them: no network, no chatter."""


class Log(ABC):
    """What is kept of one run."""

    def scores(self, scores: Mapping[str, Scores], history: Sequence[Epoch] = ()) -> None:
        """Keep the scores per test set, and the figures of every epoch."""
        for epoch in history:
            step = round(epoch.get("epoch", 0))
            self.figures({k: v for k, v in epoch.items() if k != "epoch"}, step)
        self.figures(
            {f"{name}/{m}": found.value(m) for name, found in scores.items() for m in METRICS}
        )

    @abstractmethod
    def figures(self, figures: Mapping[str, float], step: int = 0) -> None:
        """Keep figures of one step."""

    @abstractmethod
    def end(self, failed: bool) -> None:
        """The run is over."""


@dataclass(frozen=True)
class Tracker:
    """Keeps runs under `folder`."""

    folder: Path

    @contextmanager
    def run(self, name: str, learner: Learner, seed: int = 0) -> Iterator[Log]:
        """One run of the recipe `name`; the settings of `learner` are kept at once.

        Raises
        ------
        RequestError
            A kind of tracking that there is not, or is not installed.
        """
        tags = {"seed": str(seed), "model": learner.name, "code": code_version()}
        log = _opened(self.folder, name, {"model": learner.name, **vars(learner)}, tags)
        failed = True
        try:
            yield log
            failed = False
        finally:
            log.end(failed)


@cache
def code_version() -> str:
    """The version of the package, and a hash of the code that hears, learns and judges."""
    digest = hashlib.sha256()
    for package in ("audio", "evaluation", "models", "training"):
        for path in sorted(Path(mixolydian.__file__).with_name(package).rglob("*.py")):
            digest.update(path.read_bytes())
    return f"{mixolydian.__version__}+{digest.hexdigest()[:12]}"


def tracking() -> str:
    """The kind of tracking in force.

    Raises
    ------
    RequestError
        The variable names none.
    """
    return read_settings().tracking or ("mlflow" if find_spec("mlflow") else "off")


def _opened(folder: Path, name: str, settings: Mapping[str, Any], tags: Mapping[str, str]) -> Log:
    kind = tracking()
    if kind == "off":
        return Nothing()
    module = _loaded(kind)
    folder.mkdir(parents=True, exist_ok=True)
    opening = {"mlflow": MlflowLog, "wandb": WandbLog}[kind]
    return opening(module, folder, name, settings, tags)


def _loaded(kind: str) -> Any:
    for variable, value in QUIET.items():
        os.environ.setdefault(variable, value)
    try:
        with _hushed():
            return importlib.import_module(kind)
    except ModuleNotFoundError as error:
        raise RequestError(
            f"{VARIABLE}={kind} needs {error.name}, which is not installed; "
            f"pip install {kind}, or set {VARIABLE}=off"
        ) from error


class Nothing(Log):
    """Keeps nothing."""

    def figures(self, figures: Mapping[str, float], step: int = 0) -> None:
        """Nothing."""

    def end(self, failed: bool) -> None:
        """Nothing."""


class MlflowLog(Log):
    """A run in an MLflow store: an SQLite file, with a folder for what belongs to the runs."""

    def __init__(
        self,
        module: Any,
        folder: Path,
        name: str,
        settings: Mapping[str, Any],
        tags: Mapping[str, str],
    ) -> None:
        self.trouble = module.MlflowException
        with _hushed():
            store = f"sqlite:///{folder / 'mlflow.sqlite'}"
            self.client = module.MlflowClient(tracking_uri=store, registry_uri=store)
            found = self.client.get_experiment_by_name(name)
            if found is None:
                place = (folder / "mlflow").resolve().as_uri()
                experiment = self.client.create_experiment(name, artifact_location=place)
            else:
                experiment = found.experiment_id
            run = self.client.create_run(experiment, tags=dict(tags), run_name=tags["model"])
            self.run_id = run.info.run_id
            for key, value in settings.items():
                self.client.log_param(self.run_id, key, value)

    def figures(self, figures: Mapping[str, float], step: int = 0) -> None:
        """As metrics; names keep letters, figures, ``_-. /`` only, as MLflow demands."""
        now = round(time.time() * 1000)
        with self._going_on():
            for name, value in figures.items():
                if math.isfinite(value):
                    self.client.log_metric(self.run_id, _plain(name), value, now, step)

    def end(self, failed: bool) -> None:
        """Finished, or failed."""
        with self._going_on():
            self.client.set_terminated(self.run_id, "FAILED" if failed else "FINISHED")

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        """A store that fails half way (a full disk) must not cost the model."""
        try:
            with _hushed():
                yield
        except self.trouble as error:
            logging.getLogger(__name__).warning("tracking: %s", error)


class WandbLog(Log):
    """A Weights & Biases run; offline unless `WANDB_MODE` says otherwise."""

    def __init__(
        self,
        module: Any,
        folder: Path,
        name: str,
        settings: Mapping[str, Any],
        tags: Mapping[str, str],
    ) -> None:
        self.run = module.init(
            project=f"mixolydian-{name}",
            name=tags["model"],
            config={**settings, **tags},
            dir=str(folder),
            mode=os.environ.get("WANDB_MODE") or "offline",
        )

    def figures(self, figures: Mapping[str, float], step: int = 0) -> None:
        """All at once; figures of no step follow the last one."""
        finite = {name: value for name, value in figures.items() if math.isfinite(value)}
        self.run.log(finite, step=step or None)

    def end(self, failed: bool) -> None:
        """The exit code says how."""
        self.run.finish(exit_code=int(failed))


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() or c in "_-. /" else "_" for c in name)


@contextmanager
def _hushed() -> Iterator[None]:
    """Without the announcements of every step, and warnings about others' code."""
    loggers = [logging.getLogger(name) for name in ("alembic", "mlflow")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
