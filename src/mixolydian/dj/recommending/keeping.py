"""A shelf and what its company taught, as arrays to be kept in a file and taken out again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.recommending.company import Company
from mixolydian.dj.recommending.shelf import Shelf, Votes

VERSION = "1"
"""changes with what the arrays mean, or how they are worked out."""
_COLUMNS = ("bpm", "energy", "wheel", "minor", "artists", "sounds")
_COMPANY = tuple(entry.name for entry in fields(Company))
_EMOTION = "emotion "


def to_arrays(shelf: Shelf, company: Company) -> dict[str, NDArray[Any]]:
    """Everything of both under names of its own."""
    ids = np.frombuffer("\n".join(shelf.ids).encode(), dtype=np.uint8)
    columns = {name: getattr(shelf, name) for name in _COLUMNS}
    votes = {"stars": shelf.votes.stars, "plays": shelf.votes.plays}
    emotions = {_EMOTION + label: worth for label, worth in shelf.emotions.items()}
    learnt = {f"company {name}": np.asarray(getattr(company, name)) for name in _COMPANY}
    return {"ids": ids, **columns, **votes, **emotions, **learnt}


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> tuple[Shelf, Company]:
    """What :func:`to_arrays` was given.

    Raises
    ------
    KeyError, ValueError
        The arrays are none of that kind.
    """
    text = arrays["ids"].tobytes().decode()
    ids = tuple(text.split("\n")) if text else ()
    columns = {name: arrays[name] for name in _COLUMNS}
    votes = Votes(arrays["stars"], arrays["plays"])
    emotions = {k.removeprefix(_EMOTION): v for k, v in arrays.items() if k.startswith(_EMOTION)}
    rows = [*columns.values(), votes.stars, votes.plays, *emotions.values()]
    if any(len(column) != len(ids) for column in rows):
        raise ValueError("expected arrays of equal length")
    learnt = {name: arrays[f"company {name}"] for name in _COMPANY}
    numbers = {name: value.item() for name, value in learnt.items() if not value.ndim}
    shelf = Shelf(ids, votes=votes, emotions=emotions, **columns)
    return shelf, Company(**{**learnt, **numbers})
