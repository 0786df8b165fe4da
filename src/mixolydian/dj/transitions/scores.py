"""What every candidate is worth, in parts of [0, 1]; see docs/transitions.md.

The score is the weighted geometric mean of the parts, so one thing that is badly wrong is not made
good by others that are right. Parts are arrays that broadcast to (O, I, C, R): points of both
tracks, templates, and shifts of the incoming track.
"""

from __future__ import annotations

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.dj.transitions.lines import lines_of
from mixolydian.dj.transitions.overlap import grooves, harmonies
from mixolydian.dj.transitions.profile import (
    BASS,
    ENERGY,
    POWER,
    VOICE,
    profile_of,
)
from mixolydian.dj.transitions.sense import habit_of, into_sense, out_sense
from mixolydian.dj.transitions.shapes import step_gains
from mixolydian.dj.transitions.space import Space, column, steps_a, steps_b

WEIGHTS = {
    "phrase": 2.5,
    "harmonic": 2.0,
    "bass": 1.5,
    "vocal": 1.5,
    "habit": 2.0,
    "sense": 1.5,
    "energy": 1.0,
    "loudness": 1.0,
    "stretch": 1.0,
    "heard": 1.0,
    "groove": 0.7,
}
"""weights of the parts in the geometric mean."""
WHOLE = sum(WEIGHTS.values())
LEAST = 0.02
"""a part is worth at least so much in the mean."""
MARGIN = 0.04
"""score that a semitone's shift must gain: only 2.5 % of the tracks in mixes are transposed."""
HEARD_ENOUGH = 0.6
"""share of a track after which hearing more of it is no gain."""
AROUND = 8
"""bars before and after a transition whose energy is compared."""
CALMER, WILDER = 0.35, 0.5
"""step of energy below and above the wished one that costs 40 %."""
DIP, BUMP = 2.5, 6.0
"""LU missing between both tracks' levels, and too many, that cost half; what is too loud the
faders can mend."""
CLASH = 4.0
"""beats of two voices at once that cost half."""
HOLE = 0.6
"""what a transition loses when no bass is heard throughout, though there is one."""


def parts(space: Space, shifts: tuple[int, ...], arc: float) -> dict[str, FloatArray]:
    """Every part of the score, each broadcasting to (O, I, C, R)."""
    heard_a, heard_b = _heard(space)
    found = {
        "phrase": _phrases(space),
        "bass": _ones(space),
        "vocal": _ones(space),
        "loudness": _ones(space),
        "sense": _sense(space),
        "habit": _habit(space),
        "energy": _energies(space, arc),
        "stretch": np.full((1, 1, 1), space.relation.comfort),
        "heard": np.sqrt(heard_a[:, np.newaxis] * heard_b[np.newaxis]),
        "groove": grooves(space),
    }
    found |= _levels(space)
    spread = {name: part[..., np.newaxis] for name, part in found.items()}
    return {**spread, "harmonic": harmonies(space, shifts)}


def _ones(space: Space) -> FloatArray:
    return np.ones((1, 1, len(space.templates)))


def log_score(found: dict[str, FloatArray], without: tuple[str, ...] = ()) -> FloatArray:
    """Logarithm of the score, the parts `without` taken as 1."""
    # parts of few dimensions are summed first: the large arrays are touched least often
    order = sorted((name for name in found if name not in without), key=lambda n: found[n].size)
    total: FloatArray = np.zeros((1, 1, 1, 1))
    for name in order:
        total = total + WEIGHTS[name] / WHOLE * np.log(np.maximum(found[name], LEAST))
    return total


def shift_costs(shifts: tuple[int, ...]) -> FloatArray:
    """What is taken from the logarithm of the score for each shift (R,)."""
    return MARGIN * np.abs(np.array(shifts, dtype=np.float64))


def _phrases(space: Space) -> FloatArray:
    """Where lines of both tracks meet: at the start, where the bass changes hands, at the end."""
    bars, swap = column(space.templates, "bars"), column(space.templates, "swap")
    enters = column(space.templates, "enters")
    together = enters == 0
    weights = (0.5 * together, np.where(together, 0.3, 1.0), 0.2 * together)
    lines_a, lines_b = lines_of(space.a), lines_of(space.b)
    total: FloatArray = np.zeros(space.feasible.shape)
    for weight, bar in zip(weights, (0 * bars, swap, bars), strict=True):
        out = lines_a.strength_at(space.out_start + space.bar_a * bar)
        into = lines_b.strength_at(space.in_start + space.bar_b * (bar - enters))
        out, into = _lenient(space.a.steady, out), _lenient(space.b.steady, into)
        total += weight * np.sqrt(out[:, np.newaxis] * into[np.newaxis])
    return total


def _lenient(steady: bool, strength: FloatArray) -> FloatArray:
    """A track without a beat has no lines to miss."""
    return strength if steady else np.maximum(strength, 0.75)


def _sense(space: Space) -> FloatArray:
    lines_a, lines_b = lines_of(space.a), lines_of(space.b)
    out = out_sense(space.templates, lines_a.label_at(space.points_a))
    into = into_sense(space.templates, lines_b.label_at(space.points_b))
    return np.asarray(np.sqrt(out[:, np.newaxis] * into[np.newaxis]))


def _habit(space: Space) -> FloatArray:
    return np.array([habit_of(t) for t in space.templates])[np.newaxis, np.newaxis]


def _heard(space: Space) -> tuple[FloatArray, FloatArray]:
    """How much of the outgoing track has been heard (O, C), of the other can still be (I, C)."""
    lines_a, lines_b = lines_of(space.a), lines_of(space.b)
    long_a = max(HEARD_ENOUGH * (lines_a.last - lines_a.first), 1.0)
    long_b = max(HEARD_ENOUGH * (lines_b.last - lines_b.first), 1.0)
    return (
        np.clip((space.out_start - lines_a.first) / long_a, 0.05, 1.0),
        np.clip((lines_b.last - space.in_start) / long_b, 0.05, 1.0),
    )


def _energies(space: Space, arc: float) -> FloatArray:
    """The step of energy from before the transition to after it, against the wished one."""
    far_a, far_b = AROUND * space.bar_a, AROUND * space.bar_b
    before = profile_of(space.a).means(space.out_start - far_a, space.out_start)[..., ENERGY]
    after = profile_of(space.b).means(space.ready, space.ready + far_b)[..., ENERGY]
    step = after[np.newaxis] - before[:, np.newaxis] - arc
    spread = np.where(step < 0, CALMER, WILDER)
    worth: FloatArray = np.exp(-0.5 * np.square(step / spread))
    return worth


def _levels(space: Space) -> dict[str, FloatArray]:
    """The parts that hang on what the hands do: bass, voices, loudness."""
    if all(t.enters for t in space.templates):
        return {}
    gains = np.stack([step_gains(t, space.relation.meter) for t in space.templates])
    dry_a = profile_of(space.a).means(*steps_a(space))
    dry_b = profile_of(space.b).means(*steps_b(space))
    beats = column(space.templates, "bars") * space.relation.meter
    together = column(space.templates, "enters") == 0
    found = {
        "bass": _basses(dry_a[..., BASS], dry_b[..., BASS], gains[..., 0], beats),
        "vocal": _voices(dry_a[..., VOICE], dry_b[..., VOICE], gains[..., 1], beats),
        "loudness": _loudness(dry_a[..., POWER], dry_b[..., POWER], gains),
    }
    return {name: np.where(together, part, 1.0) for name, part in found.items()}


def _pairs(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    return a[:, np.newaxis], b[np.newaxis]


def _basses(a: FloatArray, b: FloatArray, gains: FloatArray, beats: FloatArray) -> FloatArray:
    """Two basses at once count from one beat on; so does bass that both decks hold back."""
    dry_a, dry_b = _pairs(a, b)
    wet_a, wet_b = _pairs(a * gains[:, 0], b * gains[:, 1])
    both = np.minimum(wet_a, wet_b).mean(axis=-1) * beats
    missing = np.maximum(np.maximum(dry_a, dry_b) - np.maximum(wet_a, wet_b), 0.0).mean(axis=-1)
    found: FloatArray = (1.0 - HOLE * missing) / (1.0 + np.maximum(both - 1.0, 0.0))
    return found


def _voices(a: FloatArray, b: FloatArray, gains: FloatArray, beats: FloatArray) -> FloatArray:
    wet_a, wet_b = _pairs(a * gains[:, 0], b * gains[:, 1])
    clash = np.sqrt(wet_a * wet_b * a[:, np.newaxis] * b[np.newaxis]).mean(axis=-1) * beats
    found: FloatArray = 1.0 / (1.0 + np.square(clash / CLASH))
    return found


def _loudness(a: FloatArray, b: FloatArray, gains: FloatArray) -> FloatArray:
    """How far the sum leaves the way from the one track's own level to the other's."""
    wet_a = (a * gains[:, 0]).sum(axis=-1) + 1e-9
    wet_b = (b * gains[:, 1]).sum(axis=-1) + 1e-9
    dry_a, dry_b = (10.0 * np.log10(x.sum(axis=-1) + 1e-6) for x in (a, b))
    pa, pb = _pairs(wet_a, wet_b)
    la, lb = _pairs(dry_a, dry_b)
    total = pa + pb
    off = 10.0 * np.log10(total) - (la * pa + lb * pb) / total
    dip, bump = np.maximum(-off, 0.0).max(axis=-1), np.maximum(off, 0.0).max(axis=-1)
    found: FloatArray = 1.0 / (1.0 + np.square(dip / DIP) + np.square(bump / BUMP))
    return found
