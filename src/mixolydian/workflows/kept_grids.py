"""The attuned grids of tracks that were portrayed before: a tenth of a millisecond off, not two.

A portrait (`workflows/sitting.py`) is made when a track is mixed or matched, and holds a grid that
was moved to where the strokes sound (`dj/attuning.py`). Here only that grid is read, and only when
the portrait was made from the answers as they stand. Times are in seconds.
"""

from __future__ import annotations

import os

from mixolydian.core.settings import Settings
from mixolydian.core.types import Track
from mixolydian.dj.grid import Grid
from mixolydian.dj.gridding import set_by_hand
from mixolydian.workflows.kept_portraits import FOLDER, USED, kept_grid, sitting_of

NEEDED = USED
"""Questions whose answers a track must carry for its portrait to be recognised."""


class KeptGrids:
    """What lies under ``$MIXOLYDIAN_HOME/portraits``, asked by track."""

    def __init__(self, settings: Settings) -> None:
        self.settings, folder = settings, settings.home / FOLDER
        names = os.listdir(folder) if folder.is_dir() else []
        self.ids = frozenset(name[: -len(".npz")] for name in names if name.endswith(".npz"))

    def of(self, track: Track) -> Grid | None:
        """The attuned grid of `track`, which carries its answers to NEEDED.

        None where it was not portrayed, or from other answers, where its beat is not steady, and
        where a human set tempo or beats: that grid stays as it is.
        """
        if track.track_id not in self.ids or set_by_hand(track.analysis):
            return None
        return kept_grid(sitting_of(track, track.path), self.settings)
