"""What a user may wish of a mix; what is not said is left to the planner."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mixolydian.core.errors import RequestError
from mixolydian.dj.plan import KINDS

TEMPI = ("first", "follow")
SLOWEST, FASTEST = 40.0, 250.0
LONGEST_BARS = 64
MOST_STRETCH = 0.5


@dataclass(frozen=True)
class Wishes:
    """Wishes for a mix, or for one transition.

    Raises
    ------
    RequestError
        A wish lies outside its range.
    """

    minutes: float | None = None
    """length of the whole mix; None: what suits the tracks."""
    loudness: float = -10.0
    """LUFS the tracks are brought to."""
    kinds: tuple[str, ...] = KINDS
    """kinds of transition allowed."""
    bars: int | None = None
    """length of every transition in bars; None: 4, 8, 16 or 32, whichever is best."""
    key_lock: bool = True
    """False: a track's pitch goes with the speed at which it comes in."""
    shift: bool = True
    """whether a track may be moved by a semitone."""
    max_stretch: float = 0.08
    """largest share by which a track may be played faster or slower."""
    tempo: str | float = "follow"
    """`follow`: from each track's own tempo to the next; `first`: the first track's tempo
    throughout; a number: that many BPM throughout."""
    arc: float = 0.0
    """wished step of energy at each transition, in [-1, 1]."""
    repeats: bool = False
    """whether a track may follow itself."""

    def __post_init__(self) -> None:
        if self.minutes is not None and not 0.25 <= self.minutes <= 1440:
            raise RequestError(f"minutes must lie between 0.25 and 1440, found {self.minutes:g}")
        if not -40.0 <= self.loudness <= -5.0:
            raise RequestError(
                f"loudness must lie between -40 and -5 LUFS, found {self.loudness:g}"
            )
        unknown = [kind for kind in self.kinds if kind not in KINDS]
        if unknown or not self.kinds:
            found = unknown[0] if unknown else "none"
            raise RequestError(f"kinds of transition are {', '.join(KINDS)}; found {found}")
        self._check_numbers()

    def _check_numbers(self) -> None:
        if self.bars is not None and not 1 <= self.bars <= LONGEST_BARS:
            raise RequestError(f"a transition lasts 1 to {LONGEST_BARS} bars, found {self.bars}")
        if not 0.0 <= self.max_stretch <= MOST_STRETCH:
            raise RequestError(
                f"max_stretch must lie between 0 and {MOST_STRETCH:g}, found {self.max_stretch:g}"
            )
        if not -1.0 <= self.arc <= 1.0:
            raise RequestError(f"arc must lie between -1 and 1, found {self.arc:g}")
        if isinstance(self.tempo, str):
            if self.tempo not in TEMPI:
                raise RequestError(f"tempo is first, follow or a number; found {self.tempo!r}")
        elif not (math.isfinite(self.tempo) and SLOWEST <= self.tempo <= FASTEST):
            raise RequestError(
                f"tempo must lie between {SLOWEST:g} and {FASTEST:g} BPM, found {self.tempo:g}"
            )
