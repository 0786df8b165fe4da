"""Standard MIDI files: the notes of every track in seconds, and files for a synthesizer.

Reads formats 0 and 1 in ticks per beat (the MIDI 1.0 specification, "Standard MIDI Files").
Files are written at 120 BPM and 960 ticks per beat: one tick is 0.52 ms, whatever the tempo
of the music.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mixolydian.core.errors import DecodeError, UnreadableError
from mixolydian.core.types import Note

TICKS_PER_SECOND = 1920
DRUM_CHANNEL = 9
SHORTEST = 0.02
"""seconds; notes that end where they begin are given this length."""
Event = tuple[int, int, bytes]
"""(tick, status, data); a meta event has status 0xFF and its type as the first byte of data."""


@dataclass(frozen=True)
class MidiTrack:
    """A track's `name` and its `notes` in seconds, all channels together."""

    name: str
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class MidiPart:
    """What one channel plays: `program` 0–127, `notes`, place in the stereo field, tuning."""

    program: int
    notes: Sequence[Note]
    drums: bool = False
    pan: int = 64
    cents: float = 0.0


# --------------------------------------------------------------------------- reading


def _variable(data: bytes, at: int) -> tuple[int, int]:
    """(a variable-length number, where the next byte is)."""
    value = 0
    while True:
        value = value << 7 | data[at] & 0x7F
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def _events(data: bytes) -> Iterator[Event]:
    """The events of one track chunk."""
    at, tick, status = 0, 0, 0
    while at < len(data):
        wait, at = _variable(data, at)
        tick += wait
        if data[at] >= 0x80:
            status, at = data[at], at + 1
        if status == 0xFF:
            size, start = _variable(data, at + 1)
            yield tick, status, data[at : at + 1] + data[start : start + size]
            at = start + size
        elif status in (0xF0, 0xF7):
            size, start = _variable(data, at)
            at = start + size
        else:
            size = 1 if status & 0xF0 in (0xC0, 0xD0) else 2
            yield tick, status, data[at : at + size]
            at += size


class _Clock:
    """Ticks → seconds through the tempo changes of a file."""

    def __init__(self, tracks: Iterable[list[Event]], division: int) -> None:
        changes = [(0, 500_000)]
        for events in tracks:
            for tick, status, data in events:
                if status == 0xFF and data[:1] == b"\x51":
                    changes.append((tick, int.from_bytes(data[1:4], "big")))
        changes.sort(key=lambda c: c[0])
        self._ticks = np.array([c[0] for c in changes])
        self._rate = np.array([c[1] for c in changes]) / 1e6 / division
        steps = np.diff(self._ticks) * self._rate[:-1]
        self._seconds = np.concatenate([[0.0], np.cumsum(steps)])

    def __call__(self, tick: int) -> float:
        i = int(np.searchsorted(self._ticks, tick, side="right")) - 1
        return float(self._seconds[i] + (tick - self._ticks[i]) * self._rate[i])


def _track(events: list[Event], clock: _Clock) -> MidiTrack:
    name = ""
    open_notes: dict[tuple[int, int], tuple[float, int]] = {}
    notes = []
    for tick, status, data in events:
        if status == 0xFF and data[:1] == b"\x03":
            name = data[1:].decode("latin-1").strip()
        if status & 0xF0 not in (0x80, 0x90):
            continue
        key = (status & 0x0F, data[0])
        if key in open_notes:
            onset, velocity = open_notes.pop(key)
            end = max(clock(tick), onset + SHORTEST)
            notes.append(Note(onset, end, float(data[0]), velocity))
        if status & 0xF0 == 0x90 and data[1]:
            open_notes[key] = (clock(tick), data[1])
    return MidiTrack(name, tuple(notes))


def read_midi(path: Path) -> tuple[MidiTrack, ...]:
    """The tracks of a Standard MIDI File.

    Raises
    ------
    UnreadableError, DecodeError
        The file is missing, or no Standard MIDI File in ticks per beat.
    """
    try:
        data = path.read_bytes()
        return _tracks(data)
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read: {error}") from error
    except (IndexError, ValueError, struct.error) as error:
        raise DecodeError(f"{path}: expected a Standard MIDI File, found: {error}") from error


def _tracks(data: bytes) -> tuple[MidiTrack, ...]:
    magic, size, _, count, division = struct.unpack(">4sIHHH", data[:14])
    if magic != b"MThd" or division & 0x8000:
        raise ValueError("no MThd header in ticks per beat")
    at = 8 + size
    chunks: list[list[Event]] = []
    while at + 8 <= len(data) and len(chunks) < count:
        kind, size = struct.unpack(">4sI", data[at : at + 8])
        if kind == b"MTrk":
            chunks.append(list(_events(data[at + 8 : at + 8 + size])))
        at += 8 + size
    clock = _Clock(chunks, division)
    return tuple(_track(events, clock) for events in chunks)


# --------------------------------------------------------------------------- writing


def _number(value: int) -> bytes:
    out = bytes([value & 0x7F])
    while value := value >> 7:
        out = bytes([value & 0x7F | 0x80]) + out
    return out


def _set_up(part: MidiPart, channel: int) -> list[bytes]:
    """Program, place and tuning (registered parameter 1, ±100 cents in 14 bits)."""
    control = 0xB0 | channel
    messages = [bytes([0xC0 | channel, part.program]), bytes([control, 10, part.pan])]
    if not part.drums:
        fine = int(np.clip(round(8192 + part.cents / 100 * 8192), 0, 16383))
        pairs = ((101, 0), (100, 1), (6, fine >> 7), (38, fine & 0x7F))
        messages += [bytes([control, number, value]) for number, value in pairs]
    return messages


def _chunk(part: MidiPart, channel: int) -> bytes:
    events = [(0, -1, message) for message in _set_up(part, channel)]
    for n in part.notes:
        pitch = int(np.clip(round(n.pitch), 0, 127))
        on = bytes([0x90 | channel, pitch, int(np.clip(n.velocity, 1, 127))])
        events.append((round(n.onset * TICKS_PER_SECOND), 1, on))
        off = bytes([0x80 | channel, pitch, 0])
        events.append((round(n.offset * TICKS_PER_SECOND), 0, off))
    events.sort(key=lambda e: e[:2])
    now, body = 0, b""
    parts = []
    for tick, _, message in events:
        parts.append(_number(max(tick - now, 0)) + message)
        now = max(tick, now)
    body = b"".join(parts) + b"\x00\xff\x2f\x00"
    return b"MTrk" + struct.pack(">I", len(body)) + body


def midi_bytes(parts: Sequence[MidiPart]) -> bytes:
    """A type-1 file of at most 15 parts and one drum part."""
    free = (c for c in range(16) if c != DRUM_CHANNEL)
    chunks = [_chunk(p, DRUM_CHANNEL if p.drums else next(free)) for p in parts]
    header = b"MThd" + struct.pack(">IHHH", 6, 1, len(chunks), TICKS_PER_SECOND // 2)
    return header + b"".join(chunks)
