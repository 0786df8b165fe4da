"""Keys: the 24 major and minor keys, their names in every notation, and their relations.

Conventions
-----------
A key is a pitch class (0 = C) and a mode, `major` or `minor`; its index is the pitch class
for major and 12 + the pitch class for minor. Camelot writes A minor 8A and C major 8B;
Open Key writes them 1m and 1d. One step on either wheel is a perfect fifth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Key, KeyChange
from mixolydian.theory.pitch import pitch_class, pitch_class_name

MODES = ("major", "minor")
MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
MINOR_SCALE = (0, 2, 3, 5, 7, 8, 10)

_NAMED = re.compile(r"([A-Ga-g][#b]*)[\s:_-]*([A-Za-z]*)")
_WHEEL = re.compile(r"(\d{1,2})\s*([ABabmMdD])")
_MODE_WORDS = {
    "": "major",
    "maj": "major",
    "major": "major",
    "dur": "major",
    "ionian": "major",
    "m": "minor",
    "min": "minor",
    "minor": "minor",
    "moll": "minor",
    "aeolian": "minor",
}


def key_index(pc: int, mode: str) -> int:
    """0–11 for C … B major, 12–23 for C … B minor; raises RequestError on another mode."""
    if mode not in MODES:
        raise RequestError(f"expected mode major or minor, found {mode!r}")
    return pc % 12 + 12 * (mode == "minor")


def key_of_index(index: int) -> tuple[int, str]:
    """(pitch class, mode), the inverse of :func:`key_index`."""
    return index % 12, MODES[index // 12 % 2]


def _fifths(pc: int, mode: str) -> int:
    """Steps clockwise from C major / A minor on the circle of fifths, 0–11."""
    return (pc + 3 * (mode == "minor")) * 7 % 12


def camelot(pc: int, mode: str) -> str:
    """Camelot code: A minor 8A, C major 8B."""
    return f"{(_fifths(pc, mode) + 7) % 12 + 1}{'A' if mode == 'minor' else 'B'}"


def open_key(pc: int, mode: str) -> str:
    """Open Key code: A minor 1m, C major 1d."""
    return f"{_fifths(pc, mode) + 1}{'m' if mode == 'minor' else 'd'}"


def make_key(
    pc: int, mode: str, tuning_cents: float = 0.0, changes: Iterable[KeyChange] = ()
) -> Key:
    """The core Key of a pitch class and mode, with all its names."""
    key_index(pc, mode)
    return Key(
        tonic=pitch_class_name(pc),
        mode=mode,
        camelot=camelot(pc, mode),
        open_key=open_key(pc, mode),
        tuning_cents=float(tuning_cents),
        changes=tuple(changes),
    )


def _parse_wheel(number: int, letter: str) -> tuple[int, str] | None:
    """(pitch class, mode) of a Camelot (A, B) or Open Key (m, d) code, None off the wheel."""
    if not 1 <= number <= 12:
        return None
    fifths = number - (8 if letter in "AB" else 1)
    mode = "minor" if letter in "AM" else "major"
    return (fifths * 7 - 3 * (mode == "minor")) % 12, mode


def parse_key(text: str) -> Key:
    """Read a key in any usual notation: `A minor`, `Am`, `a min`, `Bbm`, `F#`, `8A`, `1m`.

    Raises RequestError on anything else.
    """
    clean = text.strip().replace("♯", "#").replace("♭", "b")
    wheel = _WHEEL.fullmatch(clean)
    if wheel is not None:
        found = _parse_wheel(int(wheel.group(1)), wheel.group(2).upper())
        if found is not None:
            return make_key(*found)
    named = _NAMED.fullmatch(clean)
    if named is not None:
        word = named.group(2)
        mode = "major" if word == "M" else _MODE_WORDS.get(word.lower())
        if mode is not None:
            return make_key(pitch_class(named.group(1)), mode)
    raise RequestError(f"expected a key such as A minor, Am, 8A or 1m, found {text!r}")


def tonic_pitch_class(key: Key) -> int:
    """Pitch class 0–11 of the tonic."""
    return pitch_class(key.tonic)


def scale(pc: int, mode: str) -> tuple[int, ...]:
    """The seven pitch classes of the major or natural minor scale, tonic first."""
    steps = MINOR_SCALE if mode == "minor" else MAJOR_SCALE
    return tuple((pc + s) % 12 for s in steps)


def transpose(key: Key, semitones: int) -> Key:
    """The same mode `semitones` higher; tuning is kept, changes are not."""
    return make_key(tonic_pitch_class(key) + semitones, key.mode, key.tuning_cents)


def relative(key: Key) -> Key:
    """The key with the same notes: A minor ↔ C major."""
    if key.mode == "minor":
        return make_key(tonic_pitch_class(key) + 3, "major", key.tuning_cents)
    return make_key(tonic_pitch_class(key) - 3, "minor", key.tuning_cents)


def parallel(key: Key) -> Key:
    """The key with the same tonic: A minor ↔ A major."""
    return make_key(
        tonic_pitch_class(key), "major" if key.mode == "minor" else "minor", key.tuning_cents
    )


def dominant(key: Key) -> Key:
    """A fifth up, one step clockwise on the wheel."""
    return transpose(key, 7)


def subdominant(key: Key) -> Key:
    """A fifth down, one step anticlockwise on the wheel."""
    return transpose(key, -7)


def wheel_distance(a: Key, b: Key) -> int:
    """Steps between two keys on the Camelot wheel (0–7): around the ring, plus 1 across it."""
    around = (_fifths(tonic_pitch_class(a), a.mode) - _fifths(tonic_pitch_class(b), b.mode)) % 12
    return min(around, 12 - around) + int(a.mode != b.mode)
