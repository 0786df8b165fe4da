"""Our grid and cues beside what Serato keeps in a file already: who gives way to whom.

What was set in Serato stays: its grid, its cues and loops on their buttons, its colour; ours take
what is free. Where a DJ has cues, our guesses of where sections begin do not fill the pads beside
them. What this program wrote itself before (serato_record.py) is renewed, and what of it a DJ has
deleted or moved since does not come back. With `overrule` ours come in the place of Serato's, where
we have any; a grid that is locked in Serato stays even then. All other entries and tags (flips,
gains, overview) stay byte for byte. Times in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mixolydian.library.formats import (
    gridding,
    offsets,
    serato_beatgrid,
    serato_markers,
    serato_record,
)
from mixolydian.library.formats.collection import Color, GridMarker, Marker
from mixolydian.library.formats.serato_markers import Marks, is_loop
from mixolydian.library.formats.serato_pads import TEXT_FORM, Pads
from mixolydian.library.formats.serato_record import RECORD, Ours
from mixolydian.library.formats.serato_tags import GRID, MARKERS, marks_of

_SAME_TIME, _SAME_BPM = 0.001, 0.005


@dataclass(frozen=True)
class Said:
    """What a file's tags say to Serato."""

    grid: tuple[GridMarker, ...] = ()
    cues: tuple[Marker, ...] = ()
    loops: tuple[Marker, ...] = ()
    color: Color | None = None


@dataclass(frozen=True)
class Merged:
    """The `objects` to write (none when nothing changes), what is said `before` and `after`.

    `kept_grid`: Serato's own grid stayed, ours differs; `locked`: because it is locked there;
    `no_room`: cues and loops of ours that found no free button; `n_gone`: that were deleted or
    moved in Serato since they were written, and stay so.
    """

    before: Said
    after: Said
    objects: Mapping[str, bytes]
    kept_grid: bool = False
    locked: bool = False
    no_room: int = 0
    n_gone: int = 0


def merged(found: Mapping[str, bytes], ours: Ours, form: str, overrule: bool = False) -> Merged:
    """Our track merged into the objects `found` in its file, which is of `form` (of FORMS).

    Raises
    ------
    ValueError
        Serato's tags there are damaged (with the names of those), and we may not overrule.
    """
    track = gridding.shifted(ours.track, offsets.offset(ours.track.path, "serato"))
    ours = replace(ours, track=track)
    damaged: list[str] = []
    marks = marks_of(found, damaged)
    old_grid = _grid(found, damaged)
    if damaged and not overrule:
        raise ValueError(", ".join(damaged))
    sound = {name: data for name, data in found.items() if name not in damaged}
    record = serato_record.decode(sound.get(RECORD))
    grid = _Grid(sound, old_grid, ours, record, overrule)
    if GRID in grid.objects and form in TEXT_FORM:
        grid.objects[GRID] = serato_beatgrid.in_text(grid.objects[GRID])
    cues = Pads(marks, ours, record, overrule)
    objects = {**grid.objects, **cues.objects(sound, form)}
    new_record = {**grid.record, **cues.record}
    if objects and new_record != record:
        objects[RECORD] = serato_record.encode(new_record)
    before, after = _said(old_grid, marks), _said(grid.after, cues.after)
    return Merged(before, after, objects, grid.kept, grid.locked, cues.no_room, cues.n_gone)


def _said(grid: tuple[GridMarker, ...], marks: Marks) -> Said:
    ordered = sorted(marks.markers, key=lambda mark: mark.time)
    cues = tuple(mark for mark in ordered if not is_loop(mark))
    loops = tuple(mark for mark in ordered if is_loop(mark))
    return Said(grid, cues, loops, marks.color)


def _grid(found: Mapping[str, bytes], damaged: list[str]) -> tuple[GridMarker, ...]:
    try:
        return serato_beatgrid.decode(found[GRID]) if GRID in found else ()
    except ValueError:
        damaged.append(GRID)
        return ()


class _Grid:
    """Whose grid stands in the file: `after` it, what is written, what of it is ours."""

    def __init__(
        self,
        found: Mapping[str, bytes],
        old: tuple[GridMarker, ...],
        ours: Ours,
        record: Mapping[str, str],
        overrule: bool,
    ) -> None:
        new = gridding.sound(ours.track.grid)
        payload = serato_beatgrid.encode(new) if new else b""
        mark = serato_record.of_grid(found[GRID]) if old else ""
        differs = bool(new and old) and not _same(serato_beatgrid.decode(payload), old)
        theirs = bool(old) and mark not in record
        self.locked = differs and serato_markers.is_locked(found.get(MARKERS, b""))
        self.kept = differs and ((theirs and not overrule) or self.locked)
        written = bool(new) and (not old or (differs and not self.kept))
        self.objects = {GRID: payload} if written else {}
        self.after = serato_beatgrid.decode(payload) if written else old
        self.record = {mark: record[mark]} if mark in record else {}
        if written:
            self.record = {serato_record.of_grid(payload): ours.who("grid")}


def _same(new: tuple[GridMarker, ...], old: tuple[GridMarker, ...]) -> bool:
    return len(new) == len(old) and all(
        abs(a.time - b.time) <= _SAME_TIME and abs(a.bpm - b.bpm) <= _SAME_BPM
        for a, b in zip(new, old, strict=True)
    )
