"""A reader of ABC tunes: melody, chord symbols, key and meter, repeats played out.

Reads what folk-tune collections use of ABC 1.6 (Walshaw): notes, accidentals that last for
the bar, lengths, broken rhythm, tuplets, ties, chord symbols in quotes, repeats with first
and second endings. A tune with anything else, or whose bars do not add up, is left out with a
reason. Lengths are in quarters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mixolydian.core.errors import RequestError
from mixolydian.theory.key import parse_key
from mixolydian.theory.pitch import fifths_of_name

TOKEN = re.compile(
    r'(?P<chord>"[^"]*")|(?P<grace>\{[^}]*\})|(?P<bar>:\|\]?:?|\|\]|\[\||::|\|:|\|\||\|)'
    r"|(?P<ending>\[[12]|(?<=\|)[12])|(?P<tuplet>\((?P<count>[2-9]))|(?P<broken>[<>]+)|(?P<tie>-)"
    r"|(?P<note>(?P<sign>[_^=]*)(?P<letter>[A-Ga-gzx])(?P<octave>[,']*)(?P<size>\d*/*\d*))"
    r"|(?P<stack>\[(?P<inside>[^\]\"|:]+)\](?P<stacked>\d*/*\d*))|(?P<skip>[\s()~.uvTHLMP\\*!yn]|\$)"
)
LETTERS = {"C": 60, "D": 62, "E": 64, "F": 65, "G": 67, "A": 69, "B": 71}
TUPLETS = {2: 1.5, 3: 2 / 3, 4: 0.75, 5: 0.6, 6: 1 / 3, 7: 3 / 7, 8: 0.375, 9: 1 / 3}
"""count of a tuplet → factor of its lengths."""
TOLERANCE = 1e-6


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
    tied: bool = False


@dataclass(frozen=True, eq=False)
class Tune:
    """A tune: `meter` as written, key, and its bars in the order in which they are played."""

    title: str
    meter: tuple[int, int]
    tonic: str
    mode: str
    pickup: float
    bars: tuple[Bar, ...]

    @property
    def full(self) -> float:
        """Quarters in a whole bar."""
        return 4.0 * self.meter[0] / self.meter[1]


def tunes(text: str) -> Iterator[str]:
    """The texts of the tunes in a file."""
    parts = re.split(r"(?m)^(?=X:)", text)
    return (p for p in parts if p.startswith("X:"))


def read_tune(text: str) -> Tune | str:
    """One tune, or the reason why it is left out."""
    try:
        return _tune(text)
    except NotReadableError as reason:
        return str(reason)
    except RequestError as error:
        return str(error)


def _tune(text: str) -> Tune:
    fields, body = _split(text)
    meter = _meter(fields.get("M", ""))
    name = fields.get("K", "").split()
    key = parse_key(name[0] if name else "")
    full = 4.0 * meter[0] / meter[1]
    unit = _unit(fields, meter)
    signature = _signature(key.tonic, key.mode)
    bars = _played(_bars(body, unit, signature))
    whole = sum(abs(b.length - full) < TOLERANCE for b in bars)
    if len(bars) < 8 or whole < 0.7 * len(bars):
        raise NotReadableError(f"only {whole} of {len(bars)} bars have {full:g} quarters")
    pickup = bars[0].length if bars[0].length < full - TOLERANCE else 0.0
    _check_bars(bars, full, pickup)
    return Tune(fields.get("T", "?"), meter, key.tonic, key.mode, pickup, tuple(bars))


def _split(text: str) -> tuple[dict[str, str], str]:
    """(fields of the head, music); a key or meter that changes on the way is a reason."""
    fields: dict[str, str] = {}
    music: list[str] = []
    for line in text.splitlines():
        line = line.split("%")[0]
        if re.match(r"[A-Za-z]:", line):
            if music and line[0] in "KML":
                raise NotReadableError("key or meter changes on the way")
            if line[0] != "P":
                fields.setdefault(line[0], "")
                fields[line[0]] = line[2:].strip()
        elif line.strip():
            music.append(line.rstrip().removesuffix("\\"))
    return fields, " ".join(music)


def _meter(text: str) -> tuple[int, int]:
    named = {"C": (4, 4), "C|": (2, 2)}
    if text in named:
        return named[text]
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if match is None:
        raise NotReadableError(f"meter {text!r}")
    return int(match.group(1)), int(match.group(2))


def _unit(fields: dict[str, str], meter: tuple[int, int]) -> float:
    """Quarters of a note without a length: as L says, an eighth otherwise."""
    match = re.fullmatch(r"(\d+)/(\d+)", fields.get("L", "1/8"))
    if match is None:
        raise NotReadableError(f"unit length {fields['L']!r}")
    return 4.0 * int(match.group(1)) / int(match.group(2))


def _signature(tonic: str, mode: str) -> dict[str, int]:
    """Letter → sharps (+1) or flats (−1) of the key."""
    fifths = fifths_of_name(tonic) - (3 if mode == "minor" else 0)
    letters = "FCGDAEB"[:fifths] if fifths > 0 else "BEADGCF"[: -fifths or 0]
    return dict.fromkeys(letters, 1 if fifths > 0 else -1)


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
        self._lean = 0

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
        self.bars[-1].tied = True

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
        before = bar.notes[-1] if bar.notes else None
        if bar.tied and before is not None and before[2] == pitch:
            bar.notes[-1] = (before[0], before[1] + length, pitch)
        elif pitch >= 0:
            bar.notes.append((bar.length, length, pitch))
        bar.tied = False
        bar.length += length


def _bars(music: str, unit: float, signature: dict[str, int]) -> list[Bar]:
    reader = _Reader(unit, signature)
    reader.read(music)
    return [b for b in reader.bars if b.length > 0]


def _played(bars: list[Bar]) -> list[Bar]:
    """The bars in the order in which they are played: repeats and their two endings."""
    out: list[Bar] = []
    start = 0
    for i, bar in enumerate(bars):
        start = i if bar.opens else start
        out.append(bar)
        if bar.closes:
            first = next((j for j in range(start, i + 1) if bars[j].ending == 1), i + 1)
            out += bars[start:first]
            start = i + 1
    return out


def _check_bars(bars: list[Bar], full: float, pickup: float) -> None:
    """Whole bars begin on the grid of bars that the pickup sets."""
    now = -pickup
    for bar in bars:
        off = (now + TOLERANCE) % full
        if abs(bar.length - full) < TOLERANCE and off > 3 * TOLERANCE:
            raise NotReadableError("bars do not add up")
        if off + bar.length > full + 3 * TOLERANCE:
            raise NotReadableError("a bar is too long")
        now += bar.length
