"""The time axis of an arrangement's picture, and the colours its parts are told apart by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.workflows.reporting.arrangement_view import ArrangementView

WIDTH = 1120
"""Pixels of the whole picture."""
LEFT, RIGHT = 112.0, 1096.0
"""Edges of the time axis, in pixels."""
COLORS = {
    "kick": "#cf4630", "drums": "#cf4630", "snare": "#de7026", "hats": "#cf9a17",
    "percussion": "#a8752f", "bass": "#7a4fd0", "chords": "#2f78d6", "pad": "#3f9ad1",
    "arpeggio": "#1f9aa8", "lead": "#12937a", "vocal": "#c2417f", "texture": "#8a7f6f",
    "fx": "#77808c",
}  # fmt: skip
OTHER_COLORS = ("#b07d1f", "#5b8c3a", "#a35fb8", "#4d6fae")


@dataclass(frozen=True, eq=False)
class Scale:
    """Where a moment lies. `bars` (n,) are bar lines up to the end of the last section, and
    `edges` (m,) the starts of the sections, in seconds."""

    duration: float
    bars: FloatArray
    edges: FloatArray

    def x(self, seconds: float) -> float:
        """Pixels from the left of the picture, inside the axis, to a tenth."""
        share = min(max(seconds / self.duration, 0.0), 1.0)
        return round(LEFT + (RIGHT - LEFT) * share, 1)

    def halves(self, seconds: float) -> int:
        """The same in whole half-pixels."""
        share = min(max(seconds / self.duration, 0.0), 1.0)
        return round(2 * (LEFT + (RIGHT - LEFT) * share))


def scale_of(view: ArrangementView) -> Scale:
    """The axis of a picture; bar lines go on to the end, so that the last bar has one."""
    bars = np.empty(0) if view.downbeats is None else view.downbeats
    end = max((v.section.end for v in view.sections), default=view.duration)
    if bars.size and end > bars[-1] + 0.05:
        bars = np.append(bars, end)
    return Scale(view.duration, bars, np.array([v.section.start for v in view.sections]))


def color(group: str, index: int = 0) -> str:
    """The colour of a group; an unknown one gets one of four by its place."""
    return COLORS.get(group, OTHER_COLORS[index % len(OTHER_COLORS)])


def pale(paint: str, strength: float = 0.16) -> str:
    """The colour on white paper, at `strength` in [0, 1]."""
    parts = (int(paint[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * strength):02x}" for part in parts)


def label(name: str, y: float) -> str:
    """A name in the margin; `name` is ready for the page."""
    return f'<text class="name" x="{LEFT - 14:g}" y="{y:g}">{name}</text>'
