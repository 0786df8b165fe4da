"""Render POP909 songs with random General MIDI instruments, drums and bass.

``python -m benchmarks.crate.render_scores --out DIR --half dev --pieces 20 --seed 1``

Needs the `fluidsynth` program and a General MIDI soundfont (Debian: fluidsynth,
fluid-soundfont-gm). Songs whose annotations do not agree with their MIDI are left out (see
`training/datasets/pop909.py`). Even-numbered songs are for developing (``--half dev``),
odd-numbered ones for reporting (``--half report``). Each song is transposed by up to six
semitones and its tempo scaled by up to 8 %, so that keys and tempi spread.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import mido
import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.crate.store import write_piece
from mixolydian.core.convert import value_to_json
from mixolydian.core.types import Beats, Chord, Note
from mixolydian.creation.sound import effects
from mixolydian.theory.chord import format_chord, parse_chord
from mixolydian.theory.key import make_key
from mixolydian.training.datasets.accompany import bass_part, drum_part
from mixolydian.training.datasets.pop909 import load_song
from mixolydian.training.datasets.song import Song, bar_lines, joined, tempo_of
from mixolydian.training.datasets.store import write_index

SOUNDFONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"
SAMPLE_RATE = 44100
TICKS = 960
BLOCK_DELAY = 96
"""samples by which FluidSynth is late on average: it acts on events per block of 64."""
PROGRAMS = {
    "MELODY": (0, 4, 11, 22, 24, 25, 26, 40, 52, 56, 61, 64, 65, 68, 71, 73, 75, 80, 81, 85),
    "BRIDGE": (0, 5, 10, 11, 24, 27, 40, 45, 46, 48, 50, 60, 73, 79, 88, 98),
    "PIANO": (0, 1, 2, 4, 5, 6, 7, 16, 17, 21, 24, 25, 26, 27, 46, 48, 50, 51, 89, 90),
    "BASS": (32, 33, 34, 35, 36, 38, 39),
}
"""General MIDI programs (0 = grand piano) per role."""
Midi = dict[str, tuple[int, tuple[Note, ...]]]
"""role → (program, notes); the role DRUMS plays on channel 10."""


def varied(song: Song, rng: np.random.Generator) -> Song:
    """`song` transposed and at another tempo."""
    shift, factor = int(rng.integers(-5, 7)), float(rng.uniform(0.93, 1.08))

    def moved(n: Note) -> Note:
        return Note(n.onset * factor, n.offset * factor, n.pitch + shift, n.velocity)

    return replace(
        song,
        tracks={k: tuple(moved(n) for n in v) for k, v in song.tracks.items()},
        beats=song.beats * factor,
        chords=tuple(
            Chord(c.start * factor, c.end * factor, _transposed(c.label, shift))
            for c in song.chords
        ),
        tonic=(song.tonic + shift) % 12,
        audio_bpm=song.audio_bpm / factor,
    )


def _transposed(label: str, shift: int) -> str:
    symbol = parse_chord(label)
    if symbol.root is None:
        return label
    return format_chord(replace(symbol, root=(symbol.root + shift) % 12))


def orchestrate(song: Song, rng: np.random.Generator) -> Midi:
    """Random instruments for the song's tracks; drums and bass in about 70 % of songs."""
    parts: Midi = {}
    for role, notes in song.tracks.items():
        if role == "BRIDGE" and rng.random() < 0.2:
            continue
        program = int(rng.choice(PROGRAMS[role]))
        gain = float(rng.uniform(0.7, 1.1))
        parts[role] = (program, tuple(_louder(n, gain) for n in notes))
    if rng.random() < 0.7:
        enter = int(rng.choice([0, 0, 4, 8]))
        enter = min(enter, len(bar_lines(song)) // 3)
        parts["DRUMS"] = (int(rng.choice([0, 8, 16, 24, 25, 32])), drum_part(song, enter, rng))
        parts["BASS"] = (int(rng.choice(PROGRAMS["BASS"])), bass_part(song, enter, rng))
    return parts


def _louder(note: Note, gain: float) -> Note:
    velocity = int(np.clip(note.velocity * gain, 20, 120))
    return Note(note.onset, note.offset, note.pitch, velocity)


def write_midi(path: Path, parts: Midi, rng: np.random.Generator) -> None:
    """A type-1 MIDI file at one tick per 0.52 ms (120 BPM, 960 ticks per beat)."""
    midi = mido.MidiFile(ticks_per_beat=TICKS)
    channels = iter((0, 1, 2, 3, 4))
    for role, (program, notes) in parts.items():
        channel = 9 if role == "DRUMS" else next(channels)
        track = mido.MidiTrack()
        track.append(mido.Message("program_change", channel=channel, program=program))
        if channel != 9:
            pan = int(rng.integers(40, 88)) if role != "BASS" else 64
            track.append(mido.Message("control_change", channel=channel, control=10, value=pan))
        track.extend(_messages(notes, channel))
        midi.tracks.append(track)
    midi.save(path)


def _messages(notes: tuple[Note, ...], channel: int) -> Iterator[mido.Message]:
    events = [(round(n.onset * 2 * TICKS), 1, int(n.pitch), n.velocity) for n in notes]
    events += [(round(n.offset * 2 * TICKS), 0, int(n.pitch), 0) for n in notes]
    now = 0
    for tick, on, pitch, velocity in sorted(events):
        kind = "note_on" if on else "note_off"
        yield mido.Message(kind, channel=channel, note=pitch, velocity=velocity, time=tick - now)
        now = tick


def synthesise(
    midi: Path, soundfont: Path, end: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """The MIDI file played by FluidSynth and mastered: (2, n) from 0 to `end` seconds."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "out.wav"
        command = [
            "fluidsynth", "-n", "-i", "-q", "-r", str(SAMPLE_RATE), "-g", "0.5",
            "-R", str(int(rng.random() < 0.8)), "-C", str(int(rng.random() < 0.5)),
            "-F", str(wav), str(soundfont), str(midi),
        ]  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        y, rate = soundfile.read(wav, dtype="float32", always_2d=True)
    if rate != SAMPLE_RATE:
        raise SystemExit(f"expected {SAMPLE_RATE} Hz from fluidsynth, found {rate}")
    y = y.T[:, BLOCK_DELAY : BLOCK_DELAY + round(end * SAMPLE_RATE)].copy()
    fade = min(y.shape[1], SAMPLE_RATE // 2)
    y[:, -fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return _mastered(y, rng)


def _mastered(y: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """A little compression and a loudness between a quiet and a loud record."""
    y = y * np.float32(0.2 / effects.loud_rms(y))
    y = effects.compress(y, -18.0, float(rng.uniform(1.0, 3.0)))
    y = y * np.float32(10 ** (rng.uniform(-22, -11) / 20) / effects.loud_rms(y))
    return effects.limit(y).astype(np.float32)


def truth_of(song: Song, parts: Midi, seed: int, duration: float) -> dict[str, Any]:
    """The annotations of `song` in the words of a truth document."""
    beats = Beats(song.beats, song.positions, song.meter)
    values = {
        "tempo": tempo_of(song),
        "beats": beats,
        "key": make_key(song.tonic, song.mode),
        "chords": joined(song.chords, float(song.beats[-1])),
        "notes": tuple(n for role, (_, ns) in parts.items() if role != "DRUMS" for n in ns),
    }
    return {
        "schema": "mixolydian.truth/1",
        "style": "pop909",
        "variant": "drums" if "DRUMS" in parts else "no drums",
        "seed": seed,
        "song": song.name,
        "duration": round(duration, 4),
        **{q: value_to_json(q, v) for q, v in values.items()},
        "tracked_bpm": round(song.audio_bpm, 2),
        "parts": {role: program for role, (program, _) in parts.items()},
    }


def cut(song: Song) -> Song:
    """`song` up to its last whole bar."""
    lines = bar_lines(song)
    last = lines[-1] + song.meter
    end = float(song.beats[last])
    return replace(
        song,
        tracks={
            role: tuple(
                replace(n, offset=min(n.offset, end)) for n in notes if n.onset < end - 0.05
            )
            for role, notes in song.tracks.items()
        },
        beats=song.beats[: last + 1],
        positions=song.positions[: last + 1],
    )


def songs(data: Path, half: str, seconds: float, seed: int) -> Iterator[Song]:
    """Trusted songs of one half, in an order drawn from the seed."""
    folders = sorted(p for p in (data / "POP909").iterdir() if p.is_dir())
    wanted = [p for p in folders if int(p.name) % 2 == (0 if half == "dev" else 1)]
    for i in np.random.default_rng(seed).permutation(len(wanted)):
        song = load_song(wanted[int(i)], seconds)
        if isinstance(song, str):
            print(f"{wanted[int(i)].name} left out: {song}", file=sys.stderr)
        else:
            yield song


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of the crate")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/open/pop909"))
    parser.add_argument("--half", choices=("dev", "report"), default="dev")
    parser.add_argument("--pieces", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--soundfont", type=Path, default=Path(SOUNDFONT))
    return parser.parse_args(argv)


def render_song(folder: Path, song: Song, soundfont: Path, seed: int) -> str:
    """Render one song; the name of its truth file."""
    rng = np.random.default_rng([seed, int(song.name)])
    song = varied(cut(song), rng)
    parts = orchestrate(song, rng)
    with tempfile.TemporaryDirectory() as scratch:
        midi = Path(scratch) / "song.mid"
        write_midi(midi, parts, rng)
        y = synthesise(midi, soundfont, float(song.beats[-1]) + 1.5, rng)
    truth = truth_of(song, parts, seed, y.shape[1] / SAMPLE_RATE)
    return write_piece(folder, f"pop_{song.name}", y, SAMPLE_RATE, truth)


def main(argv: list[str] | None = None) -> int:
    """Render the crate; returns the exit code."""
    options = _arguments(argv)
    names: list[str] = []
    facts = {"made_by": "benchmarks.crate.render_scores", "seed": options.seed}
    for song in songs(options.data, options.half, options.seconds, options.seed):
        if len(names) == options.pieces:
            break
        names.append(render_song(options.out, song, options.soundfont, options.seed))
        write_index(options.out, names, {**facts, "half": options.half})
        print(f"{len(names)}/{options.pieces} {names[-1]}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
