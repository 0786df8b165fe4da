"""What sounds against what, bar by bar, while two tracks are heard together: harmony and groove.

Tonal vectors and onset patterns of the bars after every point are compared with those after every
point of the other track at once, one matrix product per bar; a template then weighs the bars by
how much of both tracks is heard in each.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray
from mixolydian.dj.compatibility.tonal import tonal_vectors
from mixolydian.dj.transitions.kinds import Template
from mixolydian.dj.transitions.profile import CHROMA, Profile, profile_of
from mixolydian.dj.transitions.shapes import bar_overlap
from mixolydian.dj.transitions.space import Space

IntArray = NDArray[np.int64]
SLOTS = 4
"""of an onset pattern per beat of the mix."""
DOUBT = 1.0
"""bars' worth of `NEUTRAL` that a sum starts with: what is hardly heard is neither good nor bad."""
NEUTRAL = 0.65
CLEAR = 9.0
"""length of a tonal vector whose harmony is clear; one pitch has 27, a triad about 16."""
TONAL_RANGE = (-0.35, 0.55)
"""cosine of two tonal vectors at which a bar is worth 0 and 1; bars of composed and recorded
tracks in one key lie about 0.41, a fifth apart 0.26, a tritone apart -0.31."""
GROOVE_RANGE = (-0.1, 0.7)
"""correlation of two onset patterns at which a bar is worth 0 and 1."""
Groups = dict[tuple[int, int, float], list[int]]


def harmonies(space: Space, shifts: tuple[int, ...]) -> FloatArray:
    """Worth (O, I, C, R) of what sounds together, for each of `shifts` semitones (R,) by which
    the incoming track is moved."""
    found = np.full((*space.feasible.shape, len(shifts)), NEUTRAL)

    def compare(weights: FloatArray, bars: tuple[IntArray, IntArray], c: list[int]) -> None:
        va, ca = _tonal(profile_of(space.a), space.points_a, bars[0], space.bar_a)
        vb, cb = _tonal(profile_of(space.b), space.points_b, bars[1], space.bar_b)
        clear = ca[:, :, np.newaxis] * cb[:, np.newaxis, :]
        for r, shift in enumerate(shifts):
            turned = vb * np.exp(-2j * np.pi * np.arange(1, 7) * shift / 12)
            alike = (va @ np.conj(turned).transpose(0, 2, 1)).real
            found[:, :, c, r] = _weighed(_between(alike, TONAL_RANGE), clear, weights)

    _each_group(space, compare)
    return found


def grooves(space: Space) -> FloatArray:
    """Worth (O, I, C) of the rhythms that are heard together."""
    found = np.full(space.feasible.shape, NEUTRAL)

    def compare(weights: FloatArray, bars: tuple[IntArray, IntArray], c: list[int]) -> None:
        meter = space.relation.meter
        pa, ca = _pattern(profile_of(space.a), space.points_a, bars[0], space.bar_a, meter)
        pb, cb = _pattern(profile_of(space.b), space.points_b, bars[1], space.bar_b, meter)
        worth = _between(pa @ pb.transpose(0, 2, 1), GROOVE_RANGE)
        clear = ca[:, :, np.newaxis] * cb[:, np.newaxis, :]
        found[:, :, c] = _weighed(worth, clear, weights)

    _each_group(space, compare)
    return found


def _each_group(
    space: Space,
    compare: Callable[[FloatArray, tuple[IntArray, IntArray], list[int]], None],
) -> None:
    """Templates whose bars run alike are compared at once: all without loops, and each loop."""
    groups: Groups = {}
    for c, t in enumerate(space.templates):
        if t.enters:
            continue
        groups.setdefault((t.loop_out, t.loop_in, t.swap if t.loop_in else 0.0), []).append(c)
    for some in groups.values():
        chosen = [space.templates[c] for c in some]
        before = max(t.anchor for t in chosen)
        after = max(t.bars - t.anchor for t in chosen)
        weights = np.stack([_placed(t, space.relation.meter, before, after) for t in chosen])
        compare(weights, _bars(chosen[0], before, after), some)


def _placed(template: Template, meter: int, before: int, after: int) -> FloatArray:
    """How much both decks are heard in each bar around the point."""
    placed = np.zeros(before + after)
    begin = before - template.anchor
    placed[begin : begin + template.bars] = bar_overlap(template, meter)
    return placed


def _bars(template: Template, before: int, after: int) -> tuple[IntArray, IntArray]:
    """Bars of each track, counted from its point, that are heard in each bar around it."""
    k = np.arange(-before, after)
    out = k % template.loop_out if template.loop_out else k
    if not template.loop_in:
        return out, k
    swap = int(template.swap)
    return out, np.where(k < swap, k % template.loop_in, k - swap + template.loop_in)


def _tonal(
    profile: Profile, points: FloatArray, bars: IntArray, bar: float
) -> tuple[NDArray[np.complex128], FloatArray]:
    """Unit tonal vectors (K, P, 6) of the bars from each point on, and how clear they are."""
    begin = points[np.newaxis, :] + bar * bars[:, np.newaxis]
    vectors = tonal_vectors(profile.means(begin, begin + bar)[..., CHROMA])
    length = np.linalg.norm(vectors, axis=-1)
    units = vectors / np.maximum(length, 1e-9)[..., np.newaxis]
    return units, np.minimum(length / CLEAR, 1.0)


def _pattern(
    profile: Profile, points: FloatArray, bars: IntArray, bar: float, meter: int
) -> tuple[FloatArray, FloatArray]:
    """Onset patterns (K, P, SLOTS × meter × 3) without their mean, of length 1; whether any."""
    slots = SLOTS * meter
    x = bar * np.arange(slots + 1) / slots
    begin = points[np.newaxis, :] + bar * bars[:, np.newaxis]
    hits = profile.grooves(begin[..., np.newaxis] + x)
    hits = hits - hits.mean(axis=-2, keepdims=True)
    flat = hits.reshape(*hits.shape[:-2], -1)
    length = np.linalg.norm(flat, axis=-1)
    units: FloatArray = flat / np.maximum(length, 1e-9)[..., np.newaxis]
    sure: FloatArray = np.minimum(length, 1.0)
    return units, sure


def _between(x: FloatArray, limits: tuple[float, float]) -> FloatArray:
    return np.asarray(np.clip((x - limits[0]) / (limits[1] - limits[0]), 0.0, 1.0))


def _weighed(worth: FloatArray, clear: FloatArray, weights: FloatArray) -> FloatArray:
    """Mean worth (O, I, c) over the bars (K, O, I), weighed by clearness and by `weights`
    (c, K)."""
    bars, o, i = worth.shape
    both = np.concatenate([(worth * clear).reshape(bars, -1), clear.reshape(bars, -1)], axis=1)
    summed = (weights @ both).reshape(len(weights), 2, o, i)
    mean = (summed[:, 0] + DOUBT * NEUTRAL) / (summed[:, 1] + DOUBT)
    turned: FloatArray = mean.transpose(1, 2, 0)
    return turned
