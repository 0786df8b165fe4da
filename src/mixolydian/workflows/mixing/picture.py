"""The picture of a mix's certificate: every transition on one sheet, as an SVG file of its own.

Per transition, on one time axis: both decks' sound (pale as it is by itself, strong as it is
heard) with the bars and phrases of their own grids, the hands on fader, equaliser and filters,
how far apart the beats were measured, and what came of it. 1120 pixels wide; it follows the
reader's light or dark page. The same sketches give the same text.
"""

from __future__ import annotations

from collections.abc import Sequence

from mixolydian.dj.certificate import Certificate
from mixolydian.workflows.mixing.rows import (
    LEFT,
    RIGHT,
    WIDTH,
    Axis,
    curves_svg,
    deck_svg,
    label,
    offsets_svg,
)
from mixolydian.workflows.mixing.sketch import Sketch
from mixolydian.workflows.reporting import words

_TOP = 92.0
_WAVE, _HANDS, _OFFSETS, _GAP = 58.0, 44.0, 62.0, 10.0
_HEAD = 62.0
_FOOT = 52.0
_CHARACTERS = 168
"""of a line of words."""
_LIGHT = (
    "--paper:#fdfdfc;--line:#dedfdc;--text:#1c1e21;--soft:#676b70;--tint:#3457d5;--a:#b4552d;"
    "--b:#2f6fb5;--low:#7a4fd0;--mid:#cf7d14;--high:#149284;--good:#23794f;--bad:#b3372f"
)
_DARK = (
    "--paper:#15181d;--line:#343943;--text:#e8eaee;--soft:#a2a8b2;--tint:#8ea6ff;--a:#f0946a;"
    "--b:#79b4f2;--low:#b79bff;--mid:#f2b354;--high:#5fd6c8;--good:#5cc793;--bad:#f0837b"
)
_STYLE = (
    f"svg{{{_LIGHT}}}@media(prefers-color-scheme:dark){{svg{{{_DARK}}}}}"
    "text{font-family:Inter,'Segoe UI',system-ui,-apple-system,'Helvetica Neue',Arial,sans-serif;"
    "font-size:12px;fill:var(--text)}.title{font-size:21px;font-weight:650}"
    ".sub{font-size:13px;fill:var(--soft)}.soft{fill:var(--soft)}.small{font-size:10.5px}"
    ".head{font-size:15px;font-weight:620}.name{text-anchor:end}.mid{text-anchor:middle}"
    ".end{text-anchor:end}.good{fill:var(--good)}.bad{fill:var(--bad)}.verdict{font-weight:650}"
    ".paper{fill:var(--paper);stroke:var(--line)}.rule{stroke:var(--line)}"
    ".tint{fill:var(--tint);fill-opacity:.08}.edge{stroke:var(--tint);stroke-opacity:.55;"
    "stroke-dasharray:4 3}.a{color:var(--a)}.b{color:var(--b)}"
    ".dry{fill:currentColor;fill-opacity:.2}.heard{fill:currentColor;fill-opacity:.85}"
    ".beat{stroke:var(--text);stroke-opacity:.35}.bar{stroke:var(--text);stroke-opacity:.6}"
    ".phrase{stroke:currentColor;stroke-width:1.6}.flag{fill:currentColor;font-size:10.5px;"
    "font-weight:600}.hand{fill:none;stroke-width:1.9;stroke-linejoin:round}"
    ".fader{stroke:var(--text);stroke-width:2.3}.low{stroke:var(--low)}.middle{stroke:var(--mid)}"
    ".high{stroke:var(--high)}.filter{stroke:var(--soft);stroke-dasharray:5 3}"
    ".echo{stroke:var(--bad);stroke-dasharray:1.5 3}.zero{stroke:var(--soft)}"
    ".band{fill:var(--good);fill-opacity:.12}.dot{fill:var(--text)}.out{fill:var(--bad)}"
)
_LEGEND = (
    ("fader", "fader"), ("low", "low"), ("middle", "mid"), ("high", "high"),
    ("filter", "filter cutoff"), ("echo", "echo"),
)  # fmt: skip

_LEGEND_WIDTH = sum(42 + 6.6 * len(text) for _, text in _LEGEND)


def certificate_svg(title: str, sketches: Sequence[Sketch]) -> str:
    """The picture of a mix called `title`: a whole SVG document with all its transitions."""
    top, parts = _TOP, []
    for one in sketches:
        block, tall = _block(one, top)
        parts.append(block)
        top += tall
    tall = round(top + 12)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{tall}" '
        f'viewBox="0 0 {WIDTH} {tall}" role="img" aria-label="{words.escape(title)}">'
        f'<style>{_STYLE}</style><rect class="paper" x=".5" y=".5" width="{WIDTH - 1}" '
        f'height="{tall - 1}" rx="12"/><text class="title" x="24" y="40">{words.escape(title)}'
        f'</text><text class="sub" x="24" y="63">{_summary(sketches)}</text>{_legend()}'
        f"{''.join(parts)}</svg>\n"
    )


def _summary(sketches: Sequence[Sketch]) -> str:
    passed = sum(one.certificate.passed for one in sketches)
    n = len(sketches)
    return f"{n} transition{'' if n == 1 else 's'}, measured from the sound: {passed} passed"


def _legend() -> str:
    out, x = [], RIGHT - _LEGEND_WIDTH
    for kind, text in _LEGEND:
        out.append(f'<path class="hand {kind}" d="M{x:g} 59h20"/>')
        out.append(f'<text class="soft" x="{x + 25:g}" y="63">{text}</text>')
        x += 42 + 6.6 * len(text)
    return "".join(out)


def _block(one: Sketch, top: float) -> tuple[str, float]:
    """A transition, and how tall it is."""
    axis, told = Axis(*one.edges), _lines(one.certificate)
    y = first = top + _HEAD + 16 * (len(told) - 1)
    parts = [_head(one.certificate, top, told)]
    for deck, css in ((one.outgoing, "a"), (one.incoming, "b")):
        parts.append(deck_svg(deck, css, axis, y, _WAVE))
        parts.append(curves_svg(deck, axis, y + _WAVE + _GAP, _HANDS))
        y += _WAVE + _HANDS + 3 * _GAP
    parts.append(offsets_svg(one, axis, y, _OFFSETS))
    bottom = y + _OFFSETS
    tint = _tint(one.certificate, axis, first, bottom)
    return tint + "".join(parts) + _clock(one, axis, bottom), bottom + _FOOT - top


def _head(c: Certificate, top: float, told: list[str]) -> str:
    css, verdict = ("good", "passed") if c.passed else ("bad", "failed")
    where = f"{words.clock(c.start)}-{words.clock(c.end)}"
    name = words.escape(f"{c.index + 1}  {c.outgoing} → {c.incoming}")
    rows = "".join(
        f'<text class="soft" x="24" y="{top + 36 + 16 * k:g}">{words.escape(line)}</text>'
        for k, line in enumerate(told)
    )
    return (
        f'<path class="rule" d="M24 {top - 4:g}H{RIGHT:g}"/>'
        f'<text class="head" x="24" y="{top + 18:g}">{name}</text>'
        f'<text class="end" x="{RIGHT:g}" y="{top + 18:g}">{words.escape(c.kind)}, {where}  '
        f'<tspan class="verdict {css}">{verdict}</tspan></text>{rows}'
    )


def _lines(c: Certificate) -> list[str]:
    """The verdict broken into lines, between its parts where that is possible."""
    lines = [""]
    for part in c.words.split("; "):
        longer = f"{lines[-1]}; {part}" if lines[-1] else part
        if len(longer) <= _CHARACTERS:
            lines[-1] = longer
        else:
            lines.append(part[:_CHARACTERS])
    return lines


def _tint(c: Certificate, axis: Axis, top: float, bottom: float) -> str:
    left, right = axis.x(c.start), axis.x(c.end)
    return (
        f'<rect class="tint" x="{left:g}" y="{top:g}" width="{max(1.0, right - left):.1f}" '
        f'height="{bottom - top:g}"/>'
        f'<path class="edge" d="M{left:g} {top:g}V{bottom:g}M{right:g} {top:g}V{bottom:g}"/>'
    )


def _clock(one: Sketch, axis: Axis, bottom: float) -> str:
    """Bars of the mix and its time, a dozen at most."""
    step = 1
    while len(one.bars) / step > 14:
        step *= 2
    out = [label("bar", bottom + 16, far=True), label("time", bottom + 30, far=True)]
    for second, bar in one.bars:
        if (bar - 1) % step == 0 and LEFT <= axis.x(second) <= RIGHT:
            x = axis.x(second)
            out.append(f'<text class="small mid" x="{x:g}" y="{bottom + 16:g}">{bar}</text>')
            out.append(
                f'<text class="soft small mid" x="{x:g}" y="{bottom + 30:g}">'
                f"{words.clock(second)}</text>"
            )
    return "".join(out)
