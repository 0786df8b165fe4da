"""What bands share: chords on a progression, a rhythm, a bass, a tune, a voice, and a loud master.

`rock` and `synth_band` play these, `sung_pop` sings; genre learns from them what instruments
sound like behind one and the same way through a mix. Times in seconds, pitches as MIDI numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mixolydian.core.types import Note
from mixolydian.training.datasets.degrade import fit, mastered
from mixolydian.training.datasets.item import SAMPLE_RATE, Samples, stereo
from mixolydian.training.datasets.melodies import Melody
from mixolydian.training.datasets.mixing import mixed
from mixolydian.training.datasets.singer import in_range, random_singer, sing_line, with_breaths
from mixolydian.training.datasets.singing import sing

PROGRESSIONS = (
    (0, 0, 10, 5), (0, 8, 10, 0), (0, 5, 7, 5), (0, 10, 8, 10), (0, 3, 10, 5), (0, 7, 9, 5),
    (0, 9, 5, 7), (0, 0, 0, 0), (0, 3, 5, 0), (9, 5, 0, 7),
)  # fmt: skip
"""semitones above the key's root, a bar each."""
RHYTHMS = (
    "x.x.x.x.x.x.x.x.", "x...............", "x.....x.....x...", "x..x..x.x..x..x.",
    "x...x.x.x...x.x.", "xxxxxxxxxxxxxxxx", "x.......x.x.x.x.",
)  # fmt: skip
PENTATONIC = (0, 3, 5, 7, 10)
Stroke = tuple[float, float, int]
"""onset, offset and root of a chord, in semitones above the key's."""


@dataclass(frozen=True)
class Ground:
    """Seconds per `bar`, how many, the `key`'s lowest root, the root of every bar above it."""

    bar: float
    bars: int
    key: int
    roots: tuple[int, ...]


def ground_of(bpm: float, seconds: float, rng: np.random.Generator) -> Ground:
    """A verse's and a chorus's four bars, in turn, for as many bars as fit in."""
    bar = 240.0 / bpm
    bars = max(1, int(seconds / bar))
    verse, chorus = (PROGRESSIONS[int(i)] for i in rng.integers(len(PROGRESSIONS), size=2))
    change = int(rng.choice([4, 8]))
    roots = tuple((verse if b // change % 2 == 0 else chorus)[b % 4] for b in range(bars))
    return Ground(bar, bars, int(rng.integers(40, 52)), roots)


def strokes_of(ground: Ground, rng: np.random.Generator) -> list[Stroke]:
    """Every chord; one rhythm for the verse, one for the chorus."""
    pair = [RHYTHMS[int(i)] for i in rng.integers(len(RHYTHMS), size=2)]
    change, found = int(rng.choice([4, 8])), []
    for b, root in enumerate(ground.roots):
        rhythm = pair[b // change % 2]
        places = [i for i, c in enumerate(rhythm) if c == "x"]
        for place, after in zip(places, [*places[1:], 16], strict=True):
            onset = (b + place / 16) * ground.bar
            found.append((onset, onset + (after - place) / 16 * ground.bar * 0.97, root))
    return found


def power_chords(
    ground: Ground, strokes: Sequence[Stroke], rng: np.random.Generator
) -> tuple[Note, ...]:
    """Power chords: root, fifth, octave; now and then a third; a hand that is not a clock."""
    third = int(rng.choice([0, 4, 3], p=[0.7, 0.2, 0.1]))
    steps = (0, 7, 12, *((12 + third,) if third else ()))
    notes = []
    for onset, offset, root in strokes:
        late = float(np.clip(rng.normal(0.004, 0.006), -0.015, 0.02))
        base = ground.key + (root if ground.key + root < 52 else root - 12)
        loud = int(rng.integers(80, 120))
        for i, step in enumerate(steps):
            begin = max(onset + late + 0.003 * i, 0.0)
            notes.append(Note(begin, max(offset, begin + 0.03), float(base + step), loud))
    return tuple(notes)


def bass_line(ground: Ground, strokes: Sequence[Stroke]) -> tuple[Note, ...]:
    """The roots, two octaves or so below the chords."""
    low = ground.key - 12
    return tuple(
        Note(a, b, float(low + (root if low + root < 40 else root - 12)), 100)
        for a, b, root in strokes
    )


def tune_of(ground: Ground, rng: np.random.Generator) -> Melody:
    """Phrases in minor pentatonics, with rests."""
    pitches = [ground.key + 12 * o + p for o in (1, 2) for p in PENTATONIC]
    place, notes, step = len(pitches) // 2, list[Note](), ground.bar / 8
    for b in range(ground.bars):
        if rng.random() < 0.2:
            continue
        at = b * ground.bar
        while at < (b + float(rng.choice([0.75, 1.0]))) * ground.bar - 0.05:
            length = step * int(rng.choice([1, 1, 2, 2, 3, 4]))
            place = int(np.clip(place + rng.integers(-2, 3), 0, len(pitches) - 1))
            if rng.random() < 0.85:
                notes.append(Note(at, at + 0.95 * length, float(pitches[place]), 100))
            at += length
    return Melody(tuple(notes) or (Note(0.0, ground.bar, float(pitches[place]), 100),))


def voice(melody: Melody, seconds: float, rng: np.random.Generator) -> Samples:
    """The tune sung, (2, n)."""
    singer = random_singer(rng)
    notes = with_breaths(
        tuple(n for n in in_range(melody, singer).notes if n.offset < seconds - 0.1), rng
    )
    if not notes:
        return np.zeros((2, round(seconds * SAMPLE_RATE)), dtype=np.float32)
    n = round(seconds * SAMPLE_RATE)
    y = stereo(sing(notes, sing_line(notes, singer, seconds, rng), singer, rng))[:, :n]
    return fit(np.pad(y, ((0, 0), (0, n - y.shape[1]))))


def finished(
    stems: Mapping[str, Samples], hottest: float, clipped: float, rng: np.random.Generator
) -> Samples:
    """The stems mixed and mastered up to `hottest` dB beyond full scale, (2, n); a share `clipped`
    of the masters is clipped instead of limited."""
    samples = mixed(stems, rng).samples
    return mastered(samples, float(rng.uniform(0, hottest)), bool(rng.random() < clipped))
