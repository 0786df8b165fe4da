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
_NEAR = 0.0005
"""seconds by which a beat may be moved."""
_MARGIN = 0.0125
"""beats before the sound's start, a little more than Mixxx's own hundredth."""
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
    """`grid` (not empty) as Mixxx keeps it: one tempo as BeatGrid, several as BeatMap.

    A beat within half a millisecond of the sound's start goes to the first frame after it, for
    Mixxx analyses anew what has a beat right there (:func:`is_analysed_anew`).
    """
    grid = gridding.on_downbeat(grid)
    if len(grid) == 1:
        bpm = protobuf.nested(1, protobuf.double(1, grid[0].bpm))
        return Blob(GRID, bpm + protobuf.nested(2, _beat(_clear_of_start(grid[0], rate))))
    end = duration or grid[-1].time + _AFTER_LAST * 60.0 / grid[-1].bpm
    frames = [round(time * rate) for time in gridding.beats_of(grid, end)]
    while frames and frames[0] <= -_NEAR * rate:
        del frames[: grid[0].meter]
    return Blob(MAP, b"".join(protobuf.nested(1, _beat(max(frame, 1))) for frame in frames))


def is_analysed_anew(blob: Blob, rate: float) -> bool:
    """Whether Mixxx would put its own beats in the place of these, unless the BPM is locked.

    Seen in Mixxx 2.3.3: it does when a beat of a BeatGrid lies on the first frame or less than a
    hundredth of a beat before it.
    """
    if blob.version != GRID:
        return False
    (marker,) = _from_grid(blob.data, rate)
    after = _after_start(marker, rate)
    return -_MARGIN * rate * 60.0 / marker.bpm < after < 0.5


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


def _beat(frame: int) -> bytes:
    return protobuf.number(1, frame) + protobuf.number(2, 1)


def _clear_of_start(marker: GridMarker, rate: float) -> int:
    """The frame of `marker`, moved a little when a beat would lie right at the sound's start."""
    frame = round(marker.time * rate)
    after = _after_start(GridMarker(frame / rate, marker.bpm), rate)
    return frame + math.ceil(1.0 - after - 1e-6) if -_NEAR * rate < after < 0.5 else frame


def _after_start(marker: GridMarker, rate: float) -> float:
    """Frames by which the beat that is nearest to the sound's start lies after it."""
    beat = 60.0 / marker.bpm
    return ((marker.time + beat / 2) % beat - beat / 2) * rate
