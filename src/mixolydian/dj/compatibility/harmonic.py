"""Harmony of two tracks at once: six measurements at any shift of the second one.

key       the relation of the keys on the Camelot wheel, trusted as far as both keys are sure
bars      tonal distance of the bars that sound together (small scale)
scale     tonal distance of all that sounds in these stretches (large scale)
rough     roughness of both together beside that of each with itself, in the same register
chords    how far chord pairs avoid semitones between notes they do not share
melody    the same of the upper voices' pitch classes, as they sound

Whatever lies between two semitones is heard as out of tune, and scales the whole
(``DETUNE_CENTS``). The weights are reasoned, not fitted: the bars themselves count most, the
key as a name no more than roughness. Bernardes et al. (2016) for the space and its two scales,
Gebhardt et al. (2016) for roughness over shifts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import Key
from mixolydian.dj.compatibility.clashes import (
    chord_clash,
    chord_rows,
    semitones_between,
    strong,
)
from mixolydian.dj.compatibility.moments import Moments
from mixolydian.dj.compatibility.parts import unit, weighted
from mixolydian.dj.compatibility.roughness import notes, roughness, together
from mixolydian.dj.compatibility.tonal import tonal_vectors, vector_distance
from mixolydian.theory.key import transpose, wheel_distance

WEIGHTS = {
    "key": 0.2,
    "bars": 0.3,
    "scale": 0.1,
    "rough": 0.2,
    "chords": 0.1,
    "melody": 0.1,
}
RELATIONS = {
    0: (1.0, "the same key"),
    1: (0.85, "one step on the wheel"),
    2: (0.55, "two steps on the wheel"),
    3: (0.35, "three steps on the wheel"),
    4: (0.25, "four steps on the wheel"),
    5: (0.15, "five steps on the wheel"),
    6: (0.1, "opposite on the wheel"),
}
RELATIVE = (0.95, "relative keys, the same notes")
CROSSED = 0.85
"""Factor when a step on the wheel also changes the mode."""
BARS_APART, SCALE_APART = 0.18, 0.13
"""Tonal distances at which the value has fallen to 1/e."""
ROUGHER = 0.6
"""Share by which both together may be rougher than each alone until the value is 0."""
CLASH = 0.35
"""Upper-voice clash above the tracks' own at which the value is 0."""
DETUNE_CENTS = 28.0
"""Cents out of tune at which the value has fallen to 1/e; a quarter tone leaves 4 %."""
IN_TUNE = 6.0
"""Cents nobody hears."""
BEST_SHARE = 0.25
"""Of all pairs of windows: the best ones stand for a pair of whole tracks."""
NO_PITCH = 0.9
"""Value where nothing has a pitch: drums do not clash, and do not sing together either."""
LEAST_KEY = 0.5
"""Sureness of a key under which it is said to be unclear."""

Float = NDArray[np.float64]
_ORDERS = np.arange(1, 7)


@dataclass(frozen=True)
class Harmonic:
    """One shift's result: `value`, each measurement's value, and the raw figures."""

    value: float
    values: Mapping[str, float]
    facts: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class HarmonicCore:
    """Two tracks' moments, ready to be judged at many shifts."""

    a: Moments
    b: Moments

    @cached_property
    def _vectors(self) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
        return (
            tonal_vectors(self.a.rows(self.a.portrait.chroma)),
            tonal_vectors(self.b.rows(self.b.portrait.chroma)),
        )

    @cached_property
    def _notes(self) -> tuple[Float, Float]:
        return (
            notes(self.a.rows(self.a.portrait.salience)),
            notes(self.b.rows(self.b.portrait.salience)),
        )

    @cached_property
    def _upper(self) -> tuple[Float, Float]:
        """Pitch classes of the three strongest upper voices, of unit length per bar."""
        return (
            strong(self.a.rows(self.a.portrait.chroma)),
            strong(self.b.rows(self.b.portrait.chroma)),
        )

    @cached_property
    def _chord_rows(self) -> tuple[Float, Float]:
        """Pitch classes (w, 4 · bars, 12) of the chords at the quarters of the bars."""
        return (
            chord_rows(self.a.portrait.chords)[self.a.beats],
            chord_rows(self.b.portrait.chords)[self.b.beats],
        )

    @cached_property
    def tuning(self) -> float:
        """Cents by which B's notes lie above A's of the same name."""
        return self.b.portrait.tuning - self.a.portrait.tuning

    def at(self, semitones: float) -> Harmonic:
        """Both at once with B's sound `semitones` up."""
        shift = semitones + self.tuning / 100
        i, j, apart = self._places(shift)
        sounding = self._sounding(i, j)
        whole = round(shift)
        cents = 100 * (shift - whole)
        facts = {
            "bar_distance": apart,
            "scale_distance": self._scale(i, j, shift),
            "roughness": self._roughness(i, j, shift),
            "chord_clash": self._chords(i, j, whole),
            "melody_clash": self._melody(i, j, whole),
            "cents_off": float(cents),
            "pitched_share": sounding,
        }
        key, relation = key_relation(self.a.portrait.key, self.b.portrait.key, whole)
        values = {"key": key} | _values(facts)
        weights = WEIGHTS | {"key": WEIGHTS["key"] * self.sureness}
        tuned = float(np.exp(-((max(abs(cents) - IN_TUNE, 0.0) / DETUNE_CENTS) ** 2)))
        value = weighted(values, weights) * tuned
        value = sounding * value + (1 - sounding) * NO_PITCH
        return Harmonic(unit(value), values, facts | {"relation": relation})

    @property
    def sureness(self) -> float:
        """How sure both keys are; 0 when one is not known."""
        a, b = self.a.portrait, self.b.portrait
        return float(min(a.key_confidence, b.key_confidence)) if a.key and b.key else 0.0

    def _places(self, shift: float) -> tuple[NDArray[Any], NDArray[Any], float]:
        """Windows of A and B that go together best, and their bars' mean distance."""
        a, b = self._vectors
        distance = vector_distance(a[:, np.newaxis], _turned(b, shift)[np.newaxis]).mean(axis=-1)
        n = max(1, int(BEST_SHARE * distance.size))
        order = np.argsort(distance, axis=None, kind="stable")[:n]
        i, j = np.unravel_index(order, distance.shape)
        return i, j, float(distance[i, j].mean())

    def _sounding(self, i: NDArray[Any], j: NDArray[Any]) -> float:
        a, b = self._vectors
        return float((np.abs(a[i]).any(axis=-1) & np.abs(b[j]).any(axis=-1)).mean())

    def _scale(self, i: NDArray[Any], j: NDArray[Any], shift: float) -> float:
        a, b = self._vectors
        whole_a, whole_b = a[i].mean(axis=(0, 1)), b[j].mean(axis=(0, 1))
        return float(vector_distance(whole_a, _turned(whole_b, shift)))

    def _roughness(self, i: NDArray[Any], j: NDArray[Any], shift: float) -> float:
        """Roughness beside the geometric mean of the tracks' own; 1 where nothing sounds."""
        a, b = (x.reshape(-1, x.shape[-1]) for x in (self._notes[0][i], self._notes[1][j]))
        moved = _moved(b, round(shift))
        own = roughness(together(a, a), 0.0) * roughness(together(moved, moved), 0.0)
        both = roughness(together(a, b), shift)
        return float(both / np.sqrt(own)) if own > 1e-9 else 1.0

    def _chords(self, i: NDArray[Any], j: NDArray[Any], whole: int) -> float:
        """Mean clash (0–1) of the chord pairs; nothing where one has no chord."""
        x, y = self._chord_rows
        return float(chord_clash(x[i], np.roll(y, whole, axis=-1)[j]).mean())

    def _melody(self, i: NDArray[Any], j: NDArray[Any], whole: int) -> float:
        """Semitones between the upper voices, above those within each track."""
        x, y = self._upper[0][i], np.roll(self._upper[1], whole, axis=-1)[j]
        own = (semitones_between(x, x) + semitones_between(y, y)) / 2
        return float((semitones_between(x, y) - own).mean())


def key_relation(a: Key | None, b: Key | None, semitones: int) -> tuple[float, str]:
    """(value, words) of keys `a` and `b`, the latter shifted; a half where one is unknown."""
    if a is None or b is None:
        return 0.5, "a key is unknown"
    moved = transpose(b, semitones)
    crossed = a.mode != moved.mode
    steps = wheel_distance(a, moved) - int(crossed)
    if crossed and steps == 0:
        return RELATIVE
    value, words = RELATIONS[steps]
    return (value * CROSSED, f"{words}, the other mode") if crossed else (value, words)


def _values(facts: Mapping[str, Any]) -> dict[str, float]:
    """The measurements on scales of 0–1."""
    return {
        "bars": float(np.exp(-((facts["bar_distance"] / BARS_APART) ** 2))),
        "scale": float(np.exp(-((facts["scale_distance"] / SCALE_APART) ** 2))),
        "rough": unit(1 - (facts["roughness"] - 1) / ROUGHER),
        "chords": unit(1 - facts["chord_clash"]),
        "melody": unit(1 - facts["melody_clash"] / CLASH),
    }


def _turned(vectors: NDArray[Any], shift: float) -> NDArray[Any]:
    """Tonal vectors (…, 6) of the same sound `shift` semitones up."""
    return np.asarray(vectors * np.exp(-2j * np.pi * _ORDERS * shift / 12))


def _moved(rows: Float, whole: int) -> Float:
    """Notes (n, 84) moved up by `whole` semitones; what leaves the keyboard is dropped."""
    if whole == 0:
        return rows
    out = np.zeros_like(rows)
    if whole > 0:
        out[:, whole:] = rows[:, :-whole]
    else:
        out[:, :whole] = rows[:, -whole:]
    return out
