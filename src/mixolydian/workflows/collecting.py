"""From our library to a DJ's collection: what we know, as tracks with grids and markers.

The grid is the exact straight line (one per stretch of tempo) through the beats, counted from a
downbeat; hot cues are the moments a DJ marks, memory cues the sections. Cues that were set by hand
in a DJ program go out as they came in. The way back is `collected.py`. Times are in seconds.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mixolydian.core.types import (
    Analysis,
    Beats,
    Cue,
    Estimate,
    TempoSegment,
    Track,
)
from mixolydian.dj.grid import Grid
from mixolydian.dj.gridding import beat_numbers, gridding, straight
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    GridMarker,
    Marker,
)
from mixolydian.library.lists import KeptList, Marks, Rating
from mixolydian.library.records import HUMAN, TrackRow

HOT_CUES = 8
"""Hot-cue buttons every program has."""
SAME_TIME = 0.001
"""Seconds within which two times are one."""
COLORS = {
    "mix-in": (40, 226, 20),
    "drop": (230, 40, 40),
    "breakdown": (48, 90, 255),
    "mix-out": (255, 140, 0),
}
"""Kind of cue → the colour it goes out in."""
_NAMES = {"mix-in": "Mix in", "drop": "Drop", "breakdown": "Breakdown", "mix-out": "Mix out"}


def collection_of(
    catalogue: Catalogue, rows: Sequence[TrackRow], program: str = "mixolydian"
) -> Collection:
    """The tracks of `rows` with all we know of them, and the lists they are in.

    A track without a steady grid gets none, and a note says how many those are. Lists hold only
    tracks of `rows`; empty ones are left out.
    """
    ratings, marks = catalogue.ratings(), catalogue.marks()
    made = [
        collection_track(
            replace(catalogue.track(row.track_id), path=row.path),
            row.genre,
            ratings.get(row.track_id, Rating()),
            marks.get(row.track_id),
        )
        for row in rows
    ]
    loose = sum(not track.grid for track in made)
    notes = (f"{loose} tracks without a grid: no steady beat was heard in them",) if loose else ()
    paths = {track.track_id: track.path for track in made}
    return Collection(tuple(made), tuple(_lists(catalogue.lists(), paths)), program, notes)


def collection_track(
    track: Track, genre: str | None, rating: Rating, marks: Marks | None = None
) -> CollectionTrack:
    """One track as DJ programs know it; `marks` set by hand take the place of ours."""
    analysis, tags = track.analysis, track.tags
    key, energy = analysis.value("key"), analysis.value("energy")
    tempo, grid = analysis.value("tempo"), grid_of(analysis)
    return CollectionTrack(
        os.path.abspath(track.path),
        tags.title or os.path.splitext(os.path.basename(track.path))[0],
        tags.artist or "",
        tags.album or "",
        genre or "",
        comment_of(analysis),
        tags.year,
        track.duration,
        _main_bpm(grid, track.duration) or getattr(tempo, "bpm", None),
        getattr(key, "tonic", None),
        getattr(key, "mode", None),
        grid,
        markers_of(analysis) if marks is None else marks.markers,
        getattr(energy, "level", None),
        rating.rating,
        rating.color,
        rating.plays,
        rating.added,
        track.track_id,
    )


def comment_of(analysis: Analysis) -> str:
    """ "8A - Energy 7", as DJs are used to read it in comments; parts that are unknown are left
    out."""
    key, energy = analysis.value("key"), analysis.value("energy")
    parts = ([] if key is None else [key.camelot]) + (
        [] if energy is None else [f"Energy {energy.level}"]
    )
    return " - ".join(parts)


def grid_of(analysis: Analysis) -> tuple[GridMarker, ...]:
    """One marker per stretch of steady tempo; none where nobody may mix by the beat.

    What a human set stays in its stretches; what was heard is one line where that explains it.
    """
    tempo, beats = analysis.value("tempo"), analysis.value("beats")
    if tempo is not None and beats is not None and len(tempo.segments) and _set(analysis):
        return tuple(_set_markers(tempo.segments, beats))
    found = gridding(analysis)
    if not found.steady:
        return ()
    grid, meter = found.grid, found.meter
    first = math.ceil(float(grid.beat_at(0.0)) / meter - 1e-9) * meter
    starts = [float(first), *(b for b in grid.beats[2::2].tolist() if b > first)]
    return tuple(_marker(grid, beat, meter) for beat in starts)


def _marker(grid: Grid, beat: float, meter: int) -> GridMarker:
    time, bpm = float(grid.time_at(beat)), float(grid.bpm_at(beat))
    return GridMarker(max(0.0, time), bpm, int(beat) % meter + 1, meter)


def _set(analysis: Analysis) -> bool:
    """Whether a human set tempo and beats."""
    return all(is_human(analysis.estimates.get(question)) for question in ("tempo", "beats"))


def is_human(estimate: Estimate[Any] | None) -> bool:
    """Whether an answer is a human's."""
    provenance = None if estimate is None else estimate.provenance
    return provenance is not None and provenance.kind == HUMAN


def _set_markers(segments: Sequence[TempoSegment], beats: Beats) -> Iterator[GridMarker]:
    """A marker per segment, on its anchor, from the line through the segment's beats.

    Beats are kept to 0.1 ms and tempi to 0.001 BPM; the line is more exact than either.
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
            time, bpm = start + period * float(numbers[near]), 60.0 / period
        yield GridMarker(max(0.0, time), bpm, int(beats.positions[inside[near]]), beats.meter)


def markers_of(analysis: Analysis) -> tuple[Marker, ...]:
    """Hot cues where a DJ would set them (at most HOT_CUES), memory cues where sections begin."""
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
    return (*hot, *memory)


def _near(time: float, others: Iterable[float]) -> bool:
    return any(abs(time - other) <= 0.05 for other in others)


def _main_bpm(grid: Sequence[GridMarker], duration: float) -> float | None:
    """The tempo that holds longest."""
    ends = [*(marker.time for marker in grid[1:]), duration]
    lengths = [(end - m.time, m.bpm) for m, end in zip(grid, ends, strict=False)]
    return max(lengths)[1] if lengths else None


def _lists(kept: Iterable[KeptList], paths: Mapping[str, str]) -> Iterator[CollectionList]:
    for entry in kept:
        tracks = tuple(paths[i] for i in entry.track_ids if i in paths)
        if tracks:
            yield CollectionList(entry.name, tracks, entry.folder, entry.date)
