"""The picture of a set: wished and reached energy over its minutes, with keys and tempi.

A bar per track, as high as its energy and in the colour of its key; the wished energy is a line
over it; below run the tempi. 1120 pixels wide; it follows the reader's light or dark page. The same
set gives the same text.
"""

from __future__ import annotations

from mixolydian.dj.setlist.planning import SetPlan, SetStep
from mixolydian.workflows.reporting import words
from mixolydian.workflows.reporting.lanes import hue

WIDTH, HEIGHT = 1120, 490
_LEFT, _RIGHT = 64.0, 1096.0
_TOP, _BOTTOM = 96.0, 316.0
_TEMPO_TOP, _TEMPO_BOTTOM = 370.0, 450.0
_LEVELS = 10
_LETTER = 5.8
"""pixels of a small letter."""
_LIGHT = (
    "--paper:#fdfdfc;--line:#dedfdc;--text:#1c1e21;--soft:#676b70;--tint:#3457d5;--grey:#a6aab0"
)
_DARK = "--paper:#15181d;--line:#343943;--text:#e8eaee;--soft:#a2a8b2;--tint:#8ea6ff;--grey:#70767f"
_STYLE = (
    f"svg{{{_LIGHT}}}@media(prefers-color-scheme:dark){{svg{{{_DARK}}}}}"
    "text{font-family:Inter,'Segoe UI',system-ui,-apple-system,'Helvetica Neue',Arial,sans-serif;"
    "font-size:12px;fill:var(--text)}.title{font-size:21px;font-weight:650}"
    ".sub{font-size:13px;fill:var(--soft)}.soft{fill:var(--soft)}.small{font-size:10.5px}"
    ".mid{text-anchor:middle}.end{text-anchor:end}.paper{fill:var(--paper);stroke:var(--line)}"
    ".rule{stroke:var(--line)}.bar{fill:hsl(var(--hue) 58% 52%);fill-opacity:.72}"
    ".bar.none{fill:var(--grey)}.wish{fill:none;stroke:var(--tint);stroke-width:2.4;"
    "stroke-linejoin:round}.tempo{fill:none;stroke:var(--text);stroke-width:1.8}"
    ".jump{stroke:var(--soft);stroke-dasharray:3 3}"
)


def set_svg(title: str, plan: SetPlan) -> str:
    """The picture of a set called `title`: a whole SVG document."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{words.escape(title)}">'
        f'<style>{_STYLE}</style><rect class="paper" x=".5" y=".5" width="{WIDTH - 1}" '
        f'height="{HEIGHT - 1}" rx="12"/><text class="title" x="24" y="40">{words.escape(title)}'
        f'</text><text class="sub" x="24" y="63">{_summary(plan)}</text>{_axes(plan)}'
        f"{''.join(_bar(step, plan) for step in plan.steps)}{_wish(plan)}{_tempi(plan)}</svg>\n"
    )


def _summary(plan: SetPlan) -> str:
    flow = "" if plan.value is None else f", transitions worth {plan.value:.2f} on average"
    return (
        f"{len(plan.steps)} tracks, {plan.minutes:.0f} minutes{flow}; "
        f"energy {plan.arc_error:.1f} levels off the wished line on average"
    )


def _x(plan: SetPlan, minute: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * min(minute / max(plan.minutes, plan.arc.minutes, 1e-9), 1.0)


def _y(level: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * level / _LEVELS


def _axes(plan: SetPlan) -> str:
    parts = [
        f'<path class="rule" d="M{_LEFT:g} {_y(level):.1f}H{_RIGHT:g}"/>'
        f'<text class="soft small end" x="{_LEFT - 8:g}" y="{_y(level) + 4:.1f}">{level}</text>'
        for level in range(0, _LEVELS + 1, 2)
    ]
    parts.append(f'<text class="soft small" x="24" y="{_TOP - 10:g}">energy</text>')
    longest = max(plan.minutes, plan.arc.minutes)
    step = next(s for s in (1, 2, 5, 10, 15, 30, 60, 120, 1440) if longest / s <= 13)
    for minute in range(0, int(longest) + 1, step):
        x = _x(plan, minute)
        parts.append(
            f'<path class="rule" d="M{x:.1f} {_TEMPO_BOTTOM:g}v5"/><text class="soft small mid" '
            f'x="{x:.1f}" y="{_TEMPO_BOTTOM + 20:g}">{words.clock(60 * minute)}</text>'
        )
    return "".join(parts)


def _bar(step: SetStep, plan: SetPlan) -> str:
    left, right = _x(plan, step.at), _x(plan, step.at + step.minutes)
    track = step.portrait
    key = None if track.key is None else track.key.camelot
    css = "bar none" if key is None else "bar"
    said = f"{track.artist} - {track.title}" if track.artist else track.title
    told = words.escape(f"{words.clock(60 * step.at)} {said}: {step.reason}")
    label = key or "–"
    middle = (left + right) / 2
    name = (
        f'<text class="small mid" x="{middle:.1f}" y="{_BOTTOM + 16:g}">{label}</text>'
        if right - left > _LETTER * len(label)
        else ""
    )
    return (
        f'<g><title>{told}</title><rect class="{css}" style="--hue:{hue(key) or 0}" '
        f'x="{left + 0.5:.1f}" y="{_y(step.level):.1f}" width="{max(right - left - 1, 0.5):.1f}" '
        f'height="{_BOTTOM - _y(step.level):.1f}"/>{name}</g>'
    )


def _wish(plan: SetPlan) -> str:
    points = "L".join(f"{_x(plan, m):.1f} {_y(level):.1f}" for m, level in plan.arc.knots)
    labels, at = [], 0.0
    for stage in plan.arc.stages:
        x = _x(plan, at + stage.minutes / 2)
        name = words.escape(stage.name)
        labels.append(f'<text class="soft mid" x="{x:.1f}" y="{_TOP - 10:g}">{name}</text>')
        at += stage.minutes
    return f'<path class="wish" d="M{points}"/>{"".join(labels)}'


def _tempi(plan: SetPlan) -> str:
    """A line per track at its own tempo; broken ones where two cannot run together."""
    tempi = [step.portrait.bpm for step in plan.steps]
    low, high = min(tempi) - 1.0, max(tempi) + 1.0
    parts = [f'<text class="soft small" x="24" y="{_TEMPO_TOP - 18:g}">BPM</text>']
    end: tuple[float, float] | None = None
    for step in plan.steps:
        y = _TEMPO_BOTTOM - (_TEMPO_BOTTOM - _TEMPO_TOP) * (step.portrait.bpm - low) / (high - low)
        left, right = _x(plan, step.at), _x(plan, step.at + step.minutes)
        if end is not None:
            css = "rule" if step.stretch is not None else "jump"
            parts.append(f'<path class="{css}" d="M{end[0]:.1f} {end[1]:.1f}L{left:.1f} {y:.1f}"/>')
        parts.append(f'<path class="tempo" d="M{left:.1f} {y:.1f}H{right:.1f}"/>')
        text = f"{step.portrait.bpm:.0f}" if step.portrait.steady else "–"
        if right - left > _LETTER * len(text):
            x = (left + right) / 2
            parts.append(f'<text class="small mid" x="{x:.1f}" y="{y - 6:.1f}">{text}</text>')
        end = right, y
    return "".join(parts)
