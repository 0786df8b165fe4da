"""The writing half of :mod:`traktor`, whose docstring says what the format is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mixolydian.library.formats import crate_values as values
from mixolydian.library.formats import keynames
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    Color,
    CueKind,
    Marker,
)
from mixolydian.library.formats.crate_folders import Folder, tree
from mixolydian.library.formats.crate_values import Clock, decimal
from mixolydian.library.formats.gridding import on_downbeat
from mixolydian.library.formats.tally import Tally
from mixolydian.library.formats.traktor_paths import from_path
from mixolydian.library.formats.xml_writing import (
    OWN_NAME,
    can_say,
    element,
    opening,
    write_document,
)

PROGRAM = "traktor"
HOT_CUES = 8
UNNAMED = "n.n."
"""What Traktor calls a cue without a name."""
CUE_KINDS: tuple[CueKind, ...] = ("cue", "fade-in", "fade-out", "load", "grid", "loop")
"""`TYPE` of a CUE_V2 is the place in this list."""
HISTORY_LIST, HISTORY_ENTRY = "PROTOCOL", "HistoryData"
COLORS: dict[str, Color] = {
    "1": (255, 0, 0),
    "2": (255, 128, 0),
    "3": (255, 255, 0),
    "4": (0, 255, 0),
    "5": (0, 0, 255),
    "6": (128, 0, 255),
    "7": (255, 0, 255),
}
"""Red, orange, yellow, green, blue, violet, magenta; Traktor names no shades."""

_SAME = 0.0005
"""seconds within which a cue is on a grid marker."""


def write(path: Path, collection: Collection) -> tuple[str, ...]:
    """Write `collection` as NML; returns what the format could not say.

    Raises
    ------
    RequestError
        At `path` lies a file of another program: Traktor's own collection, perhaps.
    StorageError
        The file cannot be written.
    """
    notes = Tally()
    write_document(path, _document(collection, notes))
    return notes.notes()


def _document(collection: Collection, notes: Tally) -> Iterator[str]:
    tracks = values.unique(collection.tracks, notes, lambda path: bool(_key_of(path)))
    clock = Clock(PROGRAM, notes)
    yield opening("NML", {"VERSION": "19"}, notes)
    yield element("HEAD", {"COMPANY": OWN_NAME, "PROGRAM": "Traktor"}, notes)
    yield element("MUSICFOLDERS", {}, notes)
    yield opening("COLLECTION", {"ENTRIES": str(len(tracks))}, notes)
    for track in tracks:
        yield from _entry(clock.theirs(track), notes)
    yield "</COLLECTION>\n<PLAYLISTS>"
    yield from _nodes(tree(collection.lists, "$ROOT"), notes)
    yield "</PLAYLISTS>\n</NML>"


def _key_of(path: str) -> str:
    """How a playlist names `path`; "" when NML cannot say it."""
    place = from_path(path)
    return place.key if place and can_say(path) else ""


# --------------------------------------------------------------------------- tracks


def _entry(track: CollectionTrack, notes: Tally) -> Iterator[str]:
    place = from_path(track.path)
    if place is None:
        return
    where = {"DIR": place.directory, "FILE": place.file, "VOLUME": place.volume}
    bpm = track.bpm or (track.grid[0].bpm if track.grid else None)
    yield opening("ENTRY", {"TITLE": track.title, "ARTIST": track.artist}, notes)
    yield element("LOCATION", where | {"VOLUMEID": place.volume}, notes)
    if track.album:
        yield element("ALBUM", {"TITLE": track.album}, notes)
    yield element("INFO", _info(track, notes), notes)
    if bpm is not None:
        yield element("TEMPO", {"BPM": decimal(bpm, least=6), "BPM_QUALITY": "100.000000"}, notes)
    if track.tonic and track.mode:
        value = keynames.pitch_class(track.tonic) + (12 if track.mode == "minor" else 0)
        yield element("MUSICAL_KEY", {"VALUE": str(value)}, notes)
    yield from _cues(track, notes)
    yield "</ENTRY>"


def _info(track: CollectionTrack, notes: Tally) -> dict[str, str | None]:
    if track.energy is not None:
        notes.add("energy, for which NML has no field")
    added = values.day(track.added)
    return {
        "GENRE": track.genre or None,
        "COMMENT": track.comment or None,
        "KEY": values.key_text(track, notes),
        "PLAYTIME": decimal(track.duration, 0),
        "PLAYTIME_FLOAT": decimal(track.duration, least=6),
        "IMPORT_DATE": f"{added.year:04d}/{added.month}/{added.day}" if added else None,
        "RELEASE_DATE": None if track.year is None else f"{track.year:04d}/1/1",
        "RANKING": values.from_stars(track.rating),
        "PLAYCOUNT": None if track.plays is None else str(track.plays),
        "COLOR": _nearest(track.color, notes) if track.color else None,
    }


def _nearest(shade: Color, notes: Tally) -> str:
    """The number of the colour of Traktor that is nearest to `shade`."""

    def distance(number: str) -> int:
        return sum((a - b) ** 2 for a, b in zip(COLORS[number], shade, strict=True))

    found = min(COLORS, key=distance)
    if distance(found):
        notes.add("colours of tracks, replaced by the nearest of Traktor's seven")
    return found


def _cues(track: CollectionTrack, notes: Tally) -> Iterator[str]:
    """The grid, then the markers; a button on a grid marker is part of that marker."""
    grid = on_downbeat(track.grid)
    if any(beat.meter != 4 for beat in grid):
        notes.add("grids in bars of other than four beats, which Traktor does not know")
    if any(beat.beat != 1 for beat in grid):
        notes.add("grids with a marker inside a bar, which Traktor takes for a downbeat")
    buttons = [m for m in track.markers if m.kind == "grid"]
    for beat in grid:
        button = next((m for m in buttons if abs(m.time - beat.time) < _SAME), None)
        content = element("GRID", {"BPM": decimal(beat.bpm, least=6)}, notes)
        marker = button or Marker(beat.time, "grid", name="AutoGrid")
        yield _cue(replace(marker, time=beat.time), notes, content)
        buttons = [m for m in buttons if m is not button]
    for marker in track.markers:
        if marker.kind != "grid" or any(marker is left for left in buttons):
            yield _cue(_said(marker, notes), notes)


def _said(marker: Marker, notes: Tally) -> Marker:
    if marker.kind == "loop" and marker.end is None:
        notes.add("loops without an end, written as cues")
        return replace(marker, kind="cue")
    if marker.kind == "grid":
        notes.add("cues on grid markers that are not in the grid, written as plain cues")
        return replace(marker, kind="cue")
    return marker


def _cue(marker: Marker, notes: Tally, content: str = "") -> str:
    slot = -1 if marker.slot is None else marker.slot
    if slot >= HOT_CUES:
        notes.add(f"hot cues beyond the {HOT_CUES}th, written without a button")
        slot = -1
    length = 0.0 if marker.end is None else marker.end - marker.time
    attributes = {
        "NAME": marker.name or UNNAMED,
        "DISPL_ORDER": "0",
        "TYPE": str(CUE_KINDS.index(marker.kind)),
        "START": decimal(marker.time * 1000, least=6),
        "LEN": decimal(length * 1000, least=6),
        "REPEATS": "-1",
        "HOTCUE": str(slot),
        "COLOR": values.hexadecimal(marker.color, "#"),
    }
    return element("CUE_V2", attributes, notes, content)


# --------------------------------------------------------------------------- playlists


def _nodes(folder: Folder, notes: Tally) -> Iterator[str]:
    yield opening("NODE", {"TYPE": "FOLDER", "NAME": folder.name}, notes)
    yield opening("SUBNODES", {"COUNT": str(len(folder.children))}, notes)
    for child in folder.children:
        if isinstance(child, Folder):
            yield from _nodes(child, notes)
        else:
            yield from _playlist(child, notes)
    yield "</SUBNODES>\n</NODE>"


def _playlist(one: CollectionList, notes: Tally) -> Iterator[str]:
    keys = [key for key in map(_key_of, one.tracks) if key]
    notes.add(
        "entries of playlists whose path cannot be written, left out", len(one.tracks) - len(keys)
    )
    played = _played(one, notes)
    uuid = hashlib.md5(repr(one).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    kind = HISTORY_LIST if played else "LIST"
    yield opening("NODE", {"TYPE": "PLAYLIST", "NAME": one.name}, notes)
    yield opening("PLAYLIST", {"ENTRIES": str(len(keys)), "TYPE": kind, "UUID": uuid}, notes)
    for key in keys:
        yield opening("ENTRY", {}, notes)
        yield element("PRIMARYKEY", {"TYPE": "TRACK", "KEY": key}, notes)
        if played:
            yield element("EXTENDEDDATA", played, notes)
        yield "</ENTRY>"
    yield "</PLAYLIST>\n</NODE>"


def _played(one: CollectionList, notes: Tally) -> Mapping[str, str | None]:
    """When the entries of a history were played, as far as the list says it; of others, nothing."""
    if not one.date:
        return {}
    try:
        moment = datetime.fromisoformat(one.date)
    except ValueError:
        notes.add("histories without an ISO date, written as playlists")
        return {}
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return {
        "EXTENDEDTYPE": HISTORY_ENTRY,
        "STARTDATE": str(moment.year << 16 | moment.month << 8 | moment.day),
        "STARTTIME": None if len(one.date) <= len("2026-01-31") else str(seconds),
    }
