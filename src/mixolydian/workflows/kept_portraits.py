"""A portrait that is kept, and whether it is still true: nothing is made and no sound opened here.

It lies under ``$MIXOLYDIAN_HOME/portraits`` with a stamp of everything it was made from besides
the sound, so that an answer corrected by hand, or a newer model, makes a new one. What makes
portraits (`sitting.py`) loads the whole machinery of listening; reading one needs none of it.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.io import shown
from mixolydian.core.convert import estimate_to_json
from mixolydian.core.errors import LibraryError, RequestError
from mixolydian.core.files import write_binary
from mixolydian.core.settings import Settings, read_settings
from mixolydian.core.types import Track
from mixolydian.dj.grid import Grid
from mixolydian.dj.portrait import VERSION, Portrait, from_arrays
from mixolydian.models.store import Store

FOLDER = "portraits"
VOICES = "music"
"""the model a portrait asks where there are voices (`dj/portraying.py`)."""
USED = ("tempo", "beats", "key", "chords", "sections", "drops", "energy", "loudness", "timbre")
"""questions whose answers a portrait holds."""


@dataclass(frozen=True)
class Sitting:
    """What a worker needs to portray one file; `documents` are answers in their JSON form."""

    path: str
    track_id: str
    title: str
    artist: str
    duration: float
    documents: Mapping[str, Any]


def sitting_of(track: Track, path: str) -> Sitting:
    """What a worker needs to portray `track` from its file at `path`."""
    used = {q: e for q, e in track.analysis.estimates.items() if q in USED}
    title = track.tags.title or shown(Path(path).stem)
    artist = track.tags.artist or ""
    documents = {question: estimate_to_json(question, e) for question, e in used.items()}
    return Sitting(path, track.track_id, title, artist, track.duration, documents)


def stamp_of(sitting: Sitting) -> str:
    """A hash of everything a portrait is made from besides the sound."""
    asked = Store(read_settings().home).find(VOICES)
    weights = "" if asked is None else asked.weights
    made_of = [VERSION, weights, sitting.track_id, dict(sitting.documents)]
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def keep(sitting: Sitting, arrays: Mapping[str, Any], settings: Settings) -> None:
    """Keep the `arrays` of a portrait.

    Raises
    ------
    StorageError
        The disk is full or read-only.
    """
    stamped = {**arrays, "stamp": np.array(stamp_of(sitting))}
    write_binary(_place(sitting, settings), lambda file: np.savez(file, **stamped))


def kept(sitting: Sitting, settings: Settings) -> Portrait | None:
    """The portrait kept, when it was made from the same answers; a damaged one is none."""
    arrays = _arrays(sitting, settings)
    try:
        portrait = None if arrays is None else from_arrays(arrays)
    except LibraryError:
        return None
    if portrait is None:
        return None
    return replace(portrait, path=sitting.path, title=sitting.title, artist=sitting.artist)


def kept_grid(sitting: Sitting, settings: Settings) -> Grid | None:
    """The grid of the portrait kept, as :func:`kept`, and None where it is not steady; nothing
    else of it is read."""
    arrays = _arrays(sitting, settings, only=("document",))
    try:
        document = {} if arrays is None else json.loads(str(arrays["document"]))
        return Grid.from_json(document["grid"]) if document.get("steady") else None
    except (KeyError, ValueError, RequestError):
        return None


def _arrays(
    sitting: Sitting, settings: Settings, only: Collection[str] = ()
) -> dict[str, NDArray[Any]] | None:
    """What is kept under the stamp of `sitting`; `only` some of it where named."""
    try:
        with np.load(_place(sitting, settings), allow_pickle=False) as file:
            if str(file["stamp"]) != stamp_of(sitting):
                return None
            return {name: file[name] for name in only or file.files if name != "stamp"}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None


def _place(sitting: Sitting, settings: Settings) -> Path:
    return settings.home / FOLDER / f"{sitting.track_id}.npz"
