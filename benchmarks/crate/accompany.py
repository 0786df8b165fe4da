"""A simple drum and bass part for a song whose beats and chords are known.

General MIDI drum notes; times in seconds, velocities 1–127.
"""

from __future__ import annotations

import numpy as np

from benchmarks.crate.pop909 import Song
from mixolydian.core.types import Note
from mixolydian.creation.patterns import strokes
from mixolydian.theory.chord import parse_chord

DRUM_NOTES = {"kick": 36, "snare": 38, "rim": 37, "hat": 42, "open": 46, "ride": 51, "shaker": 70}

GROOVES: dict[int, tuple[dict[str, str], ...]] = {
    4: (
        {"kick": "X.......x.x.....", "snare": "....X.......X...", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "X.....x.x.......", "snare": "....X.......X...", "ride": "x...x.o.x...x.o."},
        {"kick": "X...X...X...X...", "snare": "....X.......X...", "open": "..x...x...x...x."},
        {"kick": "X.........x.....", "rim": "....X.......X...", "hat": "xoxoxoxoxoxoxoxo"},
        {"kick": "X......x..x.....", "snare": "....X..o.o..X...", "hat": "x.x.x.x.x.x.x.x."},
        {"kick": "X...............", "snare": "........X.......", "hat": "x...x...x...x..."},
        {"shaker": "xoxoxoxoxoxoxoxo", "kick": "X.......X......."},
    ),
    3: (
        {"kick": "X...........", "snare": "....x...x...", "hat": "x.o.x.o.x.o."},
        {"kick": "X...........", "rim": "........x...", "ride": "x...x...x..."},
    ),
}
BASS_RHYTHMS: dict[int, tuple[str, ...]] = {
    4: (
        "x...............", "x.......x.......", "x.....x.x.......", "x.x.x.x.x.x.x.x.",
        "x..x....x..x....",
    ),
    3: ("x...........", "x.......x..."),
}  # fmt: skip


def bar_lines(song: Song) -> list[int]:
    """Indices of the downbeats that have a whole bar after them."""
    downbeats = np.flatnonzero(song.positions == 1)
    return [int(i) for i in downbeats if i + song.meter < len(song.beats)]


def _time(song: Song, beat: float) -> float:
    return float(np.interp(beat, np.arange(len(song.beats)), song.beats))


def drum_part(song: Song, first_bar: int, rng: np.random.Generator) -> tuple[Note, ...]:
    """A groove from `first_bar` on, with a fill every eight bars."""
    grooves = GROOVES[song.meter]
    groove = grooves[int(rng.integers(len(grooves)))]
    loud = float(rng.uniform(60, 115))
    notes = []
    for number, downbeat in enumerate(bar_lines(song)):
        if number < first_bar:
            continue
        fill = number % 8 == 7 and rng.random() < 0.7
        for lane, pattern in groove.items():
            for s in strokes(pattern, number, song.meter, rng):
                if fill and s.position >= song.meter - 1:
                    continue
                notes.append(_hit(song, downbeat + s.position, lane, s.velocity * loud))
        if fill:
            for k in range(4):
                notes.append(_hit(song, downbeat + song.meter - 1 + k / 4, "snare", loud * 0.9))
    return tuple(notes)


def _hit(song: Song, beat: float, lane: str, velocity: float) -> Note:
    onset = _time(song, beat)
    return Note(onset, onset + 0.1, float(DRUM_NOTES[lane]), int(np.clip(velocity, 1, 127)))


def bass_part(song: Song, first_bar: int, rng: np.random.Generator) -> tuple[Note, ...]:
    """Roots (or the annotated basses) in a steady rhythm, now and then a fifth."""
    rhythms = BASS_RHYTHMS[song.meter]
    rhythm = str(rng.choice(rhythms))
    notes = []
    for number, downbeat in enumerate(bar_lines(song)):
        if number < first_bar:
            continue
        for s in strokes(rhythm, 0, song.meter, rng):
            onset, end = (
                _time(song, downbeat + s.position),
                _time(song, downbeat + s.position + s.length),
            )
            chord = next((c for c in song.chords if c.start - 0.05 <= onset < c.end - 0.05), None)
            bass = None if chord is None else parse_chord(chord.label).bass_pitch_class
            if bass is None:
                continue
            pitch = 28 + (bass - 28) % 12
            if s.position > 0 and rng.random() < 0.12:
                pitch += 7
            notes.append(Note(onset, onset + 0.95 * (end - onset), float(pitch), 90))
    return tuple(notes)
