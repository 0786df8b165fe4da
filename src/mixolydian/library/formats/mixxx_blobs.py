"""What Mixxx keeps as protocol buffers: beats (BeatGrid-2.0, BeatMap-1.0) and keys (KeyMap).

Source of truth: what Mixxx 2.3.3 was seen to write. BeatGrid { Bpm bpm = 1 { double bpm = 1 }; Beat
first_beat = 2 { int32 frame_position = 1 } }, BeatMap { repeated Beat beat = 1 }, KeyMap { key
global_key = 1; repeated KeyChange change = 3 { int32 frame_position = 1; key key = 2 }; source = 4
}, the source being 0 Mixxx's own analysis, 1 the file's tags, 2 the user. Positions are frames of
the file (one per sample instant, whatever the channels); keys count 1–12 C … B major, 13–24 C … B
minor. Mixxx has no downbeats and no metres.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from mixolydian.library.formats import gridding, protobuf
from mixolydian.library.formats.collection import GridMarker
from mixolydian.library.formats.keynames import KeyName, from_pitch_class, pitch_class

GRID, MAP, KEYS = "BeatGrid-2.0", "BeatMap-1.0", "KeyMap-1.0"
_BY_USER = 2
_AFTER_LAST = 16
"""beats written after the last marker when nobody knows where the track ends."""


@dataclass(frozen=True)
class Blob:
    """`data` in the form `version` names."""

    version: str
    data: bytes


def grid_of(blob: Blob, rate: float) -> tuple[GridMarker, ...]:
    """The grid in `blob`, in seconds of a file of `rate` frames per second.

    Raises
    ------
    ValueError
        A form of beats that is not known, or damaged bytes.
    """
    if blob.version.startswith("BeatGrid-"):
        return _from_grid(blob.data, rate)
    if blob.version.startswith("BeatMap-"):
        frames = sorted(set(_beat_frames(blob.data)))
        return gridding.grid_of([frame / rate for frame in frames], slack=1.0 / rate)
    raise ValueError(f"beats of the form {blob.version!r} are not known")


def blob_of(grid: tuple[GridMarker, ...], rate: float, duration: float | None) -> Blob:
    """`grid` (not empty) as Mixxx keeps it: one tempo as BeatGrid, several as BeatMap."""
    grid = gridding.on_downbeat(grid)
    if len(grid) == 1:
        bpm = protobuf.nested(1, protobuf.double(1, grid[0].bpm))
        return Blob(GRID, bpm + protobuf.nested(2, _beat(grid[0].time, rate)))
    end = duration or grid[-1].time + _AFTER_LAST * 60.0 / grid[-1].bpm
    beats = (protobuf.nested(1, _beat(time, rate)) for time in gridding.beats_of(grid, end))
    return Blob(MAP, b"".join(beats))


def key_of(key_id: int) -> KeyName | None:
    """The key with Mixxx's number `key_id`, None when it stands for none."""
    return from_pitch_class((key_id - 1) % 12, key_id > 12) if 1 <= key_id <= 24 else None


def key_id(tonic: str, mode: str) -> int:
    """Mixxx's number of a key."""
    return pitch_class(tonic) + (13 if mode == "minor" else 1)


def key_blob(number: int) -> Blob:
    """One key for the whole track, as Mixxx keeps one that the user typed."""
    return Blob(KEYS, protobuf.number(1, number) + protobuf.number(4, _BY_USER))


def _from_grid(data: bytes, rate: float) -> tuple[GridMarker, ...]:
    parts = {field: value for field, value in protobuf.fields(data) if isinstance(value, bytes)}
    bpm = dict(protobuf.fields(parts.get(1, b""))).get(1)
    frame = dict(protobuf.fields(parts.get(2, b""))).get(1, 0)
    if not isinstance(bpm, float) or not isinstance(frame, int):
        raise ValueError("the beat grid holds no tempo")
    if not (math.isfinite(bpm) and bpm > 0):
        raise ValueError(f"a tempo of {bpm} BPM is none")
    return (GridMarker(frame / rate, bpm),)


def _beat_frames(data: bytes) -> Iterator[int]:
    for field, value in protobuf.fields(data):
        if field != 1 or not isinstance(value, bytes):
            continue
        beat = dict(protobuf.fields(value))
        frame = beat.get(1, 0)
        if isinstance(frame, int) and beat.get(2, 1):
            yield frame


def _beat(time: float, rate: float) -> bytes:
    return protobuf.number(1, round(time * rate)) + protobuf.number(2, 1)
