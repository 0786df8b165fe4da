"""What the catalogue hands out: files, listing lines, stamps, tags; and how rows become them.

Sizes in bytes, `mtime_ns` in nanoseconds, durations in seconds, bpm in beats per minute.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any

from mixolydian.core.types import FileTags, Track
from mixolydian.library.columns import flat_columns
from mixolydian.library.tables import tracks

HUMAN = "human"
STALE = "stale"
"""Stamps of an answer that is never recomputed, and of one that must be."""


@dataclass(frozen=True)
class FileState:
    """A file as the disk shows it: `size` in bytes, `mtime_ns` in nanoseconds."""

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class FileRecord:
    """What is remembered of a file; `status` is done, failed or missing.

    `error_message` is the failure, or what had to be repaired of a file that is done.
    """

    state: FileState
    track_id: str | None
    status: str
    error_type: str | None
    error_message: str | None
    version: str


@dataclass(frozen=True)
class TrackRow:
    """One line of a listing; None where something is not known.

    After the first three fields the order is that of the columns it is read from.
    """

    track_id: str
    path: str
    missing: bool
    duration: float
    title: str | None
    artist: str | None
    album: str | None
    year: int | None
    genre: str | None
    bpm: float | None
    bpm_confidence: float | None
    meter: int | None
    tonic: str | None
    mode: str | None
    camelot: str | None
    open_key: str | None
    key_confidence: float | None
    energy: int | None
    lufs: float | None
    drops: int | None
    corrected: tuple[str, ...]


ROW_COLUMNS = [
    tracks.c[entry.name]
    for entry in fields(TrackRow)
    if entry.name not in ("path", "missing", "corrected")
]


def read_stamps(text: str) -> dict[str, str]:
    """question → stamp, from the compact form kept with a track."""
    return dict(part.split("=", 1) for part in text.split())


def write_stamps(stamps: Mapping[str, str]) -> str:
    """The compact form of :func:`read_stamps`."""
    return " ".join(f"{question}={stamps[question]}" for question in sorted(stamps))


def readable(path: str) -> str:
    """`path` as valid text: bytes that are not text become replacement characters."""
    return os.fsencode(path).decode("utf-8", "replace")


def file_record(row: Any) -> FileRecord:
    """A row of `files`."""
    return FileRecord(
        FileState(os.fsdecode(row.path), row.size, row.mtime_ns),
        row.track_id,
        row.status,
        row.error_type,
        row.error_message,
        row.version,
    )


def tags_of(row: Any) -> FileTags:
    """What the file said about itself, from a row of `tracks`."""
    return FileTags(
        title=row.title,
        artist=row.artist,
        album=row.album,
        year=row.year,
        genre=row.tag_genre,
        bpm=row.tag_bpm,
        key=row.tag_key,
        bit_rate=row.bit_rate,
    )


def track_row(row: Sequence[Any]) -> TrackRow:
    """A listing line, from `ROW_COLUMNS`, the stamps, and the paths here and gone."""
    track_id, *columns, stamps, here, gone = row
    path = os.fsdecode(here or gone or b"")
    values = [track_id, path, here is None, *columns, _corrected(stamps)]
    return TrackRow(*values)


@lru_cache(maxsize=4096)
def _corrected(stamps: str) -> tuple[str, ...]:
    """The questions a human has answered."""
    return tuple(q for q, stamp in read_stamps(stamps).items() if stamp == HUMAN)


def row_of(track: Track, path: str) -> TrackRow:
    """The listing line of a track, for its file at `path`."""
    answers = track.analysis.estimates
    columns = flat_columns(track.duration, track.tags, answers)
    corrected = tuple(question for question, answer in answers.items() if answer.is_human)
    names = {column.name for column in ROW_COLUMNS} - {"track_id"}
    flat = {name: columns[name] for name in names}
    return TrackRow(track_id=track.track_id, path=path, missing=False, corrected=corrected, **flat)


def row_to_json(row: TrackRow) -> dict[str, Any]:
    """`row` as a JSON-able dict."""
    return asdict(row)
