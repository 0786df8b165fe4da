"""What Serato keeps inside a sound file: payloads by name → a track's grid, cues, tempo, colour.

The way back, beside what is there already, is serato_merging.py.

Source of truth: Jan Holthuis' serato-tags notes (fileformats.md). The payload is the same
everywhere; its dress differs: a GEOB frame of the payload's name in the ID3 tag of mp3, aiff and
wav; in flac a Vorbis comment, and in m4a a `----` atom (com.serato.dj), holding base64 text of an
envelope, which runs a byte past the grid (serato_beatgrid.in_text). Only "Serato Markers_" is laid
out otherwise in m4a (serato_markers_mp4.py), and flac has none. Ogg Vorbis has a form of its own
that nobody has described, and Opus Serato does not play: neither is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mixolydian.library.formats import (
    gridding,
    offsets,
    serato_beatgrid,
    serato_markers,
    serato_markers_mp4,
    serato_markers_old,
    serato_record,
)
from mixolydian.library.formats.collection import CollectionTrack, Marker

GRID, MARKERS, OLD_MARKERS, AUTOTAGS = (
    "Serato BeatGrid",
    "Serato Markers2",
    "Serato Markers_",
    "Serato Autotags",
)


def track_from_payloads(
    found: Mapping[str, bytes], track: CollectionTrack
) -> tuple[CollectionTrack, tuple[str, ...]]:
    """`track` with what `found` says of it, and the names of payloads that are damaged.

    Where old and new markers both speak, times are the old ones' and names the new ones', as in
    Serato. Damaged payloads leave what `track` says. A grid and cues that this program guessed,
    wrote there itself and finds unchanged are no news, and left out (serato_record.py).
    """
    damaged: list[str] = []
    record = serato_record.decode(found.get(serato_record.RECORD))
    guessed = {digest for digest, who in record.items() if who == serato_record.MACHINE}
    if GRID in found and serato_record.of_grid(found[GRID]) in guessed:
        found = {name: data for name, data in found.items() if name != GRID}
    marks = marks_of(found, damaged)
    kept = (mark for mark in marks.markers if serato_record.of_marker(mark) not in guessed)
    marks = replace(marks, markers=tuple(kept))
    grid, bpm = track.grid, track.bpm
    try:
        grid = serato_beatgrid.decode(found[GRID]) if GRID in found else grid
    except ValueError:
        damaged.append(GRID)
    try:
        bpm = serato_beatgrid.decode_autotags(found[AUTOTAGS]) if AUTOTAGS in found else bpm
    except ValueError:
        damaged.append(AUTOTAGS)
    heard = CollectionTrack(track.path, grid=grid, markers=_buttons(marks.markers))
    heard = gridding.shifted(heard, -offsets.offset(track.path, "serato"))
    color = marks.color or track.color
    told = replace(track, bpm=bpm, color=color, markers=heard.markers or track.markers)
    return replace(told, grid=heard.grid if GRID in found else track.grid), tuple(damaged)


def marks_of(found: Mapping[str, bytes], damaged: list[str]) -> serato_markers.Marks:
    """Cues, loops and colour of the payloads `found`; damaged ones are named in `damaged`."""
    new, old = serato_markers.Marks(), serato_markers.Marks()
    try:
        new = serato_markers.decode2(found[MARKERS]) if MARKERS in found else new
    except ValueError:
        damaged.append(MARKERS)
    try:
        old = _old(found[OLD_MARKERS]) if OLD_MARKERS in found else old
    except ValueError:
        damaged.append(OLD_MARKERS)
    merged = {(serato_markers.is_loop(mark), mark.slot): mark for mark in new.markers}
    for mark in old.markers:
        place = (serato_markers.is_loop(mark), mark.slot)
        merged[place] = replace(mark, name=merged[place].name) if place in merged else mark
    return serato_markers.Marks(tuple(merged.values()), new.color or old.color)


def _old(data: bytes) -> serato_markers.Marks:
    if serato_markers_mp4.is_mp4(data):
        return serato_markers_mp4.decode(data)
    return serato_markers_old.decode(data)


def _buttons(markers: tuple[Marker, ...]) -> tuple[Marker, ...]:
    """A loop keeps its number as its button unless a cue has that: elsewhere they share them."""
    cues = {mark.slot for mark in markers if not serato_markers.is_loop(mark)}
    freed = (
        replace(mark, slot=None) if serato_markers.is_loop(mark) and mark.slot in cues else mark
        for mark in markers
    )
    return tuple(sorted(freed, key=lambda mark: mark.time))
