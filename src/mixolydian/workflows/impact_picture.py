"""The picture of `mixo impact`: value against threshold, as an SVG file of its own."""

from __future__ import annotations

from mixolydian.evaluation.decisions import Impact
from mixolydian.training.reporting.axes import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    across,
    frame,
    round_range,
    upward,
)
from mixolydian.training.reporting.curves import dots, line
from mixolydian.training.reporting.words import escape, number

PER = 1000
"""tracks that values are said for."""
BAND = 22
"""height of the title."""
STYLE = (
    "text{font:12.5px system-ui,sans-serif;fill:#1c1e21;text-anchor:middle}.end{text-anchor:end}"
    ".start{text-anchor:start}.grid{stroke:#e2e3e0;fill:none}.line{fill:none;stroke-width:2.2}"
    ".a{stroke:#3457d5}circle.a{fill:#3457d5}.ideal{stroke:#8a8f96;stroke-dasharray:4 4}"
)


def picture(found: Impact, name: str) -> str:
    """Value per 1,000 tracks at each threshold; constant decisions are dashed."""
    values = [PER * float(v) for v in found.values]
    fixed = [PER * c.value.mean for c in found.always]
    y = upward(*round_range(min(values + fixed), max([*values, *fixed]) + 1e-9))
    x = across(0, 1)
    constant = "".join(
        line([(0, v), (1, v)], x, y, "ideal")
        + f'<text class="end" x="{RIGHT - 6:g}" y="{min(BOTTOM - 5, y(v) + 15):.1f}">'
        f"always {escape(c.decision)}</text>"
        for c, v in zip(found.always, fixed, strict=True)
    )
    points = [(float(t), v) for t, v in zip(found.thresholds, values, strict=True)]
    best = (found.best_threshold, PER * found.best.mean)
    words = f"{number(best[1], 1)} from {number(best[0], 2)} on"
    mark = dots([best], x, y, "a", [words]) + _word(x(best[0]), y(best[1]) - 9, words)
    grid = frame(x, y, "threshold", "")
    title = (
        f'<text class="start" x="{LEFT:g}" y="-2">{escape(name)}: value of {PER:,} tracks</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {-BAND} {WIDTH:g} {HEIGHT + BAND:g}">'
        f'<style>{STYLE}</style><rect y="{-BAND}" width="{WIDTH:g}" height="{HEIGHT + BAND:g}" '
        'fill="#fff"/>'
        f"{title}{grid}{constant}{line(points, x, y, 'a')}{mark}</svg>\n"
    )


def _word(x: float, y: float, words: str) -> str:
    inside = min(RIGHT - 60, max(LEFT + 60, x))
    return f'<text x="{inside:.1f}" y="{max(TOP + 10, y):.1f}">{words}</text>'
