"""Keys as DJ programs spell them: Am, F#m, Bb, 8A (Camelot), 1m (Open Key) ⇄ tonic and mode.

Tonics are spelled as everywhere in this house: C, C#, D, Eb, E, F, F#, G, Ab, A, Bb, B.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

_NAME = re.compile(r"([A-Ga-g])([#♯b♭]?)\s*(m|min|minor|moll|M|maj|major|dur)?")
_WHEEL = re.compile(r"(0?[1-9]|1[0-2])([ABabdm])")
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_BENDS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}


@dataclass(frozen=True)
class KeyName:
    """`tonic` as in TONICS, `mode` major or minor."""

    tonic: str
    mode: str


def from_pitch_class(pitch_class: int, minor: bool) -> KeyName:
    """The key on `pitch_class` (0 = C)."""
    return KeyName(TONICS[pitch_class % 12], "minor" if minor else "major")


def pitch_class(tonic: str) -> int:
    """0 = C … 11 = B, of a tonic spelled as in TONICS."""
    return TONICS.index(tonic)


def parse(text: str) -> KeyName | None:
    """The key `text` names, or None when it names none."""
    text = text.strip()
    wheel = _WHEEL.fullmatch(text)
    if wheel:
        return _from_wheel(int(wheel[1]), wheel[2])
    name = _NAME.fullmatch(text)
    if not name:
        return None
    mode = name[3] or ""
    minor = mode == "m" or mode in ("min", "minor", "moll")
    return from_pitch_class(_STEPS[name[1].upper()] + _BENDS[name[2]], minor)


def short(tonic: str, mode: str) -> str:
    """ "F#m" for F# minor, "Bb" for Bb major."""
    return tonic + ("m" if mode == "minor" else "")


def _from_wheel(hour: int, letter: str) -> KeyName:
    """8B = 1d = C major, 8A = 1m = A minor; an hour on is a fifth up."""
    letter = letter.lower()
    steps = hour - (8 if letter in "ab" else 1)
    minor = letter in "am"
    return from_pitch_class((9 if minor else 0) + 7 * steps, minor)
