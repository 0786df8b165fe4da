"""The picture of an arrangement: a whole piece on one sheet, as an SVG file of its own.

From top to bottom: what it is, its sections with bar numbers, its energy and (where given) its
sound, its chords, and a row for every part with its notes, strokes, effects and moving knobs.
Drops are lines through everything. 1120 pixels wide, the width of a README; light paper of its
own, so that it also stands on a dark page. The same view gives the same text.
"""

from __future__ import annotations

import numpy as np

from mixolydian.workflows.reporting import words
from mixolydian.workflows.reporting.arrangement_bands import chords_svg, energy_svg, wave_svg
from mixolydian.workflows.reporting.arrangement_rows import GAP, LOW, TALL, height, row_svg
from mixolydian.workflows.reporting.arrangement_scale import (
    LEFT,
    RIGHT,
    WIDTH,
    Scale,
    color,
    label,
    scale_of,
)
from mixolydian.workflows.reporting.arrangement_view import ArrangementView, ViewSection

SECTION_COLORS = {
    "intro": "#9fb4c9", "verse": "#8fcdb8", "buildup": "#f3c45c", "drop": "#ee7d97",
    "breakdown": "#b3a2e6", "chorus": "#f3a16b", "bridge": "#a8cf7c", "outro": "#b9bec6",
}  # fmt: skip
_OTHER_SECTION = "#cfd2d6"
_LETTER = 6.7
"""Pixels of a letter in a section's name, a little more than they are."""
_SHORT = {"breakdown": "break", "buildup": "build"}
_BLOCKS, _BODY = 80.0, 130.0
"""Upper edge of the section blocks, and of what lies below their bar numbers."""
_STYLE = (
    "text{font-family:Inter,'Segoe UI',system-ui,-apple-system,'Helvetica Neue',Arial,sans-serif;"
    "font-size:11px;fill:#1c1e21}.title{font-size:21px;font-weight:650}"
    ".soft{fill:#676b70}.sub{font-size:13px}.small{font-size:10px}.block{font-weight:600}"
    ".name{text-anchor:end;font-size:11.5px}.mid{text-anchor:middle}"
    ".tab{fill:currentColor}.clip{stroke-width:4;stroke-linejoin:round}"
    ".mark{stroke:currentColor;fill:none}.sweep{fill:currentColor;fill-opacity:.5}"
    ".knob{fill:none;stroke:#1c1e21;stroke-opacity:.5;stroke-width:1.8}"
    ".drop{stroke:#d92d5b;stroke-width:1.25;stroke-dasharray:3 2.5;stroke-opacity:.85}"
    ".flag{fill:#d92d5b}.bars{stroke:#1e2228;stroke-opacity:.08}"
    ".area{fill:#3457d5;fill-opacity:.14}.line{fill:none;stroke:#3457d5;stroke-width:1.5}"
    ".wave{fill:#5b6472;fill-opacity:.75}"
)


def arrangement_svg(view: ArrangementView) -> str:
    """The picture of `view`: a whole SVG document, 1120 pixels wide."""
    scale = scale_of(view)
    body, bottom = _body(view, scale)
    tall = round(bottom + 36)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{tall}" '
        f'viewBox="0 0 {WIDTH} {tall}" role="img" aria-label="{words.escape(view.title)}">'
        f"<style>{_STYLE}</style>"
        f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{tall - 1}" rx="12" fill="#fdfdfc" '
        'stroke="#dedfdc"/>'
        f'<text class="title" x="24" y="38">{words.escape(view.title)}</text>'
        f'<text class="soft sub" x="24" y="60">{words.escape(view.subtitle)}</text>'
        f"{_tints(view, scale, bottom)}{_bar_lines(scale, bottom)}{_blocks(view, scale)}{body}"
        f"{_drops(view, scale, bottom)}{_clock(view.duration, bottom)}</svg>\n"
    )


def _body(view: ArrangementView, scale: Scale) -> tuple[str, float]:
    """Everything below the sections, and where it ends."""
    top, parts = _BODY, []
    if view.energy is not None:
        parts.append(label("energy", top + 22) + energy_svg(view.energy, scale, top, 36))
        top += 36 + 2 * GAP
    if view.waveform is not None and view.waveform.size:
        parts.append(label("sound", top + 24) + wave_svg(view.waveform, top, 40))
        top += 40 + 2 * GAP
    if view.chords:
        parts.append(label("chords", top + 9) + chords_svg(view, scale, top))
        top += 28 + GAP
    rows, bottom = _rows(view, scale, top)
    return "".join([*parts, rows]), bottom


def _rows(view: ArrangementView, scale: Scale, top: float) -> tuple[str, float]:
    """The rows below each other, tall ones with more air around them."""
    groups = list(dict.fromkeys(row.group for row in view.rows))
    parts, before = [], LOW
    for row in view.rows:
        top += GAP if TALL in (before, height(row)) else 0
        parts.append(row_svg(row, top, scale, color(row.group, groups.index(row.group))))
        top += height(row) + GAP
        before = height(row)
    return "".join(parts), top


def _paint(section: ViewSection) -> str:
    return SECTION_COLORS.get(section.section.label, _OTHER_SECTION)


def _tints(view: ArrangementView, scale: Scale, bottom: float) -> str:
    """A breath of each section's colour behind everything it holds."""
    return "".join(
        f'<rect x="{scale.x(v.section.start):g}" y="{_BODY - 4:g}" '
        f'width="{scale.x(v.section.end) - scale.x(v.section.start):.1f}" '
        f'height="{bottom - _BODY + 4:g}" fill="{_paint(v)}" fill-opacity=".1"/>'
        for v in view.sections
    )


def _bar_lines(scale: Scale, bottom: float) -> str:
    """A faint line at so many bars (1, 2, 4, 8 …) that lines stand 12 pixels apart or more."""
    bars = scale.bars
    if bars.size < 2:
        return ""
    width = (RIGHT - LEFT) * float(np.median(np.diff(bars))) / scale.duration
    step = 1
    while step * width < 12:
        step *= 2
    lines = "".join(f"M{scale.x(float(t)):g} {_BODY - 4:g}V{bottom:g}" for t in bars[::step])
    return f'<path class="bars" d="{lines}"/>'


def _blocks(view: ArrangementView, scale: Scale) -> str:
    """The sections as blocks with their names, and the numbers of their first bars."""
    out = []
    for v in view.sections:
        left, right = scale.x(v.section.start), scale.x(v.section.end)
        wide = max(1.0, right - left - 1.5)
        name = words.clean(v.name)
        out.append(
            f'<g><title>{words.escape(name)}</title><rect x="{left + 0.75:g}" y="{_BLOCKS:g}" '
            f'width="{wide:.1f}" height="26" rx="5" fill="{_paint(v)}"/>'
            f'<text class="block" x="{left + 7:g}" y="{_BLOCKS + 17:g}">'
            f"{words.escape(_fitted(name, wide - 10))}</text>{_bar_number(view, v, left, wide)}</g>"
        )
    return "".join(out)


def _fitted(name: str, wide: float) -> str:
    """The name, or as much of it as the block has room for: "breakdown 2", "break 2", "break"."""
    word, _, number = name.partition(" ")
    short = _SHORT.get(word, word)
    candidates = (name, f"{short} {number}".rstrip(), short, short[:3], "")
    return next(text for text in candidates if len(text) * _LETTER <= max(0.0, wide))


def _bar_number(view: ArrangementView, v: ViewSection, left: float, wide: float) -> str:
    """Counted from 1, as musicians do."""
    if view.downbeats is None or not view.downbeats.size or wide < 14:
        return ""
    bar = int(np.searchsorted(view.downbeats, v.section.start + 0.02, side="right"))
    return f'<text class="soft small" x="{left + 7:g}" y="{_BLOCKS + 39:g}">{max(1, bar)}</text>'


def _drops(view: ArrangementView, scale: Scale, bottom: float) -> str:
    """A flag over the section and a line through every row."""
    marks = []
    for drop in view.drops:
        x = scale.x(drop.time)
        marks.append(
            f'<path class="drop" d="M{x:g} {_BLOCKS - 4:g}V{bottom:g}"/><path class="flag" '
            f'd="M{x - 4.5:g} {_BLOCKS - 11:g}h9l-4.5 8z"><title>drop at '
            f"{words.clock(drop.time, 2)}</title></path>"
        )
    return "".join(marks)


def _clock(duration: float, bottom: float) -> str:
    """Minutes and seconds below the rows, a dozen at most."""
    step = next(s for s in (5, 10, 15, 30, 60, 120, 300, 600, 10**9) if duration / s <= 12)
    out = []
    for k in range(int(duration / step) + 1):
        x = LEFT + (RIGHT - LEFT) * k * step / duration
        out.append(
            f'<text class="soft small mid" x="{x:.1f}" y="{bottom + 18:g}">'
            f"{words.clock(k * step)}</text>"
        )
    return "".join(out)
