"""Grids ⇄ beats, for programs that keep every beat or no downbeats; shifting a track's times.

A grid is a sequence of markers (seconds, BPM); a beat list is what lies on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mixolydian.library.formats.collection import CollectionTrack, GridMarker

CLOSE = 0.001
"""seconds: a beat this near the next marker is that marker."""
LONGEST = 86400.0
"""seconds: no track is longer, and no time further away is meant."""
_FASTEST = 1000.0
"""BPM."""


def sound(grid: Sequence[GridMarker]) -> tuple[GridMarker, ...]:
    """The markers of `grid` that say something (times and BPM in range), rising, one per moment."""
    kept: list[GridMarker] = []
    for marker in sorted(grid, key=lambda marker: marker.time):
        if not (abs(marker.time) <= LONGEST and 1.0 <= marker.bpm <= _FASTEST):
            continue
        if kept and marker.time - kept[-1].time < CLOSE:
            kept.pop()
        kept.append(marker)
    return tuple(kept)


def shifted(track: CollectionTrack, seconds: float) -> CollectionTrack:
    """`track` with its grid and markers moved by `seconds` (a program's offset, offsets.py)."""
    if not seconds:
        return track
    grid = tuple(replace(mark, time=mark.time + seconds) for mark in track.grid)
    markers = tuple(
        replace(
            mark, time=mark.time + seconds, end=None if mark.end is None else mark.end + seconds
        )
        for mark in track.markers
    )
    return replace(track, grid=grid, markers=markers)


def on_downbeat(grid: tuple[GridMarker, ...]) -> tuple[GridMarker, ...]:
    """The same grid, its first marker moved on to a downbeat where there is room for that.

    For programs that take the first marker for a downbeat, or know none.
    """
    if not grid or grid[0].beat == 1:
        return grid
    first = grid[0]
    beats = first.meter - first.beat + 1
    moved = replace(first, time=first.time + beats * 60.0 / first.bpm, beat=1)
    if len(grid) > 1 and moved.time > grid[1].time - CLOSE:
        return grid
    return (moved, *grid[1:])


def beats_of(grid: Sequence[GridMarker], end: float) -> list[float]:
    """Every beat of `grid` in seconds, from its first marker to `end` (or its last marker)."""
    beats: list[float] = []
    stops = [marker.time for marker in grid[1:]]
    last = max(min(end, LONGEST), grid[-1].time + CLOSE)
    for marker, stop in zip(grid, [*stops, last], strict=True):
        period = 60.0 / marker.bpm
        count = max(int((stop - marker.time - CLOSE) // period) + 1, 1)
        beats.extend(marker.time + number * period for number in range(count))
    return beats


def grid_of(beats: Sequence[float], slack: float) -> tuple[GridMarker, ...]:
    """The fewest markers whose grid passes within `slack` seconds of all `beats` (rising).

    Each stretch is found by the cone of tempi that still fit; a round BPM is taken when it does.
    Bars are not known: every marker counts as beat 1 of 4.
    """
    markers: list[GridMarker] = []
    start = 0
    while start < len(beats) - 1:
        end, low, high = _stretch(beats, start, slack)
        markers.append(GridMarker(beats[start], _simplest(60.0 / high, 60.0 / low)))
        start = end
    return tuple(markers)


def _stretch(beats: Sequence[float], start: int, slack: float) -> tuple[int, float, float]:
    """The last beat one tempo reaches from `start`, and the shortest and longest period."""
    step = beats[start + 1] - beats[start]
    low, high = step - min(slack, step / 2), step + slack
    for end in range(start + 2, len(beats)):
        count, span = end - start, beats[end] - beats[start]
        lower, upper = max(low, (span - slack) / count), min(high, (span + slack) / count)
        if lower > upper:
            return end - 1, low, high
        low, high = lower, upper
    return len(beats) - 1, low, high


def _simplest(low: float, high: float) -> float:
    """The BPM with the fewest decimals between `low` and `high`."""
    middle = (low + high) / 2
    for decimals in range(5):
        rounded = round(middle, decimals)
        if low <= rounded <= high:
            return rounded
    return middle
