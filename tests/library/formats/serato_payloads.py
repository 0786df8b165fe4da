"""Payloads as Serato itself would have written them of a track, to be read and merged with."""

from __future__ import annotations

from mixolydian.library.formats import (
    gridding,
    offsets,
    serato_beatgrid,
    serato_markers,
    serato_markers_old,
)
from mixolydian.library.formats.collection import CollectionTrack
from mixolydian.library.formats.serato_tags import AUTOTAGS, GRID, MARKERS, OLD_MARKERS


def payloads(track: CollectionTrack) -> dict[str, bytes]:
    """What Serato's tags say of `track`, by name; nothing for what is not known of it."""
    track = gridding.shifted(track, offsets.offset(track.path, "serato"))
    found: dict[str, bytes] = {}
    if grid := gridding.sound(track.grid):
        found[GRID] = serato_beatgrid.encode(grid)
    marks = serato_markers.Marks(tuple(serato_markers.placed(track.markers)), track.color)
    if marks.markers or marks.color is not None:
        found[MARKERS] = serato_markers.encode2(marks)
        found[OLD_MARKERS] = serato_markers_old.encode(marks)
    if bpm := track.bpm or (grid[0].bpm if grid else None):
        found[AUTOTAGS] = b"\x01\x01" + f"{bpm:.2f}".encode() + b"\x000.000\x000.000\x00"
    return found
