"""The library made ready to recommend from: its arrays, kept in memory and in a file.

Reading 20,000 tracks out of the library and learning from its lists takes a second of work, reading
the arrays from a file some hundredths, an answer from them hundredths or less. The file lies in
a folder beside the library's, and its name says what state of it the arrays are of: another state,
another name. What the user says of tracks is read each time, stands in no array, and does not count
as a change when it is said here. The file may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import StorageError
from mixolydian.core.files import write_binary
from mixolydian.core.settings import Settings
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.recommending.company import Company, learn
from mixolydian.dj.recommending.keeping import VERSION, from_arrays, to_arrays
from mixolydian.dj.recommending.shelf import Entry, Shelf, shelf_of, sounds_of
from mixolydian.library.batch import rows_of
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.lists import OURS, Rating
from mixolydian.library.profile import Opinion
from mixolydian.library.records import TrackRow
from mixolydian.workflows.kept_portraits import FOLDER, kept, sitting_of
from mixolydian.workflows.shelf import open_library

ARRAYS = "recommending"
"""the folder of the arrays."""
Stamp = tuple[tuple[int, ...], ...]
_MEMORY: dict[Path, Known] = {}
_LOCK = Lock()


@dataclass(frozen=True, eq=False)
class Known:
    """A library as it stood at `stamp`: its `shelf`, the tracks whose file is `missing` (n,)."""

    stamp: Stamp
    shelf: Shelf
    company: Company
    missing: NDArray[np.bool_]
    rows: dict[int, TrackRow] = field(default_factory=dict)
    """place → its line of a listing; filled as they are asked for, like the portraits."""
    portraits: dict[int, Portrait | None] = field(default_factory=dict)
    """place → its portrait, or None."""


def known(catalogue: Catalogue) -> Known:
    """The library behind `catalogue`, from memory or file when nothing has changed.

    Raises
    ------
    LibraryError
        It is locked or damaged.
    """
    with _LOCK:
        now = _stamp(catalogue.path)
        old = _MEMORY.get(catalogue.path)
        if old is None or old.stamp != now:
            old = _MEMORY[catalogue.path] = _from_file(catalogue.path, now) or _read(catalogue, now)
        return old


def rows_at(catalogue: Catalogue, found: Known, places: Iterable[int]) -> list[TrackRow]:
    """The lines of a listing of the tracks at `places`, from memory where they were asked for."""
    wanted = list(places)
    missing = [place for place in wanted if place not in found.rows]
    rows = rows_of(catalogue, [found.shelf.ids[place] for place in missing])
    found.rows.update(zip(missing, rows, strict=True))
    return [found.rows[place] for place in wanted]


def with_emotions(catalogue: Catalogue, found: Known) -> Known:
    """`found` with what is known of emotions, kept with it."""
    if found.shelf.emotions:
        return found
    answers = catalogue.answers("emotion")
    told = {i: e.value.probabilities for i, e in answers.items() if e.value is not None}
    labels = dict.fromkeys(label for tags in told.values() for label in tags)
    emotions = {
        label: np.array([told[i].get(label, np.nan) if i in told else np.nan
                         for i in found.shelf.ids])
        for label in labels
    }  # fmt: skip
    wider = replace(found, shelf=replace(found.shelf, emotions=emotions))
    with _LOCK:
        if _MEMORY.get(catalogue.path) is found:
            _MEMORY[catalogue.path] = wider
            _to_file(catalogue.path, wider)
    return wider


def say(said: list[Opinion], settings: Settings | None = None) -> None:
    """Keep opinions; what is in memory and file stays as good as it was."""
    with open_library(settings) as catalogue:
        before = _stamp(catalogue.path)
        catalogue.say(said)
    with _LOCK:
        _goes_on(catalogue.path, before)


def forget(settings: Settings | None = None) -> int:
    """Forget all opinions; how many there were."""
    with open_library(settings) as catalogue:
        before = _stamp(catalogue.path)
        n = catalogue.forget_opinions()
    with _LOCK:
        _goes_on(catalogue.path, before)
    return n


def portrait_at(
    catalogue: Catalogue, found: Known, place: int, settings: Settings
) -> Portrait | None:
    """The kept portrait of the track at `place`, None when there is none; none is made."""
    if place not in found.portraits:
        track_id, made = found.shelf.ids[place], None
        if not found.missing[place] and (settings.home / FOLDER / f"{track_id}.npz").exists():
            (row,) = rows_at(catalogue, found, [place])
            made = kept(sitting_of(catalogue.track(track_id), row.path), settings)
        found.portraits[place] = made
    return found.portraits[place]


# ---------------------------------------------------------------------- states


def _stamp(path: Path) -> Stamp:
    """Which files the catalogue's are, when they were last written, and their sizes."""
    found = []
    for name in (str(path), f"{path}-wal"):
        try:
            status = os.stat(name)
        except FileNotFoundError:
            continue
        if status.st_size:  # an empty log says nothing, and comes and goes
            found.append((status.st_ino, status.st_mtime_ns, status.st_size))
    return tuple(found)


def _goes_on(path: Path, before: Stamp) -> None:
    """What was good before only opinions were written is good now."""
    after, old = _stamp(path), _MEMORY.get(path)
    if old is not None and old.stamp == before:
        _MEMORY[path] = replace(old, stamp=after)
    with suppress(OSError):
        os.replace(_place(path, before), _place(path, after))


# ---------------------------------------------------------------------- the file


def _place(path: Path, stamp: Stamp) -> Path:
    state = hashlib.sha256(repr((VERSION, str(path), stamp)).encode()).hexdigest()
    return path.parent / ARRAYS / f"{path.name}-{state[:32]}.npz"


def _from_file(path: Path, stamp: Stamp) -> Known | None:
    """What is kept of this state; a damaged file is none."""
    try:
        with np.load(_place(path, stamp), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        shelf, company = from_arrays(arrays)
        return Known(stamp, shelf, company, arrays["missing"])
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile):
        return None


def _to_file(path: Path, found: Known) -> None:
    """Keep `found` in the place of other states; where nothing can be written it is read anew."""
    place = _place(path, found.stamp)
    arrays: dict[str, Any] = {**to_arrays(found.shelf, found.company), "missing": found.missing}
    with suppress(StorageError, OSError):
        write_binary(place, lambda file: np.savez(file, **arrays))
        for old in place.parent.glob(f"{path.name}-*.npz"):
            if old != place:
                old.unlink(missing_ok=True)


# ---------------------------------------------------------------------- reading


def _read(catalogue: Catalogue, stamp: Stamp) -> Known:
    rows, ratings = tuple(catalogue.rows()), catalogue.ratings()
    places = {row.track_id: n for n, row in enumerate(rows)}
    entries = [_entry(row, ratings.get(row.track_id, Rating())) for row in rows]
    shelf = shelf_of(entries, sounds_of(*catalogue.timbres(), places))
    chosen = (kept for kept in catalogue.lists() if kept.program != OURS)
    lists = [[places[i] for i in kept.track_ids if i in places] for kept in chosen]
    missing = np.array([row.missing for row in rows], dtype=bool)
    company = learn(lists, len(rows), sounds=shelf.sounds)
    found = Known(stamp, shelf, company, missing)
    _to_file(catalogue.path, found)
    return found


def _entry(row: TrackRow, said: Rating) -> Entry:
    stars = said.rating or None  # programs write nought for a track that nobody has rated
    return Entry(row.track_id, row.bpm, row.camelot, row.energy, row.artist, stars, said.plays)
