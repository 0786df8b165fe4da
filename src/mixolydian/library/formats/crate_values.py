"""Values as DJ programs spell them in text ⇄ the types of a collection.

Whatever a file says that cannot be meant (a tempo of a million, a time after eleven days, NaN)
reads as None: it was written by others, and later steps count beats with it.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from mixolydian.library.formats import keynames
from mixolydian.library.formats.collection import CollectionTrack, Color
from mixolydian.library.formats.keynames import KeyName
from mixolydian.library.formats.offsets import known, offset
from mixolydian.library.formats.tally import Tally

STAR = 51
"""One star of five, on the scale to 255 that rekordbox and Traktor share."""
LONGEST = 1e6
"""seconds."""
BPM_RANGE = (1.0, 1000.0)

_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?\s*", re.ASCII)
_DIGITS = 40
_HEX = re.compile(r"(?:0x|#)([0-9A-Fa-f]{6})")
_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)", re.ASCII)


def number(text: str, scale: float = 1.0) -> float | None:
    """A decimal number times `scale`, below `LONGEST` in size; None for anything else."""
    value = _number(text) * scale
    return round(value, 9) if abs(value) < LONGEST else None


def _number(text: str) -> float:
    return float(text) if len(text) <= _DIGITS and _NUMBER.fullmatch(text) else math.nan


def length(text: str, scale: float = 1.0) -> float | None:
    """A positive number times `scale`; programs write 0 for "not known"."""
    value = number(text, scale)
    return value if value is not None and value > 0 else None


def after(start: float, end: float | None) -> float | None:
    """The end of what begins at `start`, where it has one."""
    return end if end is not None and end > start else None


def whole(text: str, low: int, high: int) -> int | None:
    """A whole number from `low` to `high`; None for anything else."""
    value = _number(text)
    return int(value) if low <= value <= high else None


def tempo(text: str) -> float | None:
    """BPM; programs write 0 for "not analysed"."""
    value = number(text)
    return value if value is not None and BPM_RANGE[0] <= value <= BPM_RANGE[1] else None


def decimal(value: float | None, most: int = 6, least: int = 2) -> str | None:
    """`value` with at least and at most so many decimals; None when there is no finite one."""
    if value is None or not math.isfinite(value):
        return None
    before, _, after = f"{value:.{most}f}".partition(".")
    return f"{before}.{after.rstrip('0').ljust(least, '0')}" if most else before


def stars(text: str) -> int | None:
    """0–255 → 0–5 stars."""
    value = whole(text, 0, 255)
    return None if value is None else round(value / STAR)


def from_stars(rating: int | None) -> str | None:
    """0–5 stars → 0–255."""
    return None if rating is None else str(min(max(rating, 0), 5) * STAR)


def color(text: str) -> Color | None:
    """``0xRRGGBB`` or ``#RRGGBB``."""
    found = _HEX.fullmatch(text.strip())
    if not found:
        return None
    red, green, blue = bytes.fromhex(found[1])
    return red, green, blue


def hexadecimal(shade: Color | None, prefix: str) -> str | None:
    """A colour as ``0xRRGGBB`` or ``#RRGGBB``."""
    return (
        None if shade is None else prefix + bytes(min(max(c, 0), 255) for c in shade).hex().upper()
    )


def day(text: str) -> date | None:
    """The day at the start of an ISO date or moment, or of Traktor's y/m/d."""
    found = _DATE.match(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def key(text: str, notes: Tally) -> KeyName | None:
    """The key named by `text`; what is no key is noted."""
    found = keynames.parse(text) if text else None
    if text and not found:
        notes.add("keys in an unknown spelling, left out")
    return found


def key_text(track: CollectionTrack, notes: Tally) -> str | None:
    """Am, F#m, Bb; a tonic without a mode is no key."""
    if track.tonic and track.mode:
        return keynames.short(track.tonic, track.mode)
    if track.tonic:
        notes.add("keys without major or minor, left out")
    return None


# ------------------------------------------------------------------- where MP3s start


@dataclass(frozen=True)
class Clock:
    """Brings times of tracks from `program`'s count to ours, and back."""

    program: str
    notes: Tally

    def ours(self, track: CollectionTrack) -> CollectionTrack:
        return self._moved(track, -1)

    def theirs(self, track: CollectionTrack) -> CollectionTrack:
        return self._moved(track, 1)

    def _moved(self, track: CollectionTrack, sign: int) -> CollectionTrack:
        if not track.path.lower().endswith(".mp3") or not (track.grid or track.markers):
            return track
        if not known(self.program) or not os.path.isfile(track.path):
            self.notes.add(
                f"MP3s that are not here to see where {self.program} starts them; their "
                "times may be up to 50 ms off"
            )
            return track
        return shifted(track, sign * offset(track.path, self.program))


def shifted(track: CollectionTrack, seconds: float) -> CollectionTrack:
    """`track` with its grid and markers `seconds` later."""
    if not seconds:
        return track
    return replace(
        track,
        grid=tuple(replace(g, time=_later(g.time, seconds)) for g in track.grid),
        markers=tuple(
            replace(m, time=_later(m.time, seconds), end=_later(m.end, seconds) if m.end else m.end)
            for m in track.markers
        ),
    )


def _later(time: float, seconds: float) -> float:
    return round(time + seconds, 9)


def unique(
    tracks: tuple[CollectionTrack, ...], notes: Tally, say: Callable[[str], bool]
) -> list[CollectionTrack]:
    """Each path once, the first time it comes, and only paths that can be said."""
    kept: dict[str, CollectionTrack] = {}
    for track in tracks:
        if not say(track.path):
            notes.add("tracks without a usable path, left out")
        elif track.path in kept:
            notes.add("tracks whose file is listed already, left out")
        else:
            kept[track.path] = track
    return list(kept.values())
