"""Where a track's grid and cues go: the markers that a DJ program is given.

The grid is the exact straight line (one per stretch of tempo) through the beats, counted from a
downbeat, or that line as a portrait attuned it; hot cues are the moments a DJ marks, memory cues
the sections, both on the beats of the grid where one is near. Times are in seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from mixolydian.core.types import Analysis, Beats, Cue, TempoSegment
from mixolydian.dj.grid import Grid
from mixolydian.dj.gridding import beat_numbers, gridding, straight
from mixolydian.library.formats.collection import GridMarker, Marker

HOT_CUES = 8
"""Hot-cue buttons every program has."""
SAME_TIME = 0.001
"""Seconds within which two times are one."""
SAME_LINE = 0.0002
"""Seconds by which two lines part at most, over a whole stretch, that are one: beats are kept to
half of that."""
SNAP = 0.020
"""Seconds within which a cue means the beat beside it: an analysis hears in frames of 12 ms."""
COLORS = {
    "mix-in": (40, 226, 20),
    "drop": (230, 40, 40),
    "breakdown": (48, 90, 255),
    "mix-out": (255, 140, 0),
}
"""Kind of cue → the colour it goes out in."""
_NAMES = {"mix-in": "Mix in", "drop": "Drop", "breakdown": "Breakdown", "mix-out": "Mix out"}


def grid_of(analysis: Analysis, attuned: Grid | None = None) -> tuple[GridMarker, ...]:
    """One marker per stretch of steady tempo; none where nobody may mix by the beat.

    What a human set stays in its stretches; what was heard is one line where that explains it, or
    the `attuned` grid of the track's portrait.
    """
    tempo, beats = analysis.value("tempo"), analysis.value("beats")
    if tempo is not None and beats is not None and len(tempo.segments) and _set(analysis):
        return tuple(_set_markers(tempo.segments, beats))
    if attuned is not None and beats is not None:
        return _lines(attuned, beats.meter)
    found = gridding(analysis)
    return _lines(found.grid, found.meter) if found.steady else ()


def _lines(grid: Grid, meter: int) -> tuple[GridMarker, ...]:
    """A marker per stretch, the first on the first downbeat in the sound."""
    first = math.ceil(float(grid.beat_at(0.0)) / meter - 1e-9) * meter
    starts = [float(first), *(b for b in grid.beats[2::2].tolist() if b > first)]
    return tuple(_marker(grid, beat, meter) for beat in starts)


def _marker(grid: Grid, beat: float, meter: int) -> GridMarker:
    time, bpm = float(grid.time_at(beat)), float(grid.bpm_at(beat))
    return GridMarker(max(0.0, time), bpm, int(beat) % meter + 1, meter)


def _set(analysis: Analysis) -> bool:
    """Whether a human set tempo and beats."""
    return analysis.is_human("tempo") and analysis.is_human("beats")


def _set_markers(segments: Sequence[TempoSegment], beats: Beats) -> Iterator[GridMarker]:
    """A marker per segment, on its anchor, from the line through the segment's beats.

    Beats are kept to 0.1 ms and tempi to 0.001 BPM; the line is more exact than either. A tempo
    that says the same goes out as it was set: 131, not 130.999999.
    """
    for segment in segments:
        inside = np.flatnonzero(
            (beats.times >= segment.start - SAME_TIME) & (beats.times < segment.end - SAME_TIME)
        )
        if not len(inside):
            continue
        times = beats.times[inside]
        near = int(np.abs(times - segment.anchor).argmin())
        time, bpm = float(times[near]), segment.bpm
        if len(times) > 2:
            numbers = beat_numbers(times)
            period, start = straight(numbers, times)
            time = start + period * float(numbers[near])
            drift = abs(60.0 / segment.bpm - period) * float(np.ptp(numbers))
            bpm = segment.bpm if drift < SAME_LINE else 60.0 / period
        yield GridMarker(max(0.0, time), bpm, int(beats.positions[inside[near]]), beats.meter)


def markers_of(analysis: Analysis, grid: Sequence[GridMarker] = ()) -> tuple[Marker, ...]:
    """Hot cues where a DJ would set them (at most HOT_CUES), memory cues where sections begin;
    on a beat of `grid` where one is near."""
    cues = list(analysis.value("cues") or ())
    taken = [cue.time for cue in cues if cue.kind == "drop"]
    drops = analysis.value("drops") or ()
    cues += [Cue(d.time, "drop") for d in drops if not _near(d.time, taken)]
    cues.sort(key=lambda cue: cue.time)
    hot = [
        Marker(cue.time, slot=n, name=_NAMES.get(cue.kind, cue.kind), color=COLORS.get(cue.kind))
        for n, cue in enumerate(cues[:HOT_CUES])
    ]
    sections = analysis.value("sections") or ()
    memory = [Marker(section.start, name=section.label.capitalize()) for section in sections]
    return tuple(_moved(marker, _on_beat(marker.time, grid)) for marker in (*hot, *memory))


def _moved(marker: Marker, time: float) -> Marker:
    return marker if time == marker.time else replace(marker, time=time)


def _on_beat(time: float, grid: Sequence[GridMarker]) -> float:
    """The beat of `grid` at `time` if one is within SNAP: a player that is told to keep to the
    beat would jump by the difference."""
    before = [marker for marker in grid if marker.time <= time + SNAP] or list(grid[:1])
    if not before:
        return time
    period = 60.0 / before[-1].bpm
    beat = before[-1].time + round((time - before[-1].time) / period) * period
    return beat if abs(beat - time) <= SNAP and beat >= 0.0 else time


def _near(time: float, others: Iterable[float]) -> bool:
    return any(abs(time - other) <= 0.05 for other in others)
