"""What the picture of an arrangement is drawn from: plain values, from wherever they come.

Times are seconds from the first sample. Nothing here knows how a piece was made, so that a
composed piece, a session and an analysis can all be drawn by the same hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Chord, Drop, FloatArray, Note, Section, frozen_array


@dataclass(frozen=True, eq=False)
class Curve:
    """A value in motion: straight lines between `values` (n,) at `times` (n,), held outside."""

    times: FloatArray
    values: FloatArray
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", frozen_array(self.times))
        object.__setattr__(self, "values", frozen_array(self.values))
        if self.times.ndim != 1 or self.times.shape != self.values.shape or not self.times.size:
            raise RequestError(
                f"curve {self.name}: expected as many values as times, at least one; found "
                f"{self.values.shape} and {self.times.shape}"
            )


@dataclass(frozen=True)
class Stroke:
    """A drum stroke: `velocity` in [0, 1]."""

    time: float
    velocity: float


@dataclass(frozen=True)
class Sweep:
    """An effect over a stretch of time: it swells (+1), fades (−1) or stays (0)."""

    start: float
    end: float
    direction: int = 0


@dataclass(frozen=True)
class ViewSection:
    """A section and the name it is shown by ("drop 2")."""

    section: Section
    name: str


@dataclass(frozen=True, eq=False)
class ViewRow:
    """A line of the picture. `group` gives the colour: drums, bass, chords, lead, vocal, fx …

    A row has notes (drawn by pitch), strokes (drawn as ticks) or sweeps, or several of them,
    and the curves of its knobs over them; each curve fills the height of the row.
    """

    name: str
    group: str
    notes: tuple[Note, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    curves: tuple[Curve, ...] = ()


@dataclass(frozen=True, eq=False)
class ArrangementView:
    """A whole piece, ready to be drawn; what is empty or None is left out of the picture."""

    title: str
    subtitle: str
    duration: float
    sections: tuple[ViewSection, ...] = ()
    drops: tuple[Drop, ...] = ()
    chords: tuple[Chord, ...] = ()
    downbeats: FloatArray | None = None
    """(n_bars,) seconds; bar numbers count from them."""
    energy: Curve | None = None
    """values in [0, 1]."""
    waveform: FloatArray | None = None
    """(2, n) smallest and largest sample of n equal stretches of the duration, in [−1, 1]."""
    rows: tuple[ViewRow, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.duration < np.inf:
            raise RequestError(f"expected a piece of some length, found {self.duration} s")
        if self.downbeats is not None:
            object.__setattr__(self, "downbeats", frozen_array(self.downbeats))
        if self.waveform is not None:
            object.__setattr__(self, "waveform", frozen_array(self.waveform))
            if self.waveform.ndim != 2 or self.waveform.shape[0] != 2:
                raise RequestError(
                    f"expected a waveform of shape (2, n), found {self.waveform.shape}"
                )
