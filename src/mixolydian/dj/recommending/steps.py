"""What a step from one track to each other is worth, in tempo, key and energy, and its words.

Worths lie in [0, 1] and are NaN where something is not known. Tempo: the curve of
`dj.transitions.relation`, which follows what 1,557 mixes show (86.1 % of tempo changes below 5 %,
94.5 % below 10 %; Kim et al., ISMIR 2020). Key: steps on the wheel of fifths (the Camelot rules DJs
use). Energy: how near a track comes to the level the context wants next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.dj.recommending.shelf import Array, Shelf
from mixolydian.dj.transitions.relation import COMFORT, RATIOS

SAME_MODE = (1.0, 0.9, 0.6, 0.35, 0.25, 0.3, 0.2)
"""worth of 0–6 steps around the wheel within a mode; 5 steps are a semitone, a known lift."""
OTHER_MODE = (0.9, 0.7, 0.4, 0.45, 0.25, 0.2, 0.2)
"""the same across modes: 0 is the relative key, 3 the parallel one."""
WIDTH = 1.5
"""levels of energy off the wanted one at which a track is worth 0.6."""
_RATIO_NAMES = {1.0: "", 0.5: " at half time", 2.0: " at double time", 1.5: " three to two",
                2 / 3: " two to three"}  # fmt: skip


@dataclass(frozen=True)
class Context:
    """Where energy should go: towards `goal`, at most `step` levels up or down per track.

    Without a goal it stays where it is.
    """

    goal: float | None
    step: float
    words: str


CONTEXTS = {
    "": Context(None, 0.0, "staying there"),
    "warmup": Context(5.0, 0.75, "for a slow warm-up"),
    "peak": Context(8.5, 2.0, "for peak time"),
    "closing": Context(3.5, 1.0, "for coming down"),
}
"""name → where it leads."""


def wanted_energy(context: str, now: float) -> float:
    """The level the next track should have after one of level `now` (NaN: not known)."""
    wanted = CONTEXTS[context]
    if wanted.goal is None:
        return now
    if np.isnan(now):
        return wanted.goal
    return now + float(np.clip(wanted.goal - now, -wanted.step, wanted.step))


# ---------------------------------------------------------------------- worths


def tempo_worth(shelf: Shelf, last: int) -> Array:
    """(n,) how well each tempo follows that of the track at place `last`."""
    worth = np.full(shelf.n, -np.inf)
    x, y = zip(*COMFORT, strict=True)
    for ratio, value in RATIOS.items():
        stretch = np.abs(shelf.bpm[last] * ratio / shelf.bpm - 1.0)
        worth = np.maximum(worth, value * np.interp(stretch, x, y))
    return np.asarray(np.where(np.isfinite(worth), worth, np.nan))


def key_worth(shelf: Shelf, last: int) -> Array:
    """(n,) how well each key follows that of the track at place `last`."""
    around = np.abs(shelf.wheel - shelf.wheel[last])
    known = np.isfinite(around)
    steps = np.where(known, np.minimum(around, 12 - around), 0).astype(int)
    same = np.take(SAME_MODE, steps)
    other = np.take(OTHER_MODE, steps)
    worth = np.where(shelf.minor == shelf.minor[last], same, other)
    return np.asarray(np.where(known, worth, np.nan))


def energy_worth(shelf: Shelf, wanted: float) -> Array:
    """(n,) how near each track comes to the `wanted` level."""
    return np.asarray(np.exp(-0.5 * ((shelf.energy - wanted) / WIDTH) ** 2))


# ---------------------------------------------------------------------- words


def tempo_words(shelf: Shelf, last: int, place: int) -> str:
    """ "132.0 BPM after 130.0: played 1.5% slower to match"."""
    now, then = shelf.bpm[last], shelf.bpm[place]
    if np.isnan(then) or np.isnan(now):
        return "tempo not known"
    x, y = zip(*COMFORT, strict=True)
    ratio = max(RATIOS, key=lambda r: RATIOS[r] * float(np.interp(abs(now * r / then - 1.0), x, y)))
    stretch = now * ratio / then - 1.0
    if abs(stretch) < 0.0005:
        change = "the same tempo"
    else:
        change = f"played {abs(stretch):.1%} {'faster' if stretch > 0 else 'slower'} to match"
    return f"{then:.1f} BPM after {now:.1f}{_RATIO_NAMES[ratio]}: {change}"


def key_words(shelf: Shelf, last: int, place: int) -> str:
    """ "8A to 9A: a fifth apart, which goes well"."""
    now, then = shelf.camelot(last), shelf.camelot(place)
    if not now or not then:
        return "key not known"
    around = int(abs(shelf.wheel[place] - shelf.wheel[last]))
    return f"{now} to {then}: {_relation(min(around, 12 - around), now[-1] == then[-1])}"


def _relation(steps: int, same_mode: bool) -> str:
    if steps == 0:
        return "the same key" if same_mode else "the relative key"
    if steps == 1 and same_mode:
        return "a fifth apart, which goes well"
    if steps == 3 and not same_mode:
        return "the parallel key, a change of mood"
    if steps == 5 and same_mode:
        return "a semitone apart, a hard change"
    if steps <= 2:
        return "near keys"
    return "far keys, to be played without overlapping melodies"


def energy_words(shelf: Shelf, last: int, place: int, context: str) -> str:
    """ "energy 4 to 5, for a slow warm-up"."""
    now, then = shelf.energy[last], shelf.energy[place]
    if np.isnan(then):
        return "energy not known"
    if np.isnan(now):
        path = f"energy {then:.0f}"
    elif round(now) == round(then):
        path = f"energy stays at {then:.0f}"
    else:
        path = f"energy {now:.0f} to {then:.0f}"
    return f"{path}, {CONTEXTS[context].words}" if context else path
