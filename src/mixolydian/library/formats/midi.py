"""Standard MIDI files: a piece as notes on the grid, for any sequencer.

Format 1 of "Standard MIDI Files 1.0" (MIDI Manufacturers Association, RP-001): one conductor
track with tempo map, time and key signatures and markers, then one named track per part.
960 ticks per quarter note. Time 0 of the file is the first sample of the sound, so that both
stay together when they are dropped at the start of a project; see `timeline.Timeline`.

Times are in seconds, pitch is a MIDI number (fractions are rounded), channels count from 0.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.files import write_binary
from mixolydian.core.types import IntArray, KeyChange, Note
from mixolydian.library.formats.timeline import TempoPoint, Timeline, TimeSignature

TICKS_PER_QUARTER = 960
DRUM_CHANNEL = 9
"""the channel of percussion, as General MIDI has it."""
TEMPO_TOLERANCE = 50e-6
"""Seconds by which the tempo map may miss a beat: a tenth of a tick at 120 BPM. A tempo in
whole microseconds then needs a new event only every hundred beats or so."""
_LONGEST_QUARTER = 0xFFFFFF
"""µs, what three bytes hold."""
_MODE_FIFTHS = {
    "major": 0, "ionian": 0, "lydian": 1, "mixolydian": -1, "dorian": -2, "minor": -3,
    "aeolian": -3, "harmonic minor": -3, "melodic minor": -3, "phrygian": -4, "locrian": -5,
}  # fmt: skip
"""Steps on the circle of fifths from the major key to the mode with the same tonic."""
_LETTER_FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
_OFF, _ON = 0, 1

Event = tuple[int, int, bytes]
"""(tick, rank among the events of that tick, the message)."""


@dataclass(frozen=True)
class MidiTrack:
    """A part: `notes` in seconds on `channel` 0–15 with General MIDI `program` 0–127.

    Drums are notes with General MIDI percussion pitches on channel 9.

    Raises
    ------
    RequestError
        A channel, program, pitch or velocity out of range, or a note that ends before it starts.
    """

    name: str
    channel: int
    program: int
    notes: tuple[Note, ...]

    def __post_init__(self) -> None:
        _within(f"channel of {self.name}", self.channel, 0, 15)
        _within(f"program of {self.name}", self.program, 0, 127)
        for note in self.notes:
            _within(f"pitch in {self.name}", round(note.pitch), 0, 127)
            _within(f"velocity in {self.name}", note.velocity, 1, 127)
            if not note.onset <= note.offset:
                raise RequestError(
                    f"a note of {self.name} must end after it starts, "
                    f"found {note.onset} to {note.offset} s"
                )


@dataclass(frozen=True)
class MidiMarker:
    """A named moment, `time` in seconds."""

    time: float
    text: str


def melodic_channel(index: int) -> int:
    """The channel of the `index`-th pitched part: 0–15 in turn, without the drums' one."""
    channel = index % 15
    return channel if channel < DRUM_CHANNEL else channel + 1


def write_midi(
    path: Path,
    tracks: Sequence[MidiTrack],
    timeline: Timeline,
    markers: Sequence[MidiMarker] = (),
    keys: Sequence[KeyChange] = (),
    title: str = "",
) -> Path:
    """Write the piece as a MIDI file of format 1; returns `path`.

    Every beat is met to within 50 µs and every onset to within half a tick more (0.26 ms at
    120 BPM). A note before the first sample starts on it. Equal notes that overlap on one
    track are cut where the next one starts, as MIDI has one switch per pitch.

    Raises
    ------
    RequestError
        A tempo below 3.6 BPM, or a key whose tonic or mode nobody knows.
    StorageError
        The file cannot be written.
    """
    conductor = _conductor(timeline, markers, keys, title)
    chunks = [_chunk(conductor), *(_chunk(_part(track, timeline)) for track in tracks)]
    head = struct.pack(">4sIHHH", b"MThd", 6, 1, len(chunks), TICKS_PER_QUARTER)
    return write_binary(path, lambda file: file.write(head + b"".join(chunks)))


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise RequestError(f"{name} must lie in {low}–{high}, found {value}")


def _ticks(timeline: Timeline, seconds: Iterable[float]) -> IntArray:
    times = np.fromiter(seconds, dtype=np.float64)
    return np.rint(timeline.quarters(times) * TICKS_PER_QUARTER).astype(np.int64)


def _conductor(
    timeline: Timeline,
    markers: Sequence[MidiMarker],
    keys: Sequence[KeyChange],
    title: str,
) -> Iterator[Event]:
    yield 0, 0, _text(0x03, title)
    for signature in timeline.signatures:
        yield _tick(signature.quarter), 1, _time_signature(signature)
    for tick, key in zip(_ticks(timeline, (k.start for k in keys)), keys, strict=True):
        yield int(tick), 2, _key_signature(key)
    for point in timeline.tempo_map(TEMPO_TOLERANCE, 1e-6):
        yield _tick(point.quarter), 3, _tempo(point)
    for tick, marker in zip(_ticks(timeline, (m.time for m in markers)), markers, strict=True):
        yield int(tick), 4, _text(0x06, marker.text)


def _part(track: MidiTrack, timeline: Timeline) -> Iterator[Event]:
    yield 0, _OFF, _text(0x03, track.name)
    yield 0, _OFF, bytes([0xC0 | track.channel, track.program])
    onsets = _ticks(timeline, (n.onset for n in track.notes))
    offsets = np.maximum(_ticks(timeline, (n.offset for n in track.notes)), onsets + 1)
    pitches = np.array([round(n.pitch) for n in track.notes], dtype=np.int64)
    offsets = _cut(onsets, offsets, pitches)
    for note, on, off, pitch in zip(track.notes, onsets, offsets, pitches, strict=True):
        yield int(on), _ON, bytes([0x90 | track.channel, pitch, note.velocity])
        yield int(off), _OFF, bytes([0x80 | track.channel, pitch, 64])


def _cut(onsets: IntArray, offsets: IntArray, pitches: IntArray) -> IntArray:
    """Note ends (n,) no later than the next start of the same pitch."""
    width = int(offsets.max(initial=0)) + 1
    places = pitches * width + onsets
    starts = np.append(np.unique(places), 128 * width)
    following = starts[np.searchsorted(starts, places, side="right")]
    return np.where(following // width == pitches, np.minimum(offsets, following % width), offsets)


def _tick(quarter: float) -> int:
    return round(quarter * TICKS_PER_QUARTER)


def _chunk(events: Iterable[Event]) -> bytes:
    """A track chunk: events in order of time, each after its distance from the one before."""
    body, now = bytearray(), 0
    for tick, _, message in sorted(events, key=lambda e: e[:2]):
        body += _variable_length(tick - now) + message
        now = tick
    body += b"\x00\xff\x2f\x00"
    return struct.pack(">4sI", b"MTrk", len(body)) + bytes(body)


def _variable_length(value: int) -> bytes:
    """Seven bits per byte, all but the last byte with the high bit set."""
    pieces = [value & 0x7F]
    while value := value >> 7:
        pieces.append(value & 0x7F | 0x80)
    return bytes(reversed(pieces))


def _meta(kind: int, data: bytes) -> bytes:
    return bytes([0xFF, kind]) + _variable_length(len(data)) + data


def _text(kind: int, text: str) -> bytes:
    return _meta(kind, " ".join(text.split()).encode("utf-8", "replace"))


def _tempo(point: TempoPoint) -> bytes:
    length = round(point.length * 1e6)
    if not 1 <= length <= _LONGEST_QUARTER:
        raise RequestError(
            f"a MIDI file holds tempi from 3.6 BPM up, found {point.bpm:.3f} BPM; "
            "check the beat times"
        )
    return _meta(0x51, length.to_bytes(3, "big"))


def _time_signature(signature: TimeSignature) -> bytes:
    """Numerator, power of two, MIDI clocks per metronome click, thirty-seconds per quarter."""
    power = signature.denominator.bit_length() - 1
    clocks = 36 if (signature.numerator, power) == (6, 3) else 24
    return _meta(0x58, bytes([signature.numerator, power, clocks, 8]))


def _key_signature(key: KeyChange) -> bytes:
    """Sharps (or flats, negative) as written for the mode, and whether its third is minor."""
    letter, signs = key.tonic[:1], key.tonic[1:]
    if letter not in _LETTER_FIFTHS or key.mode not in _MODE_FIFTHS or signs.strip("#b"):
        raise RequestError(
            f"expected a tonic such as C, F# or Bb and a mode of {', '.join(_MODE_FIFTHS)}; "
            f"found {key.tonic!r} {key.mode!r}"
        )
    fifths = _LETTER_FIFTHS[letter] + 7 * (signs.count("#") - signs.count("b"))
    sharps = fifths + _MODE_FIFTHS[key.mode]
    sharps -= 12 * ((sharps > 7) - (sharps < -7))
    return _meta(0x59, struct.pack("bB", sharps, _MODE_FIFTHS[key.mode] <= -2))
