"""`export`: what the library knows, in a format other programs read.

json   one file, the analysis documents of all tracks
csv    one table, one row per track
m3u8   one playlist; tracks whose file is gone are left out
jams   one file per track (`out` is a folder), or one file for one track
cue    one sheet per track with its cues (`out` is a folder), or one sheet (`out` ends in .cue)

and, for a DJ program, one collection with grids, cues, keys, ratings and playlists (what each can
say, and what not: docs/dj-formats.md). Tracks whose file is gone are left out there, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mixolydian.audio.io import shown
from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.core.types import QUESTIONS, Told, Track
from mixolydian.library.batch import rows_of, tracks_of
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats import csv, cue_sheet, jams, json, m3u8
from mixolydian.library.formats.collection import Collection, CollectionTrack
from mixolydian.library.lists import KeptList
from mixolydian.library.query import parse_query
from mixolydian.library.records import TrackRow
from mixolydian.theory.key import parse_key
from mixolydian.workflows.collecting import collection_of
from mixolydian.workflows.document import track_document
from mixolydian.workflows.kept_grids import KeptGrids
from mixolydian.workflows.meant import Choice
from mixolydian.workflows.portraits import portraits
from mixolydian.workflows.programs import WRITERS
from mixolydian.workflows.shelf import open_library

FORMATS = ("json", "csv", "m3u8", "jams", *WRITERS)
GRIDDED = ("rekordbox", "traktor", "mixxx")
"""Formats that hold grids."""
COLLECTING = 0.7
"""share of an export's time that goes into collecting what is known, about."""


@dataclass(frozen=True)
class ExportRequest:
    """What to export, how and where to."""

    to: str
    """One of FORMATS."""
    out: str
    """The file to write; for several tracks as JAMS or CUE, a folder."""
    query: str = ""
    """Only tracks that match (`bpm:120-128 key:8A`); all when empty."""
    tracks: tuple[str, ...] = ()
    """Only these: files, folders, playlists, starts of ids, words of titles; instead of a query.
    Of lists, a DJ program then gets the playlists named, where there are any."""
    relative: bool = False
    """Whether a playlist's paths are relative to its own folder."""
    attune: bool = False
    """Whether tracks whose grid was never attuned are listened to once more for it."""

    def __post_init__(self) -> None:
        if self.to not in FORMATS:
            raise RequestError(f"expected a format out of {', '.join(FORMATS)}, found {self.to!r}")
        if not self.out:
            raise RequestError("expected a path to write to, found none; name it with --out")
        if self.query and self.tracks:
            raise RequestError("expected a query or tracks, found both; use one of them")


@dataclass(frozen=True)
class GridCounts:
    """In how many tracks the grid is `attuned` to the sound, set `by_hand`, as `heard` by the
    analysis, or `missing`."""

    attuned: int
    by_hand: int
    heard: int
    missing: int


@dataclass(frozen=True)
class ExportResult:
    """The `paths` written, the number of tracks in them, and how many were `left_out`."""

    paths: tuple[Path, ...]
    n_tracks: int
    left_out: int = 0
    """Tracks whose file is gone, which no player could play."""
    notes: tuple[str, ...] = ()
    """What the format could not say, in words."""
    grids: GridCounts | None = None
    """Where the grids come from; None of formats without grids."""


def export(
    request: ExportRequest, settings: Settings | None = None, told: Told | None = None
) -> ExportResult:
    """Write the tracks that `request` names; `told` hears of each step, and the share of all that
    is done.

    Raises
    ------
    RequestError
        A query that cannot be read, a track that is unknown, or nothing to export.
    StorageError
        The file cannot be written; an older file of that name is still whole.
    """
    _check_folder(request)
    settings = read_settings() if settings is None else settings
    told = told or (lambda step, share: None)
    with open_library(settings) as catalogue:
        chosen = _chosen(catalogue, request)
        if request.to in WRITERS:
            return _for_program(catalogue, request, chosen, settings, told)
        rows = chosen.rows
        tracks = _followed(_tracks(catalogue, rows, request.to), len(rows), told)
        written = write_tracks(tracks, request.to, Path(request.out), request.relative)
    return ExportResult(tuple(written), len(rows), chosen.left_out, chosen.notes)


def _for_program(
    catalogue: Catalogue,
    request: ExportRequest,
    chosen: _Chosen,
    settings: Settings,
    told: Told,
) -> ExportResult:
    """Collect and write for a program of WRITERS."""
    rows = chosen.rows
    notes = _attune(rows, settings, told) if request.attune and request.to in GRIDDED else ()
    tick = lambda share: told("collecting", COLLECTING * share)  # noqa: E731
    found = collection_of(catalogue, rows, KeptGrids(settings), tick, chosen.lists)
    told("writing", COLLECTING)
    paths, said = write_collection(found.collection, request.to, Path(request.out))
    told("writing", 1.0)
    missing = len(rows) - found.attuned - found.by_hand - found.heard
    grids = GridCounts(found.attuned, found.by_hand, found.heard, missing)
    return ExportResult(
        tuple(paths),
        len(rows),
        chosen.left_out,
        (*chosen.notes, *notes, *said),
        grids if request.to in GRIDDED else None,
    )


def _attune(rows: Sequence[TrackRow], settings: Settings, told: Told) -> tuple[str, ...]:
    """Portray the tracks that are not portrayed yet; what could not be, in words."""
    tick = lambda share: told("attuning", share)  # noqa: E731
    found = portraits([row.path for row in rows], settings, tick=tick)
    return tuple(f"grid not attuned: {entry.reason}" for entry in found.unusable)


def _tracks(catalogue: Catalogue, rows: Sequence[TrackRow], to: str) -> Iterator[Track]:
    """Whole tracks; for a playlist, their names are enough."""
    return tracks_of(catalogue, rows, () if to == "m3u8" else QUESTIONS)


def _followed(tracks: Iterator[Track], count: int, told: Told) -> Iterator[Track]:
    for n, track in enumerate(tracks):
        yield track
        told("writing", (n + 1) / count)


def write_collection(
    collection: Collection, to: str, out: Path
) -> tuple[list[Path], tuple[str, ...]]:
    """Write `collection` for a program of WRITERS; the files written, and what it cannot say."""
    if to != "cue" or out.suffix.lower() == ".cue":
        return [out], (*collection.notes, *WRITERS[to](out, collection))
    return _write_sheets(collection.tracks, out)


def _write_sheets(
    tracks: Sequence[CollectionTrack], out: Path
) -> tuple[list[Path], tuple[str, ...]]:
    """A CUE sheet per track; those whose path a sheet cannot hold are named in the notes."""
    paths: dict[Path, None] = {}
    losses, refused = cue_sheet.Losses(), list[RequestError]()
    for track in tracks:
        name = Path(track.path).stem
        path = out / f"{name}.cue"
        if path in paths:
            path = out / f"{name}-{track.track_id[:8]}.cue"
        try:
            cue_sheet.write(path, Collection((track,)), losses)
        except RequestError as error:
            refused.append(error)
            continue
        paths[path] = None
    if refused and not paths:
        raise refused[0]
    return list(paths), (*losses.said(), *map(str, refused))


def write_tracks(
    tracks: Sequence[Track] | Iterator[Track], to: str, out: Path, relative: bool = False
) -> list[Path]:
    """Write `tracks` as `to`: json, csv, m3u8 or jams; returns the files written."""
    if to == "csv":
        return csv.write(tracks, out)
    if to == "m3u8":
        return m3u8.write(tracks, out, relative)
    if to == "jams":
        return jams.write(tracks, out)
    return json.write((track_document(track) for track in tracks), out)


@dataclass(frozen=True)
class _Chosen:
    """The tracks that go out, how many were `left_out`, the `lists` that go with them (None for all
    of the library's), and what is to be said."""

    rows: list[TrackRow]
    left_out: int
    lists: tuple[KeptList, ...] | None
    notes: tuple[str, ...]


def _chosen(catalogue: Catalogue, request: ExportRequest) -> _Chosen:
    choice = Choice(catalogue)
    rows = _named(choice, request.tracks) if request.tracks else _matching(catalogue, request)
    played = request.to == "m3u8" or request.to in WRITERS
    kept = [row for row in rows if not played or _is_here(row)]
    if not kept:
        raise RequestError(_nothing(request, len(rows)))
    notes = tuple(choice.notes)
    if choice.strangers:
        notes = (*notes, f"{len(choice.strangers)} files there were never analysed")
    return _Chosen(kept, len(rows) - len(kept), tuple(choice.lists) or None, notes)


def _named(choice: Choice, texts: Sequence[str]) -> list[TrackRow]:
    ids = dict.fromkeys(r.track_id for r in choice.records(texts) if r.track_id is not None)
    if choice.refused:
        raise choice.refused[0][1]
    return rows_of(choice.catalogue, list(ids))


def _matching(catalogue: Catalogue, request: ExportRequest) -> list[TrackRow]:
    if not request.query.strip():
        return catalogue.rows()
    return catalogue.rows(parse_query(request.query, lambda text: parse_key(text).camelot))


def _check_folder(request: ExportRequest) -> None:
    """Refuse a file where a folder of sheets is to be."""
    out = Path(request.out)
    if request.to in ("cue", "jams") and out.suffix.lower() != f".{request.to}" and out.is_file():
        raise RequestError(
            f"{shown(out)}: expected a folder for one .{request.to} per track, found a file; "
            f"name another, or a file that ends in .{request.to}"
        )


def _is_here(row: TrackRow) -> bool:
    """Whether its file is there now; it may have been moved since the last scan."""
    return not row.missing and os.path.exists(row.path)


def _nothing(request: ExportRequest, n_missing: int) -> str:
    if n_missing:
        return (
            f"the files of all {n_missing} tracks are gone; run `mixo analyze` on their new place"
        )
    if request.query:
        return f"no track matches {request.query!r}; `mixo list` shows all"
    return "the library is empty; run `mixo analyze FOLDER` first"
