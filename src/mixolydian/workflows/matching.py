"""Which of our tracks a track of another program is: by its path, else by file name and length.

Nothing is guessed: two tracks that both fit are no match, nor is a name without a length. Times
are in seconds.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mixolydian.audio.io import shown
from mixolydian.core.errors import RequestError
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats import m3u8
from mixolydian.library.formats.collection import CollectionTrack
from mixolydian.library.lists import KeptList, Marks, Rating

SAME_LENGTH = 1.1
"""Seconds by which lengths may differ: programs keep whole seconds, and decoders differ."""
_PARTS = re.compile(r"[\\/]+")


@dataclass(frozen=True)
class Match:
    """The track it is, or the `reason` why none is certain."""

    track_id: str | None = None
    reason: str = ""


class Matcher:
    """The tracks of a library, ready to be found by path or by name."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.marks = catalogue.marks()
        """track id → the cues set in DJ programs."""
        self.ratings = catalogue.ratings()
        """track id → what is said of it there."""
        self.lists = catalogue.lists()
        self.rows = {row.track_id: row for row in catalogue.rows()}
        records = catalogue.files()
        self._ids = {path: r.track_id for path, r in records.items() if r.track_id is not None}
        self._lengths = {row.track_id: row.duration for row in self.rows.values()}
        self._names: dict[str, set[str]] = defaultdict(set)
        for path, track_id in self._ids.items():
            if track_id in self._lengths:
                self._names[file_name(path)].add(track_id)

    def learn(
        self,
        ratings: Mapping[str, Rating],
        marks: Mapping[str, Marks],
        lists: list[KeptList] | None,
    ) -> None:
        """What was kept just now; `lists` are all there are, None for the same."""
        known = self.ratings
        self.ratings |= {i: r.filled(known.get(i, Rating())) for i, r in ratings.items()}
        self.marks |= marks
        self.lists = self.lists if lists is None else lists

    def match(self, track: CollectionTrack) -> Match:
        """The one track of the library that `track` is."""
        if track.track_id in self._lengths:
            return Match(track.track_id)
        found = self._ids.get(os.path.abspath(track.path)) if os.path.isabs(track.path) else None
        if found in self._lengths:
            return Match(found)
        same = self._names.get(file_name(track.path), set())
        if not same:
            return Match(reason="no such file in the library")
        if track.duration is None:
            return Match(reason="its file name is known, but not its length to be sure by")
        fitting = [i for i in same if abs(self._lengths[i] - track.duration) <= SAME_LENGTH]
        if len(fitting) == 1:
            return Match(fitting[0])
        many = f"{len(fitting)} tracks of that name and length"
        return Match(reason=many if fitting else "another length than our file of that name")


def ids_of_playlist(catalogue: Catalogue, path: str) -> tuple[list[str], tuple[str, ...]]:
    """The ids of the tracks of an M3U8 playlist, in its order, and in words how many the library
    does not hold.

    Raises
    ------
    UnreadableError
        The file cannot be read.
    RequestError
        It is no playlist by its name, or none of its tracks is in the library.
    """
    if os.path.isfile(path) and not m3u8.is_playlist(path):
        raise RequestError(
            f"{shown(path)}: expected a playlist, .m3u8 or .m3u, found another file; what a DJ "
            "program wrote is for `mixo import`"
        )
    collection = m3u8.read(Path(path))
    tracks = {track.path: track for track in collection.tracks}
    order = [tracks[path] for entry in collection.lists for path in entry.tracks if path in tracks]
    ids = [catalogue.ids_by_path(os.path.abspath(track.path)) for track in order]
    if None in ids:
        matcher = Matcher(catalogue)
        ids = [i or matcher.match(track).track_id for i, track in zip(ids, order, strict=True)]
    found = [i for i in ids if i is not None]
    if not found:
        raise RequestError(
            f"{shown(path)}: none of its tracks ({len(order)}) is in the library; "
            "run `mixo analyze` on them first"
        )
    left = len(order) - len(found)
    note = f"{shown(path)}: {left} of its {len(order)} tracks are not in the library"
    return found, (note,) if left else ()


def file_name(path: str) -> str:
    """The file's name in a path of any system, in one spelling of accents and case."""
    return unicodedata.normalize("NFC", _PARTS.split(path)[-1]).casefold()
