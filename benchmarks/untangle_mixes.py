"""Mixes whose every move is known, to hear backwards: the material of `benchmarks.untangle`.

A mix runs at one tempo. Each piece is stretched with its key kept (or transposed by a semitone),
enters on a beat, and hands over to the next within 1 to 64 beats by one of four moves.
Times in seconds, sound float32 (2, n) at 44 100 Hz.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from python_stretch import Signalsmith
from scipy.signal import butter, sosfiltfilt

RATE = 44100
MOVES = ("linear", "power", "eq-swap", "cut")
LONGEST_CHANGE = 0.08
"""greatest change of tempo."""
EDGES = (180.0, 2800.0)
Sound = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Piece:
    """A track to mix, its `bpm`, and the second of its first downbeat."""

    name: str
    samples: Sound
    bpm: float
    first: float = 0.0


@dataclass(frozen=True)
class Entry:
    """What is true of one track in a mix: second `start` to `end` of the mix, from second
    `own_start` of the track on, `speed` own seconds to a second of the mix."""

    name: str
    start: float
    end: float
    own_start: float
    speed: float
    semitones: float


@dataclass(frozen=True)
class Handover:
    """From second `start` to `end` of the mix, made by `move`."""

    move: str
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Mixed:
    """A mix, its tempo, and its truth."""

    samples: Sound
    bpm: float
    entries: tuple[Entry, ...]
    handovers: tuple[Handover, ...]


def stretched(piece: Piece, speed: float, semitones: float) -> Sound:
    """The whole piece at `speed`, key kept but for `semitones`."""
    if speed == 1.0 and semitones == 0.0:
        return piece.samples
    stretch = Signalsmith.Stretch(2)
    stretch.preset(2, RATE)
    stretch.setTimeFactor(speed)
    if semitones:
        stretch.setTransposeSemitones(semitones)
    return np.asarray(stretch.process(np.ascontiguousarray(piece.samples)), dtype=np.float32)


def controls(move: str, n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Factors (low, mid, high) × n of the outgoing and the incoming deck over a handover."""
    x = (np.arange(n) + 0.5) / n
    if move == "linear":
        up = x
    elif move == "power":
        return np.tile(np.cos(x * np.pi / 2), (3, 1)), np.tile(np.sin(x * np.pi / 2), (3, 1))
    elif move == "cut":
        up = (x >= 0.5).astype(float)
    else:
        rise = np.clip(4 * x, 0, 1)
        bass = np.clip((x - 0.5) * n / RATE / 0.2 + 0.5, 0, 1)
        fall = np.clip(4 * (1 - x), 0, 1)
        return np.stack([fall * (1 - bass), fall, fall]), np.stack([rise * bass, rise, rise])
    return np.tile(1 - up, (3, 1)), np.tile(up, (3, 1))


def applied(sound: Sound, factors: NDArray[np.float64]) -> Sound:
    """`sound` (2, n) with its three bands weighed by `factors` (3, n)."""
    if np.ptp(factors, axis=0).max() < 1e-9:
        return np.asarray(sound * factors[0], dtype=np.float32)
    low = sosfiltfilt(butter(2, EDGES[0], fs=RATE, output="sos"), sound)
    high = sosfiltfilt(butter(2, EDGES[1], "highpass", fs=RATE, output="sos"), sound)
    bands = (low, sound - low - high, high)
    return np.asarray(sum(f * b for f, b in zip(factors, bands, strict=True)), dtype=np.float32)


def overlap_beats(rng: np.random.Generator, move: str, room: float) -> int:
    """Length of a handover in beats that leaves `room` (beats of the shorter piece) to play."""
    if move == "cut":
        return 2
    fitting = [n for n in (16, 32, 64) if n <= 0.4 * room] or [8]
    return int(rng.choice(fitting))


def mix(pieces: list[Piece], bpm: float, rng: np.random.Generator) -> Mixed:
    """The pieces one after the other at `bpm`, each piece's tempo changed accordingly."""
    speeds = [bpm / p.bpm for p in pieces]
    shifts = [float(rng.choice([0, 0, 0, 0, -1, 1])) for _ in pieces]
    sounds = [stretched(*each) for each in zip(pieces, speeds, shifts, strict=True)]
    beat = 60.0 / bpm
    room = [int((s.shape[1] / RATE - p.first / v) / beat) for s, p, v in
            zip(sounds, pieces, speeds, strict=True)]  # fmt: skip
    skipped = [4 * int(rng.integers(0, max(1, r // 32))) for r in room]
    room = [r - s for r, s in zip(room, skipped, strict=True)]
    moves = [str(rng.choice(MOVES)) for _ in pieces[1:]]
    lengths = [overlap_beats(rng, m, min(a, b)) for m, a, b in
               zip(moves, room, room[1:], strict=False)]  # fmt: skip
    at = np.concatenate([[0], np.cumsum([r - n for r, n in zip(room, lengths, strict=False)])])
    total = int((at[-1] + room[-1]) * beat * RATE)
    out = np.zeros((2, total), dtype=np.float32)
    entries, handovers = [], []
    for i, (piece, sound, speed) in enumerate(zip(pieces, sounds, speeds, strict=True)):
        own = piece.first + skipped[i] * beat * speed
        begin, n = round(at[i] * beat * RATE), int(room[i] * beat * RATE)
        source = sound[:, round(own / speed * RATE) :][:, :n].copy()
        if i:
            m = round(lengths[i - 1] * beat * RATE)
            source[:, :m] = applied(source[:, :m], controls(moves[i - 1], m)[1])
        if i < len(lengths):
            m = round(lengths[i] * beat * RATE)
            source[:, -m:] = applied(source[:, -m:], controls(moves[i], m)[0])
            start = (at[i] + room[i] - lengths[i]) * beat
            handovers.append(Handover(moves[i], start, start + lengths[i] * beat))
        stop = min(begin + source.shape[1], total)
        out[:, begin:stop] += source[:, : stop - begin]
        entries.append(Entry(piece.name, begin / RATE, stop / RATE, own, speed, shifts[i]))
    peak = float(np.abs(out).max())
    return Mixed(out * (0.9 / max(peak, 0.9)), bpm, tuple(entries), tuple(handovers))
