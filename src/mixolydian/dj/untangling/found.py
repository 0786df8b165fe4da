"""One turn of a track in a mix, while it is being looked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.dj.untangling.balancing import Deck
from mixolydian.dj.untangling.heard import Heard
from mixolydian.dj.untangling.tracing import Trace


@dataclass(frozen=True, eq=False)
class Found:
    """One turn of track number `track`: its deck, and the moments it was found by."""

    track: int
    deck: Deck
    traces: tuple[Trace, ...]
    cents: float

    @property
    def sure(self) -> tuple[float, float]:
        """Seconds of the mix between which it was matched."""
        return float(self.traces[0].times[0]), float(self.traces[-1].times[-1])

    @property
    def support(self) -> float:
        """How many chunks speak for it, and how much."""
        return sum(t.support for t in self.traces)

    @property
    def likeness(self) -> float:
        """Median over the moments."""
        return float(np.median(np.concatenate([t.likeness for t in self.traces])))

    def bounds(self, mix: Heard) -> tuple[float, float]:
        """Seconds of the mix within which the track has sound to give."""
        path, (low, high) = self.deck.path, self.sure
        first = low - path.own(low) / path.lines[0].speed
        last = high + (self.deck.track.duration - path.own(high)) / path.lines[-1].speed
        return (
            max(float(first), 0.0, self.deck.first),
            min(float(last), mix.duration, self.deck.last),
        )
