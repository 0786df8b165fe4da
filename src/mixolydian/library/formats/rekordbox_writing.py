"""The writing half of :mod:`rekordbox`, whose docstring says what the format is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from mixolydian.library.formats import crate_values as values
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    CueKind,
    GridMarker,
    Marker,
)
from mixolydian.library.formats.crate_folders import Folder, tree
from mixolydian.library.formats.crate_values import Clock, decimal
from mixolydian.library.formats.tally import Tally
from mixolydian.library.formats.xml_writing import (
    OWN_NAME,
    element,
    opening,
    write_document,
)

PROGRAM = "rekordbox"
HOT_CUES = 8
HISTORIES = "Histories"
CUE_KINDS: tuple[CueKind, ...] = ("cue", "fade-in", "fade-out", "load", "loop")
"""`Type` of a POSITION_MARK is the place in this list."""
FOLDER, PLAYLIST = "0", "1"
"""`Type` of a NODE."""
BY_ID, BY_LOCATION = "0", "1"
"""`KeyType` of a playlist."""
DRIVE = re.compile(r"/?[A-Za-z]:[/\\]")


def write(path: Path, collection: Collection) -> tuple[str, ...]:
    """Write `collection` as rekordbox XML; returns what the format could not say.

    Raises
    ------
    RequestError
        At `path` lies a file of another program.
    StorageError
        The file cannot be written.
    """
    notes = Tally()
    write_document(path, _document(collection, notes))
    return notes.notes()


def to_location(path: str) -> str:
    """An absolute path of any system → the URL rekordbox knows it by."""
    if path.startswith("\\\\") or DRIVE.match(path):
        path = path.replace("\\", "/")
    root = "" if path.startswith("/") else "/"
    return f"file://localhost{root}{quote(path, safe='/:', errors='surrogateescape')}"


def _absolute(path: str) -> bool:
    return path.startswith(("/", "\\\\")) or bool(DRIVE.match(path))


def _document(collection: Collection, notes: Tally) -> Iterator[str]:
    tracks = values.unique(collection.tracks, notes, _absolute)
    ids = _ids(tracks)
    clock = Clock(PROGRAM, notes)
    yield opening("DJ_PLAYLISTS", {"Version": "1.0.0"}, notes)
    yield element("PRODUCT", {"Name": OWN_NAME, "Version": "", "Company": ""}, notes)
    yield opening("COLLECTION", {"Entries": str(len(tracks))}, notes)
    for track in tracks:
        yield from _written(clock.theirs(track), ids[track.path], notes)
    yield "</COLLECTION>\n<PLAYLISTS>"
    yield from _nodes(tree((_placed(one, notes) for one in collection.lists), "ROOT"), ids, notes)
    yield "</PLAYLISTS>\n</DJ_PLAYLISTS>"


def _ids(tracks: list[CollectionTrack]) -> dict[str, str]:
    """A number for each path: the track's own where it is one, else the next free."""
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for track in tracks:
        own = track.track_id
        if own.isascii() and own.isdigit() and len(own) < 10 and own not in taken:
            ids[track.path] = own
            taken.add(own)
    free = (str(n) for n in range(1, 2 * len(tracks) + 2) if str(n) not in taken)
    return {track.path: ids.get(track.path) or next(free) for track in tracks}


def _written(track: CollectionTrack, number_: str, notes: Tally) -> Iterator[str]:
    yield opening("TRACK", _attributes(track, number_, notes), notes)
    for beat in track.grid:
        yield element("TEMPO", _tempo(beat), notes)
    for marker in track.markers:
        yield element("POSITION_MARK", _mark(marker, notes), notes)
    yield "</TRACK>"


def _attributes(track: CollectionTrack, number_: str, notes: Tally) -> dict[str, str | None]:
    if track.energy is not None:
        notes.add("energy, for which rekordbox XML has no field")
    added = values.day(track.added)
    return {
        "TrackID": number_,
        "Name": track.title,
        "Artist": track.artist,
        "Album": track.album,
        "Genre": track.genre,
        "Kind": f"{PurePosixPath(track.path).suffix[1:].upper()} File",
        "TotalTime": decimal(track.duration, 0),
        "Year": None if track.year is None else str(track.year),
        "AverageBpm": decimal(track.bpm),
        "DateAdded": added.isoformat() if added else None,
        "Comments": track.comment,
        "PlayCount": None if track.plays is None else str(track.plays),
        "Rating": values.from_stars(track.rating),
        "Location": to_location(track.path),
        "Tonality": values.key_text(track, notes),
        "Colour": values.hexadecimal(track.color, "0x"),
    }


def _tempo(beat: GridMarker) -> dict[str, str | None]:
    meter = "6/8" if beat.meter == 6 else f"{beat.meter}/4"
    place = {"Metro": meter, "Battito": str(beat.beat)}
    return {"Inizio": decimal(beat.time, least=3), "Bpm": decimal(beat.bpm), **place}


def _mark(marker: Marker, notes: Tally) -> dict[str, str | None]:
    red, green, blue = (str(c) for c in marker.color) if marker.color else (None, None, None)
    return {
        "Name": marker.name,
        "Type": str(CUE_KINDS.index(_kind(marker, notes))),
        "Start": decimal(marker.time, least=3),
        "End": decimal(marker.end, least=3),
        "Num": str(_slot(marker, notes)),
        "Red": red,
        "Green": green,
        "Blue": blue,
    }


def _kind(marker: Marker, notes: Tally) -> CueKind:
    if marker.kind == "loop" and marker.end is None:
        notes.add("loops without an end, written as cues")
        return "cue"
    if marker.kind == "grid":
        notes.add("cues on grid markers, written as plain cues")
        return "cue"
    return marker.kind


def _slot(marker: Marker, notes: Tally) -> int:
    if marker.slot is None:
        return -1
    if marker.slot >= HOT_CUES:
        notes.add(f"hot cues beyond the {HOT_CUES}th, written as memory cues")
        return -1
    return marker.slot


def _placed(one: CollectionList, notes: Tally) -> CollectionList:
    if not one.date:
        return one
    notes.add(f"histories, written as playlists in the folder {HISTORIES!r}")
    return replace(one, folder=(HISTORIES, *one.folder), date="")


def _nodes(folder: Folder, ids: Mapping[str, str], notes: Tally) -> Iterator[str]:
    count = str(len(folder.children))
    yield opening("NODE", {"Type": FOLDER, "Name": folder.name, "Count": count}, notes)
    for child in folder.children:
        if isinstance(child, Folder):
            yield from _nodes(child, ids, notes)
        else:
            yield from _playlist(child, ids, notes)
    yield "</NODE>"


def _playlist(one: CollectionList, ids: Mapping[str, str], notes: Tally) -> Iterator[str]:
    """By track number; by location when it names files that the collection does not hold."""
    known = all(path in ids for path in one.tracks)
    kind = {"Name": one.name, "Type": PLAYLIST, "KeyType": BY_ID if known else BY_LOCATION}
    yield opening("NODE", kind | {"Entries": str(len(one.tracks))}, notes)
    if not known:
        notes.add("playlists of files that are not in the collection, written by location")
    for path in one.tracks:
        yield element("TRACK", {"Key": ids[path] if known else to_location(path)}, notes)
    yield "</NODE>"
