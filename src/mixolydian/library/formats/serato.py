"""Serato DJ: crates read and written, the database read.

Source of truth: the Mixxx wiki, "Serato Database Format", and the fields public tools name in
`_Serato_/database V2`: pfil path, tsng title, tart artist, talb album, tgen genre, tcom comment,
ttyr year, tlen length (m:ss.xx), tbpm, tkey, uadd date added (seconds since 1970). The database is
Serato's own and never written: a track in a crate is taken up when Serato meets it. Grids, cues,
loops and colours are not here but inside the sound files (serato_tags.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from mixolydian.core.errors import InputError, UnreadableError
from mixolydian.core.files import write_bytes
from mixolydian.library.formats.collection import Collection, CollectionList, CollectionTrack
from mixolydian.library.formats.keynames import parse
from mixolydian.library.formats.serato_chunks import Chunk, chunk, chunks
from mixolydian.library.formats.serato_places import (
    DATABASE,
    ENDING,
    FOLDER,
    Drive,
    crate_name,
    drive_of,
    file_name,
)
from mixolydian.library.formats.tally import Tally

_CRATE, _LIBRARY = "1.0/Serato ScratchLive Crate", "2.0/Serato Scratch LIVE Database"
_COLUMNS = ("song", "artist", "bpm", "key", "album", "length", "comment")
REST = "Mixolydian"
"""the crate for tracks that are in no list."""
_BIGGEST = 1 << 29
"""bytes; a database of a million tracks is smaller."""
_LENGTH = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d\d(?:\.\d{1,3})?)")


def read(path: Path) -> Collection:
    """Database and crates of `path`: a `_Serato_` folder, the one around it, or one crate file.

    Raises
    ------
    UnreadableError
        There is no such folder or file.
    InputError
        The database, or the one crate asked for, is damaged or something else.
    """
    if path.suffix == ENDING:
        crates = [_crate(path, drive_of(_home(path)))]
        return Collection(tuple(_bare(crates, set())), tuple(crates), "serato")
    drive = drive_of(path)
    if not drive.folder.is_dir():
        raise UnreadableError(
            f"{path}: expected Serato's folder {FOLDER}, found none; give the folder that holds it"
        )
    tracks = list(_tracks(drive))
    tally = Tally()
    crates = list(_crates(drive, tally))
    tracks += _bare(crates, {track.path for track in tracks})
    return Collection(tuple(tracks), tuple(crates), "serato", tally.notes())


def write(path: Path, collection: Collection) -> tuple[str, ...]:
    """Write the playlists of `collection` as crates of the `_Serato_` folder at (or in) `path`.

    Tracks in no playlist come into a crate "Mixolydian". A crate that is there already under the
    name is kept beside it. Returns what was lost.

    Raises
    ------
    StorageError
        A crate cannot be written.
    """
    drive = drive_of(path)
    tally = Tally()
    taken: set[str] = set()
    for entry in (*collection.lists, *_rest(collection)):
        if entry.date:
            tally.add("histories, which only Serato writes")
        else:
            _write_crate(drive, entry, taken, tally)
    told = [track for track in collection.tracks if track.grid or track.markers]
    tally.add("grids and cues, which go into the files: `mixo tag TRACK --write serato`", len(told))
    return tally.notes()


# ---------------------------------------------------------------------- reading


def _tracks(drive: Drive) -> Iterator[CollectionTrack]:
    file = drive.folder / DATABASE
    if not file.exists():
        return
    seen: set[str] = set()
    for record in _records(file, _LIBRARY):
        track = _track(record, drive, file)
        if track is not None and track.path not in seen:
            seen.add(track.path)
            yield track


def _track(record: Chunk, drive: Drive, file: Path) -> CollectionTrack | None:
    said = {part.tag: part for part in _parts(record, file)}
    path = said["pfil"].text if "pfil" in said else ""
    if not path:
        return None
    text = {tag: part.text for tag, part in said.items() if tag[0] == "t"}
    key = parse(text.get("tkey", ""))
    return CollectionTrack(
        drive.path(path),
        title=text.get("tsng", ""),
        artist=text.get("tart", ""),
        album=text.get("talb", ""),
        genre=text.get("tgen", ""),
        comment=text.get("tcom", ""),
        year=_year(text.get("ttyr", "")),
        duration=_seconds(text.get("tlen", "")),
        bpm=_tempo(text.get("tbpm", "")),
        tonic=key.tonic if key else None,
        mode=key.mode if key else None,
        added=_day(said["uadd"].number) if "uadd" in said else "",
    )


def _crates(drive: Drive, tally: Tally) -> Iterator[CollectionList]:
    files = sorted(drive.crates.glob(f"*{ENDING}")) if drive.crates.is_dir() else []
    for file in files:
        try:
            yield _crate(file, drive)
        except InputError:
            tally.add("crates that could not be read")


def _crate(file: Path, drive: Drive) -> CollectionList:
    *folder, name = crate_name(file)
    records = _records(file, _CRATE)
    parts = (part for record in records for part in _parts(record, file))
    paths = tuple(drive.path(part.text) for part in parts if part.tag == "ptrk" and part.text)
    return CollectionList(name, paths, tuple(folder))


def _records(file: Path, version: str) -> list[Chunk]:
    """The track records of a file that says `version` of itself (before its first number)."""
    try:
        if file.stat().st_size > _BIGGEST:
            raise InputError(f"{file}: is too big to be Serato's; choose Serato's own file")
        found = list(chunks(file.read_bytes()))
    except OSError as error:
        raise UnreadableError(
            f"{file}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from error
    except ValueError as error:
        raise _damaged(file, str(error)) from error
    kind = version.partition("/")[2]
    if not found or found[0].tag != "vrsn" or kind not in found[0].text:
        raise _damaged(file, "another kind of file")
    return [record for record in found if record.tag == "otrk"]


def _parts(record: Chunk, file: Path) -> list[Chunk]:
    try:
        return list(chunks(record.data))
    except ValueError as error:
        raise _damaged(file, str(error)) from error


def _damaged(file: Path, found: str) -> InputError:
    return InputError(
        f"{file}: expected a file of Serato's, found {found}; let Serato write it again, "
        "or put a backup in its place"
    )


def _bare(crates: list[CollectionList], known: set[str]) -> list[CollectionTrack]:
    """Tracks of which only a crate knows."""
    paths = dict.fromkeys(path for crate in crates for path in crate.tracks)
    return [CollectionTrack(path) for path in paths if path not in known]


def _home(crate: Path) -> Path:
    """The `_Serato_` folder a crate file lies in, or the folder itself."""
    folder = crate.absolute().parent
    return folder.parent if folder.parent.name == FOLDER else folder


def _seconds(text: str) -> float | None:
    found = _LENGTH.fullmatch(text.strip())
    if not found:
        return None
    return int(found[1] or 0) * 3600 + int(found[2]) * 60 + float(found[3])


def _tempo(text: str) -> float | None:
    try:
        bpm = float(text)
    except ValueError:
        return None
    return bpm if 0 < bpm < 1000 else None


def _year(text: str) -> int | None:
    found = re.match(r"[12]\d{3}(?!\d)", text)
    return int(found[0]) if found else None


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat() if seconds else ""


# ---------------------------------------------------------------------- writing


def _rest(collection: Collection) -> list[CollectionList]:
    listed = {path for entry in collection.lists if not entry.date for path in entry.tracks}
    rest = tuple(track.path for track in collection.tracks if track.path not in listed)
    return [CollectionList(REST, rest)] if rest else []


def _write_crate(drive: Drive, entry: CollectionList, taken: set[str], tally: Tally) -> None:
    parts = (*entry.folder, entry.name)
    name = file_name(parts)
    while name.casefold() in taken:
        parts = (*parts[:-1], f"{parts[-1]} 2")
        name = file_name(parts)
    taken.add(name.casefold())
    file = drive.crates / name
    tally.add("list names Serato spells otherwise", crate_name(file) != (*entry.folder, entry.name))
    said = [drive.said(path) for path in entry.tracks]
    tally.add("tracks on another drive than Serato's folder, left out", said.count(None))
    content = _content([path for path in said if path is not None])
    if file.exists():
        if file.read_bytes() == content:
            return
        _keep(file)
    write_bytes(file, content)


def _content(paths: list[str]) -> bytes:
    columns = (chunk("ovct", [chunk("tvcn", name), chunk("tvcw", "0")]) for name in _COLUMNS)
    order = chunk("osrt", [chunk("tvcn", "#"), chunk("brev", b"\x00")])
    tracks = (chunk("otrk", [chunk("ptrk", path)]) for path in paths)
    return b"".join([chunk("vrsn", _CRATE), order, *columns, *tracks])


def _keep(file: Path) -> None:
    """A copy of the user's crate beside it, under a name Serato does not look at."""
    number = 1
    while (place := file.with_name(f"{file.name}.before-mixolydian-{number}")).exists():
        number += 1
    write_bytes(place, file.read_bytes())
