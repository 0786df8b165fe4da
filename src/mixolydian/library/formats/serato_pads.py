"""Cues and loops on Serato's pads: who keeps which, and the payloads that say so.

The rules are those of serato_merging.py. Times in seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from mixolydian.library.formats import (
    serato_markers,
    serato_markers_mp4,
    serato_markers_old,
    serato_record,
)
from mixolydian.library.formats.collection import Marker
from mixolydian.library.formats.serato_markers import BUTTONS, Marks, is_loop
from mixolydian.library.formats.serato_record import Ours
from mixolydian.library.formats.serato_tags import MARKERS, OLD_MARKERS

OLD_FORM = ("mp3", "aiff", "wav")
"""Forms in which the older markers stand beside the new ones as in mp3."""
TEXT_FORM = ("flac", "m4a")
"""Forms in which the tags stand as base64 text."""
FORMS = (*OLD_FORM, *TEXT_FORM)
"""Forms in which Serato keeps what we know to write."""
SAME_PLACE = 0.05
"""Seconds within which two cues mark the same moment."""
SAME_BEAT = 0.25
"""Seconds within which a section's beginning says no more than a cue."""


class Pads:
    """Cues, loops and colour that stand in the file: `after`, and what of them is ours."""

    def __init__(self, old: Marks, ours: Ours, record: Mapping[str, str], overrule: bool) -> None:
        self.old, self.human = old, "cues" in ours.human
        record = serato_record.of_markers_only(record)
        wanted = _without_doubles(ours.track.markers)
        self.mine = [m for m in old.markers if serato_record.of_marker(m) in record]
        ending = old.markers if overrule else self.mine
        banks = {is_loop(mark) for mark in wanted}
        kept = tuple(m for m in old.markers if m not in ending or is_loop(m) not in banks)
        there = set(map(serato_record.of_marker, old.markers))
        self.gone = set() if overrule else record.keys() - there
        """Digests of what we wrote and a DJ has moved or deleted since."""
        new = self._new(kept, [mark for mark in wanted if not _near(mark, kept)])
        color = ours.track.color or old.color if overrule else old.color or ours.track.color
        self.after = Marks((*kept, *new), color)
        digests = {*map(serato_record.of_marker, self.after.markers), *self.gone}
        said = {serato_record.of_marker(m): ours.who("cues") for m in new}
        self.record = {d: record[d] for d in digests if d in record} | said

    def _new(self, kept: tuple[Marker, ...], chosen: list[Marker]) -> tuple[Marker, ...]:
        """Those of `chosen` that come beside what is `kept`."""
        wanted = [mark for mark in chosen if not _was(mark, self.gone)]
        self.n_gone = len(chosen) - len(wanted)
        before = [self._where_it_was(mark) for mark in wanted if mark.slot is None]
        there = [mark for mark in before if mark.slot is not None]
        hot = [self._where_it_was(mark) for mark in wanted if mark.slot is not None]
        hot += [mark for mark in before if mark.slot is None and is_loop(mark)]
        new = _beside(kept, [*hot, *there])
        self.no_room = len(hot) + len(there) - len(new)
        by_dj = bool(self.gone) or any(not is_loop(mark) for mark in kept)
        if by_dj and not self.human:
            return new
        free = [mark for mark in before if mark.slot is None and not is_loop(mark)]
        new = (*new, *_beside((*kept, *new), free))
        return new if self.human or self.mine else _in_order(new)

    def _where_it_was(self, mark: Marker) -> Marker:
        """The marker on the button it has in the file already, if it is there."""
        same = (m for m in self.mine if _near(mark, [m]) and m.name == mark.name)
        found = min(same, key=lambda m: m.slot != mark.slot, default=None)
        return mark if found is None else replace(mark, slot=found.slot)

    def objects(self, found: Mapping[str, bytes], form: str) -> dict[str, bytes]:
        """The payloads, when anything changed."""
        same = self.after.color == self.old.color
        if same and set(self.after.markers) == set(self.old.markers):
            return {}
        made = {MARKERS: serato_markers.encode2(self.after, found.get(MARKERS, b""))}
        old = found.get(OLD_MARKERS, b"")
        of_mp4 = serato_markers_mp4.is_mp4(old)
        if form in OLD_FORM:
            made[OLD_MARKERS] = serato_markers_old.encode(self.after, b"" if of_mp4 else old)
        elif form == "m4a":
            made[OLD_MARKERS] = serato_markers_mp4.encode(self.after, old if of_mp4 else b"")
        return made


def _without_doubles(markers: Iterable[Marker]) -> list[Marker]:
    """Those on buttons first; memory cues only where no other cue marks the moment."""
    chosen: list[Marker] = []
    for mark in sorted(markers, key=lambda mark: (mark.slot is None, mark.time)):
        if mark.kind != "grid" and (mark.slot is not None or not _near(mark, chosen, SAME_BEAT)):
            chosen.append(mark)
    return chosen


def _near(mark: Marker, others: Iterable[Marker], within: float = SAME_PLACE) -> bool:
    """Whether another of its bank (cues, loops) marks the same moment."""
    return any(is_loop(mark) == is_loop(o) and abs(mark.time - o.time) <= within for o in others)


def _beside(kept: tuple[Marker, ...], wanted: Iterable[Marker]) -> tuple[Marker, ...]:
    """Those of `wanted` that find a button which `kept` leave free, as they read back."""
    taken = {(is_loop(mark), mark.slot) for mark in kept}
    freed = (replace(m, slot=None) if (is_loop(m), m.slot) in taken else m for m in wanted)
    inside = [mark for mark in kept if mark.slot is not None and mark.slot < BUTTONS]
    fixed = {(is_loop(mark), mark.slot) for mark in inside}
    placed = serato_markers.placed([*inside, *freed])
    return _read_back(mark for mark in placed if (is_loop(mark), mark.slot) not in fixed)


def _in_order(markers: tuple[Marker, ...]) -> tuple[Marker, ...]:
    """The cues on the first buttons, in order of time."""
    cues = sorted((m for m in markers if not is_loop(m)), key=lambda mark: mark.time)
    loops = (mark for mark in markers if is_loop(mark))
    return (*(replace(mark, slot=n) for n, mark in enumerate(cues)), *loops)


def _read_back(markers: Iterable[Marker]) -> tuple[Marker, ...]:
    """The markers as a file says them: whole milliseconds, names cut short."""
    return serato_markers.decode2(serato_markers.encode2(Marks(tuple(markers)))).markers


def _was(mark: Marker, digests: Collection[str]) -> bool:
    """Whether a marker is one of those written before."""
    (said,) = _read_back([replace(mark, slot=0)])
    return serato_record.of_marker(said) in digests
