"""CUE sheets: which track starts where in a sound file.

The source of truth is the CDRWIN User's Guide (appendix "Cue sheet commands"): FILE, TRACK, TITLE,
PERFORMER, INDEX 01 mm:ss:ff with 75 frames in a second, 99 tracks at most. A time is therefore
rounded to 1/150 s at worst (6.7 ms). Sheets are written as UTF-8 and read as UTF-8 or
Windows-1252.

A file with one TRACK is that track; a file with several is a mix, and each of its tracks becomes a
marker called "Performer - Title". Times are in seconds.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mixolydian.core.errors import RequestError
from mixolydian.core.files import write_text
from mixolydian.library.formats.collection import Collection, CollectionTrack
from mixolydian.library.formats.cue_reading import FRAMES, SheetTrack, read
from mixolydian.library.formats.texts import shown

__all__ = ["MOST_TRACKS", "Losses", "SheetTrack", "read", "write", "write_cue_of_mix"]

MOST_TRACKS = 99
_TYPES = {".mp3": "MP3", ".aiff": "AIFF", ".aif": "AIFF"}
"""Suffix → type of a FILE; everything else is called WAVE, as most programs do."""


def write(path: Path, collection: Collection, losses: Losses | None = None) -> tuple[str, ...]:
    """Write every track of `collection` as a FILE, its markers as TRACKs; returns the notes.

    A track without markers is one TRACK from its start. With `losses` the notes are of all sheets
    that were given the same.

    Raises
    ------
    RequestError
        No track, or a path with a line break or a quote, which a sheet cannot hold.
    StorageError
        The file cannot be written.
    """
    notes = Losses() if losses is None else losses
    files = [(track.path, _rows(track, notes)) for track in collection.tracks]
    _write(path, files, _heading(collection), notes)
    return notes.said()


def write_cue_of_mix(
    path: Path,
    mix_file: str | Path,
    tracks: Sequence[tuple[str, str, float]],
    title: str = "",
    performer: str = "",
) -> tuple[str, ...]:
    """Write the sheet of a mix: (title, performer, start in seconds) per track; the notes.

    Raises
    ------
    RequestError
        No track, or a path that a sheet cannot hold.
    StorageError
        The file cannot be written.
    """
    notes = Losses()
    rows = [SheetTrack(*track) for track in sorted(tracks, key=lambda track: track[2])]
    heading = (("PERFORMER", performer), ("TITLE", title or Path(mix_file).stem))
    _write(path, [(os.fspath(mix_file), rows)], heading, notes)
    return notes.said()


@dataclass
class Losses:
    """What sheets could not say."""

    rounded: float = 0.0
    loops: int = 0
    quotes: int = 0
    left_out: int = 0

    def said(self) -> tuple[str, ...]:
        """In words."""
        found = []
        if self.rounded > 1e-6:
            found.append(
                f"times are rounded to 1/75 s, by up to {1000 * self.rounded:.1f} ms: "
                "a CUE sheet counts frames"
            )
        if self.loops:
            found.append(f"{self.loops} loops lost their ends: a CUE sheet only marks starts")
        if self.quotes:
            found.append(f"{self.quotes} names had \" replaced by ', which a CUE sheet cannot hold")
        if self.left_out:
            found.append(f"{self.left_out} tracks left out: a CUE sheet holds {MOST_TRACKS}")
        return tuple(found)


def _heading(collection: Collection) -> tuple[tuple[str, str], ...]:
    if len(collection.tracks) == 1:
        (track,) = collection.tracks
        date = "" if track.year is None else str(track.year)
        remarks = (("REM GENRE", track.genre), ("REM DATE", date), ("REM COMMENT", track.comment))
        return (*remarks, ("PERFORMER", track.artist), ("TITLE", track.title))
    return (("TITLE", collection.lists[0].name if collection.lists else ""),)


def _rows(track: CollectionTrack, notes: Losses) -> list[SheetTrack]:
    kept = sorted((m for m in track.markers if m.kind != "grid"), key=lambda m: m.time)
    notes.loops += sum(m.end is not None for m in kept)
    if not kept:
        return [SheetTrack(track.title, track.artist)]
    return [_row(m.name or track.title, m.time) for m in kept]


def _row(name: str, time: float) -> SheetTrack:
    performer, dash, title = name.partition(" - ")
    return SheetTrack(title, performer, time) if dash else SheetTrack(name, "", time)


def _write(
    path: Path,
    files: Iterable[tuple[str, list[SheetTrack]]],
    heading: Iterable[tuple[str, str]],
    notes: Losses,
) -> None:
    lines = [f"{name} {_quoted(value, notes)}" for name, value in heading if value]
    number = 0
    for file, rows in files:
        fitting = rows[: MOST_TRACKS - number]
        notes.left_out += len(rows) - len(fitting)
        if fitting:
            lines.append(_file_line(file, path))
        for row in fitting:
            number += 1
            lines.extend(_track_lines(number, row, notes))
    if not number:
        raise RequestError(f"{shown(path)}: expected tracks for a CUE sheet, found none")
    write_text(path, (f"{line}\n" for line in lines), errors="surrogateescape")


def _file_line(file: str, sheet: Path) -> str:
    """FILE with the bare name for a file beside the sheet, else with its whole path."""
    whole = os.path.abspath(file)
    beside = os.path.dirname(whole) == os.path.dirname(os.path.abspath(sheet))
    name = os.path.basename(whole) if beside else whole
    if any(sign in name for sign in '"\r\n'):
        raise RequestError(
            f"{name!r}: a CUE sheet cannot hold a path with a quote or a line break; "
            "rename the file"
        )
    return f'FILE "{name}" {_TYPES.get(os.path.splitext(name)[1].lower(), "WAVE")}'


def _track_lines(number: int, row: SheetTrack, notes: Losses) -> Iterator[str]:
    frames = max(0, round(row.time * FRAMES))
    notes.rounded = max(notes.rounded, abs(frames / FRAMES - row.time))
    yield f"  TRACK {number:02d} AUDIO"
    if row.title:
        yield f"    TITLE {_quoted(row.title, notes)}"
    if row.performer:
        yield f"    PERFORMER {_quoted(row.performer, notes)}"
    minutes, rest = divmod(frames, 60 * FRAMES)
    yield f"    INDEX 01 {minutes:02d}:{rest // FRAMES:02d}:{rest % FRAMES:02d}"


def _quoted(text: str, notes: Losses) -> str:
    """`text` on one line between quotes; its own quotes become apostrophes."""
    notes.quotes += '"' in text
    plain = " ".join(text.split()).replace('"', "'")
    return f'"{plain}"'
