"""The music of an ABC tune: from characters to bars of notes and chord symbols, in quarters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r'(?P<chord>"[^"]*")|(?P<grace>\{[^}]*\})|(?P<bar>:\|\]?:?|\|\]|\[\||::|\|:|\|\||\|)'
    r"|(?P<ending>\[[12]|(?<=\|)[12])|(?P<tuplet>\((?P<count>[2-9]))|(?P<broken>[<>]+)|(?P<tie>-)"
    r"|(?P<note>(?P<sign>[_^=]*)(?P<letter>[A-Ga-gzx])(?P<octave>[,']*)(?P<size>\d*/*\d*))"
    r"|(?P<stack>\[(?P<inside>[^\]\"|:]+)\](?P<stacked>\d*/*\d*))|(?P<skip>[\s()~.uvTHLMP\\*!yn]|\$)"
)
LETTERS = {"C": 60, "D": 62, "E": 64, "F": 65, "G": 67, "A": 69, "B": 71}
TUPLETS = {2: 1.5, 3: 2 / 3, 4: 0.75, 5: 0.6, 6: 1 / 3, 7: 3 / 7, 8: 0.375, 9: 1 / 3}
"""count of a tuplet → factor of its lengths."""


class NotReadableError(Exception):
    """A tune that is left out; the message is the reason."""


@dataclass
class Bar:
    """A bar while it is read: notes (onset, length, pitch), chords (onset, name), in quarters."""

    notes: list[tuple[float, float, int]] = field(default_factory=list)
    chords: list[tuple[float, str]] = field(default_factory=list)
    length: float = 0.0
    opens: bool = False
    closes: bool = False
    ending: int = 0


def _size(text: str, unit: float) -> float:
    """Quarters of a length such as 2, /2, 3/2, //."""
    if not text:
        return unit
    above, slash, below = text.partition("/")
    if not slash:
        return unit * int(above)
    if set(below) <= {"/"}:
        return unit * int(above or 1) * 0.5 ** (1 + len(below))
    return unit * int(above or 1) / int(below.strip("/"))


class _Reader:
    """Walks the tokens of the music and fills bars."""

    def __init__(self, unit: float, signature: dict[str, int]) -> None:
        self.bars = [Bar()]
        self._unit = unit
        self._signature = signature
        self._signs: dict[str, int] = {}
        self._left, self._factor = 0, 1.0
        self._tied: tuple[Bar, int] | None = None

    def read(self, music: str) -> None:
        at = 0
        while at < len(music):
            match = TOKEN.match(music, at)
            if match is None:
                raise NotReadableError(f"cannot read {music[at : at + 12]!r}")
            at = match.end()
            kind = str(match.lastgroup)
            getattr(self, f"_{kind}", self._pass)(match)

    def _pass(self, match: re.Match[str]) -> None:
        return None

    def _chord(self, match: re.Match[str]) -> None:
        name = match.group("chord")[1:-1].strip()
        if not name.startswith("("):  # in brackets: what may be played the second time
            self.bars[-1].chords.append((self.bars[-1].length, name))

    def _bar(self, match: re.Match[str]) -> None:
        line = match.group("bar")
        bar = self.bars[-1]
        if bar.length > 0:
            bar.closes = bar.closes or line.startswith(":")
            self.bars.append(Bar())
            self._signs = {}
        elif line.startswith(":") and len(self.bars) > 1:
            self.bars[-2].closes = True
        if line.endswith(":") and line != ":":
            self.bars[-1].opens = True

    def _ending(self, match: re.Match[str]) -> None:
        self.bars[-1].ending = int(match.group("ending")[-1])

    def _tuplet(self, match: re.Match[str]) -> None:
        self._left = int(match.group("count"))
        self._factor = TUPLETS[self._left]

    def _broken(self, match: re.Match[str]) -> None:
        """`a>b`: the first is longer by half, the second is what is left."""
        bar, steps = self.bars[-1], len(match.group("broken"))
        if not bar.notes:
            raise NotReadableError("broken rhythm without a note before it")
        onset, length, pitch = bar.notes[-1]
        longer = 2 - 0.5**steps
        factor = longer if match.group("broken")[0] == ">" else 2 - longer
        bar.notes[-1] = (onset, length * factor, pitch)
        bar.length += length * (factor - 1)
        self._factor, self._left = 2 - factor, 1

    def _tie(self, match: re.Match[str]) -> None:
        for bar in reversed(self.bars[-2:]):
            if bar.notes:
                self._tied = (bar, len(bar.notes) - 1)
                return

    def _note(self, match: re.Match[str]) -> None:
        pitch = self._pitch(match)
        self._place(pitch, _size(match.group("size"), self._unit))

    def _stack(self, match: re.Match[str]) -> None:
        """Of notes sounded together the highest is the melody."""
        inside = list(TOKEN.finditer(match.group("inside")))
        found = [m for m in inside if m.lastgroup == "note"]
        if not found:
            raise NotReadableError(f"cannot read {match.group(0)!r}")
        lengths = _size(found[0].group("size"), self._unit)
        factor = _size(match.group("stacked"), 1.0)
        self._place(max(self._pitch(m) for m in found), lengths * factor)

    def _pitch(self, match: re.Match[str]) -> int:
        letter, sign = match.group("letter"), match.group("sign")
        if letter in "zx":
            return -1
        octave = 12 * (letter.islower() + match.group("octave").count("'"))
        octave -= 12 * match.group("octave").count(",")
        place = letter + match.group("octave")
        if sign:
            self._signs[place] = sign.count("^") - sign.count("_")
        default = self._signature.get(letter.upper(), 0)
        return LETTERS[letter.upper()] + octave + self._signs.get(place, default)

    def _place(self, pitch: int, length: float) -> None:
        if self._left:
            length, self._left = length * self._factor, self._left - 1
        bar = self.bars[-1]
        if not self._prolonged(pitch, length) and pitch >= 0:
            bar.notes.append((bar.length, length, pitch))
        bar.length += length

    def _prolonged(self, pitch: int, length: float) -> bool:
        """Whether the note only prolongs the one that is tied to it, perhaps over a bar line."""
        tied, self._tied = self._tied, None
        if tied is None or tied[0].notes[tied[1]][2] != pitch:
            return False
        onset, before, _ = tied[0].notes[tied[1]]
        tied[0].notes[tied[1]] = (onset, before + length, pitch)
        return True


def read_bars(music: str, unit: float, signature: dict[str, int]) -> list[Bar]:
    """The bars of `music` as written; `unit` is the length of a bare note in quarters.

    Raises
    ------
    NotReadableError
        Something in it is not understood.
    """
    reader = _Reader(unit, signature)
    reader.read(music)
    return [b for b in reader.bars if b.length > 0]
