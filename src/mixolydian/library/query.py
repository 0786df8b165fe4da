"""The search language: `bpm:120-128 key:8A energy:>6 genre:techno artist:"x y" free words`.

A term is `field:value` or a free word; all terms must hold. Values separated by commas are
alternatives (`key:8A,9A`). Number fields take `128`, `120-128` (or `120..128`), `>6`, `>=6`,
`<6`, `<=6`; `length` also takes minutes (`3:30`). Text fields and free words match whole
words or their beginnings, whatever their case and accents; `tag` takes the whole name of a tag
that was taught.

Units: bpm in beats per minute, lufs in LUFS, length in seconds, energy 1–10.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf, nextafter
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select, text

from mixolydian.core.errors import RequestError
from mixolydian.library.tables import tracks

NUMBER_FIELDS = {
    "bpm": ("bpm", 0.5),
    "energy": ("energy", 0.0),
    "lufs": ("lufs", 0.5),
    "length": ("duration", 0.5),
    "year": ("year", 0.0),
    "meter": ("meter", 0.0),
    "drops": ("drops", 0.0),
}
"""field → its column, and how far from a bare number a value may lie."""
TEXT_FIELDS = ("title", "artist", "album", "genre", "path")
FIELDS = (*NUMBER_FIELDS, "key", *TEXT_FIELDS, "tag")

_TERM = re.compile(r'\s*(?:([^\s:"]+):)?("[^"]*"|[^\s"]+)(?=\s|$)')
_NUMBER = r"-?\d+(?:\.\d+)?|\d+:[0-5]\d"
_RANGE = re.compile(rf"({_NUMBER})(?:\.\.|-)({_NUMBER})")
_COMPARED = re.compile(rf"(>=|<=|>|<|=)?({_NUMBER})")


@dataclass(frozen=True)
class NumberTerm:
    """`field` lies in one of the closed `ranges`."""

    field: str
    ranges: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class KeyTerm:
    """The key is one of these Camelot codes."""

    codes: tuple[str, ...]


@dataclass(frozen=True)
class TextTerm:
    """One of `values` occurs in `field` (anywhere when None)."""

    field: str | None
    values: tuple[str, ...]


@dataclass(frozen=True)
class TagTerm:
    """The track wears one of the taught tags called `names`."""

    names: tuple[str, ...]


Term = NumberTerm | KeyTerm | TextTerm | TagTerm


@dataclass(frozen=True)
class Query:
    """A parsed search: every term must hold."""

    terms: tuple[Term, ...]


def parse_query(text: str, camelot: Callable[[str], str]) -> Query:
    """Read a search; `camelot` gives the Camelot code of a key in any notation.

    Raises
    ------
    RequestError
        An unknown field, a value the field cannot take, an open quote.
    """
    terms: list[Term] = []
    position = 0
    while text[position:].strip():
        match = _TERM.match(text, position)
        if match is None:
            rest = text[position:].strip()
            raise RequestError(
                f"cannot read the search at {rest!r}: expected field:value or a word, "
                'quotes in pairs around spaces (artist:"x y")'
            )
        terms.append(_term(match.group(1), match.group(2), camelot))
        position = match.end()
    return Query(tuple(terms))


def _term(field: str | None, value: str, camelot: Callable[[str], str]) -> Term:
    name = None if field is None else field.lower()
    if name is not None and name not in FIELDS:
        raise RequestError(f"no field {field!r} to search; the fields are {', '.join(FIELDS)}")
    if name is None and value.endswith(":"):
        raise RequestError(f"{value!r} has no value; expected {value}VALUE, without a space")
    values = _alternatives(value)
    if name in NUMBER_FIELDS:
        return NumberTerm(name, tuple(_range(name, v) for v in values))
    if name == "key":
        return KeyTerm(tuple(camelot(v) for v in values))
    if name == "tag":
        return TagTerm(tuple(_words(v) for v in values))
    return TextTerm(name, tuple(_words(v) for v in values))


def _alternatives(value: str) -> list[str]:
    if value.startswith('"'):
        return [value.strip('"')]
    return value.split(",")


def _words(value: str) -> str:
    if not any(c.isalnum() for c in value):
        raise RequestError(f"a search word needs a letter or a digit, found {value!r}")
    return value


def _range(field: str, value: str) -> tuple[float, float]:
    """The closed range of numbers that `value` stands for."""
    spread = _RANGE.fullmatch(value)
    if spread is not None:
        low, high = sorted((_number(spread.group(1)), _number(spread.group(2))))
        return low, high
    compared = _COMPARED.fullmatch(value)
    if compared is None:
        raise RequestError(
            f"{field} takes a number, a range or a comparison "
            f"({field}:5, {field}:5-7, {field}:>6), found {value!r}"
        )
    return _compared(field, compared.group(1), _number(compared.group(2)))


def _compared(field: str, sign: str | None, number: float) -> tuple[float, float]:
    if sign is None:
        around = NUMBER_FIELDS[field][1]
        return number - around, number + around
    return {
        "=": (number, number),
        ">": (nextafter(number, inf), inf),
        ">=": (number, inf),
        "<": (-inf, nextafter(number, -inf)),
        "<=": (-inf, number),
    }[sign]


def _number(text: str) -> float:
    if ":" in text:
        minutes, seconds = text.split(":")
        return 60.0 * int(minutes) + int(seconds)
    return float(text)


# ---------------------------------------------------------------------- to SQL


def conditions(query: Query, tagged: Callable[[str], Iterable[str]]) -> list[ColumnElement[bool]]:
    """The query as conditions on `tracks`; `tagged` gives the ids that wear a tag."""
    found: list[ColumnElement[bool]] = []
    words = [term for term in query.terms if isinstance(term, TextTerm)]
    for term in query.terms:
        if isinstance(term, NumberTerm):
            found.append(or_(*(_within(term.field, low, high) for low, high in term.ranges)))
        elif isinstance(term, KeyTerm):
            found.append(tracks.c.camelot.in_(term.codes))
        elif isinstance(term, TagTerm):
            found.append(_one_of([i for name in term.names for i in tagged(name)]))
    if words:
        match = " AND ".join(_match(term) for term in words)
        found.append(tracks.c.id.in_(_matching(match)))
    return found


def _one_of(ids: list[str]) -> ColumnElement[bool]:
    """The track is one of `ids`: any number of them, in one parameter."""
    each = func.json_each(json.dumps(ids)).table_valued("value")
    return tracks.c.track_id.in_(select(each.c.value))


def _within(field: str, low: float, high: float) -> ColumnElement[bool]:
    column: ColumnElement[Any] = tracks.c[NUMBER_FIELDS[field][0]]
    bounds: list[ColumnElement[bool]] = [column.is_not(None)]
    if low > -inf:
        bounds.append(column >= low)
    if high < inf:
        bounds.append(column <= high)
    return and_(*bounds)


def _match(term: TextTerm) -> str:
    """The term in FTS5's own language: quoted phrases, each word-beginning, joined by OR."""
    phrases = " OR ".join(f'"{_phrase(value)}" *' for value in term.values)
    return f"({phrases})" if term.field is None else f"{{{term.field}}} : ({phrases})"


def _phrase(value: str) -> str:
    """`value` as it may stand between quotes: valid text, quotes doubled."""
    return value.encode("utf-8", "replace").decode().replace("\0", " ").replace('"', '""')


def _matching(match: str) -> Any:
    found = text("tracks_fts MATCH :match").bindparams(match=match)
    return select(literal_column("rowid")).select_from(text("tracks_fts")).where(found)
