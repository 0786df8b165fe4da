"""The rows of a certificate's picture: a deck's sound, its hands, and the beat offsets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray
from mixolydian.dj.certifying.verdict import MOST_OFFSET
from mixolydian.workflows.mixing.sketch import DeckSketch, Sketch
from mixolydian.workflows.reporting import words

WIDTH = 1120
LEFT, RIGHT = 112.0, 1096.0
"""Edges of the time axis, in pixels."""
_CONTROL = {
    "fader": "fader", "low": "low", "mid": "middle", "high": "high",
    "highpass": "filter", "lowpass": "filter", "echo": "echo",
}  # fmt: skip
_DRAWN = ("highpass", "lowpass", "echo", "high", "mid", "low", "fader")
"""the fader last, over the others."""
_LEAST_RANGE = 2 * MOST_OFFSET
_BEATS_FIT = 4.0
"""pixels between beats under which only bars are drawn."""


@dataclass(frozen=True)
class Axis:
    """Seconds of the mix across the picture."""

    start: float
    end: float

    def x(self, second: float) -> float:
        """Pixels from the left, inside the axis, to a tenth."""
        share = (second - self.start) / max(self.end - self.start, 1e-9)
        return round(LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0), 1)


def label(text: str, y: float, css: str = "soft", far: bool = False) -> str:
    """A word in the margin; `far` from the axis where that has words of its own."""
    x = LEFT - (36 if far else 12)
    return f'<text class="name {css}" x="{x:g}" y="{y:g}">{text}</text>'


def deck_svg(deck: DeckSketch, css: str, axis: Axis, top: float, tall: float) -> str:
    """The deck's sound between its own beats; `css` is its colour's class."""
    role = "outgoing" if css == "a" else "incoming"
    loudest = max(float(np.abs(deck.dry).max(initial=0.0)), 1e-6)
    return (
        f"{label(role, top + tall / 2 + 4, 'text')}"
        f'<g class="{css}"><title>{words.escape(deck.title)}</title>'
        f'<path class="dry" d="{_outline(deck.dry, loudest, top, tall)}"/>'
        f'<path class="heard" d="{_outline(deck.heard, loudest, top, tall)}"/>'
        f"{_grid(deck, axis, top + tall)}{_phrases(deck, axis, top, tall)}</g>"
    )


def _outline(outline: NDArray[np.float32], loudest: float, top: float, tall: float) -> str:
    """Path of the outline, empty for silence."""
    n = outline.shape[1]
    if not n or not outline.any():
        return ""
    xs = LEFT + (RIGHT - LEFT) * (np.arange(n) + 0.5) / n
    middle = top + tall / 2
    low, high = middle - tall / 2 * np.clip(outline / loudest, -1, 1).astype(np.float64)
    upper = [f"{x:.1f} {y:.1f}" for x, y in zip(xs, high, strict=True)]
    lower = [f"{x:.1f} {y:.1f}" for x, y in zip(xs, low, strict=True)]
    return f"M{'L'.join([*upper, *reversed(lower)])}z"


def _grid(deck: DeckSketch, axis: Axis, foot: float) -> str:
    """Ticks at the deck's own beats, longer ones at its downbeats."""
    apart = (RIGHT - LEFT) * _spacing(deck.beats) / max(axis.end - axis.start, 1e-9)
    beats = deck.beats if apart >= _BEATS_FIT else deck.beats[:0]
    short = "".join(f"M{axis.x(float(t)):g} {foot:g}v4" for t in beats)
    long = "".join(f"M{axis.x(float(t)):g} {foot - 4:g}v10" for t in deck.downbeats)
    return f'<path class="beat" d="{short}"/><path class="bar" d="{long}"/>'


def _spacing(times: FloatArray) -> float:
    return float(np.median(np.diff(times))) if len(times) > 1 else np.inf


def _phrases(deck: DeckSketch, axis: Axis, top: float, tall: float) -> str:
    """A line with a flag that says how many bars begin there."""
    out = []
    for phrase in deck.phrases:
        x = axis.x(phrase.time)
        out.append(f'<path class="phrase" d="M{x:g} {top - 8:g}V{top + tall + 6:g}"/>')
        if x < RIGHT - 50:
            out.append(f'<text class="flag" x="{x + 4:g}" y="{top:g}">{phrase.bars} bars</text>')
    return "".join(out)


def curves_svg(deck: DeckSketch, axis: Axis, top: float, tall: float) -> str:
    """The controls as lines from closed (below) to open (above)."""
    out = [label("hands", top + tall / 2 + 4)]
    out.append(f'<path class="rule" d="M{LEFT:g} {top + tall:g}H{RIGHT:g}"/>')
    for name in _DRAWN:
        if name in deck.controls:
            css = _CONTROL[name]
            line = _line(deck.controls[name], top, tall)
            out.append(f'<path class="hand {css}" d="{line}"><title>{name}</title></path>')
    return "".join(out)


def _line(heights: FloatArray, top: float, tall: float) -> str:
    """A line through heights in [0, 1] that only has the points it needs."""
    xs = LEFT + (RIGHT - LEFT) * np.arange(len(heights)) / max(1, len(heights) - 1)
    ys = top + tall * (1.0 - heights)
    bends = np.abs(np.diff(ys, 2)) > 1e-3
    kept = np.concatenate([[True], bends, [True]]) if len(ys) > 2 else np.ones(len(ys), bool)
    points = zip(xs[kept], ys[kept], strict=True)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def offsets_svg(one: Sketch, axis: Axis, top: float, tall: float) -> str:
    """The measured offsets as dots round zero, over the band in which they pass."""
    middle = top + tall / 2
    limit = max([_LEAST_RANGE, *(1.1 * abs(ms) for _, ms in one.offsets)])
    unit = tall / 2 / limit
    band = MOST_OFFSET * unit
    dots = "".join(
        f'<circle class="{"dot" if abs(ms) <= MOST_OFFSET else "out"}" cx="{axis.x(t):g}" '
        f'cy="{middle - ms * unit:.1f}" r="2.4"><title>{ms:+.2f} ms</title></circle>'
        for t, ms in one.offsets
    )
    told = one.certificate.beats.reason
    note = f'<text class="soft" x="{LEFT + 8:g}" y="{middle - 6:g}">cannot tell: '
    return (
        f"{label('beats apart', middle - 4)}{label(f'±{limit:.0f} ms', middle + 12)}"
        f'<rect class="band" x="{LEFT:g}" y="{middle - band:.1f}" width="{RIGHT - LEFT:g}" '
        f'height="{2 * band:.1f}"/><path class="zero" d="M{LEFT:g} {middle:g}H{RIGHT:g}"/>{dots}'
        + (f"{note}{words.escape(told)}</text>" if told else "")
    )
