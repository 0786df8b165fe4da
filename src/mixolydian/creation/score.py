"""A page to write notes on: beats in, seconds out, with the feel of the player."""

from __future__ import annotations

import numpy as np

from mixolydian.core.types import Note
from mixolydian.creation.brief import Brief
from mixolydian.creation.grid import Grid
from mixolydian.creation.structure import SectionPlan

MIN_LENGTH = 0.03
"""seconds of the shortest note."""
MAX_LATE = 0.03
"""seconds by which a player misses the grid at most."""


class Score:
    """Collects the notes of one part.

    Each section has its own dice, so that a change in one section leaves the others' feel
    as it was. Louder sections are played louder.
    """

    def __init__(self, brief: Brief, grid: Grid, part: str) -> None:
        self._brief, self._grid, self._part = brief, grid, part
        self._octave = 12 * round(float(brief.setting(f"{part}.octave") or 0))
        self._rng = brief.random(f"{part} feel")
        self._force = 1.0
        self._last = 0.0
        self.notes: list[Note] = []

    def open(self, plan: SectionPlan) -> None:
        """Begin a section."""
        self._rng = self._brief.random(f"{self._part} feel", plan.name)
        self._force = 0.8 + 0.2 * plan.energy
        self._last = plan.last_bar * self._brief.meter

    def add(self, beat: float, length: float, pitch: int, velocity: float) -> None:
        """A note of `length` beats; it ends with its section at the latest."""
        end = min(beat + length, self._last)
        late = 0.0
        if self._brief.jitter:
            spread = self._brief.jitter / 1000
            late = float(np.clip(self._rng.normal(0, spread), -MAX_LATE, MAX_LATE))
        onset = max(0.0, self._grid.play(beat) + late)
        offset = max(
            onset + MIN_LENGTH, min(self._grid.play(end) + late, self._grid.at(self._last))
        )
        value = min(max(round(127 * velocity * self._force), 1), 127)
        self.notes.append(Note(onset, offset, float(pitch + self._octave), value))
