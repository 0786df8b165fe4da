"""Opening a catalogue: connection, migrations, and what is said when it cannot be used.

SQLite in write-ahead mode: readers never wait, a killed process leaves the last complete
transaction. Every transaction that writes takes the write lock at its start, so it either
begins or is refused; it cannot fail half-way because of another writer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect, text
from sqlalchemy.engine import URL, make_url

from mixolydian.core.errors import LibraryError, MixolydianError, RequestError, StorageError
from mixolydian.library.tables import HEAD

_REFUSALS: tuple[tuple[tuple[str, ...], type[MixolydianError], str], ...] = (
    (
        ("locked", "busy"),
        LibraryError,
        "is in use by another program; try again when that has finished",
    ),
    (
        ("malformed", "not a database", "unsupported file format", "corrupt", "encrypted"),
        LibraryError,
        "is damaged; put a backup in its place, or move it away and analyze again "
        "(only your corrections are lost with it)",
    ),
    (("full",), StorageError, "cannot grow: the disk is full; free some space and try again"),
    (("readonly", "read-only"), StorageError, "is read-only; make it and its folder writable"),
    (
        ("unable to open",),
        StorageError,
        "cannot be opened; check that its folder exists and may be written, "
        "or set MIXOLYDIAN_HOME to another folder",
    ),
    (("disk i/o",), StorageError, "cannot be written; check the disk's space and health"),
)
"""What SQLite says (lower case), the error it becomes, and the words and remedy shown."""


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn the database's own errors into ours, naming the catalogue at `place`.

    Raises
    ------
    LibraryError
        Locked, damaged.
    StorageError
        Full disk, read-only, not creatable.
    """
    try:
        yield
    except (exc.DatabaseError, sqlite3.DatabaseError) as error:
        raise _refusal(place, str(getattr(error, "orig", None) or error)) from error


def _refusal(place: str, said: str) -> MixolydianError:
    for words, kind, remedy in _REFUSALS:
        if any(word in said.lower() for word in words):
            return kind(f"the catalogue {place} {remedy}")
    return LibraryError(f"the catalogue {place} cannot be used: {said}")


def sqlite_path(location: str | Path) -> Path:
    """The file of a catalogue given by path or by `sqlite:///` URL.

    Raises
    ------
    RequestError
        The URL names another kind of database or no file.
    """
    if isinstance(location, Path) or "://" not in location:
        return Path(location)
    try:
        url = make_url(location)
    except exc.ArgumentError as error:
        raise RequestError(f"expected a database URL, found {location!r}") from error
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise RequestError(
            f"the catalogue needs an SQLite file (sqlite:///PATH), found {location!r}; "
            "correct or unset MIXOLYDIAN_DATABASE_URL"
        )
    return Path(url.database)


def open_engine(path: Path, busy_seconds: float) -> Engine:
    """The catalogue at `path`, created or brought to the newest version when needed."""
    with explained(str(path)):
        _make_folder(path.parent)
        engine = create_engine(
            URL.create("sqlite", database=str(path)), connect_args={"timeout": busy_seconds}
        )
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        _bring_up_to_date(engine, path)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"the folder {folder} cannot be created ({error.strerror}); "
            "set MIXOLYDIAN_HOME to a folder that can be written"
        ) from error


def _prepare(connection: Any, _record: Any) -> None:
    """Settings of one new connection; transactions are begun by us, not by the driver."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = NORMAL")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that holds the write lock: all of it happens, or nothing."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def _bring_up_to_date(engine: Engine, path: Path) -> None:
    with engine.connect() as connection:
        found = _version(connection, path)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise LibraryError(
            f"the catalogue {path} was written by a newer Mixolydian (its version is {found}, "
            f"this program knows {HEAD}); update Mixolydian, or set MIXOLYDIAN_HOME elsewhere"
        )
    with writing(engine) as connection:
        if _version(connection, path) != HEAD:
            _migrate(connection)


def _version(connection: Connection, path: Path) -> str | None:
    """The catalogue's migration number, None for a new file."""
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        number = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if number is None else str(number)
    if names:
        raise LibraryError(
            f"{path} is another program's database (expected a Mixolydian catalogue); "
            "point MIXOLYDIAN_DATABASE_URL or MIXOLYDIAN_HOME elsewhere"
        )
    return None


def _migrate(connection: Connection) -> None:
    # Alembic takes 0.3 s to import and is needed once per catalogue and version.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "mixolydian.library:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
