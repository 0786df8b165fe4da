"""What of a track goes into its file's tags for Serato, and how that is said to the user.

The merging with what stands there is `library/formats/serato_merging.py`; writing it, and taking
it back, is done like any other tag (`retagging.py`). Times in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mixolydian.audio.io import shown
from mixolydian.core.errors import DecodeError
from mixolydian.core.types import Track
from mixolydian.dj.grid import Grid
from mixolydian.dj.gridding import set_by_hand
from mixolydian.library import tagging
from mixolydian.library.formats.collection import Color, GridMarker, Marker
from mixolydian.library.formats.serato_merging import Merged, Said, merged
from mixolydian.library.formats.serato_pads import FORMS
from mixolydian.library.formats.serato_record import Ours
from mixolydian.library.lists import Marks, Rating
from mixolydian.workflows.collecting import collection_track
from mixolydian.workflows.retagging import Change

WORD = "serato"
"""What a user asks for."""
_NO_FORM = {
    "ogg": "serato: nothing written, for how Serato marks Ogg files is not known; "
    "convert to flac, mp3 or m4a",
}


@dataclass(frozen=True)
class SeratoTags:
    """The `objects` to write into a file, what `changes` with them, and `notes` on what does not.

    `known` is whether the library has anything to say to Serato.
    """

    objects: Mapping[str, bytes]
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    known: bool = True


def ours_of(track: Track, rating: Rating, marks: Marks | None, attuned: Grid | None = None) -> Ours:
    """The track as Serato may know it, and of what of it a human spoke; as in an export, an
    `attuned` grid takes the place of the analysis'."""
    human = {
        "grid": set_by_hand(track.analysis),
        "cues": marks is not None or track.analysis.is_human("cues"),
    }
    known = collection_track(track, None, rating, marks, attuned)
    return Ours(known, frozenset(what for what, spoken in human.items() if spoken))


def serato_tags(path: Path, ours: Ours, replace: bool) -> SeratoTags:
    """What to write into the file at `path`; nothing into forms that Serato keeps no tags in.

    Raises
    ------
    InputError
        Its tags, or Serato's in them, are damaged.
    """
    track = ours.track
    if not (track.grid or track.markers or track.color):
        return SeratoTags({}, known=False)
    form = tagging.form(path)
    if form not in FORMS:
        return SeratoTags({}, notes=(_NO_FORM[form],))
    found = {name: data for name, data in tagging.read(path).objects.items() if data is not None}
    try:
        done = merged(found, ours, form, replace)
    except ValueError as error:
        raise DecodeError(
            f"{shown(path)}: expected Serato's tags in good order, found damage in {error}; open "
            "and save the track in Serato, or write anew with --replace"
        ) from error
    return SeratoTags(done.objects, _changes(done.before, done.after), _notes(done, ours))


def _notes(done: Merged, ours: Ours) -> tuple[str, ...]:
    found = []
    if done.kept_grid:
        why = "is locked there" if done.locked else "stays; --replace overrules it"
        grids = f"{_grid(done.before.grid)}, ours would be {_grid(ours.track.grid)}"
        found.append(f"the grid set in Serato {why} ({grids})")
    if not ours.track.grid:
        found.append("no grid: no steady beat was heard")
    if done.no_room:
        found.append(f"{done.no_room} of our cues found no free button")
    if done.n_gone:
        found.append(f"{done.n_gone} of our cues were deleted or moved in Serato and stay so")
    return tuple(found)


def _changes(before: Said, after: Said) -> tuple[Change, ...]:
    rows = (
        ("grid", _grid(before.grid), _grid(after.grid)),
        ("cues", _marks(before.cues), _marks(after.cues)),
        ("loops", _marks(before.loops), _marks(after.loops)),
        ("colour", _color(before.color), _color(after.color)),
    )
    return tuple(Change(f"{WORD} {name}", old, new) for name, old, new in rows if old != new)


def _grid(grid: tuple[GridMarker, ...]) -> str | None:
    """ "128 BPM from 0:00.345", with the number of stretches when there are several."""
    if not grid:
        return None
    first = grid[0]
    bpm = f"{first.bpm:.2f}".rstrip("0").rstrip(".")
    more = f" ({len(grid)} stretches)" if len(grid) > 1 else ""
    return f"{bpm} BPM from {_clock(first.time, 3)}{more}"


def _marks(marks: tuple[Marker, ...]) -> str | None:
    """ "2: Mix in 0:15, Drop 1:02"."""
    named = ", ".join(f"{mark.name or 'unnamed'} {_clock(mark.time)}" for mark in marks)
    return f"{len(marks)}: {named}" if marks else None


def _color(color: Color | None) -> str | None:
    return None if color is None else "#" + bytes(color).hex().upper()


def _clock(time: float, digits: int = 0) -> str:
    scale = 10**digits
    minutes, rest = divmod(round(time * scale), 60 * scale)
    width = 3 + digits if digits else 2
    return f"{minutes}:{rest / scale:0{width}.{digits}f}"
