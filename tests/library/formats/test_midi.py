"""MIDI files, read back by another program: times, tempi, names and keys are what was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import mido
import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.core.types import FloatArray, KeyChange, Note
from mixolydian.library.formats.midi import (
    DRUM_CHANNEL,
    MidiMarker,
    MidiTrack,
    melodic_channel,
    write_midi,
)
from mixolydian.library.formats.timeline import Timeline
from tests.library.formats.test_timeline import GRIDS, beat_times


@dataclass
class Read:
    """What mido finds: notes as (onset, offset, pitch, velocity) in seconds, per track name."""

    tempi: list[tuple[float, int]] = field(default_factory=list)
    """(seconds, µs per quarter)."""
    notes: dict[str, list[tuple[float, float, int, int]]] = field(default_factory=dict)
    channels: dict[str, set[int]] = field(default_factory=dict)
    meta: list[tuple[float, mido.MetaMessage]] = field(default_factory=list)


def read(path: Path) -> Read:
    """The file as a player would play it, with the tempo map of track 0 for all tracks."""
    midi = mido.MidiFile(path, charset="utf-8")
    assert (midi.type, midi.ticks_per_beat) == (1, 960)
    ticks, seconds, lengths = [0], [0.0], [500000]
    now = 0
    for message in midi.tracks[0]:
        now += message.time
        if message.type == "set_tempo":
            passed = (now - ticks[-1]) * lengths[-1] / 960e6
            ticks.append(now), seconds.append(seconds[-1] + passed), lengths.append(message.tempo)
    found = Read(tempi=list(zip(seconds[1:], lengths[1:], strict=True)))

    def at(tick: int) -> float:
        i = int(np.searchsorted(ticks, tick, side="right")) - 1
        return seconds[i] + (tick - ticks[i]) * lengths[i] / 960e6

    for track in midi.tracks:
        now, sounding = 0, {}
        name = track.name
        for message in track:
            now += message.time
            if message.is_meta:
                found.meta.append((at(now), message))
            elif message.type == "note_on":
                assert message.note not in sounding, "a switch is on before it is pressed again"
                sounding[message.note] = (at(now), message.velocity)
            elif message.type == "note_off":
                onset, velocity = sounding.pop(message.note)
                note = (onset, at(now), message.note, velocity)
                found.notes.setdefault(name, []).append(note)
            if hasattr(message, "channel"):
                found.channels.setdefault(name, set()).add(message.channel)
        assert not sounding
    return found


def line_of(times: FloatArray, step: float) -> MidiTrack:
    """Notes that follow each other every `step` seconds to the end."""
    onsets = np.arange(0.0, times[-1] - step, step)
    notes = [Note(float(t), float(t) + 0.9 * step, 40 + k % 30, 90) for k, t in enumerate(onsets)]
    return MidiTrack("line", 0, 0, tuple(notes))


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("meter", [4, 6])
def test_every_onset_is_where_it_was(tmp_path: Path, name: str, meter: int) -> None:
    """Within a millisecond down to 40 quarters a minute; below (40 eighths) to half a tick."""
    times = GRIDS[name]
    track = line_of(times, 0.0917)
    found = read(write_midi(tmp_path / "a.mid", [track], Timeline(times, meter)))
    given = np.array([(n.onset, n.offset) for n in track.notes])
    limit = 1.7e-3 if (name, meter) == ("slow", 6) else 1e-3
    np.testing.assert_allclose([n[:2] for n in found.notes["line"]], given, rtol=0, atol=limit)
    assert [n[2] for n in found.notes["line"]] == [n.pitch for n in track.notes]


def test_eight_minutes_of_beats_lie_on_the_grid(tmp_path: Path) -> None:
    times = beat_times(127.37, 1020)
    kick = MidiTrack(
        "kick", DRUM_CHANNEL, 0, tuple(Note(float(t), float(t) + 0.1, 36, 100) for t in times[:-1])
    )
    path = write_midi(tmp_path / "a.mid", [kick], Timeline(times, 4))
    onsets = [n[0] for n in read(path).notes["kick"]]
    np.testing.assert_allclose(onsets, times[:-1], rtol=0, atol=51e-6)
    starts = []
    now = 0
    for message in mido.MidiFile(path).tracks[1]:
        now += message.time
        starts += [now] if message.type == "note_on" else []
    assert all(tick % 960 == 0 for tick in starts)
    assert read(path).channels["kick"] == {9}


def test_the_tempo_map_follows_a_ramp(tmp_path: Path) -> None:
    bpm = np.linspace(80.0, 175.0, 256)
    times = beat_times(bpm, 256)
    found = read(write_midi(tmp_path / "a.mid", [], Timeline(times, 4)))
    starts = np.array([t for t, _ in found.tempi])
    tempo = np.array([60e6 / length for _, length in found.tempi])
    middles = (times[1:] + times[:-1]) / 2
    played = tempo[np.searchsorted(starts, middles, side="right") - 1]
    np.testing.assert_allclose(played, bpm, atol=0.05)
    assert len(found.tempi) > 200


def test_a_steady_tempo_is_one_event(tmp_path: Path) -> None:
    found = read(write_midi(tmp_path / "a.mid", [], Timeline(beat_times(120.0), 4)))
    assert found.tempi == [(0.0, 500000)]


def test_markers_keys_meter_and_names(tmp_path: Path) -> None:
    times = beat_times(98.0, 60, start=3.3)
    path = write_midi(
        tmp_path / "a.mid",
        [MidiTrack("grüner Bass", 0, 38, ())],
        Timeline(times, 3),
        markers=[MidiMarker(float(times[0]), "intro"), MidiMarker(float(times[30]), "drop\n2")],
        keys=[KeyChange(0.0, 20.0, "A", "minor"), KeyChange(float(times[30]), 60.0, "Eb", "major")],
        title="Night Drive",
    )
    meta = read(path).meta
    texts = [m.name for _, m in meta if m.type == "track_name"]
    assert texts == ["Night Drive", "grüner Bass"]
    markers = [(t, m.text) for t, m in meta if m.type == "marker"]
    assert [text for _, text in markers] == ["intro", "drop 2"]
    assert [t for t, _ in markers] == pytest.approx([times[0], times[30]], abs=1e-4)
    keys = [(t, m.key) for t, m in meta if m.type == "key_signature"]
    assert keys == [(0.0, "Am"), (pytest.approx(times[30], abs=1e-4), "Eb")]
    signatures = [(t, m.numerator, m.denominator) for t, m in meta if m.type == "time_signature"]
    assert signatures == [
        (0.0, 2, 4),
        (pytest.approx(times[0] * 2 / 5, abs=1e-4), 3, 4),
    ], "five beats before the first downbeat: a bar of two, then bars of three"
    programs = [m for m in mido.MidiFile(path).tracks[1] if m.type == "program_change"]
    assert [(m.channel, m.program) for m in programs] == [(0, 38)]


@pytest.mark.parametrize(
    ("tonic", "mode", "written"),
    [
        ("C", "major", "C"), ("D", "dorian", "Am"), ("G", "mixolydian", "C"),
        ("E", "phrygian", "Am"), ("F#", "minor", "F#m"), ("Ab", "minor", "Abm"),
        ("C#", "lydian", "Ab"), ("B", "major", "B"),
    ],
)  # fmt: skip
def test_key_signatures(tmp_path: Path, tonic: str, mode: str, written: str) -> None:
    keys = [KeyChange(0.0, 1.0, tonic, mode)]
    found = read(write_midi(tmp_path / "a.mid", [], Timeline(beat_times(120.0), 4), (), keys))
    assert [m.key for _, m in found.meta if m.type == "key_signature"] == [written]


def test_six_eight_counts_eighths(tmp_path: Path) -> None:
    line = Timeline(beat_times(180.0, 12), 6)
    found = read(write_midi(tmp_path / "a.mid", [], line))
    (signature,) = [m for _, m in found.meta if m.type == "time_signature"]
    assert (signature.numerator, signature.denominator) == (6, 8)
    assert found.tempi == [(0.0, 666667)], "180 eighths are 90 quarters"


def test_one_switch_per_pitch(tmp_path: Path) -> None:
    """A note that is struck again while it sounds ends there; a note has at least a tick."""
    notes = (
        Note(0.0, 2.0, 60, 80),
        Note(1.0, 1.5, 60.4, 90),
        Note(1.0, 1.0, 64, 70),
        Note(-0.01, 0.5, 67, 60),
    )
    line = Timeline(beat_times(120.0), 4)
    found = read(write_midi(tmp_path / "a.mid", [MidiTrack("keys", 0, 0, notes)], line))
    by_start = sorted(found.notes["keys"], key=lambda n: (n[0], n[2]))
    assert [(n[0], n[2], n[3]) for n in by_start] == [
        (0.0, 60, 80), (0.0, 67, 60), (1.0, 60, 90), (1.0, 64, 70),
    ]  # fmt: skip
    assert [n[1] for n in by_start] == pytest.approx([1.0, 0.5, 1.5, 1.0 + 0.5 / 960])


def test_the_same_piece_gives_the_same_bytes(tmp_path: Path) -> None:
    times = GRIDS["drift"]
    line = Timeline(times, 4)
    one, two = (write_midi(tmp_path / n, [line_of(times, 0.31)], line) for n in ("a", "b"))
    assert one.read_bytes() == two.read_bytes()


def test_melodic_channels_avoid_the_drums() -> None:
    assert [melodic_channel(i) for i in (0, 8, 9, 14, 15)] == [0, 8, 10, 15, 0]


@pytest.mark.parametrize(
    ("channel", "program", "note", "words"),
    [
        (16, 0, Note(0, 1, 60, 1), "channel of x must lie in 0–15, found 16"),
        (0, 128, Note(0, 1, 60, 1), "program of x must lie in 0–127"),
        (0, 0, Note(0, 1, 127.6, 1), "pitch in x must lie in 0–127, found 128"),
        (0, 0, Note(0, 1, 60, 0), "velocity in x must lie in 1–127"),
        (0, 0, Note(1, 0, 60, 1), "must end after it starts"),
    ],
)
def test_what_midi_cannot_hold_is_refused(
    channel: int, program: int, note: Note, words: str
) -> None:
    with pytest.raises(RequestError, match=words):
        MidiTrack("x", channel, program, (note,))


def test_an_unknown_key_or_an_endless_beat_is_refused(tmp_path: Path) -> None:
    line = Timeline(beat_times(120.0), 4)
    for tonic, mode in (("H", "minor"), ("C", "blue"), ("", "major")):
        with pytest.raises(RequestError, match="expected a tonic"):
            write_midi(tmp_path / "a.mid", [], line, (), [KeyChange(0, 1, tonic, mode)])
    with pytest.raises(RequestError, match=r"from 3\.6 BPM up"):
        write_midi(tmp_path / "a.mid", [], Timeline(np.array([0.0, 20.0]), 4))
    assert not (tmp_path / "a.mid").exists()
