"""M3U8: a playlist most players and DJ programs open.

UTF-8, one ``#EXTINF:seconds,Artist - Title`` line and one path per track. Paths are
absolute, or relative to the playlist's own folder, so that folder and list can move
together.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from mixolydian.core.errors import RequestError
from mixolydian.core.files import write_text
from mixolydian.core.types import Track


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
