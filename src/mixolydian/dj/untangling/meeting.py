"""Where two turns meet: both decks are laid over the mix, and the hands on the faders read off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.untangling.balancing import Deck
from mixolydian.dj.untangling.evidence import Evidence, evidence
from mixolydian.dj.untangling.forms import Gesture
from mixolydian.dj.untangling.gestures import best_gesture, ramps
from mixolydian.dj.untangling.heard import MEL_RATE, Float32, Heard
from mixolydian.dj.untangling.pulse import beat_length

AROUND = 70.0
"""seconds before and after where two turns seem to meet that are looked at."""
APART = 8.0
"""seconds between two turns from which on they may not meet."""
FARTHEST = 60.0
"""seconds from which on they surely do not."""
FOREIGN = 3.0
"""dB off at best (1 to 2 are usual): what sounds in between is something else."""
SAME_BEAT = 0.003
"""share by which the beats of two tracks may differ to count as one."""


@dataclass(frozen=True, eq=False)
class Side:
    """A deck of amplitude `level` that is surely heard at second `middle` of the mix, and as far
    as can be told from its own gain from `start` to `end`, and full in between."""

    deck: Deck
    level: float
    middle: float
    start: float
    end: float
    full_from: float
    full_until: float


def met(mix: Heard, a: Side, b: Side) -> Gesture | None:
    """The hands that bring `b` in and take `a` out; None where the two do not meet."""
    if b.start - a.end > FARTHEST or b.middle <= a.middle:
        return None
    low = max(a.middle, min(a.end, b.start) - AROUND, 0.0)
    high = min(b.middle, max(a.end, b.start) + AROUND, mix.duration)
    seen = _evidence(mix, a, b, low, high)
    if seen.n < 2 or (b.start - a.end > APART and seen.best(a.end, b.start) > FOREIGN):
        return None
    apart = ramps(seen, (a.full_until, a.end), (b.start, b.full_from))
    return best_gesture(seen, _beats(a.deck, b.deck), apart)


def _evidence(mix: Heard, a: Side, b: Side, low: float, high: float) -> Evidence:
    """Of the mix between seconds `low` and `high`."""
    frames = np.arange(round(low * MEL_RATE), min(round(high * MEL_RATE), mix.mel.shape[1]))
    if not len(frames):
        return Evidence.none()
    here = mix.mel[:, frames[0] : frames[-1] + 1]
    return evidence(here, _power(a, frames), _power(b, frames), float(frames[0]) / MEL_RATE)


def _power(side: Side, frames: NDArray[np.int64]) -> Float32:
    return side.deck.power(frames / MEL_RATE) * np.float32(side.level**2)


def _beats(a: Deck, b: Deck) -> list[float]:
    """Seconds of the mix that a beat of either track lasts where they meet."""
    out = beat_length(a.track.mel) / a.path.lines[-1].speed
    into = beat_length(b.track.mel) / b.path.lines[0].speed
    return [into] if abs(out / into - 1.0) < SAME_BEAT else [into, out]
