"""Chords in Harte syntax: read, write, simplify, and the pitch classes they hold.

Conventions
-----------
`root:quality(degrees)/bass` after Harte et al. (ISMIR 2005): `C:maj`, `A:min7/b3`,
`G:sus4(b7)`, `F#` (= `F#:maj`), `N` for no chord, `X` for a chord outside the vocabulary.
Intervals are semitones above the root; the bass is an interval too (0 = root position).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.theory.pitch import pitch_class, pitch_class_name, spell

QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "minmaj7": (0, 3, 7, 11),
    "hdim7": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "maj6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
    "9": (0, 2, 4, 7, 10),
    "maj9": (0, 2, 4, 7, 11),
    "min9": (0, 2, 3, 7, 10),
    "11": (0, 2, 4, 5, 7, 10),
    "min11": (0, 2, 3, 5, 7, 10),
    "13": (0, 2, 4, 7, 9, 10),
    "maj13": (0, 2, 4, 7, 9, 11),
    "min13": (0, 2, 3, 7, 9, 10),
    "5": (0, 7),
    "1": (0,),
}
"""Harte's shorthands and their intervals."""

_DEGREES = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 11, 8: 12, 9: 14, 10: 16, 11: 17, 12: 19, 13: 21}
_INTERVAL_DEGREES = ("1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7")
_LABEL = re.compile(r"([A-G][#b]*)(?::([a-z0-9]*)(?:\(([^)]*)\))?)?(?:/([#b]*\d+))?")
_DEGREE = re.compile(r"(\*?)([#b]*)(\d+)")


@dataclass(frozen=True)
class ChordSymbol:
    """A chord: `root` pitch class, `quality` shorthand, its `intervals`, `bass` interval.

    `root` is None for N and X, whose quality is then "N" or "X".
    """

    root: int | None
    quality: str
    intervals: tuple[int, ...] = ()
    bass: int = 0

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The pitch classes it holds, root first; empty for N and X."""
        return () if self.root is None else tuple((self.root + i) % 12 for i in self.intervals)

    @property
    def bass_pitch_class(self) -> int | None:
        """Pitch class of the lowest note; None for N and X."""
        return None if self.root is None else (self.root + self.bass) % 12


NO_CHORD = ChordSymbol(None, "N")
UNKNOWN_CHORD = ChordSymbol(None, "X")


def chord(root: int, quality: str, bass: int = 0) -> ChordSymbol:
    """The chord of a shorthand in :data:`QUALITIES` on a root, `bass` in semitones above it."""
    if quality not in QUALITIES:
        raise RequestError(f"expected a chord quality ({', '.join(QUALITIES)}), found {quality!r}")
    return ChordSymbol(root % 12, quality, QUALITIES[quality], bass % 12)


def degree_interval(degree: str) -> int:
    """Semitones above the root of a degree such as `5`, `b3`, `#11`; RequestError otherwise."""
    match = _DEGREE.fullmatch(degree)
    if match is None or match.group(1) or int(match.group(3)) not in _DEGREES:
        raise RequestError(f"expected a chord degree such as 5 or b7, found {degree!r}")
    signs = match.group(2)
    return (_DEGREES[int(match.group(3))] + signs.count("#") - signs.count("b")) % 12


def parse_chord(label: str) -> ChordSymbol:
    """Read a Harte label; raises RequestError when it does not follow the syntax."""
    if label in ("N", "X"):
        return NO_CHORD if label == "N" else UNKNOWN_CHORD
    match = _LABEL.fullmatch(label)
    if match is None:
        raise RequestError(f"expected a chord in Harte syntax such as A:min7/b3, found {label!r}")
    root, quality, extras, bass = match.groups()
    if not quality:
        quality = "1" if extras else "maj"
    base = chord(pitch_class(root), quality)
    intervals = _with_extras(base.intervals, extras)
    return ChordSymbol(base.root, quality, intervals, degree_interval(bass) if bass else 0)


def _with_extras(intervals: tuple[int, ...], extras: str | None) -> tuple[int, ...]:
    """Intervals after adding the degrees in brackets and removing the starred ones."""
    if not extras:
        return intervals
    held = set(intervals)
    for degree in (d.strip() for d in extras.split(",")):
        if degree.startswith("*"):
            held.discard(degree_interval(degree[1:]))
        else:
            held.add(degree_interval(degree))
    return tuple(sorted(held))


def format_chord(symbol: ChordSymbol, tonic: str | None = None, mode: str = "major") -> str:
    """Harte label; the root is spelled in the key of `tonic` `mode` when one is given."""
    if symbol.root is None:
        return symbol.quality
    root = spell(symbol.root, tonic, mode) if tonic else pitch_class_name(symbol.root)
    bass = f"/{_INTERVAL_DEGREES[symbol.bass]}" if symbol.bass else ""
    return f"{root}:{_quality_text(symbol)}{bass}"


def _quality_text(symbol: ChordSymbol) -> str:
    base = set(QUALITIES[symbol.quality])
    added = [_INTERVAL_DEGREES[i] for i in symbol.intervals if i not in base]
    missing = [f"*{_INTERVAL_DEGREES[i]}" for i in sorted(base - set(symbol.intervals))]
    extras = added + missing
    return symbol.quality + (f"({','.join(extras)})" if extras else "")


def reduce_majmin(symbol: ChordSymbol) -> ChordSymbol:
    """Major or minor triad by third and perfect fifth; N stays, everything else is X.

    The reduction of MIREX's majmin vocabulary: C:maj7 → C:maj, C:sus4 and C:dim → X.
    """
    if symbol.root is None:
        return symbol
    held = set(symbol.intervals)
    if 7 not in held or (3 in held) == (4 in held):
        return UNKNOWN_CHORD
    return chord(symbol.root, "maj" if 4 in held else "min")


def reduce_sevenths(symbol: ChordSymbol) -> ChordSymbol:
    """maj, min, 7, maj7 or min7 (MIREX's sevenths vocabulary); N stays, the rest is X."""
    triad = reduce_majmin(symbol)
    if triad.root is None:
        return triad
    held = set(symbol.intervals)
    quality = triad.quality
    if 11 in held:
        quality = "maj7" if quality == "maj" else "X"
    elif 10 in held:
        quality = "7" if quality == "maj" else "min7"
    return UNKNOWN_CHORD if quality == "X" else chord(triad.root, quality)


def chord_template(quality: str) -> NDArray[np.float64]:
    """Binary chroma (12,) of a quality on C."""
    template = np.zeros(12)
    template[list(QUALITIES[quality])] = 1.0
    return template
