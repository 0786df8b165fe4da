"""The genres the composer knows: one file each, found by looking into this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from mixolydian.creation.genres.base import Genre


def _found() -> dict[str, Genre]:
    """name → genre, in order of the files' names; `base` is not a genre."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name != "base")
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return {module.GENRE.name: module.GENRE for module in modules}


GENRES: Mapping[str, Genre] = _found()
"""Every genre by its name."""
