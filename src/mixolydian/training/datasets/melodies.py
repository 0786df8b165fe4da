"""Melodies to be sung: tonal ones made up, short ones of held and stepping notes, borrowed ones.

A melody is one note at a time, onsets and offsets in seconds, pitches MIDI numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mixolydian.core.types import Note
from mixolydian.theory.key import scale
from mixolydian.training.datasets.song import Song

RHYTHMS = (
    (1, 1, 1, 1), (2, 2), (1, 1, 2), (2, 1, 1), (1.5, 0.5, 1, 1), (0.5, 0.5, 1, 0.5, 0.5, 1), (4,),
    (3, 1), (0.5, 0.5, 0.5, 0.5, 2), (1, 0.5, 0.5, 1, 1), (0.5, 1, 0.5, 2), (1.5, 1.5, 1),
)  # fmt: skip
"""beats of the notes of one bar of four."""


@dataclass(frozen=True)
class Melody:
    """Notes one after another; key and tempo where they are known."""

    notes: tuple[Note, ...]
    tonic: int | None = None
    mode: str = "major"
    bpm: float | None = None


def random_melody(seconds: float, rng: np.random.Generator) -> Melody:
    """A melody in a random key: steps more than leaps, phrases of four bars that come to rest."""
    tonic, mode = int(rng.integers(12)), str(rng.choice(["major", "minor"]))
    bpm = float(rng.uniform(56, 150))
    pitches = scale_pitches(tonic, mode)
    place, now, notes = len(pitches) // 2, float(rng.uniform(0.1, 0.8)), list[Note]()
    bar = 0
    while now + 240 / bpm < seconds:
        rhythm = RHYTHMS[int(rng.integers(len(RHYTHMS)))]
        for number, beats in enumerate(rhythm):
            ends_phrase = bar % 4 == 3 and number == len(rhythm) - 1
            place = _resting(pitches, tonic, place) if ends_phrase else _next(place, pitches, rng)
            held = beats * 60 / bpm
            share = 0.6 if ends_phrase else float(rng.choice([1.0, 0.97, 0.8], p=[0.6, 0.25, 0.15]))
            if rng.random() < 0.93 or ends_phrase:
                velocity = int(rng.integers(60, 112))
                notes.append(Note(now, now + share * held, float(pitches[place]), velocity))
            now += held
        bar += 1
    return Melody(tuple(notes), tonic, mode, bpm)


def scale_pitches(tonic: int, mode: str) -> list[int]:
    """Two octaves of a scale around middle C, as MIDI numbers."""
    steps = set(scale(tonic, mode))
    return [p for p in range(48, 73) if p % 12 in steps]


def _next(place: int, pitches: list[int], rng: np.random.Generator) -> int:
    steps = [-4, -3, -2, -1, 0, 1, 2, 3, 4]
    chances = [0.03, 0.05, 0.12, 0.24, 0.1, 0.24, 0.13, 0.05, 0.04]
    moved = place + int(rng.choice(steps, p=chances))
    return int(np.clip(moved, 0, len(pitches) - 1))


def _resting(pitches: list[int], tonic: int, place: int) -> int:
    """The nearest tonic."""
    return min((i for i, p in enumerate(pitches) if p % 12 == tonic), key=lambda i: abs(i - place))


def held_notes(seconds: float, rng: np.random.Generator) -> Melody:
    """A few held notes of one triad or scale on a grid of half seconds, with rests."""
    root = int(rng.integers(48, 68))
    shape = [(0, 4, 7), (0, 3, 7), (0, 2, 4, 5, 7), (0,), (0, 12), (0, 5, 7)]
    offsets = shape[int(rng.integers(len(shape)))]
    slots = np.arange(0, seconds - 0.3, 0.5)
    kept = slots[rng.random(len(slots)) < float(rng.uniform(0.3, 0.8))]
    if not len(kept):
        kept = slots[:1]
    ends = np.append(kept[1:], seconds - 0.05)
    notes = []
    for start, stop in zip(kept, ends, strict=True):
        onset = float(start + rng.uniform(0.0, 0.08))
        length = min(float(rng.uniform(0.25, 3.0)), float(stop) - onset - 0.02)
        pitch = float(root + int(rng.choice(offsets)))
        notes.append(Note(onset, onset + max(length, 0.15), pitch, int(rng.integers(60, 112))))
    return Melody(tuple(notes))


def melody_of(song: Song) -> Melody | None:
    """The song's MELODY track, made one note at a time; None where it has none."""
    notes = sorted(song.tracks.get("MELODY", ()), key=lambda n: (n.onset, -n.pitch))
    if len(notes) < 4:
        return None
    later = [*(n.onset for n in notes[1:]), np.inf]
    firsts = [n for n, after in zip(notes, later, strict=True) if after - n.onset > 0.04]
    bpm = 60 / float(np.median(np.diff(song.beats)))
    return Melody(tuple(_cut(firsts)), song.tonic, song.mode, bpm)


def from_somewhere(melody: Melody, seconds: float, rng: np.random.Generator) -> Melody:
    """The melody from a random note on, which comes within the first second; the end of a long
    melody is kept for `seconds` where there is that much of it."""
    latest = max(melody.notes[-1].offset - seconds, melody.notes[0].onset)
    count = sum(n.onset <= latest for n in melody.notes)
    first = int(rng.integers(count))
    by = float(rng.uniform(0.1, 0.8)) - melody.notes[first].onset
    moved = (replace(n, onset=n.onset + by, offset=n.offset + by) for n in melody.notes[first:])
    return replace(melody, notes=tuple(moved))


def _cut(notes: list[Note]) -> list[Note]:
    """Notes that end where the next begins, at the latest."""
    ends = [*(n.onset for n in notes[1:]), np.inf]
    return [replace(n, offset=min(n.offset, end)) for n, end in zip(notes, ends, strict=True)]
