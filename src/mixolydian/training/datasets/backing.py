"""Plain music made on the spot: a chord loop with melody, bass and drums, in any key.

For laying under speech and into mixtures where no corpus is at hand; it is a `Song` like any
other and is orchestrated by `scores`.
"""

from __future__ import annotations

import numpy as np

from mixolydian.core.types import Chord, Note
from mixolydian.theory.chord import chord, format_chord
from mixolydian.theory.key import scale
from mixolydian.training.datasets.accompany import bass_part, chord_part
from mixolydian.training.datasets.melodies import RHYTHMS
from mixolydian.training.datasets.song import Song

LOOPS: dict[str, tuple[tuple[int, ...], ...]] = {
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 0, 4), (5, 3, 0, 4), (0, 2, 3, 4), (1, 4, 0, 0)),
    "minor": ((0, 5, 2, 6), (0, 6, 5, 6), (0, 3, 0, 4), (0, 3, 5, 6), (0, 5, 3, 6), (0, 0, 5, 6)),
}
"""degrees of the scale (0 = tonic) that carry the chords of four bars."""


def random_song(seconds: float, rng: np.random.Generator) -> Song:
    """A song of at least `seconds`, 4/4 and steady, in a random key."""
    tonic, mode = int(rng.integers(12)), str(rng.choice(["major", "minor"]))
    bpm = float(np.round(rng.uniform(60, 170), 1))
    count = 4 * int(np.ceil((seconds + 4) * bpm / 240 + 1)) + 1
    beats = np.arange(count) * 60 / bpm
    chords = _loop(tonic, mode, beats, rng)
    song = Song("backing", {}, beats, np.arange(count) % 4 + 1, 4, chords, tonic, mode)
    tracks = {"CHORDS": chord_part(song, rng)}
    if rng.random() < 0.7:
        tracks["MELODY"] = _melody(song, rng)
    if rng.random() < 0.6:
        tracks["BASS"] = bass_part(song, 0, rng)
    return Song("backing", tracks, beats, song.positions, 4, chords, tonic, mode)


def triad(tonic: int, mode: str, degree: int) -> str:
    """The label of the triad on a degree of the scale, 0 = tonic."""
    tones = scale(tonic, mode)
    root, third, fifth = (tones[(degree + k) % 7] for k in (0, 2, 4))
    shape = ((third - root) % 12, (fifth - root) % 12)
    quality = {(4, 7): "maj", (3, 7): "min", (3, 6): "dim", (4, 8): "aug"}[shape]
    return format_chord(chord(root, quality))


def _loop(tonic: int, mode: str, beats: np.ndarray, rng: np.random.Generator) -> tuple[Chord, ...]:
    loops = LOOPS[mode]
    degrees = loops[int(rng.integers(len(loops)))]
    bars = range(0, len(beats) - 4, 4)
    return tuple(
        Chord(float(beats[b]), float(beats[b + 4]), triad(tonic, mode, degrees[b // 4 % 4]))
        for b in bars
    )


def _melody(song: Song, rng: np.random.Generator) -> tuple[Note, ...]:
    """A walk up and down the scale in the rhythm of two bars that come back."""
    steps = set(scale(song.tonic, song.mode))
    pitches = [p for p in range(60, 85) if p % 12 in steps]
    place, beat = len(pitches) // 2, 60 / song_bpm(song)
    motif = [RHYTHMS[int(rng.integers(len(RHYTHMS)))] for _ in range(2)]
    notes = []
    for bar in range((len(song.beats) - 1) // 4):
        now = float(song.beats[4 * bar])
        for length in motif[bar % 2]:
            place = int(np.clip(place + rng.integers(-2, 3), 0, len(pitches) - 1))
            velocity = int(rng.integers(60, 105))
            notes.append(Note(now, now + 0.9 * length * beat, float(pitches[place]), velocity))
            now += length * beat
    return tuple(notes)


def song_bpm(song: Song) -> float:
    """Beats per minute of a steady song."""
    return 60.0 / float(song.beats[1] - song.beats[0])
