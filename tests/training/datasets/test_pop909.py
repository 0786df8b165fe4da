"""POP909 songs are read as annotated, and left out where the annotation does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

mido = pytest.importorskip("mido")

from mixolydian.training.datasets.pop909 import load_song  # noqa: E402
from mixolydian.training.datasets.song import Song  # noqa: E402


def write_song(folder: Path, shift: float) -> None:
    """A made-up song of 16 bars at 100 BPM in C; `shift` beats between notes and beats."""
    folder.mkdir()
    midi = mido.MidiFile(ticks_per_beat=480)
    meta = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=600_000)])
    track = mido.MidiTrack([mido.MetaMessage("track_name", name="PIANO")])
    wait = round(480 * shift)
    for bar in range(16):
        for beat in range(4):
            pitch = ((60, 64, 67, 72), (65, 69, 72, 69))[bar % 2][beat]
            track.append(mido.Message("note_on", note=pitch, velocity=80, time=wait))
            track.append(mido.Message("note_off", note=pitch, velocity=0, time=480))
            wait = 0
    midi.tracks += [meta, track]
    midi.save(folder / "001.mid")
    beats = [f"{0.6 * k} {float(k % 2 == 0)} {float(k % 4 == 0)}" for k in range(64)]
    (folder / "beat_midi.txt").write_text("\n".join(beats))
    tracked = [f"{0.6 * k}\t{k % 4 + 1.0}" for k in range(64)]
    (folder / "beat_audio.txt").write_text("\n".join(tracked))
    chords = [f"{2.4 * k}\t{2.4 * k + 2.4}\t{('C:maj', 'F:maj')[k % 2]}" for k in range(16)]
    (folder / "chord_midi.txt").write_text("\n".join(chords))
    (folder / "key_audio.txt").write_text("0.0\t38.4\tC:maj\n")


def test_a_song_is_read_as_annotated(tmp_path: Path):
    write_song(tmp_path / "001", 0.0)
    song = load_song(tmp_path / "001", 90.0)
    assert isinstance(song, Song)
    assert (song.meter, song.tonic, song.mode) == (4, 0, "major")
    assert song.audio_bpm == pytest.approx(100)
    assert song.tracks["PIANO"][1].onset == pytest.approx(0.6)


def test_a_song_whose_beats_are_off_is_left_out(tmp_path: Path):
    write_song(tmp_path / "001", 0.13)
    reason = load_song(tmp_path / "001", 90.0)
    assert isinstance(reason, str)
    assert "grid" in reason
