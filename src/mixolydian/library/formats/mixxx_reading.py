"""From Mixxx's tables to a collection: tracks with grids, cues and keys; playlists, crates, sets.

Playlists with `hidden` 2 are histories, those with 1 Mixxx's own Auto DJ queue. Crates come as
lists in a folder "Crates". What Mixxx's own analysis found carries that analysis' name in
`keys_sub_version` and `beats_sub_version`, and is not what a DJ set: it is left out. A key that is
typed loses the name. A grid keeps it even when it is changed by hand, so one counts as the user's
when its BPM is locked.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from mixolydian.library.formats import gridding, mixxx_blobs, mixxx_cues, offsets
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    GridMarker,
    Marker,
)
from mixolydian.library.formats.keynames import KeyName, parse
from mixolydian.library.formats.tally import Tally

CRATES = ("Crates",)
"""the folder in which crates come."""
_ANALYSIS = "vamp_plugin_id="
"""what the versions of beats and keys hold that Mixxx's own analysis found."""
FALLBACK_RATE = 44100.0
"""Hz, of a track whose rate Mixxx does not know."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TRACKS = """
SELECT library.id, track_locations.location AS path, title, artist, album, genre, comment, year,
       duration, bpm, samplerate, key, key_id, keys_sub_version, rating, color, timesplayed,
       datetime_added, beats, beats_version, beats_sub_version, bpm_lock
FROM library JOIN track_locations ON track_locations.id = library.location
WHERE coalesce(mixxx_deleted, 0) = 0 ORDER BY library.id
"""
_CUES = "SELECT track_id, type, position, length, hotcue, label, color FROM cues ORDER BY id"
_PLAYLISTS = "SELECT id, name, hidden, date_created FROM Playlists ORDER BY position, id"
_ENTRIES = "SELECT playlist_id, track_id FROM PlaylistTracks ORDER BY playlist_id, position, id"


def collection_of(database: sqlite3.Connection) -> Collection:
    """Everything Mixxx's `database` says, as a collection."""
    database.row_factory = sqlite3.Row
    tally = Tally()
    cues = _cues(database)
    tracks: dict[int, CollectionTrack] = {}
    for row in database.execute(_TRACKS):
        if isinstance(row["path"], str) and row["path"]:
            tracks[row["id"]] = _track(row, cues[row["id"]], tally)
    paths = {number: track.path for number, track in tracks.items()}
    lists = (*_playlists(database, paths), *_crates(database, paths))
    return Collection(tuple(tracks.values()), lists, "mixxx", tally.notes())


def cue_row(row: sqlite3.Row) -> mixxx_cues.CueRow:
    """A row of `cues` as numbers, whatever older versions left there."""
    return mixxx_cues.CueRow(
        _whole(row["type"]),
        _whole(row["position"], -1),
        _whole(row["length"]),
        _whole(row["hotcue"], -1),
        _text(row["label"]),
        _whole(row["color"], -1),
    )


def rate_of(row: sqlite3.Row) -> float:
    """The frames per second of a track of the library."""
    rate = _number(row["samplerate"])
    return rate if rate else FALLBACK_RATE


def _cues(database: sqlite3.Connection) -> defaultdict[int, list[mixxx_cues.CueRow]]:
    cues: defaultdict[int, list[mixxx_cues.CueRow]] = defaultdict(list)
    for row in database.execute(_CUES):
        cues[row["track_id"]].append(cue_row(row))
    return cues


def _track(row: sqlite3.Row, cues: list[mixxx_cues.CueRow], tally: Tally) -> CollectionTrack:
    path = row["path"].replace("/", os.sep)
    key = _key(row, tally)
    by_mixxx = _grid_by_mixxx(row, tally)
    track = CollectionTrack(
        path,
        title=_text(row["title"]),
        artist=_text(row["artist"]),
        album=_text(row["album"]),
        genre=_text(row["genre"]),
        comment=_text(row["comment"]),
        year=_year(row["year"]),
        duration=_number(row["duration"]),
        bpm=None if by_mixxx else _number(row["bpm"]),
        tonic=key.tonic if key else None,
        mode=key.mode if key else None,
        grid=() if by_mixxx else _grid(row, tally),
        markers=_markers(cues, rate_of(row)),
        rating=rating if 0 < (rating := _whole(row["rating"])) <= 5 else None,
        color=mixxx_cues.color_of(row["color"]),
        plays=_whole(row["timesplayed"]) or None,
        added=_day(row["datetime_added"]),
        track_id=str(row["id"]),
    )
    return gridding.shifted(track, -offsets.offset(path, "mixxx"))


def _grid(row: sqlite3.Row, tally: Tally) -> tuple[GridMarker, ...]:
    if not isinstance(row["beats"], bytes) or not row["beats"]:
        return ()
    try:
        blob = mixxx_blobs.Blob(_text(row["beats_version"]), row["beats"])
        return mixxx_blobs.grid_of(blob, rate_of(row))
    except ValueError:
        tally.add("beat grids that could not be read")
        return ()


def _markers(cues: list[mixxx_cues.CueRow], rate: float) -> tuple[Marker, ...]:
    found = (mixxx_cues.marker_of(cue, rate) for cue in mixxx_cues.set_by_user(cues))
    return tuple(sorted((mark for mark in found if mark), key=lambda mark: mark.time))


def _grid_by_mixxx(row: sqlite3.Row, tally: Tally) -> bool:
    found = _ANALYSIS in _text(row["beats_sub_version"]) and not row["bpm_lock"]
    tally.add(
        "beat grids of Mixxx's own analysis, left out; lock the BPM in Mixxx of those you set",
        found,
    )
    return found


def _key(row: sqlite3.Row, tally: Tally) -> KeyName | None:
    if _ANALYSIS in _text(row["keys_sub_version"]):
        tally.add("keys of Mixxx's own analysis, left out")
        return None
    return mixxx_blobs.key_of(_whole(row["key_id"])) or parse(_text(row["key"]))


def _playlists(database: sqlite3.Connection, paths: dict[int, str]) -> Iterator[CollectionList]:
    entries: defaultdict[int, list[str]] = defaultdict(list)
    for row in database.execute(_ENTRIES):
        if row["track_id"] in paths:
            entries[row["playlist_id"]].append(paths[row["track_id"]])
    for row in database.execute(_PLAYLISTS):
        hidden, name = _whole(row["hidden"]), _text(row["name"])
        if hidden in (0, 2):
            date = (_moment(row["date_created"]) or _day(name)) if hidden else ""
            yield CollectionList(name, tuple(entries[row["id"]]), date=date)


def _crates(database: sqlite3.Connection, paths: dict[int, str]) -> Iterator[CollectionList]:
    entries: defaultdict[int, list[str]] = defaultdict(list)
    for row in database.execute("SELECT crate_id, track_id FROM crate_tracks ORDER BY rowid"):
        if row["track_id"] in paths:
            entries[row["crate_id"]].append(paths[row["track_id"]])
    for row in database.execute("SELECT id, name FROM crates ORDER BY id"):
        yield CollectionList(_text(row["name"]), tuple(entries[row["id"]]), CRATES)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _whole(value: Any, otherwise: int = 0) -> int:
    return round(value) if isinstance(value, int | float) and abs(value) < 1e15 else otherwise


def _number(value: Any) -> float | None:
    """A number above 0, or None."""
    return float(value) if isinstance(value, int | float) and 0 < value < 1e9 else None


def _year(value: Any) -> int | None:
    found = re.match(r"\d{4}(?!\d)", _text(value))
    return int(found[0]) if found and int(found[0]) else None


def _day(value: Any) -> str:
    found = _DAY.match(_text(value))
    return found[0] if found else ""


def _moment(value: Any) -> str:
    return _text(value) if _day(value) else ""
