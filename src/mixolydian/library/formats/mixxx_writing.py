"""From a collection into Mixxx's tables, beside what the user has there.

Rows of the same path are taken up: empty texts are filled, beats (unless the user locked them) and
key are ours, cues of the user stay unless `replace`. A playlist or crate whose name is taken by
other tracks is written as "NAME (Mixolydian)", and only such a list is ever written anew.
"""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tinytag import TinyTag, TinyTagException

from mixolydian.library.formats import gridding, mixxx_cues, offsets
from mixolydian.library.formats.collection import Collection, CollectionList, CollectionTrack
from mixolydian.library.formats.foreign_database import columns
from mixolydian.library.formats.mixxx_reading import CRATES, FALLBACK_RATE, cue_row, rate_of
from mixolydian.library.formats.mixxx_values import spoken, values_of
from mixolydian.library.formats.tally import Tally

OURS = " (Mixolydian)"
_KNOWN = """
SELECT library.*, track_locations.location AS path FROM library
JOIN track_locations ON track_locations.id = library.location
"""


def put(database: sqlite3.Connection, collection: Collection, replace: bool = False) -> Tally:
    """Write `collection` into an open transaction; the tally is what Mixxx cannot say."""
    database.row_factory = sqlite3.Row
    tally = Tally()
    writer = _Tracks(database, replace, tally)
    for track in collection.tracks:
        writer.put(track)
    for entry in collection.lists:
        numbers = [writer.numbers[path] for path in entry.tracks if path in writer.numbers]
        tally.add("list entries without their track, left out", len(entry.tracks) - len(numbers))
        _put_list(database, entry, numbers, tally)
    return tally


class _Tracks:
    """Writes tracks, remembering which row each path has."""

    def __init__(self, database: sqlite3.Connection, replace: bool, tally: Tally) -> None:
        self.numbers: dict[str, int] = {}
        self._database = database
        self._replace = replace
        self._tally = tally
        self._columns = columns(database, "library")
        self._known = {row["path"]: row for row in database.execute(_KNOWN)}
        self._cues: defaultdict[int, dict[int, mixxx_cues.CueRow]] = defaultdict(dict)
        for row in database.execute("SELECT * FROM cues ORDER BY id"):
            self._cues[row["track_id"]][row["id"]] = cue_row(row)

    def put(self, track: CollectionTrack) -> None:
        location = track.path.replace(os.sep, "/")
        if not _speakable(location):
            self._tally.add("tracks whose file name is not UTF-8, which Mixxx cannot hold")
            return
        old = self._known.get(location)
        rate = rate_of(old) if old and old["samplerate"] else _file_rate(track, self._tally)
        shift = offsets.offset(track.path, "mixxx")
        values = values_of(gridding.shifted(track, shift), rate, old, self._tally)
        number = int(old["id"]) if old else self._insert(location, rate)
        self._update(number, values)
        self._put_cues(number, gridding.shifted(track, shift), rate)
        self.numbers[track.path] = number

    def _insert(self, location: str, rate: float) -> int:
        folder, _, name = location.rpartition("/")
        place = self._database.execute(
            "INSERT INTO track_locations (location, filename, directory, filesize, fs_deleted, "
            "needs_verification) VALUES (?, ?, ?, ?, 0, 0) "
            "ON CONFLICT (location) DO UPDATE SET fs_deleted = 0 RETURNING id",
            (location, name, folder, _size(location)),
        ).fetchone()[0]
        kind = name.rpartition(".")[2].lower()
        added = self._database.execute(
            "INSERT INTO library (location, samplerate, filetype, mixxx_deleted, header_parsed, "
            "played) VALUES (?, ?, ?, 0, 1, 0) RETURNING id",
            (place, round(rate), kind),
        )
        return int(added.fetchone()[0])

    def _update(self, number: int, values: dict[str, Any]) -> None:
        values = {name: value for name, value in values.items() if name in self._columns}
        if values:
            names = ", ".join(f"{name} = ?" for name in values)
            self._database.execute(
                f"UPDATE library SET {names} WHERE id = ?", (*values.values(), number)
            )

    def _put_cues(self, number: int, track: CollectionTrack, rate: float) -> None:
        there = self._cues.get(number, {})
        replace = self._replace and bool(track.markers)
        kept = [] if replace else mixxx_cues.set_by_user(there.values())
        rows = mixxx_cues.rows_of(track.markers, rate, kept, self._tally)
        alone = {row.type for row in rows} & set(mixxx_cues.ALONE.values())
        # by number: the table has no index of tracks, so by track each would cost a look at all
        gone = [(cue,) for cue, row in there.items() if replace or row.type in alone]
        self._database.executemany("DELETE FROM cues WHERE id = ?", gone)
        self._database.executemany(
            "INSERT INTO cues (track_id, type, position, length, hotcue, label, color) "
            "VALUES (:track, :type, :position, :length, :hotcue, :label, :color)",
            [{"track": number, **asdict(row), "label": spoken(row.label)} for row in rows],
        )


def _put_list(
    database: sqlite3.Connection, entry: CollectionList, numbers: list[int], tally: Tally
) -> None:
    crate = entry.folder[: len(CRATES)] == CRATES and not entry.date
    folder = entry.folder[len(CRATES) :] if crate else entry.folder
    tally.add("lists in folders, which Mixxx has not; their names say it", bool(folder))
    name = spoken(" / ".join((*folder, entry.name)))
    if crate:
        unique = list(dict.fromkeys(numbers))
        tally.add("tracks twice in a crate", len(numbers) - len(unique))
        _put_crate(database, name, unique)
    else:
        _put_playlist(database, name, numbers, entry.date)


def _put_playlist(database: sqlite3.Connection, name: str, numbers: list[int], date: str) -> None:
    hidden = 2 if date else 0
    for title in (name, name + OURS):
        old = database.execute(
            "SELECT id FROM Playlists WHERE name = ? AND hidden = ?", (title, hidden)
        ).fetchone()
        if old is None:
            break
        entries = "SELECT track_id FROM PlaylistTracks WHERE playlist_id = ? ORDER BY position, id"
        if [row[0] for row in database.execute(entries, (old[0],))] == numbers:
            return
        if title.endswith(OURS):
            database.execute("DELETE FROM PlaylistTracks WHERE playlist_id = ?", (old[0],))
            _fill_playlist(database, old[0], numbers)
            return
    added = database.execute(
        "INSERT INTO Playlists (name, position, hidden, date_created, date_modified) VALUES "
        "(?, (SELECT coalesce(max(position), 0) + 1 FROM Playlists), ?, "
        "coalesce(nullif(?, ''), datetime('now')), datetime('now')) RETURNING id",
        (title, hidden, spoken(date)),
    )
    _fill_playlist(database, added.fetchone()[0], numbers)


def _fill_playlist(database: sqlite3.Connection, number: int, tracks: Iterable[int]) -> None:
    database.executemany(
        "INSERT INTO PlaylistTracks (playlist_id, track_id, position, pl_datetime_added) "
        "VALUES (?, ?, ?, datetime('now'))",
        [(number, track, position) for position, track in enumerate(tracks, start=1)],
    )


def _put_crate(database: sqlite3.Connection, name: str, numbers: list[int]) -> None:
    for title in (name, name + OURS):
        old = database.execute("SELECT id FROM crates WHERE name = ?", (title,)).fetchone()
        if old is None:
            old = database.execute("INSERT INTO crates (name) VALUES (?) RETURNING id", (title,))
            old = old.fetchone()
            break
        entries = database.execute("SELECT track_id FROM crate_tracks WHERE crate_id = ?", old)
        if {row[0] for row in entries} == set(numbers):
            return
        if title.endswith(OURS):
            database.execute("DELETE FROM crate_tracks WHERE crate_id = ?", (old[0],))
    rows = [(old[0], number) for number in numbers]
    database.executemany("INSERT INTO crate_tracks (crate_id, track_id) VALUES (?, ?)", rows)


def _file_rate(track: CollectionTrack, tally: Tally) -> float:
    """The rate the file says it has, by which Mixxx counts its samples."""
    try:
        rate = TinyTag.get(track.path).samplerate
    except (OSError, ValueError, TinyTagException):
        rate = None
    if not rate:
        tally.add("tracks whose file cannot be read now, written as 44.1 kHz")
    return float(rate or FALLBACK_RATE)


def _size(location: str) -> int:
    try:
        return Path(location).stat().st_size
    except (OSError, ValueError):
        return 0


def _speakable(text: str) -> bool:
    return spoken(text) == text
