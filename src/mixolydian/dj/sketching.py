"""A track's sketch: a portrait out of its analysis alone, without listening to the sound again.

Grid, phrases, sections, drops, key, chords, energy and timbre are those of a portrait; what only
the sound tells is put in as it usually is: pitches as the chords have them, a level that follows
the energy, a kick on every beat, bass where the energy is, and no voices. Good enough to choose
among hundreds of tracks (the value of a transition goes with the portraits' at r = 0.96, over 250
pairs of 24 composed and 25 recorded tracks), not to mix: nothing may be rendered from it. A
portrait is a sketch with that put right by ear (`portraying.py`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import EmptySignalError
from mixolydian.core.types import Analysis, Beats, Drop, Energy, Loudness, frozen_array
from mixolydian.dj import beatwise
from mixolydian.dj.grid import Grid
from mixolydian.dj.gridding import Gridding, gridding
from mixolydian.dj.portrait import SEMITONES, TEXTURES, Float32, Phrase, Portrait
from mixolydian.theory.chord import parse_chord

Float = NDArray[np.float64]
SHORTEST = 8.0
"""Seconds a track must last: less than that is a sample, not a track."""
SNAP = 0.2
"""Beats within which a drop is on the beat."""
RANGE = 20.0
"""LU that the level moves with the energy curve from 0 to 1."""
STROKES = ((1.0, 0.2, 0.3), (0.1, 0.2, 0.4), (0.2, 0.4, 0.9), (0.1, 0.2, 0.4))
"""onsets of the quarters of a beat in the low, mid and high band: a kick, and a hat between."""
BANDS = (0.05, 0.01, 0.003)
"""mean power of the bands at the strongest."""
FAINT = 0.03
"""what each pitch class that is not in the chord has of the sound."""


def sketch(
    analysis: Analysis,
    found: Gridding | None = None,
    *,
    track_id: str,
    path: str,
    title: str,
    artist: str,
) -> Portrait:
    """The sketch of the track whose answers are `analysis`, on the grid `found`, or that of its
    own beats.

    Raises
    ------
    EmptySignalError
        It is silent, or shorter than 8 s.
    """
    loudness = check_sounds(analysis, path)
    found = found or gridding(analysis)
    n = max(int(np.ceil(found.grid.beat_at(analysis.duration) - 1e-6)), 1)
    edges = edges_of(found.grid, n, analysis.duration)
    key = analysis.estimates.get("key")
    energy = _energy(analysis.value("energy"), edges)
    chords = beatwise.longest_chords(analysis.value("chords"), edges)
    chroma = frozen_array([_pitches(label) for label in chords], np.float32).reshape(n, 12)
    return Portrait(
        track_id=track_id,
        path=path,
        title=title,
        artist=artist,
        duration=analysis.duration,
        bpm=_main_bpm(found.grid, n),
        meter=found.meter,
        steady=found.steady,
        reason=found.reason,
        grid=found.grid,
        grid_confidence=found.confidence,
        phrases=_phrases(analysis, found, n),
        sections=tuple(analysis.value("sections") or ()),
        drops=_drops(analysis.value("drops"), found),
        key=analysis.value("key"),
        key_confidence=0.0 if key is None or key.value is None else _sure(key.confidence),
        tuning=0.0 if key is None or key.value is None else key.value.tuning_cents,
        lufs=loudness.lufs,
        true_peak=loudness.true_peak_dbtp,
        chords=chords,
        bands=np.outer(_share(energy), BANDS).astype(np.float32),
        level=(RANGE * (_share(energy) - 1.0)).astype(np.float32),
        energy=energy.astype(np.float32),
        vocals=_alike(n, 0.0),
        onsets=_alike(n, STROKES),
        chroma=chroma,
        bass_chroma=chroma,
        salience=_alike(n, np.zeros(SEMITONES)),
        texture=_alike(n, np.zeros(TEXTURES)),
        vector=_vector(analysis),
    )


def check_sounds(analysis: Analysis, path: str, silent: bool = False) -> Loudness:
    """The track's loudness; a refusal of what cannot be mixed at all.

    Raises
    ------
    EmptySignalError
        It is `silent`, or shorter than 8 s.
    """
    if analysis.duration < SHORTEST:
        raise EmptySignalError(
            f"{path}: expected a track of at least {SHORTEST:g} s, found "
            f"{analysis.duration:.1f} s; leave it out"
        )
    loudness = analysis.value("loudness")
    if silent or not isinstance(loudness, Loudness):
        raise EmptySignalError(f"{path}: expected a track that sounds, found silence; leave it out")
    return loudness


def edges_of(grid: Grid, n: int, duration: float) -> Float:
    """Seconds (n + 1,) between which the `n` beats lie; the last ends with the track."""
    return np.asarray(np.minimum(grid.time_at(np.arange(n + 1)), duration))


# ---------------------------------------------------------------------- what is told


def _main_bpm(grid: Grid, n: int) -> float:
    """The tempo most of the track has."""
    return float(np.median(grid.bpm_at(np.arange(n))))


def _sure(confidence: float | None) -> float:
    return 1.0 if confidence is None else float(confidence)


def _phrases(analysis: Analysis, found: Gridding, n: int) -> tuple[Phrase, ...]:
    """The phrases answered, moved to the nearest downbeat of the grid."""
    beats = analysis.value("beats")
    if not found.steady or not isinstance(beats, Beats):
        return ()
    bars = {}
    for phrase in beats.phrases:
        bar = round(found.grid.beat_at(phrase.time) / found.meter)
        if 0 <= bar * found.meter < n:
            bars[bar * found.meter] = phrase.bars
    return tuple(Phrase(beat, bars[beat]) for beat in sorted(bars))


def _drops(drops: tuple[Drop, ...] | None, found: Gridding) -> tuple[float, ...]:
    """Beats of the drops; the nearest whole one where it is near."""
    beats = [float(found.grid.beat_at(drop.time)) for drop in drops or ()]
    snapped = (float(round(b)) if found.steady and abs(b - round(b)) < SNAP else b for b in beats)
    return tuple(snapped)


def _energy(energy: Energy | None, edges: Float) -> Float:
    """The energy curve (n,) at the middle of each beat; a half where it was not answered."""
    centres = (edges[1:] + edges[:-1]) / 2
    if energy is None or not len(energy.times):
        return np.full(len(centres), 0.5)
    return np.asarray(np.interp(centres, energy.times, energy.curve))


def _vector(analysis: Analysis) -> NDArray[np.float32]:
    summary = analysis.value("timbre")
    vector = () if summary is None else summary.facts.get("vector", ())
    return np.asarray(vector, dtype=np.float32)


# ---------------------------------------------------------------------- what is put in


def _alike(n: int, beat: Any) -> Float32:
    """Rows (n, …) that are all the same `beat`, kept once: a library has many thousand tracks."""
    row = np.asarray(beat, dtype=np.float32)
    return np.broadcast_to(row, (n, *row.shape))


def _share(energy: Float) -> Float:
    """The energy (n,) against the track's own fuller beats."""
    full = float(np.percentile(energy, 90)) if len(energy) else 1.0
    return np.asarray(np.clip(energy / max(full, 1e-6), 0.0, 1.0))


@lru_cache(maxsize=4096)
def _pitches(label: str) -> NDArray[np.float64]:
    """What each pitch class (12,) has of a chord's sound; all alike where there is none."""
    row = np.full(12, FAINT)
    row[list(parse_chord(label).pitch_classes)] = 0.25
    row /= row.sum()
    row.flags.writeable = False
    return row
