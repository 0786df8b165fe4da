"""The moments of two tracks that are laid side by side, bar by bar.

With spans given there is one alignment: the first beat of A's span on the first of B's. For
whole tracks a DJ would look for places that go together: windows of eight bars from the phrase
starts of A are laid beside those of B, all with all. `ratio` own beats of B pass in one of A.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.dj.portrait import Portrait

Span = tuple[float, float]
Float = NDArray[np.float64]

BARS = 8
MOST_WINDOWS = 12


@dataclass(frozen=True, eq=False)
class Moments:
    """`starts` (w,) in own beats of windows of `bars` bars, each `step` own beats long."""

    portrait: Portrait
    starts: Float
    bars: int
    step: float

    def rows(self, rows: NDArray[Any]) -> Float:
        """Means (w, bars, d) over each bar of `rows` (n, d), which have a row per beat."""
        first = self.starts[:, np.newaxis] + self.step * np.arange(self.bars)
        edges = np.clip(np.stack([first, first + self.step]), 0.0, len(rows))
        low = np.minimum(edges.astype(np.int64), len(rows) - 1)
        total = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, 0, np.float64)])
        summed = total[low] + (edges - low)[..., np.newaxis] * rows[low]
        width = np.maximum(edges[1] - edges[0], 1e-9)[..., np.newaxis]
        return np.asarray(np.maximum(summed[1] - summed[0], 0.0) / width)

    @cached_property
    def beats(self) -> NDArray[np.int64]:
        """Own beats (w, 4 · bars) at the quarters of each bar."""
        places = np.arange(4 * self.bars) * self.step / 4
        found = (self.starts[:, np.newaxis] + places).astype(np.int64)
        return np.clip(found, 0, self.portrait.n_beats - 1)


def moments(
    a: Portrait, b: Portrait, a_span: Span | None, b_span: Span | None, ratio: float
) -> tuple[Moments, Moments]:
    """The windows of both tracks, of equally many bars of A's meter.

    Raises
    ------
    RequestError
        A span is empty or lies outside its track.
    """
    step_a, step_b = float(a.meter), a.meter * ratio
    spans = (_checked(a, a_span), _checked(b, b_span))
    longest = min((s[1] - s[0]) / step for s, step in zip(spans, (step_a, step_b), strict=True))
    whole = a_span is None or b_span is None
    bars = max(1, int(min(longest, BARS) if whole else longest))
    return (
        Moments(a, _starts(a, a_span, spans[0], bars * step_a), bars, step_a),
        Moments(b, _starts(b, b_span, spans[1], bars * step_b), bars, step_b),
    )


def _checked(track: Portrait, span: Span | None) -> Span:
    first = float(max(0.0, track.grid.beat_at(0.0)))
    if span is None:
        return first, float(track.n_beats)
    start, end = span
    if not (0 <= start < end <= track.n_beats + 1e-6):
        raise RequestError(
            f"expected two beats of {track.title} in order, within 0–{track.n_beats}; found "
            f"{start:g}–{end:g}"
        )
    return start, min(end, float(track.n_beats))


def _starts(track: Portrait, span: Span | None, whole: Span, length: float) -> Float:
    """Where windows of `length` own beats start: where the span does, or at all phrases."""
    if span is not None:
        return np.array([whole[0]])
    found: list[float] = []
    for first, after in zip(
        _phrase_beats(track), [*_phrase_beats(track)[1:], whole[1]], strict=True
    ):
        found.extend(np.arange(first, max(first + 1.0, after - length / 2), length).tolist())
    inside = np.array([s for s in found if s + length <= whole[1] + 1e-6] or [whole[0]])
    chosen = np.linspace(0, len(inside) - 1, min(len(inside), MOST_WINDOWS)).round()
    return np.asarray(inside[chosen.astype(np.int64)], dtype=np.float64)


def _phrase_beats(track: Portrait) -> Sequence[float]:
    """Where phrases begin; the start of the track where none are known."""
    beats = [float(p.beat) for p in track.phrases]
    return beats or [float(track.meter * np.ceil(max(0.0, track.grid.beat_at(0.0)) / track.meter))]
