"""Reading CUE sheets; what they are, and writing them, is in `cue_sheet.py`. Times in seconds."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from mixolydian.core.errors import DecodeError
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    Marker,
)
from mixolydian.library.formats.m3u8 import whole_path
from mixolydian.library.formats.texts import read_text, shown

FRAMES = 75
"""Frames in a second."""
_COMMAND = re.compile(r"\s*(REM\s+\w+|\w+)\s*(.*?)\s*")
_TIME = re.compile(r"(\d{1,6}):([0-5]?\d):(\d{1,2})")


@dataclass(frozen=True)
class SheetTrack:
    """A TRACK: it starts at `time` seconds of its file."""

    title: str = ""
    performer: str = ""
    time: float = 0.0


@dataclass
class _File:
    path: str
    tracks: list[SheetTrack] = field(default_factory=list)


@dataclass
class _Sheet:
    """A sheet as read so far; what is said before the first TRACK is said of the whole."""

    folder: str
    files: list[_File] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    bad: int = 0

    def take(self, command: str, rest: str) -> None:
        """Take in one command."""
        if command == "FILE":
            self._file(rest)
        elif command == "TRACK" and self.files:
            self.files[-1].tracks.append(SheetTrack())
        elif self.files and self.files[-1].tracks:
            self._of_track(command, rest)
        elif command not in self.said:
            self.said[command] = unquoted(rest)

    def _file(self, rest: str) -> None:
        quoted = re.match(r'"([^"]*)"', rest)
        name = quoted.group(1) if quoted else rest.rsplit(None, 1)[0] if " " in rest else rest
        self.files.append(_File(whole_path(name, self.folder)))

    def _of_track(self, command: str, rest: str) -> None:
        tracks = self.files[-1].tracks
        last = tracks[-1]
        if command == "TITLE":
            tracks[-1] = SheetTrack(unquoted(rest), last.performer, last.time)
        elif command == "PERFORMER":
            tracks[-1] = SheetTrack(last.title, unquoted(rest), last.time)
        elif command == "INDEX" and (match := re.match(r"0*1\s+(.*)", rest)):
            time = seconds_of(match.group(1))
            self.bad += time is None
            tracks[-1] = SheetTrack(last.title, last.performer, time or 0.0)


def unquoted(text: str) -> str:
    """`text` without the quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text.strip('"')


def seconds_of(text: str) -> float | None:
    """Seconds of ``mm:ss:ff``; None when it is no such time."""
    match = _TIME.fullmatch(text.strip())
    if match is None or int(match.group(3)) >= FRAMES:
        return None
    minutes, seconds, frames = (int(part) for part in match.groups())
    return 60 * minutes + seconds + frames / FRAMES


def read(path: Path) -> Collection:
    """The sheet at `path`: its files, their tracks as markers, and the order as a list.

    Raises
    ------
    UnreadableError, InputError
        The file is missing, may not be read, is too large, or is no text.
    DecodeError
        It names no FILE with a TRACK.
    """
    sheet = _Sheet(os.path.dirname(os.path.abspath(path)))
    for line in re.split(r"\r\n|\n|\r", read_text(path, "a CUE sheet")):
        if match := _COMMAND.fullmatch(line):
            sheet.take(" ".join(match.group(1).upper().split()), match.group(2))
    files = [file for file in sheet.files if file.tracks]
    if not files:
        raise DecodeError(
            f"{shown(path)}: expected a CUE sheet with FILE and TRACK, found neither; "
            "check that it is the right file"
        )
    tracks = {file.path: _track(file, sheet.said) for file in reversed(files)}
    order = tuple(dict.fromkeys(file.path for file in files))
    name = sheet.said.get("TITLE") or path.stem
    notes = (f"{sheet.bad} times could not be read and count as 0",) if sheet.bad else ()
    # a sheet of one file says where its cues are, and is no playlist
    lists = (CollectionList(name, order),) if len(order) > 1 else ()
    return Collection(tuple(tracks[p] for p in order), lists, "cue", notes)


def _track(file: _File, said: dict[str, str]) -> CollectionTrack:
    """A file with its markers; a file with a single track is that track."""
    alone = file.tracks[0] if len(file.tracks) == 1 else None
    title = (alone.title if alone else "") or said.get("TITLE", "")
    artist = (alone.performer if alone else "") or said.get("PERFORMER", "")
    plain = alone is not None and alone.time == 0.0
    year = said.get("REM DATE", "")[:4]
    return CollectionTrack(
        file.path,
        title,
        artist,
        genre=said.get("REM GENRE", ""),
        comment=said.get("REM COMMENT", ""),
        year=int(year) if year.isdecimal() and len(year) == 4 else None,
        markers=() if plain else tuple(_marker(track) for track in file.tracks),
    )


def _marker(track: SheetTrack) -> Marker:
    name = f"{track.performer} - {track.title}" if track.performer else track.title
    return Marker(track.time, name=name)
