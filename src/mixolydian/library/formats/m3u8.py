"""M3U8: a playlist most players and DJ programs open.

UTF-8, one ``#EXTINF:seconds,Artist - Title`` line and one path per track. Paths are
absolute, or relative to the playlist's own folder, so that folder and list can move
together. There is no standard; this is what players write and RFC 8216 §4 calls the basis of
its own format. A plain ``.m3u`` says nothing of its encoding: it is read as UTF-8 if it is that,
else as Windows-1252.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from mixolydian.core.errors import RequestError
from mixolydian.core.files import write_text
from mixolydian.core.types import Track
from mixolydian.library.formats.collection import Collection, CollectionList, CollectionTrack
from mixolydian.library.formats.texts import read_text

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_EXTINF = re.compile(r"#EXTINF:\s*(-?\d+(?:\.\d+)?)?[^,]*,?(.*)")
_SHOWN = 3


def is_playlist(path: str) -> bool:
    """Whether the file there is one, by its name."""
    return path.lower().endswith((".m3u8", ".m3u")) and os.path.isfile(path)


def display_name(track: Track) -> str:
    """ "Artist - Title" on one line, or the file's name when it has no title."""
    name = track.tags.title or Path(track.path).stem
    if track.tags.artist:
        name = f"{track.tags.artist} - {name}"
    return " ".join(name.split())


def entry_path(track: Track, folder: Path, relative: bool) -> str:
    """The path as written into a playlist that lies in `folder`.

    Raises
    ------
    RequestError
        The path holds a line break, which a playlist cannot express.
    """
    path = os.path.abspath(track.path)
    if "\n" in path or "\r" in path:
        raise RequestError(
            f"{path!r}: a playlist cannot hold a path with a line break; rename the file"
        )
    if not relative:
        return path
    shown = os.path.relpath(path, os.path.abspath(folder))
    return f"./{shown}" if shown.startswith("#") else shown


def pieces(tracks: Iterable[Track], folder: Path, relative: bool = False) -> Iterator[str]:
    """The playlist as text, its paths seen from `folder`."""
    yield "#EXTM3U\n"
    for track in tracks:
        yield f"#EXTINF:{round(track.duration)},{display_name(track)}\n"
        yield entry_path(track, folder, relative) + "\n"


def write(tracks: Iterable[Track], path: Path, relative: bool = False) -> list[Path]:
    """Write `tracks` to one playlist; returns the files written.

    File names that are not UTF-8 keep their bytes, or players would not find them.
    """
    return [write_text(path, pieces(tracks, path.parent, relative), errors="surrogateescape")]


# ---------------------------------------------------------------------- reading


@dataclass
class _Reading:
    """What has been read so far of a playlist in `folder`."""

    folder: str
    name: str
    tracks: dict[str, CollectionTrack] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    duration: float | None = None
    title: str = ""

    def line(self, line: str) -> None:
        """Take in one line."""
        if line.startswith("#"):
            self._comment(line)
        elif _URL.match(line) and not line.lower().startswith("file://"):
            self.urls.append(line)
            self.duration, self.title = None, ""
        else:
            self._entry(whole_path(line, self.folder))

    def _comment(self, line: str) -> None:
        if line.upper().startswith("#PLAYLIST:"):
            self.name = line.partition(":")[2].strip() or self.name
        elif match := _EXTINF.fullmatch(line):
            seconds = float(match.group(1) or -1)
            self.duration = seconds if seconds > 0 else None
            self.title = match.group(2).strip()

    def _entry(self, path: str) -> None:
        artist, dash, title = self.title.partition(" - ")
        if not dash:
            artist, title = "", self.title
        track = CollectionTrack(path, title.strip(), artist.strip(), duration=self.duration)
        self.tracks.setdefault(path, track)
        self.order.append(path)
        self.duration, self.title = None, ""


def read(path: Path) -> Collection:
    """The playlist at `path`: its tracks, in order, as one list.

    "Artist - Title" is parted at the first dash between spaces. Streams are left out and noted.

    Raises
    ------
    UnreadableError, InputError
        The file is missing, may not be read, is too large, or is no text.
    """
    text = read_text(path, "a playlist", guess=path.suffix.lower() == ".m3u")
    reading = _Reading(os.path.dirname(os.path.abspath(path)), path.stem)
    for line in re.split(r"\r\n|\n|\r", text):
        if line.strip():
            reading.line(line)
    made = CollectionList(reading.name, tuple(reading.order))
    return Collection(tuple(reading.tracks.values()), (made,), "m3u8", _notes(reading.urls))


def whole_path(entry: str, folder: str) -> str:
    """The absolute path that `entry` of a playlist in `folder` means.

    Paths of Windows stay as they are; a relative one with backslashes only is parted there.
    """
    if entry.lower().startswith("file://"):
        entry = unquote(re.sub(r"(?i)^file://(localhost)?", "", entry), errors="surrogateescape")
        entry = entry[1:] if _WINDOWS.match(entry[1:]) else entry
    if _WINDOWS.match(entry):
        return entry
    path = os.path.normpath(os.path.join(folder, entry))
    if "\\" in entry and "/" not in entry and not os.path.lexists(path):
        path = os.path.normpath(os.path.join(folder, entry.replace("\\", "/")))
    return path


def _notes(urls: list[str]) -> tuple[str, ...]:
    if not urls:
        return ()
    some = ", ".join(urls[:_SHOWN]) + (", …" if len(urls) > _SHOWN else "")
    return (f"{len(urls)} addresses of streams left out, which are no files: {some}",)
