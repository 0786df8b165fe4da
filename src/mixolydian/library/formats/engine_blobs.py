"""Engine DJ's performance data: bytes → grid, hot cues, loops.

Source of truth: the Mixxx wiki, "Engine Library Format", and what users of Engine DJ found since.
Beats and quick cues are a length (u32) and zlib data; loops are bare. Positions are samples (per
channel) as doubles, −1 for an empty place; colours are alpha, red, green, blue. A beat grid marker
is a position and the number of its beat, where beat 0 opens a bar of four.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from mixolydian.library.formats import gridding
from mixolydian.library.formats.collection import GridMarker, Marker

_LARGEST = 1 << 24
"""bytes unpacked; a grid of every beat of a day-long mix is smaller."""
_METER = 4


@dataclass(frozen=True)
class Beats:
    """`rate` in samples per second and the grid, in seconds."""

    rate: float
    grid: tuple[GridMarker, ...]


class _Reader:
    """Takes numbers and texts off bytes; ValueError when they are cut off."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def take(self, form: str) -> tuple[float, ...]:
        try:
            values = struct.unpack_from(form, self._data, self._position)
        except struct.error as error:
            raise ValueError("the data is cut off") from error
        self._position += struct.calcsize(form)
        return values

    def label(self) -> str:
        size = int(self.take("B")[0])
        raw = self._data[self._position : self._position + size]
        if len(raw) < size:
            raise ValueError("the data is cut off")
        self._position += size
        return raw.decode("utf-8", "replace")


def beats_of(blob: bytes) -> Beats:
    """Rate and grid of `beatData`: the grid the user adjusted.

    Raises
    ------
    ValueError
        The bytes are damaged.
    """
    reader = _Reader(_unpacked(blob))
    rate = float(reader.take(">d")[0])
    if not 1000.0 <= rate <= 1e6:
        raise ValueError(f"a rate of {rate} Hz is none")
    reader.take(">dB")
    grids = [list(_points(reader)) for _ in range(2)]
    return Beats(rate, _grid(grids[1] or grids[0], rate))


def cues_of(blob: bytes, rate: float) -> tuple[Marker, ...]:
    """The hot cues and the main cue (a load point) of `quickCues`.

    Raises
    ------
    ValueError
        The bytes are damaged.
    """
    reader = _Reader(_unpacked(blob))
    found = []
    for slot in range(int(reader.take(">q")[0])):
        name = reader.label()
        position, *color = reader.take(">d4B")
        if position >= 0:
            color_of = (int(color[1]), int(color[2]), int(color[3]))
            found.append(Marker(position / rate, slot=slot, name=name, color=color_of))
    main = float(reader.take(">d")[0])
    return (*found, Marker(main / rate, "load")) if main > 0 else tuple(found)


def loops_of(blob: bytes, rate: float) -> tuple[Marker, ...]:
    """The loops of `loops`; their bank is not that of the hot cues, so they have no button.

    Raises
    ------
    ValueError
        The bytes are damaged.
    """
    reader = _Reader(blob)
    found = []
    for _ in range(int(reader.take("<q")[0])):
        name = reader.label()
        start, end, begun, ended, *color = reader.take("<dd2B4B")
        if begun and ended and 0 <= start < end:
            color_of = (int(color[1]), int(color[2]), int(color[3]))
            found.append(Marker(start / rate, "loop", end / rate, None, name, color_of))
    return tuple(found)


def _unpacked(blob: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(blob[4:], _LARGEST)
    except zlib.error as error:
        raise ValueError(str(error)) from error


def _points(reader: _Reader) -> Iterator[tuple[float, int]]:
    for _ in range(int(reader.take(">q")[0])):
        position, number, _beats, _unknown = reader.take("<dqii")
        yield float(position), int(number)


def _grid(points: list[tuple[float, int]], rate: float) -> tuple[GridMarker, ...]:
    """Markers from pairs of points; those before the sound are moved into it by whole bars."""
    found: list[GridMarker] = []
    for (start, first), (end, last) in pairwise(points):
        if end <= start or last <= first:
            continue
        period = (end - start) / rate / (last - first)
        time, beat, bar = start / rate, first % _METER, _METER * period
        if time < 0 and math.isfinite(time / bar):
            inside = time + math.ceil(-time / bar) * bar
            time = inside if inside < end / rate else time
        found.append(GridMarker(time, _tidy(60.0 / period), beat + 1, _METER))
    return gridding.sound(found)


def _tidy(bpm: float) -> float:
    """128 instead of 127.9999998."""
    rounded = round(bpm, 3)
    return rounded if abs(bpm - rounded) < 1e-6 else bpm
