"""`train`: make a model by its recipe, with its card and report.

The model does not answer yet: `mixo models --promote` lets it, if it is good enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.training.learners.base import Watch, unwatched
from mixolydian.training.recipe import RunResult, recipe
from mixolydian.workflows.planning import check_jobs
from mixolydian.workflows.workplace import check_data, check_seed, workshop_of


@dataclass(frozen=True)
class TrainRequest:
    """The recipe `name`, its `model` (None: the one that ships), and settings to change.

    `data` holds the corpora, `workshop` keeps frames and runs, `quick` takes little data.
    """

    name: str
    model: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    data: str | None = None
    workshop: str | None = None
    quick: bool = False
    seed: int = 0
    jobs: int | None = None

    def __post_init__(self) -> None:
        check_data(self.data)
        check_seed(self.seed)
        check_jobs(self.jobs)


def read_settings_given(texts: list[str]) -> dict[str, str]:
    """Settings given as NAME=VALUE; RequestError where one is not."""
    pairs = [text.partition("=") for text in texts]
    wrong = [text for text, pair in zip(texts, pairs, strict=True) if not pair[0] or not pair[1]]
    if wrong:
        raise RequestError(f"expected a setting such as lr=0.001, found {wrong[0]!r}")
    return {name: value for name, _, value in pairs}


def train(
    request: TrainRequest, settings: Settings | None = None, watch: Watch = unwatched
) -> RunResult:
    """Make a model; a run that was killed goes on from its last epoch.

    Raises
    ------
    RequestError
        No such recipe, model or setting; data that is missing; a model that does not beat its
        baseline.
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
    return recipe(request.name).make(workshop, request.model, request.settings)
