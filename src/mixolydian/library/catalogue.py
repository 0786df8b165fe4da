"""The catalogue: every file we have met, every sound we know, every answer we remember.

Each method is one transaction: after a crash at any moment the catalogue holds everything
up to the last complete call. A human answer is replaced only by another human answer.
Paths are given and returned as Python strings (undecodable bytes as surrogate escapes).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, case, delete, func, select, text, update
from sqlalchemy.dialects.sqlite import insert

from mixolydian.core.convert import estimate_from_json, estimate_to_json
from mixolydian.core.errors import RequestError, UnknownTrackError
from mixolydian.core.names import same_name
from mixolydian.core.types import QUESTIONS, Analysis, Estimate, Track
from mixolydian.library.columns import flat_columns, timbre_vector
from mixolydian.library.database import explained, open_engine, sqlite_path, writing
from mixolydian.library.lists import (
    KeptList,
    Marks,
    Rating,
    load_lists,
    load_marks,
    load_ratings,
    save_lists,
    save_marks,
    save_ratings,
)
from mixolydian.library.profile import Opinion, drop_opinions, load_opinions, save_opinions
from mixolydian.library.query import Query, conditions
from mixolydian.library.records import (
    HUMAN,
    ROW_COLUMNS,
    STALE,
    FileRecord,
    FileState,
    TrackRow,
    file_record,
    read_stamps,
    readable,
    tags_of,
    track_row,
    write_stamps,
)
from mixolydian.library.tables import FTS_COLUMNS, estimates, files, tracks
from mixolydian.library.taught import TaughtTag, drop_tag, load_tags, save_tag

Estimates = Mapping[str, Estimate[Any]]


class Catalogue:
    """An open catalogue; use it as a context manager, or call :meth:`close`."""

    def __init__(self, location: str | Path, *, busy_seconds: float = 10.0) -> None:
        """Open the catalogue at `location`, a path or an `sqlite:///` URL.

        Raises
        ------
        LibraryError
            Locked for longer than `busy_seconds`, damaged, or from a newer version.
        StorageError
            It cannot be created or written.
        """
        self.path = sqlite_path(location)
        self._engine = open_engine(self.path, busy_seconds)

    def __enter__(self) -> Catalogue:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the database connection."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(str(self.path)), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with explained(str(self.path)), writing(self._engine) as connection:
            yield connection

    # ------------------------------------------------------------------ files
    def files(self) -> dict[str, FileRecord]:
        """path → what is remembered, for every file."""
        with self._reading() as connection:
            records = [file_record(r) for r in connection.execute(select(files))]
        return {record.state.path: record for record in records}

    def mark(self, paths: Iterable[str], status: str) -> None:
        """Set the status of files: `missing`, or `done` when they are back."""
        with self._writing() as connection:
            for path in paths:
                this = files.c.path == os.fsencode(path)
                connection.execute(update(files).where(this).values(status=status))

    def forget(self, paths: Iterable[str]) -> None:
        """Drop files (not the sounds and answers found in them)."""
        with self._writing() as connection:
            for path in paths:
                connection.execute(delete(files).where(files.c.path == os.fsencode(path)))

    def remember_failure(self, state: FileState, kind: str, message: str, version: str) -> None:
        """Keep that `version` of the program could not analyse this state of a file."""
        with self._writing() as connection:
            _put_file(connection, state, None, "failed", version, kind, message)

    # ------------------------------------------------------------------ tracks
    def remember(
        self,
        state: FileState,
        track: Track,
        stamps: Mapping[str, str],
        version: str,
        replaces: Iterable[str] = (),
        warnings: Iterable[str] = (),
    ) -> Track:
        """Keep a track and the file it was heard in; the track as it now stands.

        `stamps` says for each machine answer what version of what estimator gave it. A track
        without answers leaves those known as they are; its tags replace the old ones.
        `warnings` say what of the file had to be repaired.
        """
        with self._writing() as connection:
            kept = _put_track(connection, track, stamps)
            said = "\n".join(warnings) or None
            _put_file(connection, state, track.track_id, "done", version, None, said)
            _drop_files(connection, replaces)
            _index(connection, track.track_id)
        return kept

    def update(self, track: Track, stamps: Mapping[str, str]) -> Track:
        """Keep new answers (human ones among them) of a track; the track as it now stands."""
        with self._writing() as connection:
            kept = _put_track(connection, track, stamps)
            _index(connection, track.track_id)
        return kept

    def withdraw(self, track_id: str, questions: Iterable[str]) -> None:
        """Take back human answers, so that the machine answers again at the next scan."""
        with self._writing() as connection:
            stamps = read_stamps(_stamps(connection, track_id) or "")
            for question in questions:
                connection.execute(
                    delete(estimates).where(
                        (estimates.c.track_id == track_id)
                        & (estimates.c.question == question)
                        & (estimates.c.kind == HUMAN)
                    )
                )
                stamps[question] = STALE
            _set_stamps(connection, track_id, stamps)

    def stamps(self) -> dict[str, str]:
        """track id → its stamps (see :func:`read_stamps`), for every track."""
        with self._reading() as connection:
            rows = connection.execute(select(tracks.c.track_id, tracks.c.stamps))
            return {r.track_id: r.stamps for r in rows}

    def estimates(self, track_id: str) -> dict[str, Estimate[Any]]:
        """Every answer remembered about a track, in the order questions are shown."""
        with self._reading() as connection:
            return _load_estimates(connection, track_id)

    def answers(self, question: str) -> dict[str, Estimate[Any]]:
        """track id → the answer to one question, of every track that was asked it."""
        statement = select(estimates.c.track_id, estimates.c.document)
        with self._reading() as connection:
            found = connection.execute(statement.where(estimates.c.question == question)).all()
        return {r.track_id: estimate_from_json(question, json.loads(r.document)) for r in found}

    def track(self, track_id: str) -> Track:
        """The whole track.

        Raises
        ------
        UnknownTrackError
            The catalogue holds no such id.
        """
        with self._reading() as connection:
            row = connection.execute(select(tracks).where(tracks.c.track_id == track_id)).first()
            if row is None:
                raise UnknownTrackError(f"the library holds no track {track_id}")
            path = _best_path(connection, track_id)
            answers = _load_estimates(connection, track_id)
        return Track(track_id, path, row.duration, tags_of(row), Analysis(row.duration, answers))

    # ------------------------------------------------------------------ looking things up
    def rows(self, query: Query | None = None, limit: int | None = None) -> list[TrackRow]:
        """Listing lines of the tracks that match `query` (all when None).

        Raises
        ------
        RequestError
            The query names a tag that was never taught.
        """
        statement = _LINES.where(files.c.path.is_not(None)).order_by(tracks.c.id)
        for condition in () if query is None else conditions(query, self.tagged):
            statement = statement.where(condition)
        with self._reading() as connection:
            return [track_row(r) for r in connection.execute(statement.limit(limit)).all()]

    def row(self, track_id: str) -> TrackRow:
        """The listing line of one known track."""
        (found,) = self.lines([track_id])
        return found

    def lines(self, track_ids: Sequence[str]) -> list[TrackRow]:
        """The listing lines of some hundred known tracks at most, in no order of theirs."""
        with self._reading() as connection:
            found = connection.execute(_LINES.where(tracks.c.track_id.in_(track_ids))).all()
        return [track_row(line) for line in found]

    def ids_by_path(self, path: str) -> str | None:
        """The id of the sound in the file at `path`, or None."""
        statement = select(files.c.track_id).where(files.c.path == os.fsencode(path))
        with self._reading() as connection:
            found: str | None = connection.execute(statement).scalar()
        return found

    def ids_by_prefix(self, prefix: str, limit: int) -> list[str]:
        """At most `limit` track ids that start with `prefix`."""
        start = tracks.c.track_id.startswith(prefix, autoescape=True)
        with self._reading() as connection:
            return list(
                connection.execute(select(tracks.c.track_id).where(start).limit(limit)).scalars()
            )

    def timbres(self) -> tuple[list[str], NDArray[np.float32]]:
        """Track ids (n) and their timbre vectors (n, d), of the tracks that have one."""
        statement = select(tracks.c.track_id, tracks.c.timbre).where(tracks.c.timbre.is_not(None))
        with self._reading() as connection:
            found = [(r.track_id, timbre_vector(r.timbre)) for r in connection.execute(statement)]
        size = max((len(vector) for _, vector in found), default=0)
        found = [(i, vector) for i, vector in found if len(vector) == size]
        matrix = np.array([vector for _, vector in found], dtype=np.float32)
        return [i for i, _ in found], matrix.reshape(len(found), size)

    # ------------------------------------------------------------------ taught tags
    def tag_vectors(self) -> tuple[str, list[str], NDArray[np.float32]]:
        """What tags are learnt from: the kind of vector, track ids (n), vectors (n, d)."""
        ids, vectors = self.timbres()
        # another length is another kind: a tag learnt on one says nothing about the other
        return f"timbre {vectors.shape[1]}", ids, vectors

    def taught(self) -> dict[str, TaughtTag]:
        """Name (see :func:`~mixolydian.core.names.same_name`) → taught tag."""
        with self._reading() as connection:
            return load_tags(connection)

    def teach(self, tag: TaughtTag) -> None:
        """Keep a taught tag, in the place of one of its name."""
        with self._writing() as connection:
            save_tag(connection, tag)

    def unteach(self, name: str) -> bool:
        """Forget a taught tag; whether there was one."""
        with self._writing() as connection:
            return drop_tag(connection, name)

    def tagged(self, name: str) -> dict[str, float]:
        """track id → probability, of the tracks that wear a taught tag.

        Raises
        ------
        RequestError
            No such tag, or one that must be learnt again.
        """
        tags = self.taught()
        if same_name(name) not in tags:
            known = ", ".join(f"'tag:\"{tag.name}\"'" for tag in tags.values()) or "none yet"
            raise RequestError(f"no tag {name!r} has been taught; taught: {known}")
        return tags[same_name(name)].members(*self.tag_vectors())

    # ------------------------------------------------------------------ from DJ programs
    def lists(self) -> list[KeptList]:
        """Playlists and histories that came from DJ programs, in the order they came."""
        with self._reading() as connection:
            return load_lists(connection)

    def ratings(self) -> dict[str, Rating]:
        """track id → stars, plays and colour, of the tracks that have any."""
        with self._reading() as connection:
            return load_ratings(connection)

    def marks(self) -> dict[str, Marks]:
        """track id → cues and loops as they were set, of the tracks that have any."""
        with self._reading() as connection:
            return load_marks(connection)

    def keep_lists(self, kept: Iterable[KeptList]) -> None:
        """Keep playlists and histories, each in the place of the same one of its program."""
        with self._writing() as connection:
            save_lists(connection, kept)

    def keep_said(self, ratings: Mapping[str, Rating], marks: Mapping[str, Marks]) -> None:
        """Keep what a program says of tracks, by their ids."""
        with self._writing() as connection:
            save_ratings(connection, ratings)
            save_marks(connection, marks)

    # ------------------------------------------------------------------ the user's profile
    def opinions(self) -> list[Opinion]:
        """What the user said of tracks, oldest first."""
        with self._reading() as connection:
            return load_opinions(connection)

    def say(self, said: Iterable[Opinion]) -> None:
        """Keep what the user says of tracks."""
        with self._writing() as connection:
            save_opinions(connection, said)

    def forget_opinions(self) -> int:
        """Forget all the user said of tracks; how many opinions there were."""
        with self._writing() as connection:
            return drop_opinions(connection)


# ---------------------------------------------------------------------- stamps


def _stamps(connection: Connection, track_id: str) -> str | None:
    found: str | None = connection.execute(
        select(tracks.c.stamps).where(tracks.c.track_id == track_id)
    ).scalar()
    return found


def _set_stamps(connection: Connection, track_id: str, stamps: Mapping[str, str]) -> None:
    this = tracks.c.track_id == track_id
    connection.execute(update(tracks).where(this).values(stamps=write_stamps(stamps)))


# ---------------------------------------------------------------------- writing


def _put_file(
    connection: Connection,
    state: FileState,
    track_id: str | None,
    status: str,
    version: str,
    error_type: str | None = None,
    error_message: str | None = None,
) -> None:
    values = {
        "size": state.size,
        "mtime_ns": state.mtime_ns,
        "track_id": track_id,
        "status": status,
        "version": version,
        "error_type": error_type,
        "error_message": error_message,
    }
    connection.execute(
        insert(files)
        .values(path=os.fsencode(state.path), **values)
        .on_conflict_do_update(index_elements=[files.c.path], set_=values)
    )


def _drop_files(connection: Connection, paths: Iterable[str]) -> None:
    for path in paths:
        connection.execute(delete(files).where(files.c.path == os.fsencode(path)))


def _put_track(connection: Connection, track: Track, stamps: Mapping[str, str]) -> Track:
    """Merge `track` into what is known of its sound; a human answer is not overwritten."""
    known = _load_estimates(connection, track.track_id)
    new = dict(track.analysis.estimates)
    guarded = {q: e for q, e in known.items() if q in new and _wins(e, new[q])}
    merged = {**known, **new, **guarded}
    fresh = {q: STALE if guarded else stamp for q, stamp in stamps.items()}
    old = read_stamps(_stamps(connection, track.track_id) or "")
    human = {q: HUMAN for q, e in merged.items() if e.is_human}
    kept = {**old, **fresh, **human}
    columns = flat_columns(track.duration, track.tags, merged) | {"stamps": write_stamps(kept)}
    connection.execute(
        insert(tracks)
        .values(track_id=track.track_id, **columns)
        .on_conflict_do_update(index_elements=[tracks.c.track_id], set_=columns)
    )
    for question in new.keys() - guarded.keys():
        _put_estimate(connection, track.track_id, question, new[question])
    return replace(track, analysis=Analysis(track.duration, in_order(merged)))


def _put_estimate(
    connection: Connection, track_id: str, question: str, estimate: Estimate[Any]
) -> None:
    provenance = estimate.provenance
    values = {
        "kind": "machine" if provenance is None else provenance.kind,
        "document": json.dumps(estimate_to_json(question, estimate), separators=(",", ":")),
    }
    connection.execute(
        insert(estimates)
        .values(track_id=track_id, question=question, **values)
        .on_conflict_do_update(index_elements=["track_id", "question"], set_=values)
    )


def _wins(old: Estimate[Any], new: Estimate[Any]) -> bool:
    """Whether `old` is a human answer that the machine's `new` one must not replace."""
    return old.is_human and not new.is_human


def _index(connection: Connection, track_id: str) -> None:
    """Write the track's line of the full-text index again."""
    row = connection.execute(select(tracks).where(tracks.c.track_id == track_id)).one()
    paths = connection.execute(select(files.c.path).where(files.c.track_id == track_id)).scalars()
    words = {"path": " ".join(readable(os.fsdecode(path)) for path in paths)}
    words |= {name: getattr(row, name) or "" for name in FTS_COLUMNS if name != "path"}
    names, slots = ", ".join(FTS_COLUMNS), ", ".join(f":{name}" for name in FTS_COLUMNS)
    connection.execute(text("DELETE FROM tracks_fts WHERE rowid = :id"), {"id": row.id})
    connection.execute(
        text(f"INSERT INTO tracks_fts (rowid, {names}) VALUES (:id, {slots})"),
        {"id": row.id, **words},
    )


# ---------------------------------------------------------------------- reading


def in_order(answers: Estimates) -> dict[str, Estimate[Any]]:
    """`answers` in the order questions are shown."""
    return {q: answers[q] for q in QUESTIONS if q in answers}


def _load_estimates(connection: Connection, track_id: str) -> dict[str, Estimate[Any]]:
    rows = connection.execute(
        select(estimates.c.question, estimates.c.document).where(estimates.c.track_id == track_id)
    )
    return in_order(
        {r.question: estimate_from_json(r.question, json.loads(r.document)) for r in rows}
    )


def _path_where(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    """The first path, in the order of their bytes, of the files that are so."""
    return func.min(case((condition, files.c.path)))


_IS_HERE = files.c.status == "done"
_PATHS = (_path_where(_IS_HERE).label("here"), _path_where(~_IS_HERE).label("gone"))
_LINES = (
    select(*ROW_COLUMNS, tracks.c.stamps, *_PATHS)
    .outerjoin_from(tracks, files, files.c.track_id == tracks.c.track_id)
    .group_by(tracks.c.id)
)
"""Listing lines: every track once, with its files gathered."""


def _best_path(connection: Connection, track_id: str) -> str:
    row = connection.execute(select(*_PATHS).where(files.c.track_id == track_id)).one()
    return os.fsdecode(row.here or row.gone or b"")
