"""Pitch: names, pitch classes, frequencies, and how a note is spelled in a key.

Conventions
-----------
Pitch classes count from C = 0 to B = 11. Pitch is a MIDI number (69 = A4 = 440 Hz),
fractions are cents / 100. Names use `#` and `b`; input may also use the signs ♯ and ♭.
A note's place on the line of fifths is … F −1, C 0, G 1, D 2 …: enharmonic names differ there.
"""

from __future__ import annotations

import math
import re

from mixolydian.core.errors import RequestError

PITCH_CLASS_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
"""The twelve names used where no key decides the spelling (and for every tonic)."""

_LETTER_FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
_FIFTHS_LETTERS = "FCGDAEB"
_NAME = re.compile(r"([A-Ga-g])([#b]*)")
_NAME_AND_OCTAVE = re.compile(r"([A-Ga-g][#b]*)(-?\d+)")


def _ascii(text: str) -> str:
    return text.strip().replace("♯", "#").replace("♭", "b")


def fifths_of_name(name: str) -> int:
    """Place of a note name on the line of fifths: C 0, G 1, F −1, F# 6, Gb −6.

    Raises RequestError when `name` is not a letter A–G followed by sharps or flats.
    """
    match = _NAME.fullmatch(_ascii(name))
    if match is None:
        raise RequestError(f"expected a note name such as C, F# or Bb, found {name!r}")
    letter, signs = match.groups()
    return _LETTER_FIFTHS[letter.upper()] + 7 * (signs.count("#") - signs.count("b"))


def name_of_fifths(fifths: int) -> str:
    """Note name at a place on the line of fifths, the inverse of :func:`fifths_of_name`."""
    signs, letter = divmod(fifths + 1, 7)
    return _FIFTHS_LETTERS[letter] + ("#" * signs if signs >= 0 else "b" * -signs)


def pitch_class(name: str) -> int:
    """Pitch class 0–11 of a note name; raises RequestError on anything else."""
    return fifths_of_name(name) * 7 % 12


def pitch_class_name(pc: int) -> str:
    """The common name of a pitch class (any integer, taken modulo 12)."""
    return PITCH_CLASS_NAMES[pc % 12]


def spell(pc: int, tonic: str, mode: str) -> str:
    """Name of pitch class `pc` as written in the key of `tonic` `mode`.

    The twelve names reach from the lowered third to the raised seventh of a minor key, and
    from the lowered sixth to the raised tonic of a major key: F# in D major, Gb in Db.
    Names nobody reads gladly (E#, Cb, double signs) give way to the common ones.
    """
    first = fifths_of_name(tonic) + (-6 if mode == "minor" else -4)
    fifths = first + (pc * 7 - first) % 12
    return name_of_fifths(fifths) if -7 < fifths < 11 else pitch_class_name(pc)


def midi_to_hz(pitch: float) -> float:
    """Frequency in Hz of a MIDI pitch at A4 = 440 Hz."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def hz_to_midi(frequency: float) -> float:
    """MIDI pitch (with fraction) of a frequency; raises RequestError unless it is positive."""
    if not frequency > 0:
        raise RequestError(f"expected a frequency above 0 Hz, found {frequency}")
    return 69.0 + 12.0 * math.log2(frequency / 440.0)


def note_name(pitch: float) -> str:
    """Name and octave of the nearest note: 60 → C4, 69 → A4."""
    nearest = round(pitch)
    return f"{pitch_class_name(nearest)}{nearest // 12 - 1}"


def parse_note(name: str) -> int:
    """MIDI pitch of a name with octave: A4 → 69, Cb4 → 59; raises RequestError otherwise."""
    match = _NAME_AND_OCTAVE.fullmatch(_ascii(name))
    if match is None:
        raise RequestError(f"expected a note such as A4 or F#2, found {name!r}")
    letter, octave = match.groups()
    signs = letter.count("#") - letter[1:].count("b")
    return pitch_class(letter[0]) + signs + 12 * (int(octave) + 1)
