"""A reader of RomanText: Roman-numeral analyses as rows of (bar, beat, key, chord).

RomanText (Tymoczko, Gotham, Cuthbert & Ariza, ISMIR 2019) writes ``m4 C: I b2 V65 b3 a: i``:
bar, key, numeral, beat, numeral … Copies (``m5-8 = m1-4``) are played out; variants, notes and
pedals are skipped. Numerals become Harte labels: quality from case, ``o``, ``ø`` and ``+``,
sevenths from the scale of the key, bass from the figures. In minor, ``VI`` and ``VII`` stand on
the natural sixth and seventh, ``vi`` and ``vii`` on the raised ones, as the format has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mixolydian.core.errors import RequestError
from mixolydian.theory.chord import QUALITIES, ChordSymbol, chord, format_chord
from mixolydian.theory.key import scale
from mixolydian.theory.pitch import pitch_class

_LINE = re.compile(r"^m(\d+)(?:-(\d+))?\s*(=\s*m(\d+)(?:-(\d+))?)?\s*(.*)$")
_KEY = re.compile(r"^([A-Ga-g])([#b-]*):$")
_BEAT = re.compile(r"^b(\d+(?:\.\d+)?)$")
_NUMERAL = re.compile(r"^([#b]*)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(/?o|/o|ø|\+|%|°)?(.*)$")
_DEGREES = ("i", "ii", "iii", "iv", "v", "vi", "vii")
_FIGURES = {
    "": (False, 0), "6": (False, 1), "63": (False, 1), "64": (False, 2), "7": (True, 0),
    "65": (True, 1), "43": (True, 2), "42": (True, 3), "2": (True, 3), "9": (True, 0),
    "53": (False, 0), "5": (False, 0),
}  # fmt: skip
"""figures → (seventh chord?, inversion)."""


@dataclass(frozen=True)
class Local:
    """A key on the way: pitch class and mode."""

    tonic: int
    mode: str


@dataclass(frozen=True)
class Entry:
    """From `beat` (1 = the bar's first) of bar `measure` on: `numeral` in `key`, as `label`."""

    measure: int
    beat: float
    key: Local
    numeral: str
    label: str | None
    """Harte; None where the numeral cannot be read."""


@dataclass(frozen=True, eq=False)
class RomanText:
    """An analysis: its entries in order, and the text of its head (licence, title)."""

    entries: tuple[Entry, ...]
    head: str
    meters: tuple[str, ...]


def read_roman(text: str) -> RomanText:
    """The analysis in `text`; lines that are not understood are skipped."""
    entries: list[Entry] = []
    head, meters, key = list[str](), list[str](), Local(0, "major")
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("Time Signature:"):
            meters.append(line.partition(":")[2].strip())
        match = _LINE.match(line)
        if match is None:
            head.append(line)
        elif match.group(3):
            entries += _copied(entries, match)
        elif match.group(2) is None and not line.startswith(f"m{match.group(1)}var"):
            rows, key = _entries(int(match.group(1)), match.group(6), key)
            entries += rows
    return RomanText(tuple(entries), "\n".join(head), tuple(dict.fromkeys(meters)))


def _copied(entries: list[Entry], match: re.Match[str]) -> list[Entry]:
    """The entries of ``m5-8 = m1-4``."""
    start, first = int(match.group(1)), int(match.group(4))
    last = int(match.group(5) or first)
    source = [e for e in entries if first <= e.measure <= last]
    return [Entry(e.measure - first + start, e.beat, e.key, e.numeral, e.label) for e in source]


def _entries(measure: int, text: str, key: Local) -> tuple[list[Entry], Local]:
    """The entries of one bar, and the key in which it ends."""
    rows, beat = [], 1.0
    for word in text.split():
        new_key, new_beat = _KEY.match(word), _BEAT.match(word)
        if new_key is not None:
            letter, signs = new_key.groups()
            tonic = pitch_class(letter.upper() + signs.replace("-", "b"))
            key = Local(tonic, "major" if letter.isupper() else "minor")
        elif new_beat is not None:
            beat = float(new_beat.group(1))
        elif word[0] in "IViv#bNGFC" and not set(word) & set("|:"):
            rows.append(Entry(measure, beat, key, word, label_of(word, key)))
    return rows, key


# --------------------------------------------------------------------------- numerals


def label_of(numeral: str, key: Local) -> str | None:
    """The Harte label of a numeral such as ``V65/ii`` in `key`, None where it cannot be read."""
    clean = re.sub(r"\[[^\]]*\]", "", numeral)
    # ii/o7 and viiø7/V: a slash before o is part of the quality, others name another key
    parts = re.split(r"/(?=[#b]*[IViv])", clean)
    for applied in reversed(parts[1:]):
        found = _root(applied, key)
        if found is None:
            return None
        key = Local(found[0], "major" if found[1].isupper() else "minor")
    try:
        symbol = _symbol(parts[0], key)
    except RequestError:
        return None
    return None if symbol is None else format_chord(symbol)


def _root(numeral: str, key: Local) -> tuple[int, str] | None:
    """(pitch class of the root, the bare numeral), None where it is no numeral."""
    match = _NUMERAL.match(numeral)
    if match is None:
        return None
    signs, bare, _, _ = match.groups()
    degree = _DEGREES.index(bare.lower())
    pc = scale(key.tonic, key.mode)[degree]
    raised = key.mode == "minor" and degree >= 5 and bare.islower()
    shift = signs.count("#") - signs.count("b")
    if raised and shift <= 0:
        shift += 1
    if key.mode == "minor" and degree >= 5 and bare.isupper() and signs == "b":
        shift = 0  # bVI and bVII in minor: the flat is a reminder
    return (pc + shift) % 12, bare


def _symbol(numeral: str, key: Local) -> ChordSymbol | None:
    special = _special(numeral, key)
    if special is not None:
        return special
    match, found = _NUMERAL.match(numeral), _root(numeral, key)
    if match is None or found is None:
        return None
    kind, rest = match.group(3) or "", match.group(4)
    marked = re.match(r"^(M|maj|d)?([\d/]*)$", rest)
    if marked is None:
        return None
    figures = _FIGURES.get(marked.group(2).replace("/", ""))
    if figures is None:
        return None
    seventh, inversion = figures
    quality = _quality(found, kind, seventh, marked.group(1) or "", key)
    if inversion >= len(QUALITIES[quality]):
        return None
    return chord(found[0], quality, QUALITIES[quality][inversion])


def _quality(found: tuple[int, str], kind: str, seventh: bool, mark: str, key: Local) -> str:
    """Harte's shorthand from the numeral's case, its sign and the scale."""
    root, bare = found
    if kind in ("o", "°"):
        return "dim7" if seventh else "dim"
    if kind in ("ø", "/o", "%"):
        return "hdim7" if seventh else "dim"
    if kind == "+":
        return "aug"
    triad = "maj" if bare.isupper() else "min"
    if not seventh:
        return triad
    major = {(root + i) % 12 for i in (11,)} <= set(scale(key.tonic, key.mode))
    if mark in ("M", "maj") or (not mark and major and bare.upper() != "V"):
        return "maj7" if triad == "maj" else "minmaj7"
    return "7" if triad == "maj" else "min7"


def _special(numeral: str, key: Local) -> ChordSymbol | None:
    """Cadential, Neapolitan and augmented-sixth chords, which have names of their own."""
    tonic = key.tonic
    if numeral.startswith("Cad"):
        return chord(tonic, "maj" if key.mode == "major" else "min", 7)
    if numeral in ("N", "N6"):
        return chord(tonic + 1, "maj", 4 if numeral == "N6" else 0)
    if numeral.startswith(("Ger", "It")):
        return chord(tonic + 8, "7")
    if numeral.startswith("Fr"):
        return ChordSymbol((tonic + 8) % 12, "7", (0, 4, 6, 10), 0)
    return None
