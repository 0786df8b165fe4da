"""`evaluate`: how good the model that answers now is, on its recipe's test sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mixolydian.core.errors import ModelError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.evaluation.classification import Scores
from mixolydian.models.bundle import read_model
from mixolydian.models.card import Card
from mixolydian.models.store import Store
from mixolydian.training.learners.base import Watch, unwatched
from mixolydian.training.recipe import material, recipe
from mixolydian.training.scoring import scored
from mixolydian.workflows.planning import check_jobs
from mixolydian.workflows.workplace import check_data, check_seed, workshop_of


@dataclass(frozen=True)
class EvaluateRequest:
    """The model `name` that answers now, or the one of the folder `run`; the rest as in
    `train`."""

    name: str
    run: str | None = None
    data: str | None = None
    workshop: str | None = None
    quick: bool = False
    seed: int = 0
    jobs: int | None = None

    def __post_init__(self) -> None:
        check_data(self.data)
        check_seed(self.seed)
        check_jobs(self.jobs)


@dataclass(frozen=True, eq=False)
class EvaluateResult:
    """The model's card, and its scores on every test set."""

    card: Card
    scores: Mapping[str, Scores]


def evaluate(
    request: EvaluateRequest, settings: Settings | None = None, watch: Watch = unwatched
) -> EvaluateResult:
    """Score a model on what its recipe never lets it learn from.

    Raises
    ------
    RequestError
        No such recipe, or data that is missing.
    ModelError
        No such model, or one that is damaged or does not fit.
    """
    settings = read_settings() if settings is None else settings
    which = recipe(request.name)
    model = read_model(Path(request.run)) if request.run else Store(settings.home).open(which.name)
    workshop = workshop_of(
        settings,
        request.data,
        request.workshop,
        request.quick,
        request.seed,
        request.jobs,
        watch,
    )
    _must_fit(model.card, which.facts(workshop))
    tests = material(which, workshop).tests
    scores = {
        name: scored(model.probabilities(examples.inputs, examples.mask), examples)
        for name, examples in tests.items()
    }
    return EvaluateResult(model.card, scores)


def _must_fit(card: Card, facts: Mapping[str, Any]) -> None:
    """A model stands on the embedding that it was trained with, and on no other."""
    if card.facts.get("embedding") != facts.get("embedding"):
        raise ModelError(
            f"{card.name} was trained on another embedding than the one in use: train it again, or "
            "take the embedding back (mixo models embedding --rollback)"
        )
