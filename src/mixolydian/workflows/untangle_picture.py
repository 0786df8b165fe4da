"""The picture of `mixo untangle`: one row per play, its gain in three bands over the mix's time.

Where two rows are full at once, two tracks sound; grey below is what no track explains.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.untangling import Play, Untangled
from mixolydian.training.reporting.axes import Scale, round_step
from mixolydian.training.reporting.words import escape

WIDTH, ROW, TOP, LEFT = 960.0, 46.0, 8.0, 150.0
HEIGHTS = (("low", "#3457d5"), ("mid", "#2a9d6f"), ("high", "#d98a1f"))
POINTS = 600
"""points of a curve."""
STYLE = (
    "text{font:12.5px system-ui,sans-serif;fill:#1c1e21}.end{text-anchor:end}"
    ".middle{text-anchor:middle}.grid{stroke:#e2e3e0}.over{fill:#3457d5;opacity:.08}"
    ".unknown{fill:#8a8f96;opacity:.5}path{fill:none;stroke-width:1.3}"
)


def picture(found: Untangled, titles: Sequence[str]) -> str:
    """An SVG of what was `found`; `titles` are those of the tracks looked for."""
    height = TOP + ROW * (len(found.plays) + 1) + 30
    x = Scale(0.0, found.duration, LEFT, WIDTH - 12)
    rows = "".join(
        _row(play, titles[play.track], x, TOP + ROW * i) for i, play in enumerate(found.plays)
    )
    bottom = TOP + ROW * (len(found.plays) + 1)
    overlaps = "".join(_box(x, h.start, h.end, TOP, bottom, "over") for h in found.handovers)
    unknown = "".join(
        _box(x, u.start, u.end, bottom - 14, bottom, "unknown") for u in found.unknown
    )
    key = "".join(
        f'<text x="{LEFT + 60 * i:g}" y="{height - 4:g}" style="fill:{colour}">{name}</text>'
        for i, (name, colour) in enumerate(HEIGHTS)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}">'
        f'<style>{STYLE}</style><rect width="{WIDTH:g}" height="{height:g}" fill="#fff"/>'
        f"{_ticks(x, bottom)}{overlaps}{unknown}{rows}"
        f'<text class="end" x="{LEFT - 10:g}" y="{bottom - 3:g}">unknown</text>{key}</svg>\n'
    )


def _row(play: Play, title: str, x: Scale, top: float) -> str:
    words = f"{100 * (play.speed - 1):+z.1f} %"
    if play.semitones:
        words += f" · {play.semitones:+d} st"
    y = Scale(0.0, 1.25, top + ROW - 6, top + 2)
    bands = (play.low, play.mid, play.high)
    paths = "".join(
        f'<path d="{_course(play.times, band, x, y)}" stroke="{colour}"/>'
        for band, (_, colour) in zip(bands, HEIGHTS, strict=True)
    )
    return (
        f'<text class="end" x="{LEFT - 10:g}" y="{top + 18:.1f}">{escape(title[:22])}</text>'
        f'<text class="end" x="{LEFT - 10:g}" y="{top + 33:.1f}">{escape(words)}</text>{paths}'
    )


def _course(times: NDArray[np.float64], values: NDArray[np.float64], x: Scale, y: Scale) -> str:
    step = max(1, len(times) // POINTS)
    points = zip(times[::step], values[::step], strict=True)
    return "M" + "L".join(f"{x(float(t)):.1f} {y(float(v)):.1f}" for t, v in points)


def _box(x: Scale, start: float, end: float, top: float, bottom: float, kind: str) -> str:
    width = max(x(end) - x(start), 1.0)
    return (
        f'<rect class="{kind}" x="{x(start):.1f}" y="{top:g}" width="{width:.1f}" '
        f'height="{bottom - top:g}"/>'
    )


def _ticks(x: Scale, bottom: float) -> str:
    step = 60 * max(1.0, round_step(x.high / 60, 12)) if x.high > 240 else 30.0
    return "".join(
        f'<path class="grid" d="M{x(t):.1f} {TOP:g}V{bottom:g}"/>'
        f'<text class="middle" x="{x(t):.1f}" y="{bottom + 13:g}">'
        f"{int(t) // 60}:{int(t) % 60:02d}</text>"
        for t in np.arange(0.0, x.high, step)
    )
