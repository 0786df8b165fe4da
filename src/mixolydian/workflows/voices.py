"""The models trained on the user's own sets (`mixo train next_sequence`, `next_graph`), made ready
to speak in `mixo next` and kept in memory between answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from mixolydian.core.settings import Settings
from mixolydian.dj.recommending.learned import Voice, fits, models_of, voices
from mixolydian.dj.recommending.shelf import Shelf
from mixolydian.models.store import Model, Store

_MEMORY: dict[Path, Speaking] = {}
_LOCK = Lock()


@dataclass(frozen=True, eq=False)
class Speaking:
    """The `voices` of `models` for one library, and in words what stays silent."""

    shelf: Shelf
    models: tuple[Model, ...]
    voices: tuple[Voice, ...]
    notes: tuple[str, ...]

    def is_of(self, shelf: Shelf, models: tuple[Model, ...]) -> bool:
        """Whether nothing has changed; emotions do not count."""
        return self.shelf.sounds is shelf.sounds and self.models == models


def speaking(shelf: Shelf, settings: Settings) -> Speaking:
    """The voices for the library of `shelf`, from memory when nothing has changed.

    Raises
    ------
    ModelError
        A model in use is damaged.
    """
    models = models_of(Store(settings.home))
    with _LOCK:
        old = _MEMORY.get(settings.home)
        if old is None or not old.is_of(shelf, models):
            old = Speaking(shelf, models, voices(models, shelf), _notes(models, shelf))
            _MEMORY[settings.home] = old
        return old


def _notes(models: tuple[Model, ...], shelf: Shelf) -> tuple[str, ...]:
    return tuple(
        f"the model {model.card.name} was made for another description of sound and is left out; "
        f"train it again (mixo train {model.card.name})"
        for model in models
        if not fits(model, shelf)
    )
