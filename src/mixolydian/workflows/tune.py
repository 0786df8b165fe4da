"""`tune`: try settings of a recipe's model, and say which train it best.

Judged by folds of the training part only; see :mod:`mixolydian.training.tune`. A study that
was stopped goes on where it was.
"""

from __future__ import annotations

from dataclasses import dataclass

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.training.learners.base import Watch, unwatched
from mixolydian.training.recipe import recipe
from mixolydian.training.tune import Study, as_options
from mixolydian.training.tune import tune as tuned
from mixolydian.workflows.planning import check_jobs
from mixolydian.workflows.workplace import check_data, check_seed, workshop_of


@dataclass(frozen=True)
class TuneRequest:
    """The recipe `name`, its `model` (None: the one that ships), how many `trials` in all;
    `data` holds the corpora, `workshop` keeps frames and studies, `quick` takes little data."""

    name: str
    model: str | None = None
    trials: int = 50
    data: str | None = None
    workshop: str | None = None
    quick: bool = False
    seed: int = 0
    jobs: int | None = None

    def __post_init__(self) -> None:
        if self.trials < 1:
            raise RequestError(f"expected at least 1 trial, found {self.trials}")
        check_data(self.data)
        check_seed(self.seed)
        check_jobs(self.jobs)


@dataclass(frozen=True)
class TuneResult:
    """What was tried, and the `command` that trains with the best settings."""

    study: Study
    command: str


def tune(
    request: TuneRequest, settings: Settings | None = None, watch: Watch = unwatched
) -> TuneResult:
    """Try settings until there have been as many trials as asked for.

    Raises
    ------
    RequestError
        No such recipe or model, a corpus or a library that is missing.
    """
    settings = read_settings() if settings is None else settings
    workshop = workshop_of(
        settings,
        request.data,
        request.workshop,
        request.quick,
        request.seed,
        request.jobs,
        watch,
    )
    study = tuned(recipe(request.name), workshop, request.model, request.trials)
    return TuneResult(study, _command(study))


def _command(study: Study) -> str:
    start = f"mixo train {study.recipe} --model {study.model}"
    return f"{start} {as_options(study.settings)}".strip()
