"""Harmony: chords read in a key as Roman numerals, functions, cadences, progressions.

Conventions
-----------
Upper case numerals are chords with a major third, lower case with a minor third; `°`
diminished, `ø` half-diminished, `+` augmented, figures 6 64 65 43 42 for inversions.
Degrees count in the key's own scale: in A minor F is VI and G is VII; in C major A flat is
bVI. A sign before the numeral raises or lowers that scale's degree: the diminished chord on
the leading tone of A minor is #vii°.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mixolydian.theory.chord import ChordSymbol
from mixolydian.theory.key import scale

_MAJOR_DEGREES = ("I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII")
_MINOR_DEGREES = ("I", "bII", "II", "III", "#III", "IV", "#IV", "V", "VI", "#VI", "VII", "#VII")
_TRIAD_FIGURES = {3: "6", 4: "6", 6: "64", 7: "64", 8: "64"}
_SEVENTH_FIGURES = {3: "65", 4: "65", 6: "43", 7: "43", 9: "42", 10: "42", 11: "42"}
_SUFFIXES = {
    "7": "7",
    "maj7": "maj7",
    "min7": "7",
    "minmaj7": "maj7",
    "hdim7": "7",
    "dim7": "7",
    "sus2": "sus2",
    "sus4": "sus4",
    "maj6": "add6",
    "min6": "add6",
    "9": "9",
    "maj9": "maj9",
    "min9": "9",
    "5": "5",
}
_TONIC, _SUBDOMINANT, _DOMINANT = "tonic", "subdominant", "dominant"
_FUNCTIONS = {
    "major": {
        0: _TONIC, 9: _TONIC, 4: _TONIC,
        5: _SUBDOMINANT, 2: _SUBDOMINANT, 8: _SUBDOMINANT, 1: _SUBDOMINANT,
        7: _DOMINANT, 11: _DOMINANT, 10: _DOMINANT,
    },
    "minor": {
        0: _TONIC, 3: _TONIC, 8: _TONIC,
        5: _SUBDOMINANT, 2: _SUBDOMINANT, 1: _SUBDOMINANT,
        7: _DOMINANT, 11: _DOMINANT, 10: _DOMINANT,
    },
}  # fmt: skip


def roman_numeral(symbol: ChordSymbol, tonic: int, mode: str) -> str:
    """The chord's numeral in the key of pitch class `tonic`; N and X stay as they are."""
    if symbol.root is None:
        return symbol.quality
    degrees = _MINOR_DEGREES if mode == "minor" else _MAJOR_DEGREES
    numeral = degrees[(symbol.root - tonic) % 12]
    held = set(symbol.intervals)
    if 3 in held and 4 not in held:
        numeral = numeral.replace("I", "i").replace("V", "v")
    if 3 in held and 6 in held and 7 not in held:
        numeral += "ø" if 10 in held else "°"
    elif 4 in held and 8 in held and 7 not in held:
        numeral += "+"
    return numeral + _figures(symbol)


def _figures(symbol: ChordSymbol) -> str:
    suffix = _SUFFIXES.get(symbol.quality, "")
    if symbol.bass == 0:
        return suffix
    is_seventh = bool({10, 11} & set(symbol.intervals)) or symbol.quality == "dim7"
    figures = (_SEVENTH_FIGURES if is_seventh else _TRIAD_FIGURES).get(symbol.bass)
    if figures is None:
        return f"{suffix}/{symbol.bass}"
    return figures if suffix in ("", "7") else suffix + figures


def harmonic_function(symbol: ChordSymbol, tonic: int, mode: str) -> str | None:
    """`tonic`, `subdominant` or `dominant`; None for N, X and far chords."""
    if symbol.root is None:
        return None
    return _FUNCTIONS[mode].get((symbol.root - tonic) % 12)


def is_diatonic(symbol: ChordSymbol, tonic: int, mode: str) -> bool:
    """Whether all its notes lie in the key's scale; minor may also raise its 7th in V and vii°."""
    held = set(symbol.pitch_classes)
    allowed = set(scale(tonic, mode))
    if mode == "minor" and harmonic_function(symbol, tonic, mode) == _DOMINANT:
        allowed |= {(tonic + 11) % 12}
    return bool(held) and held <= allowed


def diatonic_share(
    symbols: Sequence[ChordSymbol], durations: Sequence[float], tonic: int, mode: str
) -> float:
    """Share of the chords' time (N and X left out) spent on diatonic chords; 0 without chords."""
    timed = [(s, d) for s, d in zip(symbols, durations, strict=True) if s.root is not None]
    total = sum(d for _, d in timed)
    inside = sum(d for s, d in timed if is_diatonic(s, tonic, mode))
    return inside / total if total else 0.0


def cadence(before: ChordSymbol, after: ChordSymbol, tonic: int, mode: str) -> str | None:
    """Name of the cadence two neighbouring chords make, or None.

    authentic V → I, plagal IV → I, deceptive V → VI, subtonic bVII → I, phrygian bII → I.
    """
    if before.root is None or after.root is None:
        return None
    first, second = (before.root - tonic) % 12, (after.root - tonic) % 12
    dominant = (first == 7 and 4 in before.intervals) or (first == 11 and 6 in before.intervals)
    if second == 0:
        if dominant:
            return "authentic"
        return {5: "plagal", 10: "subtonic", 1: "phrygian"}.get(first)
    if dominant and second == (8 if mode == "minor" else 9):
        return "deceptive"
    return None


def cadences(symbols: Sequence[ChordSymbol], tonic: int, mode: str) -> dict[str, int]:
    """How often each kind of cadence occurs between neighbours, most frequent first."""
    found = (cadence(a, b, tonic, mode) for a, b in pairwise(symbols))
    return dict(Counter(kind for kind in found if kind is not None).most_common())


@dataclass(frozen=True)
class Progression:
    """A repeated row of chords: its `symbols`, and the share of all chords it accounts for."""

    symbols: tuple[ChordSymbol, ...]
    share: float


def main_progression(symbols: Sequence[ChordSymbol], max_length: int = 8) -> Progression | None:
    """The row of 2 to `max_length` chords whose repetitions cover most of `symbols`.

    Neighbouring `symbols` must differ. A longer row wins only when it covers clearly more
    than a shorter one; None when no row occurs twice. The row starts where it first does.
    """
    best: Progression | None = None
    for length in range(2, min(max_length, len(symbols) // 2) + 1):
        rows = Counter(tuple(symbols[i : i + length]) for i in range(len(symbols) - length + 1))
        for row, _ in rows.most_common(4):
            n = _occurrences(symbols, row)
            share = n * length / len(symbols)
            if n >= 2 and None not in {s.root for s in row}:
                better = best is None or share > best.share + 0.08
                best = Progression(row, share) if better else best
    return best


def _occurrences(symbols: Sequence[ChordSymbol], row: Sequence[ChordSymbol]) -> int:
    """How often `row` occurs without overlapping itself."""
    count = i = 0
    while i <= len(symbols) - len(row):
        if tuple(symbols[i : i + len(row)]) == tuple(row):
            count += 1
            i += len(row)
        else:
            i += 1
    return count


_COLOURS = {
    ("major", 6, 5): "lydian",
    ("major", 10, 11): "mixolydian",
    ("minor", 9, 8): "dorian",
    ("minor", 1, 2): "phrygian",
    ("minor", 11, 10): "harmonic minor",
}


def modal_colour(weights: Sequence[float], tonic: int, mode: str) -> str:
    """The mode whose characteristic note outweighs the plain scale's, by pitch-class weights.

    `weights` (12,) is how much each pitch class sounds, 0 = C. Lydian has #4 over 4,
    mixolydian b7 over 7, dorian 6 over b6, phrygian b2 over 2, harmonic minor 7 over b7;
    otherwise `major` or `minor`. Evidence under a thirtieth of the total is no evidence.
    """
    total = sum(weights)
    best, margin = mode, 0.0
    for (of_mode, raised, plain), name in _COLOURS.items():
        colour, usual = weights[(tonic + raised) % 12], weights[(tonic + plain) % 12]
        heard = of_mode == mode and colour > total / 30 and colour > 1.5 * usual
        if heard and colour - usual > margin:
            best, margin = name, colour - usual
    return best
