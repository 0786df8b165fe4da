"""Sections: where the music changes, and what each part is called.

Boundaries lie on bar lines. The bars between two boundaries should sound alike and their
number should be a usual one: the partition of the piece that best weighs both is found by
dynamic programming, as block-matching segmentation does on bars (Marmoret, Cohen &
Bimbot, TISMIR 2023), here with a plain Gaussian model of the bars' sound instead of
self-similarity, and with phrase lengths as prior. Labels follow from what plays: drums,
bass, what lies between, how these rise inside the section, and what follows.

Two vocabularies: club music (intro, verse, buildup, drop, breakdown, bridge, outro), and
songs (intro, verse, chorus, bridge, breakdown, outro), told apart by whether any
full section is built up to.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.types import Beats, Estimate, Section
from mixolydian.estimators.base import Estimator, Given, unanswered
from mixolydian.estimators.form import (
    BeatGrid,
    Sound,
    bar_phase,
    beat_grid,
    beat_sound,
    contrast,
    decibel,
    describe_bars,
)

FloatArray = NDArray[np.float64]

LENGTH_SHARES = {
    1: 0.001, 2: 0.035, 3: 0.004, 4: 0.2, 6: 0.02, 8: 0.36, 12: 0.05, 16: 0.2, 20: 0.01,
    24: 0.04, 28: 0.005, 32: 0.05,
}  # fmt: skip
"""How often a section has so many bars, from 730 annotated songs (Harmonix set: 8 bars
48 %, 16 bars 15 %, 4 bars 11 %), leaning to the powers of two of club music."""
OTHER_EVEN, OTHER_ODD, OTHER_FOURS = 0.004, 0.003, 0.006
LONGEST = 64
SPREAD = 0.22
"""Squared distance between bars that still sound alike (see ``describe_bars``)."""


def length_costs(longest: int = LONGEST) -> FloatArray:
    """−log share (longest + 1,) of a section of so many bars; index 0 is unused."""
    shares = np.where(np.arange(longest + 1) % 2, OTHER_ODD, OTHER_EVEN)
    shares[::4] = OTHER_FOURS
    for bars, share in LENGTH_SHARES.items():
        shares[bars] = share
    return np.asarray(-np.log(shares))


def partition(points: FloatArray, spread: float) -> list[int]:
    """Boundaries (0 … n_bars) of the best partition of bars `points` (n_dimensions, n_bars).

    Minimises Σ squared distance to the section's mean / (2 spread) + Σ length cost.
    """
    n = points.shape[1]
    total = np.concatenate([np.zeros((len(points), 1)), np.cumsum(points, axis=1)], axis=1)
    square = np.concatenate([[0.0], np.cumsum((points**2).sum(axis=0))])
    costs = length_costs()
    best, back = np.zeros(n + 1), np.zeros(n + 1, dtype=int)
    for end in range(1, n + 1):
        start = np.arange(max(0, end - LONGEST), end)
        length = end - start
        inside = square[end] - square[start]
        inside -= ((total[:, [end]] - total[:, start]) ** 2).sum(axis=0) / length
        cost = best[start] + inside / (2 * spread) + costs[length]
        chosen = int(cost.argmin())
        best[end], back[end] = cost[chosen], start[chosen]
    boundaries = [n]
    while boundaries[-1] > 0:
        boundaries.append(int(back[boundaries[-1]]))
    return boundaries[::-1]


@dataclass(frozen=True)
class Part:
    """One section as the labels see it.

    `drums`, `bass` and `filling` (everything between bass and cymbals) run from 0 (absent)
    to 1 (as in the piece's own full parts); `rise` is how far the noise and the strokes
    above the bass swell from the part's start to its end.
    """

    bars: int
    drums: float
    bass: float
    filling: float
    rise: float

    @property
    def is_full(self) -> bool:
        """Whether drums and bass both play."""
        return self.bass > 0.55 and self.drums > 0.35

    @property
    def energy(self) -> float:
        """0–1: what plays, and how much."""
        return 0.4 * self.drums + 0.35 * self.bass + 0.25 * self.filling


def describe_parts(sound: Sound, boundaries: list[int]) -> list[Part]:
    """The parts between bar `boundaries`; `sound` has one column per bar.

    Bass is judged by the mean dB of the lowest band, which a kick alone fills for only a
    third of each beat; drums by the strokes per bar, half of them the kick's.
    """
    bass = sound.soft[0] - np.percentile(sound.soft[0], 85)
    filling, high = decibel(sound.mid), decibel(sound.high)
    busy = np.maximum(np.percentile(sound.onsets, 85, axis=1, keepdims=True), 1e-9)
    strokes = np.minimum(sound.onsets / busy, 1.2)
    drums = 0.5 * strokes[0] + 0.5 * strokes[2:].mean(axis=0)
    swell = high / 12 + strokes[2:].mean(axis=0)
    parts = []
    for start, end in itertools.pairwise(boundaries):
        quarter = max(1, (end - start) // 4)
        parts.append(
            Part(
                bars=end - start,
                drums=float(np.clip(drums[start:end].mean(), 0.0, 1.0)),
                bass=_presence(bass[start:end].mean(), 15.0),
                filling=_presence(filling[start:end].mean(), 15.0),
                rise=float(
                    swell[end - quarter : end].mean() - swell[start : start + quarter].mean()
                ),
            )
        )
    return parts


def _presence(level: Any, span: float) -> float:
    """1 at 0 dB, 0 at −`span` dB and below."""
    return float(np.clip(1 + level / span, 0.0, 1.0))


def label_parts(parts: list[Part], beats_per_bar: int = 4) -> list[str]:
    """A label for each part; see the module's text for the two vocabularies."""
    if len(parts) == 1:
        return ["verse"]
    builds = [_builds_up(parts, i) for i in range(len(parts))]
    if _is_club(parts, builds, beats_per_bar):
        return _label_club(parts, builds)
    return _label_song(parts)


def _builds_up(parts: list[Part], i: int) -> bool:
    """Whether part `i` leads into a full part by swelling, or by strokes after none."""
    if i + 1 >= len(parts) or parts[i].is_full or not parts[i + 1].is_full:
        return False
    rolls = i > 0 and parts[i].bars <= 8 and parts[i].drums > parts[i - 1].drums + 0.3
    return parts[i].bars <= 16 and (parts[i].rise > 0.4 or (rolls and not parts[i - 1].is_full))


def _is_club(parts: list[Part], builds: list[bool], beats_per_bar: int) -> bool:
    """Club music is built up, and returns to full parts out of empty ones; songs go on
    from one full part to another, or are not in four.
    """
    pairs = list(itertools.pairwise(parts[1:-1]))
    steps = sum(a.is_full and b.is_full and abs(a.energy - b.energy) > 0.02 for a, b in pairs)
    returns = sum(not a.is_full and b.is_full for a, b in itertools.pairwise(parts[1:]))
    return 2 * sum(builds) + returns - 1.5 * steps - 3 * (beats_per_bar != 4) > 0


def _opens(parts: list[Part], top: Part) -> bool:
    """Whether the first part is an introduction: less than what follows, and not long."""
    first = parts[0]
    less = not first.is_full or first.energy < top.energy - 0.04
    return less and first.bars <= 16


def _closes(parts: list[Part], top: Part) -> bool:
    """Whether the last part is a way out: thinner than the full parts, and not long."""
    last = parts[-1]
    less = not last.is_full or last.filling < top.filling - 0.04
    return less and last.bars <= 16


def _label_club(parts: list[Part], builds: list[bool]) -> list[str]:
    top = max(parts, key=lambda part: part.energy)
    labels: list[str] = []
    for i, part in enumerate(parts):
        if builds[i]:
            labels.append("buildup")
        elif i == 0 and _opens(parts, top):
            labels.append("intro")
        elif i == len(parts) - 1 and _closes(parts, top):
            labels.append("outro")
        elif part.is_full:
            weak = part.energy < top.energy - 0.12
            after_intro = bool(labels) and labels[-1] in ("intro", "verse")
            labels.append(
                "verse" if weak or (after_intro and builds[i + 1 :][:1] == [True]) else "drop"
            )
        else:
            labels.append("breakdown")
    return labels


def _label_song(parts: list[Part]) -> list[str]:
    top = max(parts, key=lambda part: part.energy)
    full = [p.energy for p in parts if p.is_full] or [p.energy for p in parts]
    high = (max(full) + min(full)) / 2
    labels: list[str] = []
    for i, part in enumerate(parts):
        if i == 0 and _opens(parts, top):
            labels.append("intro")
        elif i == len(parts) - 1 and _closes(parts, top):
            labels.append("outro")
        elif not part.is_full:
            labels.append("bridge")
        else:
            labels.append("chorus" if part.energy >= high else "verse")
    return labels


@dataclass(frozen=True)
class SectionsEstimator(Estimator):
    """Boundaries and labels by bars; see the module's text."""

    question: ClassVar[str] = "sections"
    version: ClassVar[str] = "2"
    needs: ClassVar[tuple[str, ...]] = ("beats",)
    min_seconds: ClassVar[float] = 8.0

    spread: float = SPREAD
    """Squared distance between bars that still sound alike (see ``describe_bars``)."""

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """Sections from the start to the end of the sound."""
        beats = beats_of(given)
        grid = beat_grid(features, beats)
        sound = beat_sound(features, grid.times)
        lines = grid.bars(bar_phase(grid, sound))
        if len(lines) < 3:
            return unanswered(f"needs at least 2 bars, found {len(lines) - 1}")
        bars = sound.gather(lines)
        points = describe_bars(bars)
        boundaries = partition(points, self.spread)
        parts = describe_parts(bars, boundaries)
        labels = label_parts(parts, grid.beats_per_bar)
        edges = _edges(grid, grid.times[lines[boundaries]], sound)
        sections = tuple(
            Section(float(a), float(b), label, round(part.energy, 4))
            for a, b, label, part in zip(edges[:-1], edges[1:], labels, parts, strict=True)
        )
        return Estimate(sections, confidence=_confidence(points, boundaries, grid.steady))


def beats_of(given: Given) -> Beats | None:
    """The beats answered, if any."""
    estimate = given.get("beats")
    value = None if estimate is None else estimate.value
    return value if isinstance(value, Beats) else None


def _edges(grid: BeatGrid, times: FloatArray, sound: Sound) -> FloatArray:
    """Boundary `times`; moved to the strongest change nearby where no beats are known."""
    edges = times.copy()
    if not grid.steady:
        change = contrast(describe_bars(sound), 8)
        for i in range(1, len(edges) - 1):
            at = int(np.argmin(np.abs(grid.times - edges[i])))
            near = np.arange(max(1, at - 3), min(len(change) - 1, at + 4))
            edges[i] = grid.times[near[int(change[near].argmax())]]
    edges[0] = grid.start if edges[0] - grid.start < 4 * grid.beat else edges[0]
    return np.asarray(np.maximum.accumulate(edges))


def _confidence(points: FloatArray, boundaries: list[int], steady: bool) -> float:
    """Probability that a boundary is right, from how clear the changes are at them."""
    change = contrast(points, 4)
    inner = boundaries[1:-1]
    if not inner:
        return 0.5 if steady else 0.25
    clear = float(np.mean(change[inner] / (change[inner] + 0.3)))
    return float(np.clip((0.5 + 0.5 * clear) * (1.0 if steady else 0.65), 0.0, 0.97))
