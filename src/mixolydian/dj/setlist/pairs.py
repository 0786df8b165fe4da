"""What it is worth to go from every track of a crate to every other: estimated at once, then told.

The estimate (n, n) follows `transitions/scores.py` with what is cheap: lines, sense, harmony,
voices, groove and energy at a few places of each track, and the tempi. For the pairs a set may
use, `Values` asks `transition_value` itself, and remembers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.dj.setlist.crate import PLACES, Crate
from mixolydian.dj.transitions.candidates import transition_value
from mixolydian.dj.transitions.overlap import DOUBT, GROOVE_RANGE, NEUTRAL, TONAL_RANGE
from mixolydian.dj.transitions.relation import COMFORT, RATIOS, RELUCTANCE, UNMATCHED
from mixolydian.dj.transitions.scores import CALMER, CLASH, WEIGHTS, WHOLE, WILDER
from mixolydian.dj.transitions.wishes import Wishes

EVENED = 8.0
"""bars' worth of harmony and groove that 16 bars of a blend are heard with both tracks clear."""
TYPICAL = 0.93
"""the parts that are not estimated (habit, bass, loudness) are usually worth together."""


def comforts(crate: Crate, wishes: Wishes) -> tuple[FloatArray, FloatArray]:
    """Worth (n, n) of the tempi, and the stretch (n, n) of the incoming track; NaN where the two
    do not run together."""
    apart = np.log(crate.bpm[:, np.newaxis] / crate.bpm[np.newaxis])
    ratios, worths = np.array(list(RATIOS)), np.array(list(RATIOS.values()))
    off = apart[..., np.newaxis] + np.log(ratios)
    best = (np.abs(off) + RELUCTANCE * (1.0 - worths)).argmin(axis=-1)
    stretch = np.expm1(np.take_along_axis(off, best[..., np.newaxis], axis=-1)[..., 0])
    steady = crate.steady[:, np.newaxis] & crate.steady[np.newaxis]
    alike = crate.meter[:, np.newaxis] == crate.meter[np.newaxis]
    locked = steady & alike & (np.abs(stretch) <= wishes.max_stretch + 1e-9)
    x, y = zip(*COMFORT, strict=True)
    comfort = np.interp(np.abs(stretch), x, y) * worths[best]
    alone = np.where(steady, UNMATCHED["apart"], UNMATCHED["free"])
    return np.where(locked, comfort, alone), np.where(locked, stretch, np.nan)


def estimated(crate: Crate, wishes: Wishes) -> FloatArray:
    """About `transition_value` (n, n) from every track (row) to every other (column)."""
    comfort, stretch = comforts(crate, wishes)
    together = _meeting(crate, wishes.arc)
    alone = _alone(crate)
    meet = np.where(np.isfinite(stretch), np.maximum(together, alone), alone)
    logs = meet + WEIGHTS["stretch"] * np.log(comfort)
    found: FloatArray = np.minimum(TYPICAL * np.exp(logs / WHOLE), 1.0)
    np.fill_diagonal(found, 0.0)
    return found


def _meeting(crate: Crate, arc: float) -> FloatArray:
    """The best logarithm (n, n), weights included, over the places of both tracks."""
    n = len(crate)
    best = np.full((n, n), -np.inf)
    for o in range(PLACES):
        for i in range(PLACES):
            best = np.maximum(best, _met(crate, o, i, arc))
    return best


def _met(crate: Crate, o: int, i: int, arc: float) -> FloatArray:
    a, b = crate.leaving, crate.entering
    both = np.outer(a.clear[:, o], b.clear[:, i])
    alike = (a.tonal[:, o] @ np.conj(b.tonal[:, i]).T).real
    harmony = (_between(alike, TONAL_RANGE) * both * EVENED + DOUBT * NEUTRAL) / (
        both * EVENED + DOUBT
    )
    beat = _between(a.groove[:, o] @ b.groove[:, i].T, GROOVE_RANGE)
    groove = (beat * EVENED + DOUBT * NEUTRAL) / (EVENED + DOUBT)
    # half of the blend's 64 beats, as far as both voices are heard at once
    voices = np.sqrt(np.outer(a.voice[:, o], b.voice[:, i])) * 16.0
    vocal = 1.0 / (1.0 + np.square(voices / CLASH))
    logs = a.worth[:, o][:, np.newaxis] + b.worth[:, i][np.newaxis]
    for name, part in (("harmonic", harmony), ("groove", groove), ("vocal", vocal)):
        logs = logs + WEIGHTS[name] * np.log(np.maximum(part, 0.02))
    return logs + _energies(a.energy[:, o], b.energy[:, i], arc)


def _alone(crate: Crate) -> FloatArray:
    """The same of one track after the other: lines count, but nothing is heard together."""
    a, b = crate.leaving, crate.entering
    lines = a.worth[:, 0][:, np.newaxis] + b.worth[:, 0][np.newaxis]
    neutral = (WEIGHTS["harmonic"] + WEIGHTS["groove"]) * np.log(NEUTRAL)
    habit = WEIGHTS["habit"] * np.log(0.6)
    return np.asarray(lines + neutral + habit + _energies(a.energy[:, 0], b.energy[:, 0], 0.0))


def _energies(before: FloatArray, after: FloatArray, arc: float) -> FloatArray:
    step = after[np.newaxis] - before[:, np.newaxis] - arc
    spread = np.where(step < 0, CALMER, WILDER)
    return np.asarray(-WEIGHTS["energy"] * 0.5 * np.square(step / spread))


def _between(x: FloatArray, limits: tuple[float, float]) -> FloatArray:
    return np.asarray(np.clip((x - limits[0]) / (limits[1] - limits[0]), 0.0, 1.0))


@dataclass(eq=False)
class Values:
    """What is known of the transitions: `now` (n, n) exact where `exact`, else estimated.

    The estimates are moved by how far they were off on average where both are known.
    """

    crate: Crate
    wishes: Wishes
    estimate: FloatArray
    now: FloatArray = field(init=False)
    known: dict[tuple[int, int], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now = self.estimate.copy()

    def ask(self, pairs: Iterable[tuple[int, int]]) -> int:
        """Work these out exactly; how many of them were new."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self.known]
        for a, b in new:
            tracks = self.crate.portraits
            self.known[a, b] = transition_value(tracks[a], tracks[b], self.wishes)
        if new:
            self._settle()
        return len(new)

    def _settle(self) -> None:
        rows, columns = np.array(list(self.known)).T
        exact = np.array(list(self.known.values()))
        off = float(np.mean(exact - self.estimate[rows, columns]))
        self.now = np.clip(self.estimate + off, 0.0, 1.0)
        self.now[rows, columns] = exact
        np.fill_diagonal(self.now, 0.0)
