"""Markers ⇄ rows of Mixxx's table `cues`.

Source of truth: Mixxx's manual ("cue points") and its table as Mixxx 2.3.3 fills it. `position` and
`length` are samples of stereo sound, so two per frame of the file whatever its channels, with
fractions now and then; −1 is nowhere. Types: 1 hot cue, 2 main cue (where the track is loaded), 4
loop, 6 intro, 7 outro; 8 is Mixxx's own finding of the first and last sound, on which it sets main
cue and intro of every track it analyses. `hotcue` counts from 0, −1 is none. A colour is 0xRRGGBB;
the table's default 0xFFFF0000 stands for none. Mixxx has no memory cues: as Mixxx itself does with
rekordbox's sticks, they and whatever finds no place of its own follow on the first free hot cues.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mixolydian.library.formats.collection import Color, CueKind, Marker
from mixolydian.library.formats.gridding import LONGEST
from mixolydian.library.formats.tally import Tally

HOT_CUE, MAIN_CUE, LOOP, INTRO, OUTRO, SOUND = 1, 2, 4, 6, 7, 8
HOT_CUES = 36
"""how many hot cues Mixxx has."""
_NO_COLOR = 0xFFFF0000
_FIRST_FRAME = 0.075
"""seconds, at most, of the first frame of an MP3, which Mixxx may leave out (offsets.py): a cue
there goes to where Mixxx begins."""
_SAMPLES = 2
"""samples per frame in Mixxx's counting."""
ALONE = {"load": MAIN_CUE, "fade-in": INTRO, "fade-out": OUTRO}
"""Kinds of which Mixxx keeps one per track, as its types."""
_KINDS: dict[int, CueKind] = {
    MAIN_CUE: "load",
    LOOP: "loop",
    INTRO: "fade-in",
    OUTRO: "fade-out",
}


@dataclass(frozen=True)
class CueRow:
    """One row: `position` and `length` in stereo samples, `hotcue` −1 for none."""

    type: int
    position: int
    length: int = 0
    hotcue: int = -1
    label: str = ""
    color: int = _NO_COLOR


def color_of(value: object) -> Color | None:
    """Red, green, blue of Mixxx's number; None for none."""
    if not isinstance(value, int) or not 0 <= value < _NO_COLOR:
        return None
    return value >> 16 & 0xFF, value >> 8 & 0xFF, value & 0xFF


def number_of(color: Color) -> int:
    """Mixxx's number of a colour."""
    return color[0] << 16 | color[1] << 8 | color[2]


def marker_of(row: CueRow, rate: float) -> Marker | None:
    """The marker in `row`; None when it is none a DJ set, or lies nowhere."""
    if row.type not in (HOT_CUE, MAIN_CUE, LOOP, INTRO, OUTRO) or row.position < 0:
        return None
    time = row.position / _SAMPLES / rate
    return Marker(
        time=time,
        kind=_KINDS.get(row.type, "cue"),
        end=time + row.length / _SAMPLES / rate if row.length > 0 else None,
        slot=row.hotcue if row.hotcue >= 0 and row.type in (HOT_CUE, LOOP) else None,
        name=row.label,
        color=color_of(row.color),
    )


def set_by_user(rows: Iterable[CueRow]) -> list[CueRow]:
    """`rows` without what Mixxx put there by itself.

    That is the ends of the sound, main cue and intro where the sound begins, an outro without a
    start, and the loop it remembers as the last one played when a button holds the same.
    """
    rows = list(rows)
    begins = {row.position for row in rows if row.type == SOUND}
    loops = {row.position for row in rows if row.type == LOOP and row.hotcue >= 0}

    def found_by_mixxx(row: CueRow) -> bool:
        if row.type in (MAIN_CUE, INTRO):
            return row.position < 0 or row.position in begins
        if row.type == LOOP:
            return row.hotcue < 0 and row.position in loops
        return row.type == SOUND or (row.type == OUTRO and row.position < 0)

    return [row for row in rows if not found_by_mixxx(row)]


def rows_of(
    markers: Iterable[Marker], rate: float, kept: Iterable[CueRow], tally: Tally
) -> list[CueRow]:
    """Rows for `markers` beside those of the user that are `kept`; losses go to `tally`."""
    theirs = _Taken(kept)
    taken = _Taken(kept)
    rows: list[CueRow] = []
    for marker in sorted(_sound(markers, tally), key=theirs.order):
        kind = ALONE.get(marker.kind)
        if kind in theirs.types or (not kind and round(marker.time * rate) in theirs.frames):
            continue
        if row := _row(marker, rate, taken, tally):
            rows.append(row)
            taken.add(row)
    return rows


class _Taken:
    """Which hot cues, single kinds and places are there already."""

    def __init__(self, rows: Iterable[CueRow]) -> None:
        self.slots: set[int] = set()
        self.types: set[int] = set()
        self.frames: set[int] = set()
        for row in rows:
            self.add(row)

    def order(self, marker: Marker) -> tuple[bool, float]:
        """Markers whose own button is free before those that take any free one."""
        return marker.slot is None or marker.slot in self.slots, marker.time

    def add(self, row: CueRow) -> None:
        self.types.add(row.type)
        self.frames.add(row.position // _SAMPLES)
        if row.hotcue >= 0:
            self.slots.add(row.hotcue)


def _sound(markers: Iterable[Marker], tally: Tally) -> list[Marker]:
    """Markers with a place in the file; what stands for the grid is in the grid already."""
    kept = []
    for marker in markers:
        if marker.kind == "grid":
            continue
        if -_FIRST_FRAME <= marker.time < 0:
            marker = replace(marker, time=0.0)
        if 0 <= marker.time <= LONGEST and abs(marker.end or 0.0) <= LONGEST:
            kept.append(marker)
        else:
            tally.add("cues outside their track, left out")
    return kept


def _row(marker: Marker, rate: float, taken: _Taken, tally: Tally) -> CueRow | None:
    place = ALONE.get(marker.kind)
    if place and place not in taken.types:
        return _filled(marker, rate, place, -1)
    slot = _slot(marker, taken.slots)
    if slot is None:
        tally.add(f"cues more than Mixxx's {HOT_CUES} hot cues, left out")
        return None
    if slot != marker.slot:
        tally.add("cues without a hot cue of their own, put on the next free ones")
    return _filled(marker, rate, LOOP if marker.kind == "loop" else HOT_CUE, slot)


def _slot(marker: Marker, slots: set[int]) -> int | None:
    """The marker's own hot cue, else the next after all that are taken, else any free one."""
    if marker.slot is not None and 0 <= marker.slot < HOT_CUES and marker.slot not in slots:
        return marker.slot
    after = max(slots, default=-1) + 1
    free = [slot for slot in (*range(after, HOT_CUES), *range(HOT_CUES)) if slot not in slots]
    return free[0] if free else None


def _filled(marker: Marker, rate: float, kind: int, slot: int) -> CueRow:
    start = round(marker.time * rate)
    end = start if marker.end is None else max(round(marker.end * rate), start)
    return CueRow(
        kind,
        start * _SAMPLES,
        (end - start) * _SAMPLES,
        slot,
        marker.name,
        _NO_COLOR if marker.color is None else number_of(marker.color),
    )
