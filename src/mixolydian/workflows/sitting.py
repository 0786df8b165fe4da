"""One portrait: made in a worker process from a file and its answers, or from these alone.

How it is kept, and when it is still true, is `kept_portraits.py`.
"""

from __future__ import annotations

from typing import Any

from mixolydian.audio.io import shown
from mixolydian.core.errors import UnreadableError
from mixolydian.core.types import Analysis
from mixolydian.dj.attuning import StrokeEar
from mixolydian.dj.portrait import Portrait, to_arrays
from mixolydian.dj.portraying import portray
from mixolydian.dj.sketching import sketch
from mixolydian.workflows.kept_portraits import Sitting
from mixolydian.workflows.listening import from_documents, gather


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


def sketched(sitting: Sitting) -> Portrait:
    """The portrait as far as the answers alone tell it: nothing is listened to, or kept.

    Raises
    ------
    EmptySignalError
        The track is silent or too short.
    """
    return sketch(
        Analysis(sitting.duration, from_documents(sitting.documents)),
        track_id=sitting.track_id,
        path=sitting.path,
        title=sitting.title,
        artist=sitting.artist,
    )
