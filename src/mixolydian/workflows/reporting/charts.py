"""Pictures of a whole folder: the Camelot wheel and tempo against key, as SVG text.

Camelot names put the keys on a clock: neighbours are a fifth apart, the inner ring (A) is
minor, the outer (B) major, so tracks that mix well lie near each other. Colours follow the
clock, the same everywhere on the page.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mixolydian.core.types import Track
from mixolydian.theory.key import parse_key
from mixolydian.workflows.reporting import words
from mixolydian.workflows.reporting.lanes import hue

_RINGS = {"A": (62.0, 112.0), "B": (112.0, 164.0)}
_CENTRE = 170.0
_PLOT = (44.0, 12.0, 560.0, 330.0)
"""Left, top, right and bottom edge of the scatter's plotting area."""


@dataclass(frozen=True)
class Dot:
    """A track's place in the pictures."""

    index: int
    title: str
    bpm: float | None
    camelot: str | None
    energy: int | None


def dot(index: int, track: Track) -> Dot:
    """The place of the track at position `index` of the page."""
    value = track.analysis.value
    tempo, key, energy = value("tempo"), value("key"), value("energy")
    return Dot(
        index,
        words.title(track),
        None if tempo is None else tempo.bpm,
        None if key is None else words.camelot(key.tonic, key.mode),
        None if energy is None else energy.level,
    )


def wheel(dots: Sequence[Dot]) -> str:
    """The Camelot wheel with the number of tracks in each key; sectors filter the table."""
    counts = Counter(d.camelot for d in dots if d.camelot)
    most = max(counts.values(), default=1)
    sectors = [
        _sector(clock, ring, counts[f"{clock}{ring}"], most)
        for ring in "AB"
        for clock in range(1, 13)
    ]
    known = sum(counts.values())
    return (
        '<svg class="wheel" viewBox="0 0 340 340" role="img" '
        'aria-label="Camelot wheel: tracks per key">'
        + "".join(sectors)
        + f'<text class="hub" x="{_CENTRE:g}" y="166">{known}</text>'
        + f'<text class="hub-note" x="{_CENTRE:g}" y="186">with a key</text></svg>'
    )


def _sector(clock: int, ring: str, count: int, most: int) -> str:
    name = f"{clock}{ring}"
    inner, outer = _RINGS[ring]
    middle = math.radians(30 * clock - 90)
    x, y = _polar((inner + outer) / 2, middle)
    key = parse_key(name)
    spoken = f"{name}, {key}: {count}"
    strength = 0.25 + 0.75 * count / most if count else 0.06
    return (
        f'<g class="sector{"" if count else " none"}" data-camelot="{name}" tabindex="0" '
        f'role="button"><title>{spoken}</title>'
        f'<path d="{_ring_path(inner, outer, middle)}" style="--hue:{hue(name)};'
        f'--strength:{strength:.2f}"/>'
        f'<text x="{x:.1f}" y="{y - 3:.1f}">{name}</text>'
        f'<text class="small" x="{x:.1f}" y="{y + 11:.1f}">'
        f"{key.tonic}{'m' if ring == 'A' else ''}{f' · {count}' if count else ''}</text></g>"
    )


def _polar(radius: float, angle: float) -> tuple[float, float]:
    return _CENTRE + radius * math.cos(angle), _CENTRE + radius * math.sin(angle)


def _ring_path(inner: float, outer: float, middle: float) -> str:
    """The outline of a 30° piece of a ring."""
    half = math.radians(15)
    corners = [
        _polar(radius, angle)
        for radius, angle in (
            (outer, middle - half),
            (outer, middle + half),
            (inner, middle + half),
            (inner, middle - half),
        )
    ]
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    return (
        f"M{ax:.1f} {ay:.1f}A{outer:g} {outer:g} 0 0 1 {bx:.1f} {by:.1f}"
        f"L{cx:.1f} {cy:.1f}A{inner:g} {inner:g} 0 0 0 {dx:.1f} {dy:.1f}Z"
    )


def scatter(dots: Sequence[Dot]) -> str:
    """Tempo from left to right, Camelot clock from top to bottom; each dot leads to a track.

    Larger dots have more energy. Minor keys (A) sit in the upper half of their row.
    """
    placed = [(d, d.bpm, d.camelot) for d in dots if d.bpm is not None and d.camelot]
    if not placed:
        return '<p class="note">No track has both a tempo and a key.</p>'
    low, high = _tempo_axis([bpm for _, bpm, _ in placed])
    marks = [_mark(d, _x(bpm, low, high), _y(camelot)) for d, bpm, camelot in placed]
    left_out = len(dots) - len(placed)
    note = f'<p class="note">{left_out} without tempo or key are not drawn.</p>' if left_out else ""
    return (
        '<svg class="scatter" viewBox="0 0 580 372" role="img" '
        'aria-label="Tempo against key">' + _axes(low, high) + "".join(marks) + "</svg>" + note
    )


def _tempo_axis(tempi: Sequence[float]) -> tuple[float, float]:
    """Round ends of the axis, at least 10 BPM apart."""
    low, high = 5 * math.floor((min(tempi) - 1) / 5), 5 * math.ceil((max(tempi) + 1) / 5)
    return (low, high) if high - low >= 10 else (low - 5, high + 5)


def _x(bpm: float, low: float, high: float) -> float:
    left, _, right, _ = _PLOT
    return left + (right - left) * (bpm - low) / (high - low)


def _y(camelot: str) -> float:
    _, top, _, bottom = _PLOT
    row = (bottom - top) / 12
    return top + row * (int(camelot[:-1]) - 1 + (0.27 if camelot.endswith("A") else 0.73))


def _mark(d: Dot, x: float, y: float) -> str:
    radius = 4.0 + 0.4 * (d.energy or 3)
    minor = " minor" if (d.camelot or "").endswith("A") else ""
    label = words.escape(f"{d.title} · {words.bpm(d.bpm or 0)} BPM · {d.camelot}")
    return (
        f'<a href="#track-{d.index}" class="dot{minor}" style="--hue:{hue(d.camelot)}">'
        f"<title>{label}</title>"
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/></a>'
    )


def _axes(low: float, high: float) -> str:
    left, top, right, bottom = _PLOT
    row = (bottom - top) / 12
    lines = []
    for clock in range(1, 13):
        y = top + row * (clock - 1)
        band = " odd" if clock % 2 else ""
        lines.append(
            f'<rect class="row{band}" x="{left:g}" y="{y:.1f}" '
            f'width="{right - left:g}" height="{row:.1f}"/>'
            f'<text class="axis end" x="{left - 8:g}" y="{y + row / 2 + 4:.1f}">{clock}</text>'
        )
    step = next(s for s in (2, 5, 10, 20, 50, 1000) if (high - low) / s <= 12)
    for bpm in range(math.ceil(low / step) * step, int(high) + 1, step):
        x = _x(bpm, low, high)
        lines.append(
            f'<path class="tick" d="M{x:.1f} {top:g}V{bottom:g}"/>'
            f'<text class="axis" x="{x:.1f}" y="{bottom + 16:g}">{bpm}</text>'
        )
    middle = (left + right) / 2
    lines.append(f'<text class="axis" x="{middle:g}" y="{bottom + 34:g}">BPM</text>')
    return "".join(lines)
