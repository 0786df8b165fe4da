"""A song as a human wrote it: notes by role, beats, chords and key, all in seconds.

Corpora that know only note values (folk tunes, scores) are read as a `Score` in quarters and
performed at a tempo that is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import Chord, FloatArray, KeyChange, Note, Tempo, TempoSegment
from mixolydian.theory.key import make_key, parse_key, tonic_pitch_class
from mixolydian.training.datasets.timing import transposed_label


@dataclass(frozen=True, eq=False)
class Song:
    """One song; `tonic` is a pitch class, `tracks` go by role (MELODY, PIANO, …).

    `keys` are the local keys where a corpus knows them; `audio_bpm` is what a tracker found
    in the recording a corpus was made from.
    """

    name: str
    tracks: dict[str, tuple[Note, ...]]
    beats: NDArray[np.float64]
    positions: NDArray[np.int64]
    meter: int
    chords: tuple[Chord, ...]
    tonic: int
    mode: str
    audio_bpm: float | None = None
    keys: tuple[KeyChange, ...] = ()

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes of all tracks."""
        return tuple(n for notes in self.tracks.values() for n in notes)


@dataclass(frozen=True, eq=False)
class Score:
    """A piece in quarters from its first sounding note on: notes, chords, keys.

    `pickup` quarters come before the first bar line; a bar has `meter` beats of `beat`
    quarters.
    """

    name: str
    tracks: dict[str, tuple[Note, ...]]
    meter: int
    beat: float
    pickup: float
    chords: tuple[Chord, ...]
    tonic: int
    mode: str
    keys: tuple[KeyChange, ...] = ()

    @property
    def length(self) -> float:
        """Quarters up to the end of the last note."""
        return max(n.offset for notes in self.tracks.values() for n in notes)


def performed(score: Score, bpm: float, restless: float, rng: np.random.Generator) -> Song:
    """The score played at `bpm` beats per minute on average.

    `restless` is the spread of a slow drift of the tempo: 0 is a machine, 0.04 a musician
    alone. The beat grid is cut to the beats that the piece has, from its first on.
    """
    count = int(np.ceil((score.length + score.beat) / score.beat)) + score.meter + 2
    first = score.pickup % score.beat - score.beat
    quarters = first + score.beat * np.arange(count)
    drift = np.cumsum(rng.normal(0, 1, count))
    drift = np.convolve(drift - drift.mean(), np.hanning(17) / np.hanning(17).sum(), "full")
    drift = drift[8 : 8 + count]
    drift *= restless / max(float(drift.std()), 1e-9)
    times = np.concatenate([[0.0], np.cumsum(60 / bpm * np.exp(drift[:-1]))])
    times -= float(np.interp(0.0, quarters, times))
    return _timed(score, quarters, times)


def _timed(score: Score, quarters: FloatArray, times: FloatArray) -> Song:
    """The score with the beats at `quarters` falling at `times`."""

    def at(quarter: float) -> float:
        return float(np.interp(quarter, quarters, times))

    inside = (quarters > -1e-6) & (quarters < score.length + 1e-6)
    number = np.round((quarters - score.pickup) / score.beat).astype(np.int64)
    return Song(
        name=score.name,
        tracks={
            role: tuple(replace(n, onset=at(n.onset), offset=at(n.offset)) for n in notes)
            for role, notes in score.tracks.items()
        },
        beats=np.asarray(times[inside], dtype=np.float64),
        positions=number[inside] % score.meter + 1,
        meter=score.meter,
        chords=tuple(replace(c, start=at(c.start), end=at(c.end)) for c in score.chords),
        tonic=score.tonic,
        mode=score.mode,
        keys=tuple(replace(k, start=at(k.start), end=at(k.end)) for k in score.keys),
    )


def scaled(song: Song, factor: float) -> Song:
    """`song` with all times multiplied by `factor`."""

    def moved(n: Note) -> Note:
        return Note(n.onset * factor, n.offset * factor, n.pitch, n.velocity)

    return replace(
        song,
        tracks={role: tuple(moved(n) for n in notes) for role, notes in song.tracks.items()},
        beats=song.beats * factor,
        chords=tuple(Chord(c.start * factor, c.end * factor, c.label) for c in song.chords),
        keys=tuple(replace(k, start=k.start * factor, end=k.end * factor) for k in song.keys),
        audio_bpm=None if song.audio_bpm is None else song.audio_bpm / factor,
    )


def transposed(song: Song, steps: int) -> Song:
    """`song` with every note, chord and key `steps` semitones higher."""

    def raised(key: KeyChange) -> KeyChange:
        pc = tonic_pitch_class(parse_key(f"{key.tonic} {key.mode}"))
        return replace(key, tonic=make_key(pc + steps, key.mode).tonic)

    return replace(
        song,
        tracks={
            role: tuple(replace(n, pitch=n.pitch + steps) for n in notes)
            for role, notes in song.tracks.items()
        },
        chords=tuple(replace(c, label=transposed_label(c.label, steps)) for c in song.chords),
        tonic=(song.tonic + steps) % 12,
        keys=tuple(raised(k) for k in song.keys),
    )


def bar_lines(song: Song) -> list[int]:
    """Indices of the downbeats that have a whole bar after them."""
    downbeats = np.flatnonzero(song.positions == 1)
    return [int(i) for i in downbeats if i + song.meter < len(song.beats)]


def tempo_of(song: Song) -> Tempo:
    """Steady stretches: a new segment where the interval moves by over 0.5 %.

    Songs that never settle get segments of four bars and the median tempo.
    """
    gaps = np.diff(song.beats)
    jumps = np.flatnonzero(np.abs(np.diff(gaps)) > 0.005 * gaps[:-1]) + 1
    edges = [0, *(int(j) for j in jumps), len(gaps)]
    restless = len(jumps) > 6
    if restless:
        edges = [*range(0, len(gaps) - 1, 4 * song.meter), len(gaps)]
    segments = []
    for first, last in pairwise(edges):
        start, end = float(song.beats[first]), float(song.beats[last])
        segments.append(TempoSegment(start, end, 60 * (last - first) / (end - start), start))
    if restless:
        return Tempo(60.0 / float(np.median(gaps)), tuple(segments))
    longest = max(segments, key=lambda s: s.end - s.start)
    return Tempo(longest.bpm, tuple(segments))


def joined(chords: Iterable[Chord], end: float) -> tuple[Chord, ...]:
    """`chords` up to `end`, neighbours of one label made one."""
    rows: list[Chord] = []
    for c in chords:
        stop = min(c.end, end)
        if stop <= c.start:
            continue
        if rows and rows[-1].label == c.label:
            rows[-1] = Chord(rows[-1].start, stop, c.label)
        else:
            rows.append(Chord(c.start, stop, c.label))
    return tuple(rows)


def excerpt(song: Song, seconds: float, rng: np.random.Generator) -> Song:
    """About `seconds` of `song`, from one bar line to another, moved to time 0.

    A song that is shorter is taken whole, up to its last whole bar.
    """
    lines = bar_lines(song)
    if not lines:
        return song
    starts = song.beats[lines]
    latest = max(float(song.beats[-1]) - seconds, 0.0)
    choices = [i for i, t in zip(lines, starts, strict=True) if t <= latest] or lines[:1]
    first = int(choices[int(rng.integers(len(choices)))])
    start = float(song.beats[first])
    ends = [i + song.meter for i in lines if song.beats[i + song.meter] <= start + seconds + 1e-6]
    last = max([i for i in ends if i > first], default=first + song.meter)
    return between(song, first, last)


def between(song: Song, first: int, last: int) -> Song:
    """`song` from its beat `first` to its beat `last`, moved to time 0."""
    start, end = float(song.beats[first]), float(song.beats[last])

    def notes(role: str) -> tuple[Note, ...]:
        kept = (n for n in song.tracks[role] if start - 0.05 <= n.onset < end - 0.05)
        return tuple(
            Note(max(n.onset - start, 0.0), min(n.offset, end) - start, n.pitch, n.velocity)
            for n in kept
        )

    return replace(
        song,
        tracks={role: notes(role) for role in song.tracks},
        beats=song.beats[first : last + 1] - start,
        positions=song.positions[first : last + 1],
        chords=tuple(
            replace(c, start=max(c.start - start, 0.0), end=min(c.end, end) - start)
            for c in song.chords
            if c.end > start + 1e-3 and c.start < end - 1e-3
        ),
        keys=tuple(
            replace(k, start=max(k.start - start, 0.0), end=min(k.end, end) - start)
            for k in song.keys
            if k.end > start + 1e-3 and k.start < end - 1e-3
        ),
    )
