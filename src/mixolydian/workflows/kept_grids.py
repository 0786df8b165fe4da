"""The attuned grids of tracks that were portrayed before: a tenth of a millisecond off, not two.

A portrait (`workflows/sitting.py`) is made when a track is mixed or matched, and holds a grid that
was moved to where the strokes sound (`dj/attuning.py`). Here only that grid is read, and only when
the portrait was made from the answers as they stand. Times are in seconds.
"""

from __future__ import annotations

import json
import os
import zipfile

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings
from mixolydian.core.types import Track
from mixolydian.dj.grid import Grid
from mixolydian.dj.gridding import set_by_hand
from mixolydian.workflows.kept_portraits import FOLDER, USED, sitting_of, stamp_of

NEEDED = USED
"""Questions whose answers a track must carry for its portrait to be recognised."""


class KeptGrids:
    """What lies under ``$MIXOLYDIAN_HOME/portraits``, asked by track."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.home / FOLDER
        names = os.listdir(self.folder) if self.folder.is_dir() else []
        self.ids = frozenset(name[: -len(".npz")] for name in names if name.endswith(".npz"))

    def of(self, track: Track) -> Grid | None:
        """The attuned grid of `track`, which carries its answers to NEEDED.

        None where it was not portrayed, or from other answers, where its beat is not steady, and
        where a human set tempo or beats: that grid stays as it is.
        """
        if track.track_id not in self.ids or set_by_hand(track.analysis):
            return None
        try:
            with np.load(self.folder / f"{track.track_id}.npz", allow_pickle=False) as file:
                if str(file["stamp"]) != stamp_of(sitting_of(track, track.path)):
                    return None
                document = json.loads(str(file["document"]))
            return Grid.from_json(document["grid"]) if document["steady"] else None
        except (OSError, KeyError, ValueError, zipfile.BadZipFile, RequestError):
            return None
