"""Pictures of a report as SVG: confusion matrix, bars with intervals, the map of the inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mixolydian.training.reporting.axes import BOTTOM, LEFT, RIGHT, TOP, WIDTH, svg
from mixolydian.training.reporting.words import escape, number, percent

Facts = Mapping[str, Any]
_ROW = 26.0
_BARS = (("precision", "a"), ("recall", "b"), ("f1", "c"))


def hue(i: int, n: int) -> float:
    """A colour of its own for each of `n` labels, neighbours far apart."""
    return (215 + i * (360 / n if n <= 6 else 137.508)) % 360


def short(label: str, most: int = 15) -> str:
    """A label that fits beside a picture: its start and its end."""
    if len(label) <= most:
        return label
    head = (most - 1) // 2
    return f"{label[:head]}…{label[head + 1 - most :]}"


def confusion(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> str:
    """Truth from top to bottom, answers from left to right; each row is shaded by its shares."""
    left, top = 118.0, 12.0
    side = min(62.0, (WIDTH - left - 12) / len(labels))
    cells = "".join(
        _cell(left + j * side, top + i * side, side, counts[i], i, j, labels)
        for i in range(len(labels))
        for j in range(len(labels))
    )
    edge = top + side * len(labels)
    rows = "".join(
        f'<text class="end" x="{left - 8:g}" y="{top + (i + 0.5) * side + 4:.1f}">'
        f"{escape(short(label))}</text>"
        for i, label in enumerate(labels)
    )
    columns = "".join(
        f'<text class="end" transform="translate({left + (i + 0.5) * side + 4:.1f} {edge + 9:.1f}) '
        f'rotate(-42)">{escape(short(label))}</text>'
        for i, label in enumerate(labels)
    )
    height = edge + 16 + 4.6 * min(15, max(len(label) for label in labels))
    return svg(cells + rows + columns, "confusion matrix: truth by answer", height)


def _cell(
    x: float, y: float, side: float, row: Sequence[int], i: int, j: int, labels: Sequence[str]
) -> str:
    share = row[j] / max(1, sum(row))
    right = "right" if i == j else "wrong"
    spoken = f"{labels[i]} taken for {labels[j]}: {row[j]} ({percent(share)})"
    size = 13 if side > 34 else 9
    shown = f"{row[j]}" if row[j] else ""
    strong = " strong" if share > 0.55 else ""
    return (
        f'<g class="cell {right}{strong}"><title>{escape(spoken)}</title>'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{side - 2:.1f}" height="{side - 2:.1f}" rx="3" '
        f'style="--share:{max(0.04, share):.3f}"/><text style="font-size:{size}px" '
        f'x="{x + side / 2 - 1:.1f}" y="{y + side / 2 + 3:.1f}">{shown}</text></g>'
    )


def classes(rows: Sequence[Facts]) -> str:
    """Precision, recall and F1 of each label, with intervals."""
    left, right = 118.0, RIGHT - 6
    parts = [_scale(left, right, TOP, TOP + len(rows) * 44)]
    for i, row in enumerate(rows):
        y = TOP + i * 44
        parts.append(
            f'<text class="end" x="{left - 8:g}" y="{y + 20:.1f}">{escape(short(row["label"]))}'
            f'</text><text class="end small" x="{left - 8:g}" y="{y + 33:.1f}">'
            f"{row['support']} examples</text>"
        )
        parts += [
            _bar(row, name, kind, left, right, y + 5 + 11 * k)
            for k, (name, kind) in enumerate(_BARS)
        ]
    return svg("".join(parts), "precision, recall and F1 of each label", TOP + len(rows) * 44 + 24)


def _scale(left: float, right: float, top: float, bottom: float) -> str:
    marks = ((i / 5, left + (right - left) * i / 5) for i in range(6))
    return "".join(
        f'<path class="grid" d="M{x:.1f} {top:g}V{bottom:g}"/>'
        f'<text x="{x:.1f}" y="{bottom + 16:g}">{number(value, 1)}</text>'
        for value, x in marks
    )


def _bar(row: Facts, name: str, kind: str, left: float, right: float, y: float) -> str:
    value, (low, high) = row[name], row["intervals"][name]
    if value is None:
        return ""
    span = right - left
    whisker = (
        ""
        if low is None or high is None
        else f'<path class="whisker" d="M{left + span * low:.1f} {y + 4.5:.1f}'
        f'H{left + span * high:.1f}"/>'
    )
    around = "" if low is None else f" ({number(low)}–{number(high)})"
    spoken = f"{row['label']}: {name} {number(value)}{around}"
    return (
        f'<g><title>{escape(spoken)}</title><rect class="bar {kind}" x="{left:g}" y="{y:.1f}" '
        f'width="{max(1.0, span * value):.1f}" height="9" rx="2"/>{whisker}</g>'
    )


def importances(rows: Sequence[Facts]) -> str:
    """The inputs that count most, the longest bar first."""
    left, right = 190.0, RIGHT - 50
    most = max(float(row["share"]) for row in rows) or 1.0
    parts = [
        f"<g><title>{escape(row['name'])}</title>"
        f'<text class="end" x="{left - 8:g}" y="{TOP + i * _ROW * 0.8 + 12:.1f}">'
        f'{escape(short(str(row["name"]), 26))}</text></g><rect class="bar" x="{left:g}" '
        f'y="{TOP + i * _ROW * 0.8 + 3:.1f}" height="11" rx="2" '
        f'width="{max(1.0, (right - left) * row["share"] / most):.1f}"/>'
        f'<text class="start" x="{left + (right - left) * row["share"] / most + 6:.1f}" '
        f'y="{TOP + i * _ROW * 0.8 + 12:.1f}">{number(100 * row["share"], 1)} %</text>'
        for i, row in enumerate(rows)
    ]
    return svg("".join(parts), "what counts most", TOP + len(rows) * _ROW * 0.8 + 12)


def scatter(points: Sequence[Sequence[Any]], labels: Sequence[str]) -> str:
    """The map: a dot per example in its label's colour, a ring where the answer was wrong."""
    radius = 2.4 if len(points) > 800 else 3.4
    left, right = LEFT - 34, RIGHT + 2
    marks = "".join(
        f'<circle class="{"on" if ok else "off"}" style="--hue:{hue(label, len(labels)):.0f}" '
        f'cx="{left + (right - left) * x:.1f}" cy="{BOTTOM + 86 - (BOTTOM + 74) * y:.1f}" '
        f'r="{radius:g}"/>'
        for x, y, label, ok in sorted(points, key=lambda p: not p[3])
    )
    return svg(marks, "map of the inputs", BOTTOM + 98, "plot map")
