"""Which of the library's files a user means: by path, folder, playlist, track id or title."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from mixolydian.audio.io import shown
from mixolydian.core.errors import RequestError
from mixolydian.library.batch import rows_of
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats import m3u8
from mixolydian.library.lists import KeptList, ListEntry
from mixolydian.library.records import FileRecord
from mixolydian.workflows.finding import below, find_files
from mixolydian.workflows.matching import ids_of_playlist
from mixolydian.workflows.shelf import find_track


class Choice:
    """The library's files, asked by a user's words.

    `refused` are the words that mean nothing, with the reason; `strangers` the sound files in the
    folders named that are not in the library; `lists` the playlists named, as far as the library
    holds their tracks, and `notes` say in words how far.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.refused: list[tuple[str, RequestError]] = []
        self.strangers: set[str] = set()
        self.lists: list[KeptList] = []
        self.notes: list[str] = []

    @cached_property
    def files(self) -> dict[str, FileRecord]:
        """path → what is remembered of it, read when it is asked for."""
        return self.catalogue.files()

    def records(self, texts: Iterable[str]) -> list[FileRecord]:
        """The files of the library that are meant, each once."""
        found: dict[str, FileRecord] = {}
        for text in texts:
            try:
                found |= {record.state.path: record for record in self._meant(text)}
            except RequestError as error:
                self.refused.append((text, error))
        return list(found.values())

    def paths(self, texts: Iterable[str]) -> list[str]:
        """The paths that are meant, each once; files that are there need not be in the library."""
        found: dict[str, None] = {}
        for text in texts:
            try:
                here = list(find_files([text]).files) if os.path.exists(text) else []
                found |= dict.fromkeys(here or [r.state.path for r in self._meant(text)])
            except RequestError as error:
                self.refused.append((text, error))
        return list(found)

    def _meant(self, text: str) -> list[FileRecord]:
        if not text:
            raise RequestError("expected a file or folder, found an empty path; `.` is this folder")
        path = os.path.abspath(text)
        if os.path.isdir(path):
            return self._in_folder(path)
        if m3u8.is_playlist(path):
            return self._in_playlist(path)
        if path not in self.files or not self.files[path].track_id:
            path = self.catalogue.row(find_track(self.catalogue, text)).path
        return [self.files[path]]

    def _in_playlist(self, path: str) -> list[FileRecord]:
        ids, notes = ids_of_playlist(self.catalogue, path)
        self.notes += notes
        paths = [row.path for row in rows_of(self.catalogue, ids)]
        entries = tuple(map(ListEntry, paths, ids))
        self.lists.append(KeptList(Path(path).stem, entries))
        return [self.files[name] for name in paths]

    def _in_folder(self, path: str) -> list[FileRecord]:
        """The analysed files in a folder; the others are noted."""
        known = {p for p, r in self.files.items() if r.track_id and r.status == "done"}
        found = sorted(below(known, [path]))
        others = find_files([path]).files.keys() - known
        if not found:
            n = f"{len(others)} that are not" if others else "no sound files at all"
            raise RequestError(
                f"{shown(path)}: expected analysed files, found {n}; run `mixo analyze` on it first"
            )
        self.strangers |= others
        return [self.files[name] for name in found]
