"""The tags "Serato BeatGrid" and "Serato Autotags": bytes ⇄ grid and tempo.

Source of truth: Jan Holthuis' serato-tags notes and the documentation of triseratops. A grid is
01 00, the number of markers (u32), for every marker but the last its seconds (f32) and the beats
until the next one (u32), for the last its seconds and BPM (f32, f32), and a byte of no known
meaning. A grid of one tempo is a single marker, the last: so are the published samples. Autotags
is 01 01 and three numbers as text, each ended by a zero: BPM, gain, gain. Serato counts bars of
four from the first marker. Seconds are single precision: within 0.03 ms for tracks of up to eight
minutes, 0.25 ms for two hours.
"""

from __future__ import annotations

import math
import struct
from itertools import pairwise

from mixolydian.library.formats import gridding
from mixolydian.library.formats.collection import GridMarker

_GRID_HEAD, _AUTOTAGS_HEAD = b"\x01\x00", b"\x01\x01"
_START, _MARKER = 6, 8
"""bytes before the markers, and of each."""
_NEAR = 0.001
"""seconds by which the beats before a marker may miss it."""


def encode(grid: tuple[GridMarker, ...]) -> bytes:
    """The payload for `grid` (not empty)."""
    points = _joined(gridding.on_downbeat(grid))
    markers = b"".join(struct.pack(">fI", time, beats) for time, beats in points)
    last = struct.pack(">ff", *_last(grid))
    return _GRID_HEAD + struct.pack(">I", len(points) + 1) + markers + last + b"\x00"


def decode(data: bytes) -> tuple[GridMarker, ...]:
    """The grid in a payload; empty when it has no marker.

    Raises
    ------
    ValueError
        The bytes are not such a payload.
    """
    if data[:2] != _GRID_HEAD or len(data) < 6:
        raise ValueError("no Serato BeatGrid")
    (count,) = struct.unpack(">I", data[2:6])
    if len(data) < 6 + 8 * count:
        raise ValueError("the Serato BeatGrid is cut off")
    if not count:
        return ()
    times = [struct.unpack_from(">f", data, 6 + 8 * k)[0] for k in range(count)]
    beats = [struct.unpack_from(">I", data, 10 + 8 * k)[0] for k in range(count - 1)]
    steps = zip(beats, times[:-1], times[1:], strict=True)
    tempi = [60.0 * n / (end - start) if end > start else math.nan for n, start, end in steps]
    tempi.append(struct.unpack_from(">f", data, 10 + 8 * (count - 1))[0])
    found = [GridMarker(time, _tidy(bpm)) for time, bpm in zip(times, tempi, strict=True)]
    return gridding.sound(found)


def in_text(payload: bytes) -> bytes:
    """The payload as flac and m4a hold it, where it is kept as base64 text.

    Serato encodes one byte past its end there: in the published samples n bytes take 4 (n + 1) / 3
    letters, rounded down. Mixxx 2.3.3 counts on it: it drops the last letter, and finds a grid cut
    off when the base64 ends where the grid does.
    """
    return payload + b"\x00"


def markers_of(payload: bytes) -> bytes:
    """The bytes of a sound payload that say the grid, without those of no meaning behind them."""
    return payload[: _START + _MARKER * int.from_bytes(payload[2:_START], "big")]


def decode_autotags(data: bytes) -> float | None:
    """The BPM in a payload; None when it says none.

    Raises
    ------
    ValueError
        The bytes are not such a payload.
    """
    if data[:2] != _AUTOTAGS_HEAD:
        raise ValueError("no Serato Autotags")
    bpm = float(data[2:].split(b"\x00")[0] or b"0")
    return bpm if 0 < bpm < math.inf else None


def _last(grid: tuple[GridMarker, ...]) -> tuple[float, float]:
    last = gridding.on_downbeat(grid)[-1]
    return last.time, last.bpm


def _joined(grid: tuple[GridMarker, ...]) -> list[tuple[float, int]]:
    """Every marker but the last with its beats to the next; a stretch that does not end on a
    beat gets a marker more, on its last whole beat."""
    points: list[tuple[float, int]] = []
    for marker, following in pairwise(grid):
        period = 60.0 / marker.bpm
        exact = (following.time - marker.time) / period
        beats = max(round(exact), 1)
        if abs(exact - beats) * period > _NEAR and exact > 1:
            whole = math.floor(exact)
            points += [(marker.time, whole), (marker.time + whole * period, 1)]
        else:
            points.append((marker.time, beats))
    return points


def _tidy(bpm: float) -> float:
    """Single precision undone: 128.00 instead of 127.99999."""
    rounded = round(bpm, 2)
    return rounded if abs(bpm - rounded) < 1e-5 * abs(bpm) else bpm
