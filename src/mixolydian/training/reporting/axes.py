"""A plot's frame: scales, ticks and their words, as SVG text."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mixolydian.training.reporting.words import escape, number

WIDTH, HEIGHT = 560.0, 320.0
LEFT, TOP, RIGHT, BOTTOM = 52.0, 12.0, 548.0, 274.0


@dataclass(frozen=True)
class Scale:
    """Where a value stands between `start` and `end` (pixels); `log`: by its logarithm."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        low, high, at = self.low, self.high, value
        if self.log:
            low, high, at = math.log(low), math.log(high), math.log(max(value, 1e-12))
        share = (at - low) / (high - low) if high > low else 0.5
        return self.start + (self.end - self.start) * min(1.0, max(0.0, share))


def across(low: float, high: float, log: bool = False) -> Scale:
    """From left to right."""
    return Scale(low, high, LEFT, RIGHT, log)


def upward(low: float, high: float, log: bool = False) -> Scale:
    """From the bottom up."""
    return Scale(low, high, BOTTOM, TOP, log)


def round_range(low: float, high: float) -> tuple[float, float]:
    """Round ends around [low, high]."""
    step = round_step(max(high - low, 1e-6))
    return step * math.floor(low / step), step * math.ceil(high / step - 1e-9)


def round_step(span: float, most: int = 6) -> float:
    """A step of 1, 2 or 5 times a power of ten that makes at most `most` parts of `span`."""
    base = 10.0 ** math.floor(math.log10(span / most))
    return next(base * k for k in (1, 2, 5, 10) if span / (base * k) <= most + 1e-9)


def ticks(scale: Scale) -> list[tuple[float, str]]:
    """Round values of a linear scale and their words."""
    step = round_step(max(scale.high - scale.low, 1e-9))
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    first = math.ceil(scale.low / step - 1e-9)
    last = math.floor(scale.high / step + 1e-9)
    return [(i * step, number(i * step, digits)) for i in range(first, last + 1)]


def frame(
    x: Scale,
    y: Scale,
    x_name: str,
    y_name: str,
    x_ticks: list[tuple[float, str]] | None = None,
) -> str:
    """Grid lines, ticks and the names of both axes."""
    rows = "".join(
        f'<path class="grid" d="M{LEFT:g} {y(v):.1f}H{RIGHT:g}"/>'
        f'<text class="end" x="{LEFT - 7:g}" y="{y(v) + 4:.1f}">{word}</text>'
        for v, word in ticks(y)
    )
    columns = "".join(
        f'<path class="grid" d="M{x(v):.1f} {TOP:g}V{BOTTOM:g}"/>'
        f'<text x="{x(v):.1f}" y="{BOTTOM + 17:g}">{escape(word)}</text>'
        for v, word in (ticks(x) if x_ticks is None else x_ticks)
    )
    middle = (TOP + BOTTOM) / 2
    return (
        f"{rows}{columns}"
        f'<text class="name" x="{(LEFT + RIGHT) / 2:g}" y="{BOTTOM + 37:g}">{escape(x_name)}</text>'
        f'<text class="name" transform="translate(13 {middle:g}) rotate(-90)">'
        f"{escape(y_name)}</text>"
    )


def svg(inside: str, spoken: str, height: float = HEIGHT, kind: str = "plot") -> str:
    """A picture with a spoken name."""
    return (
        f'<svg class="{kind}" viewBox="0 0 {WIDTH:g} {height:g}" role="img" '
        f'aria-label="{escape(spoken)}">{inside}</svg>'
    )
