"""Our grid and cues beside what Serato keeps in a file already: who gives way to whom.

What was set in Serato stays: its grid, its cues and loops on their buttons, its colour; ours take
what is free. Where a DJ has cues, our guesses of where sections begin do not fill the pads beside
them. What this program wrote itself before (serato_record.py) is renewed, and what of it a DJ has
deleted or moved since does not come back. With `overrule` ours come in the place of Serato's, where
we have any; a grid that is locked in Serato stays even then. All other entries and tags (flips,
gains, overview) stay byte for byte. Times in seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from mixolydian.library.formats import (
    gridding,
    offsets,
    serato_beatgrid,
    serato_markers,
    serato_markers_mp4,
    serato_markers_old,
    serato_record,
)
from mixolydian.library.formats.collection import CollectionTrack, Color, GridMarker, Marker
from mixolydian.library.formats.serato_markers import BUTTONS, Marks, is_loop
from mixolydian.library.formats.serato_record import HUMAN, MACHINE, RECORD
from mixolydian.library.formats.serato_tags import GRID, MARKERS, OLD_MARKERS, marks_of

OLD_FORM = ("mp3", "aiff", "wav")
"""Forms in which the older markers stand beside the new ones as in mp3."""
FORMS = (*OLD_FORM, "flac", "m4a")
"""Forms in which Serato keeps what we know to write."""
SAME_PLACE = 0.05
"""Seconds within which two cues mark the same moment."""
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


@dataclass(frozen=True)
class Ours:
    """Our track, and of what of it a human spoke: `grid`, `cues`."""

    track: CollectionTrack
    human: frozenset[str] = frozenset()

    def who(self, what: str) -> str:
        """Who said the `grid` or the `cues`."""
        return HUMAN if what in self.human else MACHINE


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
    cues = _Cues(marks, ours, record, overrule)
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


class _Cues:
    """Cues, loops and colour that stand in the file: `after`, and what of them is ours."""

    def __init__(self, old: Marks, ours: Ours, record: Mapping[str, str], overrule: bool) -> None:
        self.old, self.human = old, "cues" in ours.human
        self.written = set() if overrule else set(record)
        """Digests of what we wrote and a DJ may have moved or deleted since."""
        wanted = _without_doubles(ours.track.markers)
        self.mine = [m for m in old.markers if serato_record.of_marker(m) in record]
        ending = old.markers if overrule else self.mine
        banks = {is_loop(mark) for mark in wanted}
        kept = tuple(m for m in old.markers if m not in ending or is_loop(m) not in banks)
        self.written -= set(map(serato_record.of_marker, old.markers))
        new = self._new(kept, [mark for mark in wanted if not _near(mark, kept)])
        color = ours.track.color or old.color if overrule else old.color or ours.track.color
        self.after = Marks((*kept, *new), color)
        digests = {*map(serato_record.of_marker, self.after.markers), *self.written}
        said = {serato_record.of_marker(m): ours.who("cues") for m in new}
        self.record = {d: record[d] for d in digests if d in record} | said

    def _new(self, kept: tuple[Marker, ...], chosen: list[Marker]) -> tuple[Marker, ...]:
        """Those of `chosen` that come beside what is `kept`."""
        wanted = [mark for mark in chosen if not _was(mark, self.written)]
        self.n_gone = len(chosen) - len(wanted)
        before = [self._where_it_was(mark) for mark in wanted if mark.slot is None]
        there = [mark for mark in before if mark.slot is not None]
        hot = [self._where_it_was(mark) for mark in wanted if mark.slot is not None]
        hot += [mark for mark in before if mark.slot is None and is_loop(mark)]
        new = _beside(kept, [*hot, *there])
        self.no_room = len(hot) + len(there) - len(new)
        if not self.human and any(not is_loop(mark) for mark in kept):
            return new
        free = [mark for mark in before if mark.slot is None and not is_loop(mark)]
        memory = _beside((*kept, *new), free)
        return (*new, *(mark for mark in memory if not _was(mark, self.written)))

    def _where_it_was(self, mark: Marker) -> Marker:
        """The marker on the button it has in the file already, if it is there."""
        same = (m for m in self.mine if _near(mark, [m]) and m.name == mark.name)
        found = next(same, None)
        return mark if found is None else replace(mark, slot=found.slot)

    def objects(self, found: Mapping[str, bytes], form: str) -> dict[str, bytes]:
        """The payloads, when anything changed."""
        same = self.after.color == self.old.color
        if same and set(self.after.markers) == set(self.old.markers):
            return {}
        made = {MARKERS: serato_markers.encode2(self.after, found.get(MARKERS, b""))}
        old = found.get(OLD_MARKERS, b"")
        if form in OLD_FORM:
            known = b"" if serato_markers_mp4.is_mp4(old) else old
            made[OLD_MARKERS] = serato_markers_old.encode(self.after, known)
        elif form == "m4a":
            made[OLD_MARKERS] = serato_markers_mp4.encode(self.after)
        return made


def _without_doubles(markers: Iterable[Marker]) -> list[Marker]:
    """Those on buttons first; memory cues only where no other cue marks the moment."""
    chosen: list[Marker] = []
    for mark in sorted(markers, key=lambda mark: (mark.slot is None, mark.time)):
        if mark.kind != "grid" and (mark.slot is not None or not _near(mark, chosen)):
            chosen.append(mark)
    return chosen


def _near(mark: Marker, others: Iterable[Marker]) -> bool:
    """Whether another of its bank (cues, loops) marks the same moment."""
    return any(
        is_loop(mark) == is_loop(o) and abs(mark.time - o.time) <= SAME_PLACE for o in others
    )


def _beside(kept: tuple[Marker, ...], wanted: Iterable[Marker]) -> tuple[Marker, ...]:
    """Those of `wanted` that find a button which `kept` leave free, as they read back."""
    taken = {(is_loop(mark), mark.slot) for mark in kept}
    freed = (replace(m, slot=None) if (is_loop(m), m.slot) in taken else m for m in wanted)
    inside = [mark for mark in kept if mark.slot is not None and mark.slot < BUTTONS]
    fixed = {(is_loop(mark), mark.slot) for mark in inside}
    placed = serato_markers.placed([*inside, *freed])
    return _read_back(mark for mark in placed if (is_loop(mark), mark.slot) not in fixed)


def _read_back(markers: Iterable[Marker]) -> tuple[Marker, ...]:
    """The markers as a file says them: whole milliseconds, names cut short."""
    return serato_markers.decode2(serato_markers.encode2(Marks(tuple(markers)))).markers


def _was(mark: Marker, digests: Collection[str]) -> bool:
    """Whether a marker that has its button is one of those written before."""
    if mark.slot is None:
        return False
    return any(serato_record.of_marker(m) in digests for m in _read_back([mark]))
