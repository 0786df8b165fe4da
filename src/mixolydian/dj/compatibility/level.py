"""Energy of two tracks beside each other: how large a step the floor feels.

Loudness itself is levelled by a mixer's gain, so what counts is the analysis's energy, and how
loud the moments are within their own tracks (a breakdown beside a drop).
"""

from __future__ import annotations

import numpy as np

from mixolydian.dj.compatibility.moments import Moments
from mixolydian.dj.compatibility.parts import Part, unit

ENERGY_STEP = 0.5
"""Step of energy at which the value is 0."""
LEVEL_STEP = 12.0
"""LU between the moments at which the value is 0."""
UPPER = 0.5
"""Of whole tracks the upper half is compared: how hard they drive when they drive."""


def level(a: Moments, b: Moments, spans: bool, weight: float) -> Part:
    """The part "energy" of a match; of `spans` the mean is taken, else of the upper halves."""
    energies = [_energy(m, spans) for m in (a, b)]
    step = energies[1] - energies[0]
    loud = [_loud(m) for m in (a, b)] if spans else [0.0, 0.0]
    louder = loud[1] - loud[0]
    value = unit(1 - abs(step) / ENERGY_STEP) * unit(1 - abs(louder) / LEVEL_STEP / 2)
    facts = {
        "energy": [round(e, 3) for e in energies],
        "step": float(step),
        "level_step_lu": float(louder),
        "lufs": [round(m.portrait.lufs, 1) for m in (a, b)],
    }
    return Part(value, weight, _words(step), facts)


def _energy(moments: Moments, spans: bool) -> float:
    if spans:
        return float(moments.rows(moments.portrait.energy[:, np.newaxis]).mean())
    ordered = np.sort(moments.portrait.energy)
    return float(ordered[int(UPPER * len(ordered)) :].mean())


def _loud(moments: Moments) -> float:
    """Level in LU of the moments, power averaged."""
    power = 10 ** (moments.portrait.level / 10)
    mean = float(moments.rows(power[:, np.newaxis]).mean())
    return float(10 * np.log10(max(mean, 1e-6)))


def _words(step: float) -> str:
    if abs(step) < 0.05:
        return "energy stays"
    size = "a little" if abs(step) < 0.15 else "clearly" if abs(step) < 0.3 else "far"
    return f"energy {'rises' if step > 0 else 'falls'} {size} ({step:+.2f})"
