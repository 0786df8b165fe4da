"""The DJ programs whose collections can be read and written, by the names users give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from mixolydian.library.formats import (
    cue_sheet,
    engine,
    jams,
    m3u8,
    mixxx,
    rekordbox,
    serato,
    traktor,
)
from mixolydian.library.formats.collection import Collection
from mixolydian.workflows import serato_files

Reader = Callable[[Path], Collection]
Writer = Callable[[Path, Collection], tuple[str, ...]]

READERS: Mapping[str, Reader] = {
    "rekordbox": rekordbox.read,
    "traktor": traktor.read,
    "mixxx": mixxx.read,
    "serato": serato_files.read,
    "engine": engine.read,
    "m3u8": m3u8.read,
    "cue": cue_sheet.read,
    "jams": jams.read,
}
WRITERS: Mapping[str, Writer] = {
    "rekordbox": rekordbox.write,
    "traktor": traktor.write,
    "mixxx": mixxx.write,
    "serato": serato.write,
    "cue": cue_sheet.write,
}
"""Without m3u8 and jams, which are written from tracks."""
GRAIN: Mapping[str, float] = {"cue": 1.0 / 150.0 + 1e-6}
"""Seconds to which a program keeps times, where that is more than a millisecond."""
