"""The library as the verbs use it: opening it, and finding the track a user means."""

from __future__ import annotations

import os
import re

from mixolydian.audio.io import shown
from mixolydian.core.errors import RequestError, UnknownTrackError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.query import Query, TextTerm
from mixolydian.library.records import TrackRow

_PREFIX = re.compile(r"[0-9a-f]{4,64}")
_SHOWN = 5


def open_library(settings: Settings | None = None) -> Catalogue:
    """The user's catalogue.

    Raises
    ------
    LibraryError, StorageError
        It cannot be used or created; the message says why and what to do.
    """
    settings = read_settings() if settings is None else settings
    return Catalogue(settings.catalogue, busy_seconds=settings.busy_seconds)


def find_track(catalogue: Catalogue, text: str) -> str:
    """The id of the track that `text` means: a path, the start of an id, or words of its title.

    Raises
    ------
    UnknownTrackError
        No such track.
    RequestError
        Several tracks fit.
    """
    track_id = catalogue.ids_by_path(os.path.abspath(text))
    if track_id is not None:
        return track_id
    if _PREFIX.fullmatch(text.lower()):
        ids = catalogue.ids_by_prefix(text.lower(), _SHOWN)
        if ids:
            return _only(text, [catalogue.row(i) for i in ids])
    rows = _by_words(catalogue, text)
    if not rows:
        raise UnknownTrackError(_unknown(text))
    return _only(text, rows)


def _by_words(catalogue: Catalogue, text: str) -> list[TrackRow]:
    """Tracks with all the words in the title, or else anywhere."""
    words = [word for word in text.split() if any(c.isalnum() for c in word)]
    for field in ("title", None):
        terms = tuple(TextTerm(field, (word,)) for word in words)
        rows = catalogue.rows(Query(terms), limit=_SHOWN) if terms else []
        if rows:
            return rows
    return []


def _only(text: str, rows: list[TrackRow]) -> str:
    if len(rows) == 1:
        return rows[0].track_id
    names = ", ".join(f"{row.track_id[:8]} ({name_of(row)})" for row in rows[:_SHOWN])
    more = ", …" if len(rows) == _SHOWN else ""
    raise RequestError(f"{text!r} fits several tracks: {names}{more}; give one of these ids")


def _unknown(text: str) -> str:
    if os.path.exists(text):
        return f"{shown(text)} is not in the library; run `mixo analyze` on it first"
    return (
        f"the library holds no track {shown(text)!r}; expected a path, the start of a track "
        "id, or words of its title (`mixo list` shows all)"
    )


def name_of(row: TrackRow) -> str:
    """What to call a track: its title, or its file's name."""
    return row.title or shown(os.path.splitext(os.path.basename(row.path))[0])
