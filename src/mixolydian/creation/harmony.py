"""Harmony: chord progressions and voicings in a key.

Pitch classes count from C = 0, intervals in semitones from the chord's root. Progressions
are written in roman numerals relative to the major scale (upper case major, lower case
minor, ``o`` diminished), so that ``bVI`` in A minor is F major.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.theory.chord import ChordSymbol, chord, format_chord
from mixolydian.theory.mode import SCALES, family, mode_scale

PROGRESSIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "club": {
        "minor": (
            "i bVI bVII i", "i bVII bVI V", "i iv bVI v", "i i bVI bVII", "i bVI i bVII",
            "i iv i v", "i v bVI V", "i bVI iv v", "i iv i bVII", "i bVI iv V", "i iv V i",
            "i bVI bIII bVII i bVI iv V",
        ),
        "major": (
            "I V vi IV I V IV I", "I IV vi V", "I vi IV V", "I iii IV V", "I I IV V",
            "I IV I V", "I V IV I", "I bVII IV I", "I ii IV V",
        ),
    },
    "vamp": {
        "minor": (
            "i", "i i iv i", "i bVII i i", "i i bVI i", "i v", "i bII", "i i i bVII", "i i i v",
            "i7 iv7",
        ),
        "major": ("I", "I IV", "I I bVII I", "I ii I V", "I I IV I"),
    },
    "pop": {
        "minor": (
            "i bVI bIII bVII", "i iv bVII bIII", "i bVII bVI V", "i v bVI bVII", "i iv i V",
            "i bIII iv V", "i bVI iv V bIII bVII iv V", "i iv V i",
        ),
        "major": (
            "I V vi IV", "I vi IV V", "I IV V IV", "I iii vi IV", "I V IV I", "I vi ii V",
            "I V vi iii IV I IV V", "I IV I V", "I Isus4 I V", "I Imaj7 IV iv",
        ),
    },
    "jazz": {
        "minor": (
            "i7 iiø7 V7 i7", "i bVI iiø7 V7", "i7 iv7 bVIImaj7 V7", "i iv i V7", "i9 iv9 i9 V7",
            "iio V i i",
        ),
        "major": (
            "ii V I vi", "I vi ii V", "IV iii ii I", "ii V I I", "I IV iii vi",
            "Imaj7 VI7 ii7 V7", "Imaj9 IV9 iii7 V7",
        ),
    },
    "reggae": {
        "minor": ("i iv", "i bVII", "i i iv v", "i bVI bVII i", "i7 v7"),
        "major": ("I IV", "I V IV V", "I I IV V", "I ii", "I vi IV V", "I IV I V"),
    },
}  # fmt: skip
"""Bank → mode → progressions. A tonic that can be heard begins them and comes back: a loop
that gives its relative key the same room is as good as in that key."""

MODAL: dict[str, tuple[str, ...]] = {
    "dorian": (
        "i IV", "i IV i bVII", "i ii bIII IV", "i i IV IV", "i7 IV7", "i bVII IV i",
        "i9 i9 ii7 IV9",
    ),
    "phrygian": (
        "i bII", "i bII i bvii", "i i bII i", "i bII bIII bII", "i iv bII i", "i bVI bII i",
    ),
    "lydian": ("I II", "I II I vii", "I I II II", "Imaj7 II", "I II vi I", "I V II I"),
    "mixolydian": (
        "I bVII", "I bVII IV I", "I v IV I", "I I bVII IV", "I7 IV7", "I v bVII I",
        "I bVII I IV",
    ),
    "locrian": ("io bII", "io bV io bII", "io bVI io bvii", "io bII io iv"),
    "harmonic minor": (
        "i iv V i", "i bVI V i", "i V i iv", "i iio V i", "i V i V", "i iv i V7", "i bVI iv V",
    ),
}  # fmt: skip
"""Progressions of the modes, for genres that have none of their own."""

_DEGREES = ("i", "ii", "iii", "iv", "v", "vi", "vii")
_SHIFT = {"": 0, "b": -1, "#": 1}
_TONE = {"3": 1, "5": 2, "7": 3}
"""Degree a chord may stand on → its place among the chord's tones."""


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


_NUMERAL = re.compile(r"([b#]?)(vii|vi|v|iv|iii|ii|i)(.*?)(?:/([357]))?", re.IGNORECASE)
_SUFFIXES = {
    "": ("maj", "min"), "o": ("dim", "dim"), "dim": ("dim", "dim"), "+": ("aug", "aug"),
    "aug": ("aug", "aug"), "7": ("7", "min7"), "maj7": ("maj7", "minmaj7"), "m7": ("min7", "min7"),
    "o7": ("dim7", "dim7"), "ø7": ("hdim7", "hdim7"), "9": ("9", "min9"), "maj9": ("maj9", "maj9"),
    "m9": ("min9", "min9"), "6": ("maj6", "min6"), "11": ("11", "min11"), "5": ("5", "5"),
    "sus2": ("sus2", "sus2"), "sus4": ("sus4", "sus4"),
}  # fmt: skip
"""What follows a numeral → the quality of an upper-case and of a lower-case one."""


def parse_roman(numeral: str, tonic: int, mode: str = "major") -> Harmony:
    """The chord that `numeral` (``bVI``, ``iio``, ``V7``, ``I/3``) names in the key of `tonic`.

    A numeral without an accidental counts on the scale of `mode`, one with an accidental on
    the major scale: in minor, ``VI`` and ``bVI`` are the same chord.

    Raises
    ------
    RequestError
        It is no Roman numeral, or what follows it is unknown.
    """
    found = _NUMERAL.fullmatch(numeral.strip())
    if found is None or found[3] not in _SUFFIXES:
        raise RequestError(
            f"expected a Roman numeral such as i, bVI, V7 or iio (then one of "
            f"{' '.join(x for x in _SUFFIXES if x)}), found {numeral!r}"
        )
    accidental, body, suffix, over = found.groups()
    scale = SCALES["major" if accidental else mode]
    root = (tonic + scale[_DEGREES.index(body.lower())] + _SHIFT[accidental]) % 12
    triad = Harmony(root, _SUFFIXES[suffix][body.islower()], root)
    if over is None:
        return triad
    if _TONE[over] >= len(triad.intervals):
        raise RequestError(f"{numeral}: a chord of {len(triad.intervals)} tones has no {over}th")
    return Harmony(root, triad.quality, (root + triad.intervals[_TONE[over]]) % 12)


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


def read_progression(text: str) -> tuple[tuple[str, float], ...]:
    """(numeral, bars) of a progression as a user writes it: ``i bVI bIII bVII``, with
    hyphens, commas or bars of its own (``i:2 bVI:1 bVII:1``); one bar each unless said.

    Raises
    ------
    RequestError
        A numeral or its bars cannot be read.
    """
    rows = []
    for word in re.split(r"[\s,|–-]+", text.strip()):
        numeral, _, bars = word.partition(":")
        parse_roman(numeral, 0)
        try:
            length = float(bars or 1)
        except ValueError:
            length = 0.0
        if not 0.25 <= length <= 64:
            raise RequestError(f"expected 0.25–64 bars after {numeral}:, found {bars!r}")
        rows.append((numeral, length))
    return tuple(rows)


def bank(choice: str | Mapping[str, tuple[str, ...]], mode: str) -> tuple[str, ...]:
    """The progressions of a genre's `choice` in `mode`: its own, its bank's, or the mode's."""
    own = PROGRESSIONS[choice] if isinstance(choice, str) else choice
    if mode in own:
        return own[mode]
    return MODAL.get(mode, own[family(mode)])


def progression(
    numerals: str,
    tonic: int,
    mode: str,
    rng: np.random.Generator,
    sevenths: float = 0.0,
    inversions: float = 0.0,
) -> tuple[Harmony, ...]:
    """The chords of `numerals` (as in `PROGRESSIONS`) in the key; `sevenths` is the chance
    that triads grow sevenths, `inversions` the share of chords that stand on their third or
    fifth."""
    rich = rng.random() < sevenths
    out = []
    for i, numeral in enumerate(numerals.split()):
        written = parse_roman(numeral, tonic)
        if rich and rng.random() < 0.9 and written.quality in ("maj", "min", "dim"):
            written = with_seventh(written, tonic)
            if written.quality in ("min7", "maj7") and rng.random() < 0.15:
                ninth = written.quality.replace("7", "9")
                written = Harmony(written.root, ninth, written.bass)
        if i and rng.random() < inversions and len(written.intervals) > 2:
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
    """All MIDI pitches of the mode's scale in [low, high]."""
    degrees = set(mode_scale(tonic, mode))
    return tuple(p for p in range(low, high + 1) if p % 12 in degrees)
