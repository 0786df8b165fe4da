"""Long-term spectra as a picture: one panel per genre, real recordings behind.

An SVG of its own, no library. Horizontal: third octaves from 20 Hz to 16 kHz; vertical: level
in dB against the sum of all bands. The line is the median of a genre's pieces, the band
around it their 10th to 90th percentile; grey is the same of the real recordings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from benchmarks.compose.vitals import CENTRES

Array = NDArray[np.float64]
COLUMNS = 5
WIDTH, HEIGHT = 212, 168
LEFT, TOP, RIGHT, BOTTOM = 30, 26, 8, 22
HEAD = 62
TOP_DB, BOTTOM_DB = 0.0, -60.0
OURS, MUSIC = "#c2410c", "#64748b"
TICKS = ((100, "100"), (1000, "1k"), (10000, "10k"))


@dataclass(frozen=True, eq=False)
class Panel:
    """A genre and the spectra (n, 30) of its pieces."""

    name: str
    spectra: Array


def picture(panels: Sequence[Panel], music: Array) -> str:
    """The whole picture as SVG text."""
    rows = -(-len(panels) // COLUMNS)
    width, height = COLUMNS * WIDTH + 16, HEAD + rows * HEIGHT + 8
    places = [(8 + i % COLUMNS * WIDTH, HEAD + i // COLUMNS * HEIGHT) for i in range(len(panels))]
    drawn = [_panel(p, music, x, y) for p, (x, y) in zip(panels, places, strict=True)]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="system-ui, sans-serif" '
        'role="img" aria-label="Spectral balance by genre beside real recordings">',
        f'<rect width="{width}" height="{height}" rx="10" fill="#fbfaf7"/>',
        _heading(sum(len(p.spectra) for p in panels), len(music)),
        *drawn,
        "</svg>\n",
    ])  # fmt: skip


def _heading(pieces: int, recordings: int) -> str:
    """Title and legend."""
    rows = [
        _text(18, 26, "Spectral balance", 16, "#1c1917", "600"),
        f'<rect x="18" y="40" width="18" height="4" fill="{OURS}"/>',
        _text(42, 46, f"composed ({pieces} pieces; median, 10–90 %)", 11, "#44403c"),
    ]
    if recordings:
        rows.append(f'<rect x="300" y="40" width="18" height="4" fill="{MUSIC}"/>')
        rows.append(
            _text(324, 46, f"real electronic music ({recordings} recordings)", 11, "#44403c")
        )
    rows.append(_text(620, 46, "third octaves, dB of the whole", 11, "#78716c"))
    return "\n".join(rows)


def _panel(panel: Panel, music: Array, x: float, y: float) -> str:
    rows = [f'<g transform="translate({x} {y})">', _frame(panel.name)]
    if len(music):
        rows += _band(music, MUSIC, 0.16)
    rows += [*_band(panel.spectra, OURS, 0.2), "</g>"]
    return "\n".join(rows)


def _frame(name: str) -> str:
    """Name, grid and the words at the axes."""
    rows = [_text(LEFT, 16, name, 12, "#1c1917", "600")]
    for db in range(int(BOTTOM_DB), int(TOP_DB) + 1, 20):
        y = _y(np.array([float(db)]))[0]
        rows.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#e7e5e4"/>')
        rows.append(_text(LEFT - 5, y + 3, str(db).replace("-", "−"), 9, "#a8a29e", anchor="end"))
    for hz, words in TICKS:
        x = _x(np.array([float(hz)]))[0]
        rows.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#f0eeec"/>')
        rows.append(_text(x, HEIGHT - BOTTOM + 12, words, 9, "#a8a29e", anchor="middle"))
    return "\n".join(rows)


def _band(spectra: Array, colour: str, opacity: float) -> list[str]:
    """The spread of `spectra` (n, 30) and its median."""
    low, middle, high = np.percentile(spectra, (10, 50, 90), axis=0)
    x = _x(CENTRES)
    outline = [*zip(x, _y(high), strict=True), *zip(x[::-1], _y(low)[::-1], strict=True)]
    line = zip(x, _y(middle), strict=True)
    return [
        f'<path d="M{_points(outline)}Z" fill="{colour}" fill-opacity="{opacity}"/>',
        f'<path d="M{_points(line)}" fill="none" stroke="{colour}" stroke-width="1.6"/>',
    ]


def _points(rows: object) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in rows)  # type: ignore[attr-defined]


def _x(hz: Array) -> Array:
    span = np.log(CENTRES[-1] / CENTRES[0])
    return LEFT + np.log(hz / CENTRES[0]) / span * (WIDTH - LEFT - RIGHT)


def _y(db: Array) -> Array:
    share = (TOP_DB - np.clip(db, BOTTOM_DB, TOP_DB)) / (TOP_DB - BOTTOM_DB)
    return TOP + share * (HEIGHT - TOP - BOTTOM)


def _text(
    x: float, y: float, words: str, size: int, colour: str, weight: str = "400",
    anchor: str = "start",
) -> str:  # fmt: skip
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" '
        f'fill="{colour}" text-anchor="{anchor}">{escape(words)}</text>'
    )
