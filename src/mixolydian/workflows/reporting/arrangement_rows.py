"""The rows of an arrangement's picture: where each part plays, and what.

Every kind of mark of a row is one path. Coordinates inside paths are whole half-pixels (the
paths lie in a group scaled by one half): shorter than decimals, and marks that fall on the
same half-pixel are drawn once, so that the size of the picture is bounded by its width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from mixolydian.core.types import FloatArray, Note
from mixolydian.workflows.reporting import words
from mixolydian.workflows.reporting.arrangement_scale import LEFT, Scale, label, pale
from mixolydian.workflows.reporting.arrangement_view import Curve, Stroke, Sweep, ViewRow

Mark = TypeVar("Mark", Note, Stroke)

TALL, LOW = 34, 14
"""Heights of a row with pitches and of one without, in pixels."""
GAP = 5
LEVELS = ((0.0, 0.4), (0.55, 0.68), (0.8, 1.0))
"""(least velocity, opacity) of the three strengths marks are drawn in."""
_LEAST_RANGE = 12
"""semitones a row shows at least, so that a drone is no wall."""
_INSTANT = 0.02
"""Seconds inside a stretch: a knob that jumps on its edge has arrived there."""
_INSET = 6
"""Half-pixels kept free above and below the notes of a row."""


def height(row: ViewRow) -> int:
    """Pixels."""
    return TALL if row.notes else LOW


def row_svg(row: ViewRow, top: float, scale: Scale, paint: str) -> str:
    """One row, its upper edge `top` pixels from the top, in the colour `paint`."""
    tall = height(row)
    moments = [(n.onset, n.offset) for n in row.notes]
    moments += [(s.time, s.time) for s in row.strokes]
    stretches = stretches_of(moments, scale.bars, scale.edges)
    shown = stretches or [(0.0, scale.duration)]
    marks = [
        _clips(stretches, tall, scale, pale(paint)),
        _sweeps(row.sweeps, tall, scale),
        *_ticks(row.strokes, tall, scale),
        *_notes(row.notes, tall, scale),
        *(_knob(curve, shown, tall, scale) for curve in row.curves),
    ]
    return (
        f'<g color="{paint}">{label(words.escape(row.name), top + tall / 2 + 4)}'
        f'<rect class="tab" x="{LEFT - 8:g}" y="{top:g}" width="3" height="{tall}" rx="1.5"/>'
        f'<g transform="translate(0 {top:g}) scale(.5)">{"".join(marks)}</g></g>'
    )


def _clips(stretches: Sequence[tuple[float, float]], tall: int, scale: Scale, paper: str) -> str:
    """A sheet of paper under every stretch in which the row plays; its edge rounds it."""
    boxes = []
    for start, end in stretches:
        x, wide = scale.halves(start) + 4, scale.halves(end) - scale.halves(start) - 8
        boxes.append(f"M{x} 2h{max(1, wide)}v{2 * tall - 4}h-{max(1, wide)}z")
    if not boxes:
        return ""
    return f'<path class="clip" fill="{paper}" stroke="{paper}" d="{"".join(boxes)}"/>'


def stretches_of(
    moments: Sequence[tuple[float, float]], bars: FloatArray, edges: FloatArray
) -> list[tuple[float, float]]:
    """(start, end) of the runs of bars in which something of `moments` sounds.

    A bar counts when anything starts in it or sounds through it; runs end at `edges`.
    """
    if len(bars) < 2 or not moments:
        return [(min(m[0] for m in moments), max(m[1] for m in moments))] if moments else []
    n = len(bars) - 1
    early = 0.02  # a player ahead of the beat plays the bar that comes
    first = np.clip(np.searchsorted(bars, [m[0] + early for m in moments], "right") - 1, 0, n - 1)
    last = np.clip(np.searchsorted(bars, [m[1] - early for m in moments], "left") - 1, first, n - 1)
    change = np.zeros(n + 1, dtype=np.int64)
    np.add.at(change, first, 1)
    np.add.at(change, last + 1, -1)
    sounds = np.cumsum(change[:n]) > 0
    cuts = set(np.searchsorted(bars, edges - early).tolist())
    out: list[tuple[float, float]] = []
    for k in np.flatnonzero(sounds).tolist():
        if out and k not in cuts and sounds[k - 1]:
            out[-1] = (out[-1][0], float(bars[k + 1]))
        else:
            out.append((float(bars[k]), float(bars[k + 1])))
    return out


def _by_level(
    marks: Sequence[Mark],
    velocity: Callable[[Mark], float],
    draw: Callable[[Sequence[Mark]], str],
    wide: float,
) -> Iterable[str]:
    """One path per strength."""
    bounds = [low for low, _ in LEVELS] + [np.inf]
    for (low, opacity), high in zip(LEVELS, bounds[1:], strict=True):
        path = draw([m for m in marks if low <= velocity(m) < high])
        if path:
            look = f'stroke-width="{wide:g}" stroke-opacity="{opacity:g}"'
            yield f'<path class="mark" {look} d="{path}"/>'


def _ticks(strokes: Sequence[Stroke], tall: int, scale: Scale) -> Iterable[str]:
    """Ticks that stand on the bottom of the row, as tall as they are loud; one per pixel."""
    loudest: dict[int, Stroke] = {}
    for stroke in strokes:
        x = _column(stroke, scale)
        if x not in loudest or stroke.velocity > loudest[x].velocity:
            loudest[x] = stroke
    shown = [loudest[x] for x in sorted(loudest)]
    return _by_level(shown, lambda s: s.velocity, lambda s: _tick_path(s, tall, scale), 2.0)


def _column(stroke: Stroke, scale: Scale) -> int:
    """The middle of the pixel a stroke falls in, in half-pixels."""
    return scale.halves(stroke.time) // 2 * 2 + 1


def _tick_path(strokes: Sequence[Stroke], tall: int, scale: Scale) -> str:
    """Each tick is placed by its distance from the top of the one before."""
    out, x, y = "", 0, 0
    for stroke in strokes:
        column, size = _column(stroke, scale), max(2, round((2 * tall - 2) * stroke.velocity))
        out += f"m{column - x} {2 * tall - y}v-{size}"
        x, y = column, 2 * tall - size
    return out


def _notes(notes: Sequence[Note], tall: int, scale: Scale) -> Iterable[str]:
    """Notes as bars, high ones above."""
    if not notes:
        return ()
    pitches = [n.pitch for n in notes]
    middle = (min(pitches) + max(pitches)) / 2
    span = max(_LEAST_RANGE, max(pitches) - min(pitches))
    room = 2 * (tall - _INSET)

    def draw(some: Sequence[Note]) -> str:
        bars: dict[int, list[list[int]]] = {}
        for note in sorted(some, key=lambda n: n.onset):
            y = round(tall + room * (middle - note.pitch) / span)
            x, end = scale.halves(note.onset), scale.halves(note.offset)
            _append(bars.setdefault(y, []), x, max(end, x + 2))
        return "".join(_line(row, y) for y, row in sorted(bars.items()))

    thick = min(4.5, max(2.4, room / span))
    return _by_level(notes, lambda n: n.velocity / 127, draw, thick)


def _line(bars: Sequence[Sequence[int]], y: int) -> str:
    """Bars on one height, each placed by its distance from the one before."""
    out: list[str] = []
    now = 0
    for x, end in bars:
        move = f"m{x - now} 0" if out else f"M{x} {y}"
        out.append(f"{move}h{end - x}")
        now = end
    return "".join(out)


def _append(bars: list[list[int]], start: int, end: int) -> None:
    """Add a bar; one that begins before the last one ends continues it."""
    if bars and start < bars[-1][1]:
        bars[-1][1] = max(end, bars[-1][1])
    else:
        bars.append([start, end])


def _sweeps(sweeps: Sequence[Sweep], tall: int, scale: Scale) -> str:
    """Wedges that open towards the loud end."""
    shapes = []
    for s in sweeps:
        x, end, floor = (
            scale.halves(s.start),
            max(scale.halves(s.end), scale.halves(s.start) + 3),
            2 * tall,
        )
        corner = {1: f"L{end} 2", -1: f"V2L{end} {floor}"}.get(s.direction, f"V{floor // 2}H{end}")
        shapes.append(f"M{x} {floor}{corner}V{floor}z")
    return f'<path class="sweep" d="{"".join(shapes)}"/>' if shapes else ""


def _knob(curve: Curve, stretches: Sequence[tuple[float, float]], tall: int, scale: Scale) -> str:
    """A line from the lowest to the highest value of the curve, where the row plays."""
    low, high = float(curve.values.min()), float(curve.values.max())
    if high <= low:
        return ""
    line = []
    for start, end in stretches:
        times, values = _inside(curve, start + _INSTANT, end - _INSTANT)
        share = (values - low) / (high - low)
        ys = np.rint(2 * tall - 4 - (2 * tall - 8) * share).astype(int).tolist()
        xs = [scale.halves(t) for t in times.tolist()]
        line += [f"M{'L'.join(f'{x} {y}' for x, y in dict.fromkeys(zip(xs, ys, strict=True)))}"]
    title = f"<title>{words.escape(curve.name)}</title>" if curve.name else ""
    return f'<path class="knob" d="{"".join(line)}">{title}</path>'


def _inside(curve: Curve, start: float, end: float) -> tuple[FloatArray, FloatArray]:
    """The curve's own points between `start` and `end`, and its values at these two."""
    own = (curve.times > start) & (curve.times < end)
    first, last = np.interp([start, end], curve.times, curve.values)
    times = np.concatenate([[start], curve.times[own], [end]])
    return times, np.concatenate([[first], curve.values[own], [last]])
