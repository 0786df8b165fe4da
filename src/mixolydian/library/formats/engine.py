"""Engine DJ: its database m.db, read from a copy (not written).

Source of truth: the Mixxx wiki, "Engine Library Format", for the data (engine_blobs.py), and the
tables of Engine DJ 2 onwards ("Engine Library/Database2/m.db"): Track, PerformanceData, Playlist,
PlaylistEntity. Paths there start at the folder "Engine Library"; keys count around the circle of
fifths, C major 0, A minor 1, G major 2 …; ratings are 0–100. Writing is left out: Engine binds its
rows to one another and to drives in ways nobody has described, and it reads rekordbox XML, Serato
and Traktor by itself.
"""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from mixolydian.library.formats import engine_blobs, gridding, offsets
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    Marker,
)
from mixolydian.library.formats.foreign_database import check_tables, copied, explained
from mixolydian.library.formats.keynames import KeyName, from_pitch_class
from mixolydian.library.formats.tally import Tally

T = TypeVar("T")
_PROGRAM = "Engine DJ"
_PLACES = ("m.db", "Database2/m.db", "Engine Library/Database2/m.db")
_NEEDED: tuple[tuple[str, set[str]], ...] = (
    ("Track", {"id", "path", "title", "artist", "album", "genre", "comment", "year", "length"}),
    ("Track", {"bpmAnalyzed", "key", "rating"}),
    ("PerformanceData", {"trackId", "beatData", "quickCues", "loops"}),
    ("Playlist", {"id", "title", "parentListId"}),
    ("PlaylistEntity", {"id", "listId", "trackId", "nextEntityId"}),
)
_TRACKS = """
SELECT Track.id, path, title, artist, album, genre, comment, year, length, bpmAnalyzed, key, rating,
       beatData, quickCues, loops
FROM Track LEFT JOIN PerformanceData ON PerformanceData.trackId = Track.id
WHERE path IS NOT NULL ORDER BY Track.id
"""


def read(path: Path) -> Collection:
    """The collection in `path`: m.db, or a folder it lies in (a drive, "Engine Library").

    Raises
    ------
    UnreadableError
        Missing, or no permission.
    InputError
        No database of Engine DJ 2 or newer, damaged, or locked.
    """
    path = _file(path)
    with copied(path, _PROGRAM) as database, explained(path, _PROGRAM):
        check_tables(database, _NEEDED, path, _PROGRAM)
        database.row_factory = sqlite3.Row
        tally = Tally()
        home = path.absolute().parent.parent
        tracks = {row["id"]: _track(row, home, tally) for row in database.execute(_TRACKS)}
        lists = tuple(_lists(database, {number: track.path for number, track in tracks.items()}))
    return Collection(tuple(tracks.values()), lists, "engine", tally.notes())


def _file(path: Path) -> Path:
    if not path.is_dir():
        return path
    return next((path / place for place in _PLACES if (path / place).exists()), path / _PLACES[0])


def _track(row: sqlite3.Row, home: Path, tally: Tally) -> CollectionTrack:
    path = os.path.normpath(os.path.join(home, str(row["path"]).replace("/", os.sep)))
    key = _key(row["key"])
    beats = _heard(engine_blobs.beats_of, row["beatData"], tally, "beat grids")
    track = CollectionTrack(
        path,
        title=_text(row["title"]),
        artist=_text(row["artist"]),
        album=_text(row["album"]),
        genre=_text(row["genre"]),
        comment=_text(row["comment"]),
        year=_whole(row["year"]) or None,
        duration=float(_whole(row["length"])) or None,
        bpm=_tempo(row["bpmAnalyzed"]),
        tonic=key.tonic if key else None,
        mode=key.mode if key else None,
        grid=beats.grid if beats else (),
        markers=_markers(row, beats.rate, tally) if beats else (),
        rating=(_whole(row["rating"]) + 10) // 20 or None,
        track_id=str(row["id"]),
    )
    return gridding.shifted(track, -offsets.offset(path, "engine"))


def _markers(row: sqlite3.Row, rate: float, tally: Tally) -> tuple[Marker, ...]:
    cues = _heard(lambda blob: engine_blobs.cues_of(blob, rate), row["quickCues"], tally, "cues")
    loops = _heard(lambda blob: engine_blobs.loops_of(blob, rate), row["loops"], tally, "loops")
    return tuple(sorted((*(cues or ()), *(loops or ())), key=lambda mark: mark.time))


def _heard(ear: Callable[[bytes], T], blob: Any, tally: Tally, what: str) -> T | None:
    """What `ear` makes of `blob`; None (and a note) when it is damaged."""
    if not isinstance(blob, bytes) or not blob:
        return None
    try:
        return ear(blob)
    except ValueError:
        tally.add(f"tracks whose {what} could not be read")
        return None


def _lists(database: sqlite3.Connection, paths: dict[int, str]) -> Iterator[CollectionList]:
    rows = {row["id"]: row for row in database.execute("SELECT * FROM Playlist ORDER BY id")}
    entries: defaultdict[int, dict[int, sqlite3.Row]] = defaultdict(dict)
    for row in database.execute("SELECT * FROM PlaylistEntity ORDER BY id"):
        entries[row["listId"]][row["nextEntityId"] or 0] = row
    parents = {row["parentListId"] for row in rows.values()}
    for number, row in rows.items():
        tracks = tuple(paths[track] for track in _order(entries[number]) if track in paths)
        if tracks or number not in parents:
            yield CollectionList(_text(row["title"]), tracks, _folder(row, rows))


def _order(by_next: dict[int, sqlite3.Row]) -> list[int]:
    """Track ids in order: the entry whose next is 0 is the last; each names the one after it."""
    found: list[int] = []
    follower = 0
    while (row := by_next.pop(follower, None)) is not None:
        found.append(row["trackId"])
        follower = row["id"]
    return found[::-1]


def _folder(row: sqlite3.Row, rows: dict[int, sqlite3.Row]) -> tuple[str, ...]:
    names: list[str] = []
    seen = {row["id"]}
    while (row := rows.get(row["parentListId"], row))["id"] not in seen:
        seen.add(row["id"])
        names.insert(0, _text(row["title"]))
    return tuple(names)


def _key(number: Any) -> KeyName | None:
    """C major is 0, and its relative A minor 1; two on, a fifth up."""
    if not isinstance(number, int) or not 0 <= number < 24:
        return None
    minor = number % 2 == 1
    return from_pitch_class((9 if minor else 0) + 7 * (number // 2), minor)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and 0 <= value < 1e9 else 0


def _tempo(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 < value < 1000 else None
