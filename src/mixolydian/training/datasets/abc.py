"""A reader of ABC tunes: melody, chord symbols, key and meter, repeats played out.

Reads what folk-tune collections use of ABC 1.6 (Walshaw): notes, accidentals that last for
the bar, lengths, broken rhythm, tuplets, ties, chord symbols in quotes, repeats with first
and second endings. A tune with anything else, or whose bars do not add up, is left out with a
reason. Lengths are in quarters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mixolydian.core.errors import RequestError
from mixolydian.theory.key import parse_key
from mixolydian.theory.pitch import fifths_of_name
from mixolydian.training.datasets.abc_music import Bar, NotReadableError, read_bars

TOLERANCE = 1e-6


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
    bars = _played(read_bars(body, unit, signature))
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
