"""Standard MIDI files are read through their tempo changes, and written for a synthesizer."""

from __future__ import annotations

import struct

import pytest

from mixolydian.core.errors import DecodeError, UnreadableError
from mixolydian.core.types import Note
from mixolydian.training.datasets.midi import MidiPart, midi_bytes, read_midi


def chunk(body: bytes) -> bytes:
    return b"MTrk" + struct.pack(">I", len(body)) + body


def test_tempo_changes_and_running_status_are_followed(tmp_path):
    # 480 ticks per beat: one beat at 120 BPM, then one at 60 BPM
    tempo = chunk(b"\x00\xff\x51\x03\x07\xa1\x20" + b"\x83\x60\xff\x51\x03\x0f\x42\x40")
    notes = chunk(
        b"\x00\xff\x03\x04LEAD" + b"\x00\x90\x3c\x50" + b"\x83\x60\x3c\x00"
        + b"\x00\x40\x40" + b"\x83\x60\x40\x00" + b"\x00\xff\x2f\x00"
    )  # fmt: skip
    path = tmp_path / "a.mid"
    path.write_bytes(b"MThd" + struct.pack(">IHHH", 6, 1, 2, 480) + tempo + notes)
    track = read_midi(path)[1]
    assert track.name == "LEAD"
    assert track.notes == (Note(0.0, 0.5, 60.0, 80), Note(0.5, 1.5, 64.0, 64))


def test_what_is_written_is_read_again(tmp_path):
    notes = [Note(0.25, 0.75, 60.0, 90), Note(0.75, 2.0, 67.0, 50), Note(0.75, 1.0, 72.0, 127)]
    drums = [Note(0.5, 0.6, 36.0, 100)]
    path = tmp_path / "b.mid"
    path.write_bytes(midi_bytes([MidiPart(5, notes, cents=-30), MidiPart(0, drums, drums=True)]))
    tracks = read_midi(path)
    for track, wanted in zip(tracks, (notes, drums), strict=True):
        assert len(track.notes) == len(wanted)
        for found, note in zip(
            sorted(track.notes, key=lambda n: (n.onset, n.pitch)), wanted, strict=True
        ):
            assert found.onset == pytest.approx(note.onset, abs=3e-4)
            assert found.offset == pytest.approx(note.offset, abs=3e-4)
            assert (found.pitch, found.velocity) == (note.pitch, note.velocity)


def test_what_is_no_midi_is_named(tmp_path):
    path = tmp_path / "c.mid"
    path.write_bytes(b"RIFF....WAVE....")
    with pytest.raises(DecodeError, match=r"c\.mid: expected a Standard MIDI File"):
        read_midi(path)
    with pytest.raises(UnreadableError, match=r"d\.mid"):
        read_midi(tmp_path / "d.mid")
