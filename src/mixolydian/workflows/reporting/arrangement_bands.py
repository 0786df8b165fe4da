"""The bands above the rows of an arrangement's picture: energy, sound and chords."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mixolydian.core.types import Chord, FloatArray
from mixolydian.workflows.reporting import words
from mixolydian.workflows.reporting.arrangement_scale import LEFT, RIGHT, Scale
from mixolydian.workflows.reporting.arrangement_view import ArrangementView, Curve, ViewSection
from mixolydian.workflows.reporting.lanes import chord_hue

_LETTER = 5.9
"""Pixels of a letter of a chord's name, a little more than they are."""
_MOST_CHORDS = 8
"""Chords of a loop that are named."""


def energy_svg(energy: Curve, scale: Scale, top: float, tall: float) -> str:
    """The curve as a line over its area; held before its first and after its last point."""
    times = np.concatenate([[0.0], energy.times, [scale.duration]])
    values = np.concatenate([energy.values[:1], energy.values, energy.values[-1:]])
    ys = top + tall - (tall - 3) * np.clip(values, 0.0, 1.0)
    places = [(scale.x(float(t)), round(float(y), 1)) for t, y in zip(times, ys, strict=True)]
    line = "L".join(f"{x:g} {y:g}" for x, y in dict.fromkeys(places))
    floor = f"V{top + tall:g}H{LEFT:g}z"
    return f'<path class="area" d="M{line}{floor}"/><path class="line" d="M{line}"/>'


def wave_svg(waveform: FloatArray, top: float, tall: float) -> str:
    """The outline of the sound, at most one column per pixel, the loudest filling the row."""
    columns = int(min(waveform.shape[1], RIGHT - LEFT))
    starts = np.arange(columns) * waveform.shape[1] // columns
    low = np.minimum.reduceat(waveform[0], starts)
    high = np.maximum.reduceat(waveform[1], starts)
    loudest = float(max(-low.min(), high.max())) or 1.0
    xs = LEFT + (RIGHT - LEFT) * (np.arange(columns) + 0.5) / columns
    middle = top + tall / 2
    upper = [
        f"{x:.1f} {middle - tall / 2 * h / loudest:.1f}" for x, h in zip(xs, high, strict=True)
    ]
    lower = [f"{x:.1f} {middle - tall / 2 * v / loudest:.1f}" for x, v in zip(xs, low, strict=True)]
    return f'<path class="wave" d="M{"L".join([*upper, *reversed(lower)])}z"/>'


def chords_svg(view: ArrangementView, scale: Scale, top: float) -> str:
    """A cell per chord, coloured by its place on the circle of fifths, and the loop of chords
    of every section in words below it."""
    cells: dict[str, str] = {}
    for chord in view.chords:
        hue = None if chord.label in ("N", "X") else chord_hue(chord.label)
        if hue is not None:
            paint = f"hsl({hue} 50% {66 if ':min' in chord.label else 76}%)"
            cells[paint] = cells.get(paint, "") + _cell(chord, scale, top)
    paths = "".join(f'<path fill="{paint}" d="{shape}"/>' for paint, shape in cells.items())
    return paths + "".join(_loop(view.chords, v, scale, top + 22) for v in view.sections)


def _cell(chord: Chord, scale: Scale, top: float) -> str:
    left, right = scale.x(chord.start), scale.x(chord.end)
    wide = max(0.5, right - left - 0.5)
    return f"M{left:g} {top:g}h{wide:.1f}v11h-{wide:.1f}z"


def _loop(chords: Sequence[Chord], v: ViewSection, scale: Scale, y: float) -> str:
    """The names of the chords a section repeats, as many as fit."""
    start, end = v.section.start + 0.02, v.section.end - 0.02
    inside = [c.label for c in chords if c.start < end and c.end > start]
    names = [chord_name(label) for label in loop_of(inside) if label not in ("N", "X")]
    room = scale.x(v.section.end) - scale.x(v.section.start) - 8
    shown = names[:_MOST_CHORDS]
    while shown and len(_joined(shown, names)) * _LETTER > room:
        shown.pop()
    if not shown:
        return ""
    left = scale.x(v.section.start)
    text = words.escape(_joined(shown, names))
    return f'<text class="soft small" x="{left + 3:g}" y="{y:g}">{text}</text>'


def _joined(shown: Sequence[str], names: Sequence[str]) -> str:
    return " ".join(shown) + (" …" if len(shown) < len(names) else "")


def loop_of(labels: Sequence[str]) -> Sequence[str]:
    """The shortest beginning of `labels` that, repeated, gives all of them."""
    for n in range(1, len(labels)):
        if all(labels[i] == labels[i - n] for i in range(n, len(labels))):
            return labels[:n]
    return labels


def chord_name(label: str) -> str:
    """A Harte label as it stands in a lead sheet: ``A:min7/b3`` is Am7."""
    root, _, quality = label.partition("/")[0].partition(":")
    if quality.startswith("min") and quality != "minmaj7":
        return f"{root}m{quality[3:]}"
    short = {"maj": "", "hdim7": "ø", "minmaj7": "mΔ", "maj6": "6"}
    return root + short.get(quality, quality)
