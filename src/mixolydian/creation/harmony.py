"""Harmony: chord progressions and voicings in a key.

Pitch classes count from C = 0, intervals in semitones from the chord's root. Progressions
are written in roman numerals relative to the major scale (upper case major, lower case
minor, ``o`` diminished), so that ``bVI`` in A minor is F major.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mixolydian.theory.chord import ChordSymbol, chord, format_chord
from mixolydian.theory.key import scale

PROGRESSIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "club": {
        "minor": (
            "i bVI bIII bVII", "i bVII bVI bVII", "i iv bVI v", "bVI bVII i i", "i i bVI bVII",
            "i bIII bVII iv", "i v bVI iv", "i bVI iv v", "i iv i bVII", "i bVI iv V",
        ),
        "major": (
            "I V vi IV", "I IV vi V", "I vi IV V", "I iii IV V", "I I IV V", "IV I V vi",
            "I bVII IV I", "I ii IV V",
        ),
    },
    "vamp": {
        "minor": ("i", "i iv", "i bVII", "i bVI", "i v", "i bII", "i i i bVII"),
        "major": ("I", "I IV", "I bVII", "I ii"),
    },
    "pop": {
        "minor": (
            "i bVI bIII bVII", "i iv bVII bIII", "i bVII bVI V", "i v bVI bVII", "i iv i V",
            "i bIII iv V", "i bVI iv V bIII bVII iv V",
        ),
        "major": (
            "I V vi IV", "I vi IV V", "I IV V IV", "I iii vi IV", "I V IV I", "I vi ii V",
            "I V vi iii IV I IV V", "I IV I V",
        ),
    },
    "jazz": {
        "minor": ("iio V i i", "i bVI iio V", "i iv bVII bIII", "i iv i V"),
        "major": (
            "ii V I vi", "I vi ii V", "IV iii ii I", "ii V I I", "I IV iii vi",
        ),
    },
    "reggae": {
        "minor": ("i iv", "i bVII", "i i iv v", "i bVI bVII i"),
        "major": ("I IV", "I V IV V", "I I IV V", "I ii", "I vi IV V"),
    },
}  # fmt: skip

_ROMAN = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}


@dataclass(frozen=True)
class Harmony:
    """A chord as written: `root` and `bass` pitch classes, `quality` a Harte shorthand."""

    root: int
    quality: str
    bass: int

    @property
    def symbol(self) -> ChordSymbol:
        """The same chord in the words of `theory.chord`."""
        return chord(self.root, self.quality, self.bass - self.root)

    @property
    def intervals(self) -> tuple[int, ...]:
        """Semitones above the root, root first: root, third, fifth, seventh, ninth."""
        inside = self.symbol.intervals
        return tuple(sorted(inside, key=lambda i: (i == 2 and len(inside) > 3, i)))

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes of the chord, root first."""
        return tuple((self.root + i) % 12 for i in self.intervals)

    @property
    def label(self) -> str:
        """The name in Harte syntax, e.g. ``A:min7/b3``."""
        return format_chord(self.symbol)


def parse_roman(numeral: str, tonic: int) -> Harmony:
    """The triad that `numeral` (``bVI``, ``iio``, ``V``) names in the key of `tonic`."""
    flat = numeral.startswith("b")
    body = numeral.removeprefix("b")
    diminished = body.endswith("o")
    body = body.removesuffix("o")
    root = (tonic + _ROMAN[body.lower()] - flat) % 12
    quality = "dim" if diminished else ("maj" if body.isupper() else "min")
    return Harmony(root, quality, root)


def with_seventh(triad: Harmony, tonic: int) -> Harmony:
    """`triad` with the seventh that fits: dominant on V and bVII, else its own family."""
    if triad.quality == "maj":
        dominant = (triad.root - tonic) % 12 in (7, 10)
        quality = "7" if dominant else "maj7"
    else:
        quality = {"min": "min7", "dim": "hdim7"}.get(triad.quality, triad.quality)
    return Harmony(triad.root, quality, triad.bass)


def inverted(written: Harmony, rng: np.random.Generator) -> Harmony:
    """`written` over its third or fifth."""
    bass = (written.root + int(rng.choice(written.intervals[1:3]))) % 12
    return Harmony(written.root, written.quality, bass)


def progression(
    bank: str,
    tonic: int,
    mode: str,
    rng: np.random.Generator,
    sevenths: float = 0.0,
    inversions: float = 0.0,
) -> tuple[Harmony, ...]:
    """A progression of `bank` in the key; `sevenths` and `inversions` are shares of chords."""
    numerals = str(rng.choice(PROGRESSIONS[bank][mode])).split()
    rich = rng.random() < sevenths
    out = []
    for i, numeral in enumerate(numerals):
        written = parse_roman(numeral, tonic)
        if rich and rng.random() < 0.9:
            written = with_seventh(written, tonic)
            if written.quality in ("min7", "maj7") and rng.random() < 0.15:
                ninth = written.quality.replace("7", "9")
                written = Harmony(written.root, ninth, written.bass)
        if i and rng.random() < inversions:
            written = inverted(written, rng)
        out.append(written)
    return tuple(out)


def voicing(
    written: Harmony, previous: Sequence[int] = (), center: int = 62, size: int = 4
) -> tuple[int, ...]:
    """MIDI pitches of `written` close to `previous` (smooth voice leading) around `center`."""
    around = [center] if not previous else list(previous)
    middle = float(np.mean(around))
    pitches = set()
    for pc in written.pitch_classes[:5]:
        octave = round((0.6 * middle + 0.4 * center - pc) / 12)
        pitches.add(int(np.clip(pc + 12 * octave, 48, 84)))
    ordered = sorted(pitches)
    if len(ordered) < size:
        ordered.append(ordered[0] + 12)
    return tuple(ordered[:5])


def scale_pitches(tonic: int, mode: str, low: int, high: int) -> tuple[int, ...]:
    """All MIDI pitches of the key's scale in [low, high]."""
    degrees = set(scale(tonic, mode))
    return tuple(p for p in range(low, high + 1) if p % 12 in degrees)
