"""`models`: what is installed, what is known of it, and which of it answers.

A model that was trained becomes the one that answers only through the gate
(:mod:`mixolydian.training.gate`); the one before it stays, and can be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mixolydian.core.errors import ModelError, RequestError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.models.bundle import read_model
from mixolydian.models.card import Card
from mixolydian.models.store import Installed, Store
from mixolydian.training.gate import Check, refuse_unfit


@dataclass(frozen=True)
class ModelsRequest:
    """Nothing: list all models. A `name`: its card too. `promote`: the folder of a run whose
    model is to answer from now on; `rollback`: undo that for the model `name`."""

    name: str | None = None
    promote: str | None = None
    rollback: bool = False

    def __post_init__(self) -> None:
        if self.promote is not None and self.rollback:
            raise RequestError("expected either --promote or --rollback, found both")
        if self.rollback and self.name is None:
            raise RequestError("expected the model to roll back: mixo models NAME --rollback")


@dataclass(frozen=True)
class ModelsResult:
    """The `models` asked for, the `card` of the one that was named, the `checks` a promoted one
    has passed, and what was `done` in words."""

    models: tuple[Installed, ...]
    card: Card | None = None
    checks: tuple[Check, ...] = ()
    done: str = ""


def models(request: ModelsRequest, settings: Settings | None = None) -> ModelsResult:
    """List models, or let another one answer.

    Raises
    ------
    RequestError
        No such model.
    ModelError
        The model is damaged, is not let through by the gate, or there is nothing to roll back.
    """
    store = Store((settings or read_settings()).home)
    if request.promote is not None:
        return _promoted(store, Path(request.promote), request.name)
    if request.rollback and request.name is not None:
        return _rolled_back(store, request.name)
    return _looked_up(store, request.name)


def _looked_up(store: Store, name: str | None) -> ModelsResult:
    found = store.installed()
    if name is None:
        return ModelsResult(found)
    ours = tuple(model for model in found if model.name == name)
    if not ours:
        known = ", ".join(sorted({model.name for model in found})) or "none yet"
        raise RequestError(f"expected one of the installed models ({known}); found {name!r}")
    return ModelsResult(ours, _current(ours) or ours[0].card)


def _current(found: tuple[Installed, ...]) -> Card | None:
    return next((model.card for model in found if model.current), None)


def _promoted(store: Store, folder: Path, name: str | None) -> ModelsResult:
    card = read_model(folder).card
    if name not in (None, card.name):
        raise RequestError(f"{folder}: expected the model {name}, found {card.name}")
    ours = tuple(model for model in store.installed() if model.name == card.name)
    passed = refuse_unfit(card, _current(ours))
    version = store.install(folder)
    store.promote(card.name, version)
    done = f"{card.name} {version} answers from now on"
    return ModelsResult(_looked_up(store, card.name).models, card, passed, done)


def _rolled_back(store: Store, name: str) -> ModelsResult:
    if not any(model.name == name for model in store.installed()):
        raise ModelError(f"{name}: no such model is installed; mixo models lists them")
    version = store.rollback(name)
    found = _looked_up(store, name)
    done = f"{name} {version} answers again" if version else f"no model {name} answers any more"
    return ModelsResult(found.models, found.card, (), done)
