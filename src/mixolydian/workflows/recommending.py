"""The library made ready to recommend from: its arrays, kept in memory between answers.

Reading 20,000 tracks takes a second or so, an answer from the arrays milliseconds. They are read
anew when the library's file has changed since; what the user says of tracks changes only what is
read each time anyway, so it does not count as a change when it is said here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.settings import Settings
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.recommending.company import Company, learn
from mixolydian.dj.recommending.shelf import Entry, Shelf, unit_sounds
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.profile import Opinion
from mixolydian.library.records import TrackRow
from mixolydian.workflows.shelf import open_library
from mixolydian.workflows.sitting import FOLDER, kept, sitting_of

Stamp = tuple[tuple[int, int], ...]
_MEMORY: dict[Path, Known] = {}
_LOCK = Lock()


@dataclass(frozen=True, eq=False)
class Known:
    """A library as it stood at `stamp`: its `rows` (n) in the order of the `shelf`."""

    stamp: Stamp
    rows: tuple[TrackRow, ...]
    shelf: Shelf
    company: Company
    portraits: dict[int, Portrait | None]
    """place → its portrait, or None; filled as they are asked for."""

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        """Tracks whose file is gone (n,)."""
        return np.array([row.missing for row in self.rows], dtype=bool)


def known(catalogue: Catalogue) -> Known:
    """The library behind `catalogue`, from memory when nothing has changed.

    Raises
    ------
    LibraryError
        It is locked or damaged.
    """
    with _LOCK:
        now = _stamp(catalogue.path)
        old = _MEMORY.get(catalogue.path)
        if old is None or old.stamp != now:
            old = _MEMORY[catalogue.path] = _read(catalogue, now)
        return old


def with_emotions(catalogue: Catalogue, found: Known) -> Known:
    """`found` with what is known of emotions, remembered with it."""
    if found.shelf.emotions:
        return found
    answers = catalogue.answers("emotion")
    told = {i: e.value.probabilities for i, e in answers.items() if e.value is not None}
    labels = dict.fromkeys(label for tags in told.values() for label in tags)
    ids = [row.track_id for row in found.rows]
    emotions = {
        label: np.array([told[i].get(label, np.nan) if i in told else np.nan for i in ids])
        for label in labels
    }
    wider = replace(found, shelf=replace(found.shelf, emotions=emotions))
    with _LOCK:
        if _MEMORY.get(catalogue.path) is found:
            _MEMORY[catalogue.path] = wider
    return wider


def say(said: list[Opinion], settings: Settings | None = None) -> None:
    """Keep opinions, and what is in memory with them."""
    with open_library(settings) as catalogue:
        before = _stamp(catalogue.path)
        catalogue.say(said)
    with _LOCK:
        old = _MEMORY.get(catalogue.path)
        if old is not None and old.stamp == before:
            _MEMORY[catalogue.path] = replace(old, stamp=_stamp(catalogue.path))


def portrait_at(
    catalogue: Catalogue, found: Known, place: int, settings: Settings
) -> Portrait | None:
    """The kept portrait of the track at `place`, None when there is none; none is made."""
    if place not in found.portraits:
        row = found.rows[place]
        made = None
        if not row.missing and (settings.home / FOLDER / f"{row.track_id}.npz").exists():
            made = kept(sitting_of(catalogue.track(row.track_id), row.path), settings)
        found.portraits[place] = made
    return found.portraits[place]


# ---------------------------------------------------------------------- reading


def _stamp(path: Path) -> Stamp:
    """When the files of the catalogue were last written, and their sizes."""
    found = []
    for name in (str(path), f"{path}-wal"):
        try:
            status = os.stat(name)
        except FileNotFoundError:
            continue
        if status.st_size:  # an empty log says nothing, and comes and goes
            found.append((status.st_mtime_ns, status.st_size))
    return tuple(found)


def _read(catalogue: Catalogue, stamp: Stamp) -> Known:
    rows = tuple(catalogue.rows())
    entries = tuple(Entry(r.track_id, r.bpm, r.camelot, r.energy, r.artist) for r in rows)
    places = {row.track_id: n for n, row in enumerate(rows)}
    shelf = Shelf(entries, _sounds(catalogue, places))
    lists = [[places[i] for i in kept.track_ids if i in places] for kept in catalogue.lists()]
    return Known(stamp, rows, shelf, learn(lists, len(rows), sounds=shelf.sounds), {})


def _sounds(catalogue: Catalogue, places: dict[str, int]) -> NDArray[np.float32]:
    ids, vectors = catalogue.timbres()
    known = [n for n, track_id in enumerate(ids) if track_id in places]
    sounds = np.zeros((len(places), vectors.shape[1]), dtype=np.float32)
    sounds[[places[ids[n]] for n in known]] = unit_sounds(vectors[known])
    return sounds
