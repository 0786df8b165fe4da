"""rekordbox XML: what rekordbox exports and imports as its "rekordbox xml" library.

Source of truth: AlphaTheta's "xml_format_list" (rekordbox.com, for developers; version 1.0.0) and
the tables of pyrekordbox's documentation. Times are seconds, tempi BPM. Every marker of the grid
has its place in the bar, so a grid reads back as it was.

What it cannot say: energy, histories (written as playlists in a folder "Histories"), hot cues
beyond the eighth, fractions of a second of a track's length. 0 means "not known" for year, length
and tempo. A track's location is a URL; what other systems call their paths is kept as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from mixolydian.library.formats import crate_values as values
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    GridMarker,
    Marker,
)
from mixolydian.library.formats.crate_values import Clock, number, whole
from mixolydian.library.formats.rekordbox_writing import (
    BY_LOCATION,
    CUE_KINDS,
    DRIVE,
    PLAYLIST,
    PROGRAM,
    write,
)
from mixolydian.library.formats.safe_xml import Element, records
from mixolydian.library.formats.tally import Tally

__all__ = ["PROGRAM", "from_location", "read", "write"]


def read(path: Path) -> Collection:
    """The collection in the rekordbox XML at `path`.

    Raises
    ------
    UnreadableError, DecodeError, RequestError
        As :func:`safe_xml.records` does.
    """
    notes, tracks, nodes = Tally(), [], []
    for record in records(path, "DJ_PLAYLISTS", ("COLLECTION", "PLAYLISTS")):
        if record.section == "PLAYLISTS":
            nodes.append(record.element)
        elif record.element.name == "TRACK":
            tracks.append(_track(record.element, notes))
    kept = values.unique(tuple(tracks), notes, bool)
    paths = {track.track_id: track.path for track in tracks}
    lists = [found for node in nodes for found in _lists(node, paths, (), notes)]
    clock = Clock(PROGRAM, notes)
    timed = tuple(clock.ours(track) for track in kept)
    return Collection(timed, tuple(lists), PROGRAM, notes.notes())


def _track(found: Element, notes: Tally) -> CollectionTrack:
    get = found.get
    key = values.key(get("Tonality"), notes)
    added = values.day(get("DateAdded"))
    return CollectionTrack(
        path=from_location(get("Location")),
        title=get("Name"),
        artist=get("Artist"),
        album=get("Album"),
        genre=get("Genre"),
        comment=get("Comments"),
        year=whole(get("Year"), 1, 9999),
        duration=values.length(get("TotalTime")),
        bpm=values.tempo(get("AverageBpm")),
        tonic=key.tonic if key else None,
        mode=key.mode if key else None,
        grid=tuple(_grid(found, notes)),
        markers=tuple(_markers(found, notes)),
        rating=values.stars(get("Rating")),
        color=values.color(get("Colour")),
        plays=whole(get("PlayCount"), 0, 10**6),
        added=added.isoformat() if added else "",
        track_id=get("TrackID"),
    )


def _grid(track: Element, notes: Tally) -> Iterator[GridMarker]:
    for found in track.all("TEMPO"):
        time, bpm = number(found.get("Inizio")), values.tempo(found.get("Bpm"))
        if time is None or bpm is None:
            notes.add("TEMPO without time or tempo, left out")
            continue
        meter = whole(found.get("Metro").partition("/")[0], 1, 32) or 4
        yield GridMarker(time, bpm, whole(found.get("Battito"), 1, meter) or 1, meter)


def _markers(track: Element, notes: Tally) -> Iterator[Marker]:
    for found in track.all("POSITION_MARK"):
        time, kind = number(found.get("Start")), whole(found.get("Type"), 0, len(CUE_KINDS) - 1)
        if time is None or kind is None:
            notes.add("POSITION_MARK without time or of an unknown type, left out")
            continue
        shade = [whole(found.get(name), 0, 255) for name in ("Red", "Green", "Blue")]
        red, green, blue = shade
        yield Marker(
            time,
            CUE_KINDS[kind],
            values.after(time, number(found.get("End"))),
            whole(found.get("Num"), 0, 99),
            found.get("Name"),
            None if red is None or green is None or blue is None else (red, green, blue),
        )


def _lists(
    node: Element, paths: Mapping[str, str], folder: tuple[str, ...], notes: Tally, top: bool = True
) -> Iterator[CollectionList]:
    """The playlists in a NODE; the outermost folder, ROOT, is no folder."""
    name = node.get("Name")
    if node.get("Type") == PLAYLIST:
        yield CollectionList(name, tuple(_entries(node, paths, notes)), folder)
        return
    inside = folder if top else (*folder, name)
    for child in node.all("NODE"):
        yield from _lists(child, paths, inside, notes, top=False)


def _entries(node: Element, paths: Mapping[str, str], notes: Tally) -> Iterator[str]:
    for entry in node.all("TRACK"):
        key = entry.get("Key")
        by_location = node.get("KeyType") == BY_LOCATION
        path = from_location(key) if by_location else paths.get(key)
        if path:
            yield path
        else:
            notes.add("entries of playlists that name no track of the file, left out")


def from_location(url: str) -> str:
    """``file://localhost/C:/a%20b.mp3`` → ``C:/a b.mp3``; bytes that are not UTF-8 are kept."""
    text = url
    if url[:7].lower() == "file://":
        text = url[7:].removeprefix("localhost")
    path = unquote(text, errors="surrogateescape")
    return path[1:] if path.startswith("/") and DRIVE.match(path) else path
