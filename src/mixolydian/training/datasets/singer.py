"""How a singer sings a melody: range, throat and manners, and the line of pitch and level.

Pitches are MIDI numbers, levels linear, times in seconds; lines are drawn at `RATE` Hz.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import Note
from mixolydian.training.datasets.melodies import Melody
from mixolydian.training.datasets.vocal_tract import Throat

RATE = 500
"""Hz at which pitch and level are drawn."""
LEGATO = 0.06
"""seconds of rest below which two notes are sung in one breath and without a new onset."""
Track = NDArray[np.float64]


@dataclass(frozen=True)
class Singer:
    """`low` and `high` MIDI pitches of the range; vibrato in Hz and cents, delays in seconds."""

    kind: str
    low: float
    high: float
    throat: Throat
    vibrato_hz: float
    vibrato_cents: float
    vibrato_delay: float
    portamento: float
    """seconds a glide between two notes takes."""
    error_cents: float
    """spread of the intonation."""
    tuning: float
    """cents by which all of it is sharp or flat."""
    scoops: float
    """how often a note is begun from below."""


KINDS: dict[str, tuple[float, float, float]] = {
    "bass": (40, 62, 0.95),
    "tenor": (47, 69, 1.02),
    "alto": (53, 74, 1.14),
    "soprano": (58, 81, 1.19),
    "child": (57, 78, 1.34),
}
"""kind → lowest and highest pitch, formants against an adult man's."""


def random_singer(rng: np.random.Generator) -> Singer:
    """A singer of any kind, from trained to rough."""
    kind = str(rng.choice(list(KINDS)))
    low, high, size = KINDS[kind]
    rough = float(rng.uniform(0.15, 0.6)) if rng.random() < 0.15 else 0.0
    throat = Throat(
        size=size * float(rng.uniform(0.95, 1.06)),
        open_share=round(float(rng.uniform(0.45, 0.8)), 2),
        dull=float(np.exp(rng.uniform(np.log(2500), np.log(12000)))),
        ring=float(rng.uniform(0, 15)),
        jitter=float(rng.uniform(3, 14)) * (1 + 3 * rough),
        shimmer=float(rng.uniform(0.1, 0.6)) * (1 + 3 * rough),
        rough=rough,
        breath=float(10 ** rng.uniform(-1.8, -0.5)),
    )
    straight = rng.random() < 0.3
    return Singer(
        kind, low, high, throat,
        vibrato_hz=float(rng.uniform(4.5, 7)),
        vibrato_cents=0.0 if straight else float(rng.uniform(20, 80)),
        vibrato_delay=float(rng.uniform(0.1, 0.5)),
        portamento=float(rng.uniform(0.03, 0.12)),
        error_cents=float(rng.uniform(3, 18)),
        tuning=float(rng.uniform(-18, 18)),
        scoops=float(rng.uniform(0, 0.6)),
    )  # fmt: skip


def in_range(melody: Melody, singer: Singer) -> Melody:
    """The melody in the octave in which most of it lies within the singer's range."""
    pitches = np.array([n.pitch for n in melody.notes])
    middle = (singer.low + singer.high) / 2
    octave = 12 * round((middle - float(np.median(pitches))) / 12)
    kept = tuple(
        replace(n, pitch=float(np.clip(n.pitch + octave, singer.low - 3, singer.high + 3)))
        for n in melody.notes
    )
    return replace(melody, notes=kept)


def with_breaths(notes: tuple[Note, ...], rng: np.random.Generator) -> tuple[Note, ...]:
    """Every few seconds a note ends early so that the singer can breathe."""
    out, last = [], 0.0
    patience = float(rng.uniform(2.5, 7))
    for note in notes:
        pause = float(rng.uniform(0.15, 0.4))
        if note.offset - last > patience and note.offset - note.onset > 2.2 * pause:
            note = replace(note, offset=note.offset - pause)
            last, patience = note.offset, float(rng.uniform(2.5, 7))
        out.append(note)
    return tuple(out)


@dataclass(frozen=True, eq=False)
class Line:
    """What the voice does over time, at `RATE`: `pitch` (MIDI), `level` (linear), `fresh` the
    notes that begin with a syllable of their own."""

    pitch: Track
    level: Track
    fresh: tuple[bool, ...]


def sing_line(
    notes: tuple[Note, ...], singer: Singer, seconds: float, rng: np.random.Generator
) -> Line:
    """Pitch and level of the whole performance."""
    n = round(seconds * RATE)
    fresh = tuple(
        i == 0 or note.onset - notes[i - 1].offset > LEGATO or bool(rng.random() < 0.6)
        for i, note in enumerate(notes)
    )
    limit = 44 - abs(singer.tuning)
    errors = np.clip(rng.normal(0, singer.error_cents, len(notes)), -limit, limit)
    targets = [
        note.pitch + (singer.tuning + e) / 100 for note, e in zip(notes, errors, strict=True)
    ]
    pitch = _steps(notes, targets, n)
    pitch = _glided(pitch, notes, singer, n)
    pitch += _ornaments(notes, fresh, singer, n, rng)
    knots = np.arange(0, n + 150, 150)
    pitch += np.interp(np.arange(n), knots, rng.normal(0, 0.05, len(knots)))
    return Line(pitch, _levels(notes, fresh, n, rng), fresh)


def _steps(notes: tuple[Note, ...], targets: list[float], n: int) -> Track:
    """The pitch meant at every moment; rests hold the pitch before."""
    pitch = np.full(n, targets[0])
    for note, target in zip(notes, targets, strict=True):
        pitch[round(note.onset * RATE) :] = target
    return pitch


def _glided(pitch: Track, notes: tuple[Note, ...], singer: Singer, n: int) -> Track:
    """Glides between tied notes: half a cosine whose middle lies on the onset."""
    out = pitch.copy()
    half = max(1, round(singer.portamento * RATE / 2))
    shape = 0.5 - 0.5 * np.cos(np.pi * (np.arange(2 * half) + 0.5) / (2 * half))
    for before, note in pairwise(notes):
        at = round(note.onset * RATE)
        if note.onset - before.offset > LEGATO or at - half < 0 or at + half > n:
            continue
        low, high = pitch[at - 1], pitch[min(at, n - 1)]
        out[at - half : at + half] = low + (high - low) * shape
    return out


def _ornaments(
    notes: tuple[Note, ...], fresh: tuple[bool, ...], singer: Singer, n: int,
    rng: np.random.Generator,
) -> Track:  # fmt: skip
    """Vibrato, scoops from below and falls at the end, in semitones."""
    out = np.zeros(n)
    for note, new in zip(notes, fresh, strict=True):
        first, last = round(note.onset * RATE), min(round(note.offset * RATE), n)
        t = np.arange(max(last - first, 0)) / RATE
        if new and rng.random() < singer.scoops:
            depth, fade = float(rng.uniform(0.4, 2.5)), float(rng.uniform(0.015, 0.04))
            out[first:last] -= depth * np.exp(-t / fade)
        if len(t) and singer.vibrato_cents and t[-1] > singer.vibrato_delay + 0.15:
            swell = np.clip((t - singer.vibrato_delay) / 0.25, 0, 1)
            rate = singer.vibrato_hz * float(rng.uniform(0.93, 1.07))
            depth = singer.vibrato_cents / 100 * float(rng.uniform(0.7, 1.1))
            wave = np.sin(2 * np.pi * rate * (t - singer.vibrato_delay))
            out[first:last] += depth * swell * wave
        if len(t) and t[-1] > 0.4 and rng.random() < 0.08:
            out[first:last] -= float(rng.uniform(0.5, 2)) * np.clip((t - t[-1]) / 0.08 + 1, 0, 1)
    return out


def _levels(
    notes: tuple[Note, ...], fresh: tuple[bool, ...], n: int, rng: np.random.Generator
) -> Track:
    """The level: rises where a note is begun, falls where the voice lets go, dips between
    syllables, swells a little."""
    level = np.zeros(n)
    ends = [*(m.onset for m in notes[1:]), np.inf]
    for i, note in enumerate(notes):
        tied = ends[i] - note.offset <= LEGATO
        first, last = round(note.onset * RATE), round((ends[i] if tied else note.offset) * RATE)
        attack = round(float(rng.uniform(0.012, 0.05)) * RATE) if fresh[i] else 0
        release = round(float(rng.uniform(0.03, 0.09)) * RATE)
        stop = min(last + (0 if tied else release), n)
        t = np.arange(max(stop - first, 0))
        loud = (note.velocity / 100) ** 1.2
        shape = loud * (1 + 0.15 * np.sin(np.pi * t / max(len(t), 1)) * rng.uniform(-1, 1.5))
        if attack:
            shape *= np.clip((t + 1) / attack, 0, 1)
        if not tied and release:
            shape *= np.clip((len(t) - t) / release, 0, 1)
        level[first:stop] = shape
    smooth = np.hanning(9)
    return np.convolve(level, smooth / smooth.sum(), "same")
