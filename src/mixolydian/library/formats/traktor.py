"""Traktor NML: Traktor's own collection.nml, its exported playlists, and its histories.

Source of truth: no description has been published; what is read and written here is what Traktor
Pro 2 to 4 are seen to write (NML versions 14 to 20), field by field. Times in the file are
milliseconds, dates y/m/d; keys count from C major = 0, then from C minor = 12.

A grid marker is a cue of type 4; since Traktor Pro 3 it says its tempo. Traktor knows bars of four
beats only, and takes every grid marker for a downbeat. What it cannot say: energy, meters, colours
of tracks outside its seven, hot cues beyond the eighth, a `track_id`.

Histories are files of their own beside the collection, in a folder History; :func:`read` takes
them along with a file named collection.nml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from mixolydian.core.errors import InputError, RequestError
from mixolydian.library.formats import crate_values as values
from mixolydian.library.formats import keynames
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    GridMarker,
    Marker,
)
from mixolydian.library.formats.crate_values import Clock, number, whole
from mixolydian.library.formats.keynames import KeyName
from mixolydian.library.formats.safe_xml import Element, records
from mixolydian.library.formats.tally import Tally
from mixolydian.library.formats.traktor_paths import Location, from_key, to_path
from mixolydian.library.formats.traktor_writing import (
    COLORS,
    CUE_KINDS,
    HISTORY_ENTRY,
    HISTORY_LIST,
    PROGRAM,
    UNNAMED,
    write,
)

__all__ = ["PROGRAM", "read", "write"]

_MS = 1e-3
_GRID_NAMES = ("AutoGrid", "Beat Marker")


def read(path: Path) -> Collection:
    """The collection, playlist or history in the NML at `path`.

    Raises
    ------
    UnreadableError, DecodeError, RequestError
        As :func:`safe_xml.records` does. A broken history beside a collection is only noted.
    """
    found = _file(path)
    if path.name.lower() != "collection.nml":
        return found
    for history in sorted((path.parent / "History").glob("*.nml")):
        try:
            found = _joined(found, _file(history))
        except (InputError, RequestError) as error:
            found = replace(found, notes=(*found.notes, str(error)))
    return found


def _file(path: Path) -> Collection:
    notes, nodes = Tally(), []
    tracks: list[CollectionTrack] = []
    paths: dict[str, str] = {}
    for record in records(path, "NML", ("COLLECTION", "PLAYLISTS")):
        if record.section == "PLAYLISTS":
            nodes.append(record.element)
        elif record.element.name == "ENTRY":
            place = _location(record.element)
            tracks.append(_track(record.element, to_path(place) if place else "", notes))
            if place:
                paths[place.key] = tracks[-1].path
    lists = [found for node in nodes for found in _lists(node, paths, (), notes)]
    clock = Clock(PROGRAM, notes)
    timed = tuple(clock.ours(track) for track in values.unique(tuple(tracks), notes, bool))
    return Collection(timed, tuple(lists), PROGRAM, notes.notes())


def _joined(one: Collection, more: Collection) -> Collection:
    """`one` with the lists of `more`, and those of its tracks that `one` does not hold."""
    held = {track.path for track in one.tracks}
    new = tuple(track for track in more.tracks if track.path not in held)
    notes = (*one.notes, *(note for note in more.notes if note not in one.notes))
    return replace(one, tracks=one.tracks + new, lists=one.lists + more.lists, notes=notes)


# --------------------------------------------------------------------------- tracks


def _location(entry: Element) -> Location | None:
    get = entry.get
    place = Location(*(get(name, "LOCATION") for name in ("VOLUME", "DIR", "FILE")))
    return place if place.file else None


def _track(entry: Element, path: str, notes: Tally) -> CollectionTrack:
    get = entry.get
    key = _key(entry, notes)
    year, added = values.day(get("RELEASE_DATE", "INFO")), values.day(get("IMPORT_DATE", "INFO"))
    bpm = values.tempo(get("BPM", "TEMPO"))
    return CollectionTrack(
        path=path,
        title=get("TITLE"),
        artist=get("ARTIST"),
        album=get("TITLE", "ALBUM"),
        genre=get("GENRE", "INFO"),
        comment=get("COMMENT", "INFO"),
        year=year.year if year else None,
        duration=values.length(get("PLAYTIME_FLOAT", "INFO") or get("PLAYTIME", "INFO")),
        bpm=bpm,
        tonic=key.tonic if key else None,
        mode=key.mode if key else None,
        grid=tuple(_grid(entry, bpm, notes)),
        markers=tuple(_markers(entry, notes)),
        rating=values.stars(get("RANKING", "INFO")),
        color=COLORS.get(get("COLOR", "INFO")),
        plays=whole(get("PLAYCOUNT", "INFO"), 0, 10**6),
        added=added.isoformat() if added else "",
    )


def _key(entry: Element, notes: Tally) -> KeyName | None:
    """What Traktor heard, or else what the file's tag says."""
    value = whole(entry.get("VALUE", "MUSICAL_KEY"), 0, 23)
    if value is not None:
        return keynames.from_pitch_class(value % 12, minor=value >= 12)
    return values.key(entry.get("KEY", "INFO"), notes)


def _grid(entry: Element, bpm: float | None, notes: Tally) -> Iterator[GridMarker]:
    for cue in entry.all("CUE_V2"):
        if cue.get("TYPE") != str(CUE_KINDS.index("grid")):
            continue
        time, own = number(cue.get("START"), _MS), values.tempo(cue.get("BPM", "GRID")) or bpm
        if time is None or own is None:
            notes.add("grid markers without time or tempo, left out")
        else:
            yield GridMarker(time, own)


def _markers(entry: Element, notes: Tally) -> Iterator[Marker]:
    for cue in entry.all("CUE_V2"):
        time, place = number(cue.get("START"), _MS), whole(cue.get("TYPE"), 0, len(CUE_KINDS) - 1)
        if time is None or place is None:
            notes.add("cues without time or of an unknown type, left out")
            continue
        kind, slot = CUE_KINDS[place], whole(cue.get("HOTCUE"), 0, 99)
        if kind == "grid" and slot is None:
            continue  # a grid marker that no button jumps to
        name, length = cue.get("NAME"), values.length(cue.get("LEN"), _MS)
        unnamed = name == UNNAMED or (kind == "grid" and name in _GRID_NAMES)
        yield Marker(
            time,
            kind,
            round(time + length, 9) if length else None,
            slot,
            "" if unnamed else name,
            values.color(cue.get("COLOR")),
        )


# --------------------------------------------------------------------------- playlists


def _lists(
    node: Element, paths: Mapping[str, str], folder: tuple[str, ...], notes: Tally, top: bool = True
) -> Iterator[CollectionList]:
    """The playlists in a NODE; the outermost folder, $ROOT, is no folder."""
    name = node.get("NAME")
    for playlist in node.all("PLAYLIST"):
        yield _list(playlist, name, folder, paths, notes)
    if any(node.all("SMARTLIST")):
        notes.add("smart playlists, left out: they are questions, not lists")
    inside = folder if top else (*folder, name)
    for children in node.all("SUBNODES"):
        for child in children.all("NODE"):
            yield from _lists(child, paths, inside, notes, top=False)


def _list(
    playlist: Element, name: str, folder: tuple[str, ...], paths: Mapping[str, str], notes: Tally
) -> CollectionList:
    entries = list(playlist.all("ENTRY"))
    keys = [entry.get("KEY", "PRIMARYKEY") for entry in entries]
    tracks = [paths.get(key) or from_key(key) for key in keys]
    notes.add("entries of playlists that name no file, left out", tracks.count(""))
    date = _date(entries[0]) if entries else ""
    if not date and playlist.get("TYPE") == HISTORY_LIST:
        notes.add("histories without a date, taken as playlists")
    return CollectionList(name, tuple(track for track in tracks if track), folder, date)


def _date(entry: Element) -> str:
    """The moment a history's entry was played; the day alone where the time is not said."""
    if entry.get("EXTENDEDTYPE", "EXTENDEDDATA") != HISTORY_ENTRY:
        return ""
    date = whole(entry.get("STARTDATE", "EXTENDEDDATA"), 1, 2**31) or 0
    seconds = whole(entry.get("STARTTIME", "EXTENDEDDATA"), 0, 86399)
    try:
        day = datetime(date >> 16, date >> 8 & 0xFF, date & 0xFF)
    except ValueError:
        return ""
    if seconds is None:
        return day.date().isoformat()
    return (day + timedelta(seconds=seconds)).isoformat()
