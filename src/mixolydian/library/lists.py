"""What DJ programs know besides answers: playlists, histories, ratings, and marks as they were set.

A list keeps the path the other program wrote of every entry, and the track it is, where that is
known; tracks that the library meets later are found when the list is imported again. A history is
a list with a date. Of ratings and marks each program's own are kept, and the newest are shown.
Ratings are 0–5 stars, times in seconds, colours red, green, blue, 0–255.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select, text
from sqlalchemy.dialects.sqlite import insert

from mixolydian.library.formats.collection import Color, Marker
from mixolydian.library.tables import list_tracks, lists, marks, ratings

_OLDEST_FIRST = text("rowid")
"""The order in which rows were kept: what is kept again takes a new number at the end."""
_MARKER = tuple(field.name for field in fields(Marker))
OURS = "mixolydian"
"""The program of the lists that `mixo set` planned: they tell of nobody's taste."""


@dataclass(frozen=True)
class ListEntry:
    """A track in a list: its `path` as the other program wrote it, its id where it is known."""

    path: str
    track_id: str | None = None


@dataclass(frozen=True)
class KeptList:
    """A playlist, or with `date` (ISO) a history; `folder` names the folders, outermost first."""

    name: str
    entries: tuple[ListEntry, ...] = ()
    folder: tuple[str, ...] = ()
    date: str = ""
    program: str = ""

    @property
    def track_ids(self) -> tuple[str, ...]:
        """The tracks the library knows, in order."""
        return tuple(e.track_id for e in self.entries if e.track_id is not None)

    @property
    def known(self) -> KeptList:
        """The same list without what the library does not hold, as an export writes it."""
        return replace(self, entries=tuple(e for e in self.entries if e.track_id is not None))

    def same(self, other: KeptList) -> bool:
        """Whether it is the same list, whatever program and folder hold it: by name, date and
        tracks, all of them known."""
        if (self.name, self.date) != (other.name, other.date):
            return False
        mine = self.track_ids
        known = len(mine) == len(self.entries) == len(other.entries)
        return known and mine == other.track_ids


@dataclass(frozen=True)
class Rating:
    """What `program` says of a track: stars 0–5, how often it was played, a colour, since when, and
    in words what the user wrote."""

    rating: int | None = None
    plays: int | None = None
    color: Color | None = None
    added: str = ""
    program: str = ""
    comment: str = ""

    def filled(self, older: Rating) -> Rating:
        """This, and what only `older` knows; of two counts of plays the greater."""
        plays = [count for count in (self.plays, older.plays) if count is not None]
        return Rating(
            older.rating if self.rating is None else self.rating,
            max(plays, default=None),
            self.color or older.color,
            self.added or older.added,
            self.program,
            self.comment or older.comment,
        )


@dataclass(frozen=True)
class Marks:
    """The cues and loops of a track as they were set in `program`."""

    markers: tuple[Marker, ...]
    program: str = ""


# ---------------------------------------------------------------------- lists


def save_lists(connection: Connection, kept: Iterable[KeptList]) -> None:
    """Keep lists, each in the place of one of its program, folder, name and date."""
    for entry in kept:
        key = {
            "program": entry.program,
            "folder": json.dumps(entry.folder),
            "name": entry.name,
            "date": entry.date,
        }
        same = (lists.c[column] == value for column, value in key.items())
        connection.execute(delete(lists).where(*same))
        made = connection.execute(insert(lists).values(**key).returning(lists.c.id))
        number = made.scalar_one()
        rows = [
            {"list_id": number, "place": n, "track_id": e.track_id, "path": os.fsencode(e.path)}
            for n, e in enumerate(entry.entries)
        ]
        if rows:
            connection.execute(insert(list_tracks), rows)


def load_lists(connection: Connection) -> list[KeptList]:
    """Every list, in the order they were kept."""
    found: dict[int, list[ListEntry]] = {}
    order = select(list_tracks).order_by(list_tracks.c.list_id, list_tracks.c.place)
    for row in connection.execute(order):
        found.setdefault(row.list_id, []).append(ListEntry(os.fsdecode(row.path), row.track_id))
    return [
        KeptList(
            row.name,
            tuple(found.get(row.id, ())),
            tuple(json.loads(row.folder)),
            row.date,
            row.program,
        )
        for row in connection.execute(select(lists).order_by(lists.c.id))
    ]


# ---------------------------------------------------------------------- ratings and marks


def save_ratings(connection: Connection, said: Mapping[str, Rating]) -> None:
    """Keep track id → rating, in the place of what the same program said before."""
    rows = [
        {
            "track_id": track_id,
            "program": rating.program,
            "rating": rating.rating,
            "plays": rating.plays,
            "added": rating.added,
            "color": None if rating.color is None else json.dumps(rating.color),
            "comment": rating.comment,
        }
        for track_id, rating in said.items()
    ]
    _replace(connection, ratings, rows)


def load_ratings(connection: Connection) -> dict[str, Rating]:
    """track id → what is said of it; the newest word counts."""
    found: dict[str, Rating] = {}
    for row in connection.execute(select(ratings).order_by(_OLDEST_FIRST)):
        color = None if row.color is None else _color(json.loads(row.color))
        said = Rating(row.rating, row.plays, color, row.added, row.program, row.comment)
        found[row.track_id] = said.filled(found.get(row.track_id, Rating()))
    return found


def save_marks(connection: Connection, said: Mapping[str, Marks]) -> None:
    """Keep track id → marks, in the place of those of the same program."""
    rows = [
        {
            "track_id": track_id,
            "program": kept.program,
            "document": json.dumps([_document(m) for m in kept.markers], separators=(",", ":")),
        }
        for track_id, kept in said.items()
    ]
    _replace(connection, marks, rows)


def load_marks(connection: Connection) -> dict[str, Marks]:
    """track id → its marks, from the program they came from last."""
    rows = connection.execute(select(marks).order_by(_OLDEST_FIRST))
    return {r.track_id: Marks(_markers(r.document), r.program) for r in rows}


def _replace(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Each row in the place of that of the same track and program, as the newest."""
    if not rows:
        return
    same = (table.c.track_id == bindparam("id")) & (table.c.program == bindparam("source"))
    keys = [{"id": row["track_id"], "source": row["program"]} for row in rows]
    connection.execute(delete(table).where(same), keys)
    connection.execute(insert(table), rows)


def _document(marker: Marker) -> dict[str, Any]:
    return {name: getattr(marker, name) for name in _MARKER}


def _markers(document: str) -> tuple[Marker, ...]:
    found = json.loads(document)
    return tuple(Marker(**{**entry, "color": _color(entry["color"])}) for entry in found)


def _color(levels: list[int] | None) -> Color | None:
    return None if levels is None else (levels[0], levels[1], levels[2])
