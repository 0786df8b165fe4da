"""What is written into tags: the library's answers as short texts, as DJ programs show them.

bpm       with at most two decimals: 128, 127.98
key       8A, 1m or Am, as asked
energy    1–10
comment   "8A - 128 - Energy 6" before the comment that is there; ours is renewed, never repeated
genre     the main one: a style before its family
mood      the most probable emotion
grouping  the user's own taught tags
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from mixolydian.core.types import Analysis, Key

NOTATIONS = ("camelot", "open-key", "musical")
UNKNOWN = "–"
_OURS = re.compile(
    rf"(?:{UNKNOWN}|\d{{1,2}}[ABmd]|[A-G][#b]?m?) - (?:{UNKNOWN}|[\d.]+) - "
    rf"Energy (?:{UNKNOWN}|\d+)(?: \| |$)"
)


def texts_of(analysis: Analysis, notation: str, groups: tuple[str, ...] = ()) -> dict[str, str]:
    """Field → text, of what is known; `groups` are the taught tags the track wears.

    The comment is only our part: see :func:`with_comment`.
    """
    found = {field: tell(analysis, notation) for field, tell in _TELLERS.items()}
    known = {field: text for field, text in found.items() if text}
    line = _comment(known)
    more = {"comment": line, "grouping": ", ".join(groups)}
    return known | {field: text for field, text in more.items() if text}


def _bpm(analysis: Analysis, notation: str) -> str:
    tempo = analysis.value("tempo")
    return "" if tempo is None else f"{tempo.bpm:.2f}".rstrip("0").rstrip(".")


def _key(analysis: Analysis, notation: str) -> str:
    key = analysis.value("key")
    return "" if key is None else key_text(key, notation)


def key_text(key: Key, notation: str) -> str:
    """A key in one of NOTATIONS."""
    if notation == "camelot":
        return key.camelot
    if notation == "open-key":
        return key.open_key
    return key.tonic + ("m" if key.mode == "minor" else "")


def _energy(analysis: Analysis, notation: str) -> str:
    energy = analysis.value("energy")
    return "" if energy is None else str(energy.level)


def _genre(analysis: Analysis, notation: str) -> str:
    """The first label: the answer names the style before a family that is as good as certain."""
    return next(iter(_labels(analysis, "genre")), "")


def _mood(analysis: Analysis, notation: str) -> str:
    found = _labels(analysis, "emotion")
    return max(found, key=lambda label: found[label], default="")


def _labels(analysis: Analysis, question: str) -> Mapping[str, float]:
    tags: Any = analysis.value(question)
    return {} if tags is None else tags.probabilities


_TELLERS: dict[str, Callable[[Analysis, str], str]] = {
    "bpm": _bpm,
    "key": _key,
    "energy": _energy,
    "genre": _genre,
    "mood": _mood,
}


def _comment(known: Mapping[str, str]) -> str:
    if not {"key", "bpm", "energy"} & known.keys():
        return ""
    key, bpm, energy = (known.get(name, UNKNOWN) for name in ("key", "bpm", "energy"))
    return f"{key} - {bpm} - Energy {energy}"


def with_comment(line: str, comment: str | None) -> str:
    """`line` before a comment, in the place of a line of ours that is there already."""
    kept = _OURS.sub("", comment or "", count=1) if _OURS.match(comment or "") else comment or ""
    return f"{line} | {kept}" if kept else line


def with_genre(heard: str, present: str | None) -> str:
    """`heard`, or what is there if it says the same: "Drum And Bass" for "drum & bass"."""
    return present if present and _plain(present) == _plain(heard) else heard


def _plain(genre: str) -> str:
    """Letters and digits alone, "&" spelt out."""
    return "".join(c for c in genre.casefold().replace("&", "and") if c.isalnum())
