"""A simple drum and bass part for a song whose beats and chords are known.

General MIDI drum notes; times in seconds, velocities 1–127.
"""

from __future__ import annotations

import numpy as np

from mixolydian.core.types import Chord, Note
from mixolydian.creation.patterns import strokes
from mixolydian.theory.chord import parse_chord
from mixolydian.training.datasets.song import Song, bar_lines

DRUM_NOTES = {"kick": 36, "snare": 38, "rim": 37, "hat": 42, "open": 46, "ride": 51, "shaker": 70}
LANES = {
    35: "kick", 36: "kick", 37: "rim", 38: "snare", 39: "clap", 40: "snare", 41: "tom", 42: "hat",
    43: "tom", 44: "hat", 45: "tom", 46: "open", 47: "tom", 48: "tom", 49: "crash", 50: "tom",
    51: "ride", 52: "crash", 53: "ride", 54: "shaker", 55: "crash", 56: "cowbell", 57: "crash",
    59: "ride", 69: "shaker", 70: "shaker", 82: "shaker",
}  # fmt: skip
"""General MIDI drum note → lane of a kit; anything else is "perc"."""

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
    2: (
        {"kick": "X.......", "snare": "....X...", "hat": "x.o.x.o."},
        {"kick": "X..x....", "rim": "....x..o", "shaker": "xoxoxoxo"},
        {"kick": "X...x...", "snare": "..x...x."},
    ),
    6: (
        {"kick": "X.....x.....", "snare": "......X.....", "hat": "x.o.o.x.o.o."},
        {"kick": "X.........x.", "rim": "......x.....", "ride": "x...x.x...x."},
    ),
}
BASS_RHYTHMS: dict[int, tuple[str, ...]] = {
    4: (
        "x...............", "x.......x.......", "x.....x.x.......", "x.x.x.x.x.x.x.x.",
        "x..x....x..x....",
    ),
    3: ("x...........", "x.......x..."),
    2: ("x.......", "x...x..."),
    6: ("x...........", "x.....x....."),
}  # fmt: skip


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
            for s in strokes(pattern, number, song.meter, rng, song.meter):
                if fill and s.position >= song.meter - 1:
                    continue
                notes.append(_hit(song, downbeat + s.position, lane, s.velocity * loud))
        if fill:
            for k in range(4):
                notes.append(_hit(song, downbeat + song.meter - 1 + k / 4, "snare", loud * 0.9))
    return tuple(notes)


STRUMS: dict[int, tuple[str, ...]] = {
    4: (
        "x...............", "x...x...x...x...", "....x.......x...", "x..x..x.x..x..x.",
        "x.x.x.x.x.x.x.x.",
    ),
    3: ("x...........", "....x...x...", "x...x...x..."),
    2: ("x.......", "..x...x.", "x.x.x.x.", "x..x..x."),
    6: ("x...........", "x.....x.....", "x.x.x.x.x.x."),
}  # fmt: skip


def chord_part(song: Song, rng: np.random.Generator) -> tuple[Note, ...]:
    """The song's chords, struck or broken in a steady rhythm, in one register."""
    rhythm = str(rng.choice(STRUMS.get(song.meter, ("x" + "." * (2 * song.meter - 1),))))
    broken, lowest = bool(rng.random() < 0.3), int(rng.integers(48, 60))
    legato, loud = float(rng.uniform(0.4, 1.0)), float(rng.uniform(55, 90))
    notes = []
    for downbeat in bar_lines(song):
        for count, s in enumerate(strokes(rhythm, 0, song.meter, rng, song.meter)):
            onset = _time(song, downbeat + s.position)
            end = onset + legato * (_time(song, downbeat + s.position + s.length) - onset)
            tones = _voicing(song, onset, lowest)
            chosen = tones[count % len(tones) :][:1] if broken and tones else tones
            notes += [Note(onset, end, float(p), int(loud * s.velocity)) for p in chosen]
    return tuple(notes)


def _voicing(song: Song, time: float, lowest: int) -> list[int]:
    """The pitches of the chord at `time`, each in the octave above `lowest`."""
    chord = chord_at(song, time)
    if chord is None:
        return []
    return sorted(lowest + (pc - lowest) % 12 for pc in parse_chord(chord.label).pitch_classes)


def chord_at(song: Song, time: float) -> Chord | None:
    """The chord that sounds at `time`, give or take 50 ms."""
    return next((c for c in song.chords if c.start - 0.05 <= time < c.end - 0.05), None)


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
        for s in strokes(rhythm, 0, song.meter, rng, song.meter):
            onset, end = (
                _time(song, downbeat + s.position),
                _time(song, downbeat + s.position + s.length),
            )
            chord = chord_at(song, onset)
            bass = None if chord is None else parse_chord(chord.label).bass_pitch_class
            if bass is None:
                continue
            pitch = 28 + (bass - 28) % 12
            if s.position > 0 and rng.random() < 0.12:
                pitch += 7
            notes.append(Note(onset, onset + 0.95 * (end - onset), float(pitch), 90))
    return tuple(notes)
