"""The last milliseconds: a track's grid bent to what its strokes do where it meets another.

A grid fits a whole track, but the hat that carries an intro may lie some milliseconds off the kick
that carries the rest, and in an overlap two such hands are heard as a flam. So in every overlap
each track is moved by the median its own strokes have there, in the band in which both are
surest; between two overlaps it goes from one shift to the other within a few beats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.dj.certifying.attacks import BANDS
from mixolydian.dj.certifying.strokes import scatter_of
from mixolydian.dj.certifying.timing import SYSTEMATIC
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import MixPlan, PlannedTrack, Transition
from mixolydian.dj.portrait import Portrait

FEWEST = 6
"""strokes under which nothing is moved."""
SURE = 0.006
"""Scatter in seconds (a robust standard deviation) over which strokes mark no beat."""
FARTHEST = 0.020
"""seconds a track is moved at most."""
BESIDE = 16
"""beats looked at beside a transition that is shorter than that."""
GLIDE = 8.0
"""own beats in which a track goes from one shift to the next: less than 4 cents at 20 ms."""


def nudged(plan: MixPlan, portraits: Sequence[Portrait]) -> MixPlan:
    """`plan` with each track's grid bent to its strokes in its overlaps."""
    shifts = [[0.0, 0.0] for _ in plan.tracks]
    for i, (transition, pair) in enumerate(
        zip(plan.transitions, pairwise(range(len(plan.tracks))), strict=True)
    ):
        a, b = (plan.tracks[k] for k in pair)
        if a.locked and b.locked:
            out, into = _shifts(transition, (a, b), (portraits[i], portraits[i + 1]))
            shifts[i][1], shifts[i + 1][0] = out, into
    tracks = [_bent(plan, i, *both) for i, both in enumerate(shifts)]
    return replace(plan, tracks=tuple(tracks))


def _shifts(
    transition: Transition,
    tracks: tuple[PlannedTrack, PlannedTrack],
    portraits: tuple[Portrait, Portrait],
) -> tuple[float, float]:
    """Seconds by which the strokes of both decks come late where they meet."""
    if any(p.strokes.shape != (p.n_beats, 2) for p in portraits):
        return 0.0, 0.0
    beats = np.arange(np.ceil(transition.start), transition.end)
    if len(beats) >= BESIDE:
        late = np.stack([_heard(t, p, beats) for t, p in zip(tracks, portraits, strict=True)])
        late[:, np.isnan(late).any(axis=0)] = np.nan  # only where both strike can they be compared
    else:
        middle = np.round((transition.start + transition.end) / 2)
        places = middle - 1 - np.arange(BESIDE), middle + np.arange(BESIDE)
        each = zip(tracks, portraits, places, strict=True)
        late = np.stack([_heard(track, portrait, at) for track, portrait, at in each])
    doubts = [
        float(np.hypot(sum(_doubt(side[:, band]) for side in late), SYSTEMATIC[name] / 1e3))
        for band, name in enumerate(BANDS)
    ]
    band = int(np.argmin(doubts))
    if not np.isfinite(doubts[band]):
        return 0.0, 0.0
    out, into = np.clip(np.nanmedian(late[:, :, band], axis=1), -FARTHEST, FARTHEST)
    return float(out), float(into)


def _heard(track: PlannedTrack, portrait: Portrait, mix_beats: FloatArray) -> FloatArray:
    """The strokes (m, 2) of a track on mix beats (m,); NaN where it does not play, or where
    no beat of its own falls."""
    own = own_beats(track, mix_beats)
    nearest = np.round(np.nan_to_num(own, nan=-1.0)).astype(int)
    there = (np.abs(own - nearest) < 1e-3) & (nearest >= 0) & (nearest < portrait.n_beats)
    late = np.full((len(own), 2), np.nan)
    late[there] = portrait.strokes[nearest[there]]
    return late


def own_beats(track: PlannedTrack, mix_beats: FloatArray) -> FloatArray:
    """Own beats (m,) heard on mix beats (m,); NaN where the track does not play."""
    end = track.at + track.beats_heard / track.ratio
    plays = (mix_beats >= track.at) & (mix_beats < end)
    return np.where(plays, track.own_beats(mix_beats), np.nan)


def _doubt(late: FloatArray) -> float:
    """Standard error of a median, in seconds; infinite where there is too little to go by."""
    known = late[~np.isnan(late)]
    if len(known) < FEWEST:
        return np.inf
    scatter = scatter_of(known)
    return (scatter + 2e-4) / np.sqrt(len(known)) if scatter < SURE else np.inf


def _bent(plan: MixPlan, i: int, first: float, last: float) -> PlannedTrack:
    """Track `i` moved by `first` seconds until its way in is over, and by `last` after that."""
    track = plan.tracks[i]
    first, last = (last if i == 0 else first), (first if i == len(plan.transitions) else last)
    if first == last == 0.0:
        return track
    over = plan.transitions[i - 1].end if i else track.at
    ready = float(np.nan_to_num(own_beats(track, np.array([over]))[0], nan=track.start))
    knots = np.array([ready, ready + GLIDE * track.ratio])
    grid = track.grid
    beats = np.unique(np.concatenate([grid.beats, knots, [knots[0] - 1, knots[1] + 1]]))
    moved = np.interp(beats, knots, [first, last])
    return replace(track, grid=Grid(grid.time_at(beats) + moved, beats))
