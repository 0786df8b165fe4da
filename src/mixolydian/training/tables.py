"""Tables of features: a CSV read strictly, and the rows of it that are the same piece.

One row is one example, one column its label, perhaps one its id; all other columns are numbers.
Comma, semicolon or tab may part the values, quotes and a byte order mark may be there. Whatever
is missing, infinite, text or of the wrong length is refused with its line and column, since a
model would otherwise learn the fault. Lines are counted as a text editor counts them, from 1.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import InputError, RequestError, UnreadableError
from mixolydian.training.examples import Examples, one_hot

MAX_BYTES = 256 * 2**20
"""a larger file is no table of features."""
LARGEST = 3e38
"""of a number: models compute in single precision."""
SEPARATORS = ",;\t"
ALIKE = 0.2
"""root mean square difference, in standard deviations of the columns, up to which two rows count
as one piece. In the tables we met, copies lie below 0.2 and different pieces above 0.3."""
Line = tuple[int, list[str]]
"""(line number, values)."""


@dataclass(frozen=True, eq=False)
class Table:
    """`rows` (n, n_columns) under their `columns`, one of `labels` and `ids` per row."""

    columns: tuple[str, ...]
    rows: NDArray[np.float64]
    labels: tuple[str, ...]
    ids: tuple[str, ...]

    def examples(self, groups: Sequence[str] | None = None) -> Examples:
        """The rows as examples; without `groups`, rows that are alike form one."""
        known = tuple(sorted(set(self.labels)))
        return Examples(
            self.rows.astype(np.float32),
            one_hot(self.labels, known),
            known,
            tuple(groups if groups is not None else duplicate_groups(self.rows)),
            self.ids,
            names=self.columns,
        )


@dataclass(frozen=True)
class _Sheet:
    """A table as text: where it comes from, its header and its lines."""

    path: Path
    header: list[str]
    lines: list[Line]

    def fault(self, line: int, column: str, expected: str, found: str) -> InputError:
        return InputError(
            f"{self.path}, line {line}, column {column}: expected {expected}, found {found}; "
            "correct it or take the line out"
        )

    def texts(self, column: str) -> list[str]:
        """The values of a column of text."""
        place = self.header.index(column)
        for number, values in self.lines:
            if not values[place].strip():
                raise self.fault(number, column, "a text", "nothing")
        return [values[place].strip() for _, values in self.lines]

    def numbers(self, columns: Sequence[str]) -> NDArray[np.float64]:
        """The values (n, n_columns) of columns of numbers."""
        places = [(self.header.index(c), c) for c in columns]
        rows = [[self._number(n, c, values[p]) for p, c in places] for n, values in self.lines]
        return np.array(rows, dtype=np.float64)

    def _number(self, line: int, column: str, text: str) -> float:
        try:
            value = float(text.replace("_", "?"))
        except ValueError:
            found = repr(text[:40]) if text.strip() else "nothing"
            raise self.fault(line, column, "a number such as 0.5", found) from None
        if not abs(value) <= LARGEST:
            raise self.fault(line, column, "a finite number", repr(text))
        return value


def read_table(
    path: str | Path,
    label_column: str,
    id_column: str | None = None,
    drop: Sequence[str] = (),
    allowed: Sequence[str] = (),
) -> Table:
    """The table in the CSV file at `path`, without the columns `drop`.

    `allowed` are the only labels there may be (any, when empty). Without `id_column` a row's
    id is the file's name and the line.

    Raises
    ------
    UnreadableError, InputError
        The file is not there, is no CSV text, holds no rows, only one label, a label that is
        not allowed, an id twice, a line of another length, or a value that is no finite number.
    RequestError
        The file has no such column, or none is left to learn from.
    """
    sheet = _sheet(Path(path))
    columns = _columns(sheet, label_column, id_column, drop)
    labels = sheet.texts(label_column)
    _check_labels(sheet, label_column, labels, allowed)
    ids = _ids(sheet, id_column)
    return Table(tuple(columns), sheet.numbers(columns), tuple(labels), tuple(ids))


# ---------------------------------------------------------------------- text


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path}: expected a table of at most 256 MB; take a part of it")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(
            f"{path}: expected a CSV file ({error.strerror}); check the path and its permissions"
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: expected CSV in UTF-8; save it as such") from error
    if "\0" in text:
        raise InputError(f"{path}: expected CSV text, found binary data; export the table as CSV")
    return text


def _sheet(path: Path) -> _Sheet:
    text = _text(path)
    first = text.lstrip().partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        lines = [(reader.line_num, values) for values in reader if any(v.strip() for v in values)]
    except csv.Error as error:
        raise InputError(
            f"{path}, line {reader.line_num}: expected CSV ({error}); correct the quotes"
        ) from error
    if len(lines) < 2:
        raise InputError(f"{path}: expected a header and rows, found {len(lines)} line(s)")
    header = [name.strip() for name in lines[0][1]]
    _check_shape(path, header, lines[1:])
    return _Sheet(path, header, lines[1:])


def _check_shape(path: Path, header: list[str], lines: list[Line]) -> None:
    if len(header) < 2:
        raise InputError(
            f"{path}: expected columns parted by comma, semicolon or tab, found one column"
        )
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise InputError(
            f"{path}: expected columns with names of their own, found {twice[0]!r} twice"
        )
    for number, values in lines:
        if len(values) != len(header):
            raise InputError(
                f"{path}, line {number}: expected {len(header)} values as in the header, found "
                f"{len(values)}; correct it or take the line out"
            )


# ---------------------------------------------------------------------- columns


def _columns(
    sheet: _Sheet, label_column: str, id_column: str | None, drop: Sequence[str]
) -> list[str]:
    """The columns of numbers."""
    special = [label_column, *([] if id_column is None else [id_column]), *drop]
    unknown = [name for name in special if name not in sheet.header]
    if unknown:
        known = ", ".join(sheet.header[:8]) + (", …" if len(sheet.header) > 8 else "")
        raise RequestError(f"{sheet.path}: expected a column {unknown[0]!r}; it has {known}")
    columns = [name for name in sheet.header if name not in special]
    if not columns:
        raise RequestError(f"{sheet.path}: no column is left to learn from; drop fewer")
    return columns


def _check_labels(
    sheet: _Sheet, column: str, labels: Sequence[str], allowed: Sequence[str]
) -> None:
    for (number, _), label in zip(sheet.lines, labels, strict=True):
        if allowed and label not in allowed:
            raise sheet.fault(number, column, f"one of {', '.join(allowed)}", repr(label))
    if len(set(labels)) < 2:
        raise InputError(
            f"{sheet.path}, column {column}: expected at least two labels to tell apart, found "
            f"only {labels[0]!r}; add rows of another"
        )


def _ids(sheet: _Sheet, column: str | None) -> list[str]:
    if column is None:
        return [f"{sheet.path.stem} line {number}" for number, _ in sheet.lines]
    ids = sheet.texts(column)
    seen: dict[str, int] = {}
    for (number, _), name in zip(sheet.lines, ids, strict=True):
        if seen.setdefault(name, number) != number:
            raise sheet.fault(
                number, column, "an id of its own", f"{name!r} as in line {seen[name]}"
            )
    return ids


# ---------------------------------------------------------------------- duplicates


def duplicate_groups(rows: NDArray[np.float64], tolerance: float = ALIKE) -> tuple[str, ...]:
    """The name of each row's group: rows that are alike, or linked by rows that are, share one.

    Two rows are alike when the root mean square of their differences, each in standard
    deviations of its column, is at most `tolerance`; 0 finds exact duplicates only.
    """
    exact, first, of = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    parent = np.arange(len(exact))
    if tolerance > 0:
        for a, b in _alike(exact / _spread(rows), tolerance):
            low, high = sorted((_root(parent, a), _root(parent, b)))
            parent[high] = low
    roots = np.array([_root(parent, i) for i in range(len(exact))])
    lowest = np.full(len(exact), len(rows))
    np.minimum.at(lowest, roots, first)
    return tuple(f"row {lowest[roots[i]] + 1}" for i in of.ravel())


def _spread(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = rows.std(axis=0)
    return np.where(spread > 0, spread, np.inf)


def _alike(scaled: NDArray[np.float64], tolerance: float) -> list[tuple[int, int]]:
    """Pairs of rows at most `tolerance` apart."""
    scaled = scaled - scaled.mean(axis=0)
    square, limit = (scaled**2).sum(axis=1), tolerance**2 * scaled.shape[1]
    pairs = []
    for start in range(0, len(scaled), 512):
        stop = min(start + 512, len(scaled))
        apart = square[start:stop, None] + square - 2 * scaled[start:stop] @ scaled.T
        found = np.argwhere(apart <= limit)
        pairs += [(start + int(a), int(b)) for a, b in found if start + a < b]
    return pairs


def _root(parent: NDArray[np.int64], i: int) -> int:
    while parent[i] != i:
        i = int(parent[i])
    return i
