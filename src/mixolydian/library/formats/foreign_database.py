"""Other programs' SQLite databases: read from a copy, written only when nobody else has them open.

Reading never touches the file: SQLite's own backup brings a consistent copy into a private
temporary database, which is checked and then asked. Writing needs the other program closed: the
file is refused while any process has it open, while journals of an unfinished write lie beside
it, and while it is locked; then it is backed up beside itself and changed in one transaction.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from mixolydian.core.errors import InputError, MixolydianError, StorageError, UnreadableError

_PATIENCE = 2.0
"""seconds to wait for a lock before saying so."""
_HEADER = b"SQLite format 3\x00"
_REFUSALS: tuple[tuple[tuple[str, ...], type[MixolydianError], str], ...] = (
    (("locked", "busy"), InputError, "is in use; close {program} and try again"),
    (
        ("malformed", "not a database", "unsupported file", "corrupt", "disk image"),
        InputError,
        "is damaged; put one of {program}'s backups in its place",
    ),
    (("full",), StorageError, "cannot be written: the disk is full; free some space"),
    (("readonly", "read-only"), StorageError, "is read-only; make it and its folder writable"),
    (("unable to open",), UnreadableError, "cannot be opened; check its permissions"),
)
"""What SQLite says (lower case), the error it becomes, and the words and remedy shown."""


@contextmanager
def copied(path: Path, program: str) -> Iterator[sqlite3.Connection]:
    """A private copy of the database at `path`, as it stood at one moment.

    Raises
    ------
    UnreadableError
        Missing, or no permission.
    InputError
        No database, damaged, or locked by the running program.
    """
    _check_file(path, program)
    with explained(path, program), closing(sqlite3.connect("")) as copy:
        try:
            _copy(path, copy)
        except sqlite3.OperationalError as error:
            if "readonly" in str(error):
                raise InputError(_unfinished(path, program)) from error
            raise
        copy.text_factory = _text
        _check_whole(copy, path, program)
        yield copy


@contextmanager
def changed(path: Path, program: str) -> Iterator[sqlite3.Connection]:
    """A transaction on the database at `path`: whole or not at all, after a backup beside it.

    Raises
    ------
    StorageError
        The program runs, did not close properly, or the disk is full or read-only.
    InputError
        No database, damaged, or locked.
    """
    _check_file(path, program)
    _check_closed(path, program)
    with explained(path, program), closing(_open(path, "rw")) as database:
        database.execute("BEGIN IMMEDIATE")
        try:
            _check_whole(database, path, program)
            _back_up(path)
            yield database
            database.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                database.execute("ROLLBACK")
            raise


@contextmanager
def explained(path: Path, program: str) -> Iterator[None]:
    """Turn SQLite's errors into ours, naming the file, the program and the remedy."""
    try:
        yield
    except sqlite3.Error as error:
        raise _refusal(path, program, str(error)) from error


def columns(database: sqlite3.Connection, table: str) -> set[str]:
    """The names of the columns of `table`; empty when there is no such table."""
    rows = database.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return {str(name) for (name,) in rows}


def check_tables(
    database: sqlite3.Connection, needed: Iterable[tuple[str, set[str]]], path: Path, program: str
) -> None:
    """Refuse a database that lacks a table or column of `needed`.

    Raises
    ------
    InputError
        It is another program's, or of a version that is too old.
    """
    for table, names in needed:
        missing = names - columns(database, table)
        if missing:
            raise InputError(
                f"{path}: expected a database of {program}, found none with "
                f"{table}.{min(missing)}; choose {program}'s own file, "
                f"or let a newer {program} open it once"
            )


def _check_file(path: Path, program: str) -> None:
    try:
        with open(path, "rb") as file:
            header = file.read(len(_HEADER))
    except OSError as error:
        raise UnreadableError(
            f"{path}: cannot be read ({error.strerror}); give the path of {program}'s database"
        ) from error
    if header != _HEADER:
        raise InputError(
            f"{path}: expected {program}'s SQLite database, found another kind of file; "
            f"give the path of {program}'s database"
        )


def _check_whole(database: sqlite3.Connection, path: Path, program: str) -> None:
    found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise _refusal(path, program, f"malformed: {found}")


def _check_closed(path: Path, program: str) -> None:
    for suffix in ("-wal", "-journal"):
        beside = Path(f"{path}{suffix}")
        if beside.exists() and beside.stat().st_size:
            raise StorageError(_unfinished(path, program))
    if _open_elsewhere(path):
        raise StorageError(
            f"{path}: {program} is running and would overwrite what is written now; "
            f"close {program} and try again"
        )


def _unfinished(path: Path, program: str) -> str:
    """A journal lies beside the file, which only the program itself may play back."""
    return (
        f"{path}: {program} is running or did not close properly (a journal lies beside it); "
        f"start and close {program} once, then try again"
    )


def _open_elsewhere(path: Path) -> bool:
    """Does another process have the file open? Only Linux tells; elsewhere the locks must do."""
    target = os.path.realpath(path)
    processes = [name for name in _names("/proc") if name.isdigit() and int(name) != os.getpid()]
    folders = (f"/proc/{process}/fd" for process in processes)
    return any(_link(f"{at}/{name}") == target for at in folders for name in _names(at))


def _names(folder: str) -> list[str]:
    """What lies in `folder`; nothing where it is not ours to see or gone."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _back_up(path: Path) -> None:
    number = 1
    while (place := path.with_name(f"{path.name}.before-mixolydian-{number}")).exists():
        number += 1
    try:
        with closing(sqlite3.connect(place)) as copy:
            _copy(path, copy)
    except BaseException:
        place.unlink(missing_ok=True)
        raise


def _copy(path: Path, target: sqlite3.Connection) -> None:
    """The database at `path` as it stands now; a lock is waited for, but not for ever."""
    with closing(_open(path, "ro")) as source:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(target)


def _open(path: Path, mode: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, timeout=_PATIENCE, isolation_level=None)
    connection.text_factory = _text
    return connection


def _text(raw: bytes) -> str:
    """Text of any origin: file names that are not UTF-8 keep their bytes."""
    return raw.decode("utf-8", "surrogateescape")


def _refusal(path: Path, program: str, said: str) -> MixolydianError:
    for words, kind, remedy in _REFUSALS:
        if any(word in said.lower() for word in words):
            return kind(f"{path}: {remedy.format(program=program)}")
    return InputError(f"{path}: is not as {program} leaves it ({said}); open it in {program} once")
