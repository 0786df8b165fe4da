"""Many tracks at once: read in a few statements, changed in one transaction.

A transaction per track costs milliseconds, and a program that is killed between two of them leaves
half an import behind. In a batch every method of the catalogue works as ever, inside one
transaction that holds the write lock; besides, answers of many tracks are kept in a few statements.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, text, update
from sqlalchemy.dialects.sqlite import insert

from mixolydian.core.convert import estimate_from_json, estimate_to_json
from mixolydian.core.types import Analysis, Estimate, FileTags, Track
from mixolydian.library.catalogue import Catalogue, in_order
from mixolydian.library.columns import REPEATED, flat_columns
from mixolydian.library.database import explained
from mixolydian.library.records import HUMAN, STALE, TrackRow, read_stamps, tags_of, write_stamps
from mixolydian.library.tables import estimates, tracks

AT_ONCE = 500
"""Tracks per statement: SQLite takes some thousand values in one, and memory holds so many."""


@dataclass(frozen=True)
class Said:
    """Human `answers` about a track, and the questions whose answers were `built_on` them."""

    track_id: str
    answers: Mapping[str, Estimate[Any]]
    built_on: Collection[str] = ()


class Batch(Catalogue):
    """The same catalogue inside one open transaction; reads see what was written in it."""

    def __init__(self, catalogue: Catalogue, connection: Connection) -> None:
        self.path, self._engine = catalogue.path, catalogue._engine
        self._connection = connection

    def close(self) -> None:
        """Nothing: the connection is not ours."""

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(str(self.path)):
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with explained(str(self.path)):
            yield self._connection

    def keep_answers(self, said: Iterable[Said]) -> None:
        """Keep human answers of many tracks; what was built on them is stale from now on.

        The words by which tracks are searched do not change by it, save the genre.
        """
        found = {entry.track_id: entry for entry in said}
        for ids in _parts(list(found)):
            _keep(self._connection, [found[track_id] for track_id in ids])


@contextmanager
def batch(catalogue: Catalogue) -> Iterator[Batch]:
    """`catalogue` for many changes that belong together; an error takes all of them back.

    Raises
    ------
    LibraryError
        Another program is writing for longer than the catalogue waits.
    StorageError
        The disk is full or read-only.
    """
    with catalogue._writing() as connection:
        yield Batch(catalogue, connection)


def rows_of(catalogue: Catalogue, ids: Sequence[str]) -> list[TrackRow]:
    """The listing lines of the known tracks `ids`, in their order."""
    found: dict[str, TrackRow] = {}
    for part in _parts(list(dict.fromkeys(ids))):
        found |= {row.track_id: row for row in catalogue.lines(part)}
    return [found[track_id] for track_id in ids]


def tracks_of(
    catalogue: Catalogue, rows: Sequence[TrackRow], questions: Collection[str]
) -> Iterator[Track]:
    """The tracks of `rows` in their order, with their answers to `questions` only."""
    for part in _parts(rows):
        ids = [row.track_id for row in part]
        with catalogue._reading() as connection:
            tags = {r.track_id: tags_of(r) for r in connection.execute(_tracks(ids))}
            answers = _answers(connection, ids, questions)
        for row in part:
            yield _track(row, tags[row.track_id], answers.get(row.track_id, {}))


def _track(row: TrackRow, tags: FileTags, answers: Mapping[str, str]) -> Track:
    told = {q: estimate_from_json(q, json.loads(document)) for q, document in answers.items()}
    return Track(row.track_id, row.path, row.duration, tags, Analysis(row.duration, in_order(told)))


def _tracks(ids: Sequence[str]) -> Any:
    return select(tracks).where(tracks.c.track_id.in_(ids))


def _answers(
    connection: Connection, ids: Sequence[str], questions: Collection[str]
) -> dict[str, dict[str, str]]:
    """track id → question → the answer's JSON text."""
    found: dict[str, dict[str, str]] = {}
    asked = select(estimates.c.track_id, estimates.c.question, estimates.c.document).where(
        estimates.c.track_id.in_(ids) & estimates.c.question.in_(list(questions))
    )
    for track_id, question, document in connection.execute(asked):
        found.setdefault(track_id, {})[question] = document
    return found


def _parts(entries: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(entries), AT_ONCE):
        yield entries[start : start + AT_ONCE]


# ---------------------------------------------------------------------- keeping


def _keep(connection: Connection, said: Sequence[Said]) -> None:
    ids = [entry.track_id for entry in said]
    known = {r.track_id: r for r in connection.execute(_tracks(ids))}
    asked = _asked(connection, ids)
    rows = [_row(entry.track_id, q, e) for entry in said for q, e in entry.answers.items()]
    if rows:
        put = insert(estimates)
        new = {name: put.excluded[name] for name in ("kind", "document")}
        connection.execute(
            put.on_conflict_do_update(index_elements=["track_id", "question"], set_=new), rows
        )
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for entry in said:
        values = _changed(known[entry.track_id], asked[entry.track_id], entry)
        by_columns.setdefault(tuple(values), []).append({"this": entry.track_id, **values})
    for entries in by_columns.values():
        connection.execute(update(tracks).where(tracks.c.track_id == bindparam("this")), entries)
    words = [
        {"id": known[entry["this"]].id, "genre": entry["genre"] or ""}
        for values in by_columns.values()
        for entry in values
        if "genre" in entry
    ]
    if words:
        connection.execute(text("UPDATE tracks_fts SET genre = :genre WHERE rowid = :id"), words)


def _row(track_id: str, question: str, estimate: Estimate[Any]) -> dict[str, str]:
    document = json.dumps(estimate_to_json(question, estimate), separators=(",", ":"))
    return {"track_id": track_id, "question": question, "kind": HUMAN, "document": document}


def _asked(connection: Connection, ids: Sequence[str]) -> dict[str, set[str]]:
    """track id → the questions it was ever asked."""
    found: dict[str, set[str]] = {track_id: set() for track_id in ids}
    rows = select(estimates.c.track_id, estimates.c.question)
    for track_id, question in connection.execute(rows.where(estimates.c.track_id.in_(ids))):
        found[track_id].add(question)
    return found


def _changed(row: Any, asked: Collection[str], said: Said) -> dict[str, Any]:
    """The columns of a track's `row` that `said` changes."""
    stamps = read_stamps(row.stamps or "")
    stamps |= {q: STALE for q in said.built_on if q in asked}
    stamps |= dict.fromkeys(said.answers, HUMAN)
    flat = flat_columns(row.duration, tags_of(row), said.answers)
    names = [name for q in said.answers for name in REPEATED.get(q, ())]
    return {"stamps": write_stamps(stamps), **{name: flat[name] for name in names}}
