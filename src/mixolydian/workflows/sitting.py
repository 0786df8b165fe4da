"""One portrait: made in a worker process from a file and its answers, and kept as npz.

It lies under ``$MIXOLYDIAN_HOME/portraits`` with a stamp of everything it was made from besides
the sound, so that an answer corrected by hand, or a newer model, makes a new one.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from mixolydian.audio.io import shown
from mixolydian.core.errors import LibraryError, UnreadableError
from mixolydian.core.files import write_binary
from mixolydian.core.settings import Settings
from mixolydian.core.types import Analysis, Track
from mixolydian.dj.attuning import StrokeEar
from mixolydian.dj.portrait import Portrait, from_arrays, to_arrays
from mixolydian.dj.portraying import VERSION, portray
from mixolydian.estimators import music
from mixolydian.workflows.listening import from_documents, gather, to_documents

FOLDER = "portraits"
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
    documents = to_documents(used)
    return Sitting(path, track.track_id, title, artist, track.duration, documents)


def sit(sitting: Sitting) -> dict[str, Any]:
    """Listen to one file again and portray it, as arrays: the task of a worker.

    Raises
    ------
    InputError
        The file cannot be read, has changed meanwhile, is silent or too short.
    """
    ear = StrokeEar()
    features, track_id, _ = gather(sitting.path, ear.through)
    if track_id != sitting.track_id:
        raise UnreadableError(
            f"{shown(sitting.path)}: it changed while it was being read; try again"
        )
    portrait = portray(
        features,
        Analysis(sitting.duration, from_documents(sitting.documents)),
        track_id=sitting.track_id,
        path=sitting.path,
        title=sitting.title,
        artist=sitting.artist,
        ear=ear,
    )
    return to_arrays(portrait)


def stamp_of(sitting: Sitting) -> str:
    """A hash of everything a portrait is made from besides the sound."""
    asked = music.model()
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
    try:
        with np.load(_place(sitting, settings), allow_pickle=False) as file:
            if str(file["stamp"]) != stamp_of(sitting):
                return None
            portrait = from_arrays({name: file[name] for name in file.files if name != "stamp"})
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, LibraryError):
        return None
    return replace(portrait, path=sitting.path, title=sitting.title, artist=sitting.artist)


def _place(sitting: Sitting, settings: Settings) -> Path:
    return settings.home / FOLDER / f"{sitting.track_id}.npz"
