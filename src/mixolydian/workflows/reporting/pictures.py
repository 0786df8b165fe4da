"""Waveforms for the page, read again from the files: the library keeps answers, not sound.

A page about one track gets a fine waveform one can zoom into; a folder's page a coarse one
for each of its first tracks, so that it stays small and is soon done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mixolydian.audio.io import open_audio
from mixolydian.audio.overview import waveform_of_blocks
from mixolydian.core.errors import InputError
from mixolydian.core.settings import Settings
from mixolydian.core.types import Track
from mixolydian.engines.local import LocalEngine

FINE_COLUMNS = 8000
COARSE_COLUMNS = 1200
MAX_PICTURES = 100
"""Tracks of a folder's page that get a waveform."""


@dataclass(frozen=True)
class Painter:
    """The task of a worker: a path in, the waveform of the file out."""

    max_columns: int

    def __call__(self, path: str) -> dict[str, Any]:
        """Read the file once, in bounded memory; raises InputError when it cannot be read."""
        with open_audio(path) as audio:
            return waveform_of_blocks(audio.blocks(), audio.sample_rate, self.max_columns)


def pictures(tracks: Sequence[Track], settings: Settings) -> dict[str, dict[str, Any]]:
    """track id → waveform; a track whose file cannot be read any more has none."""
    if len(tracks) == 1:
        return _one(tracks[0])
    ids = {track.path: track.track_id for track in tracks[:MAX_PICTURES]}
    engine = LocalEngine(settings.jobs, settings.item_seconds)
    painted = engine.map(Painter(COARSE_COLUMNS), list(ids))
    return {ids[o.item]: o.result for o in painted if o.result is not None}


def _one(track: Track) -> dict[str, dict[str, Any]]:
    try:
        return {track.track_id: Painter(FINE_COLUMNS)(track.path)}
    except InputError:
        return {}
