"""From a DJ's collection to answers: what another program says of a track, in our words.

A grid becomes tempo and beats, markers become cues. What says nothing new is told from what does,
so that a list that went out and came back unchanged makes nobody's answer of the machine's.
Times are in seconds. The way there is `collecting.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mixolydian.core.types import Analysis, Beats, Cue, Energy, Tags, Tempo, TempoSegment
from mixolydian.library.formats.collection import CollectionTrack, GridMarker, Marker
from mixolydian.library.formats.jams import Annotated
from mixolydian.theory.key import make_key
from mixolydian.theory.pitch import pitch_class
from mixolydian.workflows.marking import SAME_TIME

LOWEST_BPM, HIGHEST_BPM = 20.0, 400.0
SAME_BPM = 0.05
"""BPM within which a tempo without a grid says nothing new: programs show it to a tenth."""
_SAID = (
    ("mix-in", ("mix in", "intro", "in")),
    ("mix-out", ("mix out", "outro", "out")),
    ("breakdown", ("breakdown", "break")),
    ("drop", ("drop",)),
)
"""Kind of cue → how DJs call it."""
_FADES = {"fade-in": "mix-in", "fade-out": "mix-out"}


def answers_of(track: CollectionTrack, known: Analysis) -> dict[str, Any]:
    """question → value that `track` gives, for a sound of `known.duration` seconds.

    A grid gives tempo and beats, a tempo without a grid only tempo. Numbers that make no sense
    (a tempo outside 20–400 BPM, times outside the sound) give nothing.
    """
    grid = sensible(track.grid, known.duration)
    answers: dict[str, Any] = {}
    if grid:
        answers["tempo"], answers["beats"] = tempo_and_beats(grid, known.duration)
    elif not track.grid and track.bpm is not None and _is_tempo(track.bpm):
        answers["tempo"] = Tempo(float(track.bpm))
    if track.tonic is not None and track.mode is not None:
        answers["key"] = make_key(pitch_class(track.tonic), track.mode)
    if cues := cues_of(track.markers, known.duration):
        answers["cues"] = cues
    energy = known.value("energy")
    if track.energy is not None and energy is not None and 1 <= track.energy <= 10:
        answers["energy"] = Energy(track.energy, energy.times, energy.curve)
    if genre := track.genre.strip():
        answers["genre"] = Tags({genre: 1.0})
    return answers


def answers_of_jams(found: Annotated, known: Analysis) -> dict[str, Any]:
    """question → value that a JAMS file gives: beats as annotated, chords and sections besides."""
    answers = answers_of(found.track, known)
    if found.beats is not None:
        answers["beats"] = found.beats
    if found.keys:
        longest = max(found.keys, key=lambda change: change.end - change.start)
        changes = found.keys if len(found.keys) > 1 else ()
        answers["key"] = make_key(pitch_class(longest.tonic), longest.mode, 0.0, changes)
    if found.chords:
        answers["chords"] = found.chords
    if found.sections:
        answers["sections"] = found.sections
    return answers


def _is_tempo(bpm: float) -> bool:
    return LOWEST_BPM <= bpm <= HIGHEST_BPM


def sensible(grid: Sequence[GridMarker], duration: float) -> list[GridMarker]:
    """The markers of `grid` inside the sound, in order; none where any of them makes no sense."""
    good = all(_is_tempo(m.bpm) and 1 <= m.beat <= m.meter and math.isfinite(m.time) for m in grid)
    ordered = sorted(grid, key=lambda marker: marker.time)
    return [marker for marker in ordered if marker.time < duration] if good else []


def tempo_and_beats(grid: Sequence[GridMarker], duration: float) -> tuple[Tempo, Beats]:
    """The tempo and every beat of a grid, from the sound's start to its end.

    Beats go on before the first marker; a beat closer than half a beat before a marker gives way
    to the marker's own.
    """
    bounds = [0.0, *(marker.time for marker in grid[1:]), duration]
    segments, times, positions = [], [], []
    for n, marker in enumerate(grid):
        start, end, period = bounds[n], bounds[n + 1], 60.0 / marker.bpm
        first = 0 if n else -math.floor((marker.time + SAME_TIME) / period)
        reach = end - (0.5 * period if n + 1 < len(grid) else 0.0)
        numbers = np.arange(first, max(math.ceil((reach - marker.time) / period - 1e-9), 1))
        times.append(marker.time + numbers * period)
        positions.append((marker.beat - 1 + numbers) % marker.meter + 1)
        segments.append(TempoSegment(start, end, marker.bpm, marker.time))
    longest = max(segments, key=lambda segment: segment.end - segment.start)
    every = np.maximum(np.concatenate(times), 0.0)
    beats = Beats(every, np.concatenate(positions), grid[0].meter)
    return Tempo(longest.bpm, tuple(segments)), beats


def cues_of(markers: Iterable[Marker], duration: float) -> tuple[Cue, ...]:
    """The markers that say what they are as cues, in order of time.

    Fades are mixes in and out; other points count when their name says mix in, drop, breakdown
    or mix out. Hot cues count before memory cues. Every marker, whatever its name, is kept
    beside the answers as it was set.
    """
    inside = [marker for marker in markers if 0.0 <= marker.time <= duration]
    hot = [marker for marker in inside if marker.slot is not None] or inside
    found = {(marker.time, kind) for marker in hot if (kind := _kind(marker)) is not None}
    return tuple(Cue(time, kind) for time, kind in sorted(found))


def _kind(marker: Marker) -> str | None:
    if marker.kind in _FADES:
        return _FADES[marker.kind]
    words = " ".join(marker.name.lower().replace("_", " ").replace("-", " ").split())
    for kind, names in _SAID:
        if any(words == name or words.startswith(f"{name} ") for name in names):
            return kind
    return None


def moved(track: CollectionTrack, seconds: float) -> CollectionTrack:
    """`track` with its grid and markers `seconds` later."""
    if not seconds:
        return track
    grid = tuple(replace(marker, time=marker.time + seconds) for marker in track.grid)
    ends = [None if marker.end is None else marker.end + seconds for marker in track.markers]
    markers = tuple(
        replace(marker, time=marker.time + seconds, end=end)
        for marker, end in zip(track.markers, ends, strict=True)
    )
    return replace(track, grid=grid, markers=markers)


# ---------------------------------------------------------------------- the same or not


def nothing_new(
    question: str,
    new: Mapping[str, Any],
    known: Analysis,
    grid: Sequence[GridMarker],
    ours: Sequence[Sequence[GridMarker]],
    within: float,
) -> bool:
    """Whether the answer to `question` in `new` says only what is `known`.

    Tempo and beats are compared as grids: `grid` came in, `ours` are those that may have gone out.
    """
    if question in ("tempo", "beats") and grid:
        return any(same_grid(grid, known_grid, known.duration, within) for known_grid in ours)
    value, old = new[question], known.value(question)
    if old is None:
        return False
    if question == "tempo":
        tempi = [old.bpm, *(marker.bpm for markers in ours for marker in markers[:1])]
        return any(abs(value.bpm - bpm) <= SAME_BPM for bpm in tempi)
    if question == "beats":
        return _same_beats(value, old, within)
    if question == "key":
        return (value.tonic, value.mode) == (old.tonic, old.mode)
    if question == "energy":
        return bool(value.level == old.level)
    if question == "cues":
        return [cue.kind for cue in value] == [cue.kind for cue in old] and _same_times(
            [cue.time for cue in value], [cue.time for cue in old], within
        )
    return bool(value == old)


def same_grid(
    new: Sequence[GridMarker], old: Sequence[GridMarker], duration: float, within: float
) -> bool:
    """Whether two grids have the same beats, in the same places of the bar."""
    if not new or not old:
        return False
    (_, a), (_, b) = (tempo_and_beats(sensible(g, duration), duration) for g in (new, old))
    return _same_beats(a, b, within)


def _same_beats(new: Beats, old: Beats, within: float) -> bool:
    """One more beat at either end is no difference."""
    if new.meter != old.meter or not len(new.times) or not len(old.times):
        return False
    pairs = [(new, old, shift) for shift in (0, 1)] + [(old, new, 1)]
    return any(_aligned(a, b, shift, within) for a, b, shift in pairs)


def _aligned(a: Beats, b: Beats, shift: int, within: float) -> bool:
    """Whether beat `shift` + i of `a` is beat i of `b`."""
    length = min(len(a.times) - shift, len(b.times))
    if length < 1 or abs(len(a.times) - shift - len(b.times)) > 1:
        return False
    apart = np.abs(a.times[shift : shift + length] - b.times[:length])
    counted = a.positions[shift : shift + length] == b.positions[:length]
    return bool((apart <= within).all() and counted.all())


def _same_times(new: Sequence[float], old: Sequence[float], within: float) -> bool:
    return len(new) == len(old) and all(abs(a - b) <= within for a, b in zip(new, old, strict=True))


def same_markers(new: Sequence[Marker], old: Sequence[Marker], within: float) -> bool:
    """Whether the markers that came in lie on those that went out, as far as a program keeps
    so many: each on one of ours, and all of our hot cues among them."""
    there = [marker.time for marker in new]
    ours = [marker.time for marker in old]
    hot = [marker.time for marker in old if marker.slot is not None]
    return _all_near(there, ours, within) and _all_near(hot, there, within)


def _all_near(times: Iterable[float], others: Sequence[float], within: float) -> bool:
    return all(any(abs(time - other) <= within for other in others) for time in times)
