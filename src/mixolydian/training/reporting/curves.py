"""Curves of a report as SVG: learning curve, loss, reliability, risk–coverage, doubt."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from mixolydian.training.reporting.axes import (
    BOTTOM,
    Scale,
    across,
    frame,
    round_range,
    svg,
    ticks,
    upward,
)
from mixolydian.training.reporting.words import METRICS, number, percent

Facts = Mapping[str, Any]
Points = Sequence[tuple[float, float]]


def line(points: Points, x: Scale, y: Scale, kind: str) -> str:
    """A line through points."""
    path = "L".join(f"{x(a):.1f} {y(b):.1f}" for a, b in points)
    return f'<path class="line {kind}" d="M{path}"/>' if points else ""


def dots(
    points: Points,
    x: Scale,
    y: Scale,
    kind: str,
    words: Sequence[str] = (),
    radii: Sequence[float] = (),
) -> str:
    """A dot at each point, with its words."""
    said, sizes = list(words) or [""] * len(points), list(radii) or [4.0] * len(points)
    return "".join(
        f'<circle class="{kind}" cx="{x(a):.1f}" cy="{y(b):.1f}" r="{r:.1f}">'
        f"<title>{word}</title></circle>"
        for (a, b), word, r in zip(points, said, sizes, strict=True)
    )


def learning(curve: Facts) -> str:
    """Score against the number of examples learnt from, with intervals."""
    points = [p for p in curve["points"] if p["value"] is not None]
    if len(points) < 2:
        return ""
    ends = [v for p in points for v in (p["value"], p["low"], p["high"]) if v is not None]
    sizes = [p["n"] for p in points]
    x, y = (
        across(min(sizes) / 1.15, max(sizes) * 1.15, log=True),
        upward(*round_range(min(ends), max(ends))),
    )
    whiskers = "".join(
        f'<path class="whisker" d="M{x(p["n"]):.1f} {y(p["low"]):.1f}V{y(p["high"]):.1f}"/>'
        for p in points
        if p["low"] is not None
    )
    at = [(p["n"], p["value"]) for p in points]
    words = [f"{n} examples: {number(v)}" for n, v in at]
    name = METRICS.get(curve["metric"], curve["metric"])
    grid = frame(x, y, "examples learnt from", name, [(n, str(n)) for n in sizes])
    inside = grid + whiskers + line(at, x, y, "a") + dots(at, x, y, "a", words)
    return svg(inside, f"{name} against the amount of data")


def loss(history: Sequence[Facts]) -> str:
    """Losses per epoch; the best one on the validation part is marked."""
    epochs = [float(e.get("epoch", i)) for i, e in enumerate(history)]
    names = [n for n in ("train_loss", "valid_loss") if any(e.get(n) is not None for e in history)]
    if len(history) < 2 or not names:
        return ""
    rows = {
        n: [(t, float(e[n])) for t, e in zip(epochs, history, strict=True) if e.get(n) is not None]
        for n in names
    }
    values = [v for points in rows.values() for _, v in points]
    x, y = across(min(epochs), max(epochs)), upward(*round_range(min(values), max(values)))
    parts = [line(points, x, y, "ab"[i]) for i, points in enumerate(rows.values())]
    best = min(rows[names[-1]], key=lambda point: point[1])
    mark = dots([best], x, y, "b", [f"best: {number(best[1])} in epoch {best[0]:g}"])
    whole = [(v, w) for v, w in ticks(x) if v == round(v)]
    return svg(frame(x, y, "epoch", "loss", whole) + "".join(parts) + mark, "loss per epoch")


def reliability(bins: Mapping[str, Sequence[Facts]]) -> str:
    """Stated probability against the share that was right, before and after calibration."""
    x, y = across(0, 1), upward(0, 1)
    most = max(b["n"] for name in bins for b in bins[name])
    crowd = "".join(
        f'<rect class="crowd" x="{x(b["low"]) + 1:.1f}" '
        f'width="{x(b["high"]) - x(b["low"]) - 2:.1f}" '
        f'y="{BOTTOM - 60 * b["n"] / most:.1f}" height="{60 * b["n"] / most:.1f}">'
        f"<title>{b['n']} answers</title></rect>"
        for b in bins["calibrated"]
    )
    drawn = ""
    for kind, name in (("b", "raw"), ("a", "calibrated")):
        points = [(b["confidence"], b["accuracy"]) for b in bins[name]]
        words = [f"{name}: stated {percent(c)}, right {percent(a)}" for c, a in points]
        radii = [2.0 + 4.0 * math.sqrt(b["n"] / most) for b in bins[name]]
        drawn += line(points, x, y, kind) + dots(points, x, y, kind, words, radii)
    ideal = line([(0, 0), (1, 1)], x, y, "ideal")
    grid = frame(x, y, "stated probability", "share that was right")
    return svg(grid + crowd + ideal + drawn, "reliability diagram")


def risk(curve: Facts) -> str:
    """Share of wrong answers when only the surest share is answered."""
    points = list(zip(curve["coverage"], curve["risk"], strict=True))
    top = round_range(0, max(0.02, *curve["risk"]))[1]
    x, y = across(0, 1), upward(0, top)
    area = "L".join(f"{x(a):.1f} {y(b):.1f}" for a, b in points)
    under = f'<path class="under" d="M{x(points[0][0]):.1f} {BOTTOM:g}L{area}V{BOTTOM:g}Z"/>'
    grid = frame(x, y, "share of questions answered (surest first)", "share of them wrong")
    return svg(grid + under + line(points, x, y, "a"), "risk–coverage curve")


def doubt(parts: Sequence[Facts]) -> str:
    """Share of wrong answers by how much the ensemble or posterior disagrees."""
    top = round_range(0, max(0.02, *(p["wrong"] for p in parts)))[1]
    x, y = across(0, len(parts)), upward(0, top)
    bars = "".join(
        f'<rect class="bar" x="{x(i + 0.15):.1f}" width="{x(0.7) - x(0):.1f}" '
        f'y="{y(p["wrong"]):.1f}" height="{BOTTOM - y(p["wrong"]):.1f}" rx="2">'
        f"<title>spread {number(p['spread'])}: {percent(p['wrong'])} wrong</title></rect>"
        for i, p in enumerate(parts)
    )
    named = [(i + 0.5, number(p["spread"])) for i, p in enumerate(parts)]
    grid = frame(x, y, "mean spread of each fifth of the answers", "share of them wrong", named)
    return svg(grid + bars, "errors by uncertainty")
