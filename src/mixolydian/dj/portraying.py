"""A track's portrait from its frames and its analysis: what the rest of `dj/` looks at.

Nothing is decided here that the analysis has not answered: its beats become a grid, its
answers and the frames become rows, one per beat. All means are running sums, so a two-hour
mix is portrayed in seconds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.errors import EmptySignalError
from mixolydian.core.types import Analysis, Beats, Drop, Energy, FloatArray, Loudness
from mixolydian.dj import beatwise
from mixolydian.dj.attuning import StrokeEar, attuned
from mixolydian.dj.grid import Grid
from mixolydian.dj.gridding import Gridding, gridding, set_by_hand
from mixolydian.dj.portrait import Phrase, Portrait
from mixolydian.estimators import music
from mixolydian.models import windows

SHORTEST = 8.0
"""Seconds a track must last: less than that is a sample, not a track."""
VOICES = ("speech", "singing")
VOICE_SMOOTHING = 3
"""decisions of half a second that are averaged, as in the answer to "music"."""
SNAP = 0.2
"""Beats within which a drop is on the beat."""

Float = NDArray[np.float64]


def portray(
    features: Features,
    analysis: Analysis,
    *,
    track_id: str,
    path: str,
    title: str,
    artist: str,
    ear: StrokeEar | None = None,
) -> Portrait:
    """The portrait of the track whose frames are `features` and whose answers are `analysis`.

    With an `ear` that has heard the track, a grid that no human set is moved to its strokes (and
    only such a one can be moved in a mix).

    Raises
    ------
    EmptySignalError
        It is silent, or shorter than 8 s.
    """
    loudness = _checked(features, analysis, path)
    found = gridding(analysis)
    strokes = None
    if ear is not None and found.steady and not set_by_hand(analysis):
        n = int(np.ceil(found.grid.beat_at(features.duration)))
        grid, strokes = attuned(found.grid, ear, n)
        found = replace(found, grid=grid)
    n = max(int(np.ceil(found.grid.beat_at(features.duration) - 1e-6)), 1)
    edges = np.minimum(found.grid.time_at(np.arange(n + 1)), features.duration)
    power = beatwise.mel_power(features, edges)
    rate = features.chroma_rate
    key = analysis.estimates.get("key")
    return Portrait(
        track_id=track_id,
        path=path,
        title=title,
        artist=artist,
        duration=features.duration,
        bpm=main_bpm(found.grid, n),
        meter=found.meter,
        steady=found.steady,
        reason=found.reason,
        grid=found.grid,
        grid_confidence=found.confidence,
        phrases=phrases_of(analysis, found, n),
        sections=tuple(analysis.value("sections") or ()),
        drops=drops_of(analysis.value("drops"), found),
        key=analysis.value("key"),
        key_confidence=0.0 if key is None or key.value is None else sure(key.confidence),
        tuning=features.tuning,
        lufs=loudness.lufs,
        true_peak=loudness.true_peak_dbtp,
        chords=beatwise.longest_chords(analysis.value("chords"), edges),
        bands=beatwise.bands(power).astype(np.float32),
        level=beatwise.levels(power).astype(np.float32),
        energy=energy_of(analysis.value("energy"), edges).astype(np.float32),
        vocals=vocals(features, edges).astype(np.float32),
        onsets=_onsets(features, found.grid, n).astype(np.float32),
        chroma=beatwise.chroma(features.chroma, rate, edges).astype(np.float32),
        bass_chroma=beatwise.chroma(features.bass_chroma, rate, edges).astype(np.float32),
        salience=beatwise.means(features.salience, rate, edges).astype(np.float32),
        texture=beatwise.means(features.texture, features.mel_rate, edges).astype(np.float32),
        vector=vector_of(analysis),
        strokes=_rows(strokes, n),
    )


def _rows(strokes: FloatArray | None, n: int) -> NDArray[np.float32]:
    """The strokes of `n` beats, NaN for what was not heard."""
    rows = np.full((n, 2), np.nan, dtype=np.float32)
    if strokes is not None:
        rows[: len(strokes)] = strokes[:n]
    return rows


def vocals(features: Features, edges: Float) -> Float:
    """Probability (n,) that somebody sings or speaks in each beat; 0 where no model can tell."""
    asked = music.model()
    if asked is None:
        return np.zeros(len(edges) - 1)
    rows = music.presence(features, asked)
    columns = [asked.card.labels.index(name) for name in VOICES if name in asked.card.labels]
    if not columns:
        return np.zeros(len(edges) - 1)
    voice = rows[:, columns].max(axis=1)
    kernel = np.ones(VOICE_SMOOTHING) / VOICE_SMOOTHING
    padded = np.pad(voice, VOICE_SMOOTHING // 2, mode="edge")
    smooth = np.convolve(padded, kernel, mode="valid")
    seconds = music.HOP / windows.RATE
    centres = (edges[1:] + edges[:-1]) / 2
    inside = centres > 0.0
    heard = np.interp(centres, (np.arange(len(smooth)) + 0.5) * seconds, smooth)
    return np.asarray(np.where(inside, np.clip(heard, 0.0, 1.0), 0.0))


def _checked(features: Features, analysis: Analysis, path: str) -> Loudness:
    """The loudness; a refusal of what cannot be mixed at all."""
    if features.duration < SHORTEST:
        raise EmptySignalError(
            f"{path}: expected a track of at least {SHORTEST:g} s, found "
            f"{features.duration:.1f} s; leave it out"
        )
    loudness = analysis.value("loudness")
    if features.is_silent or not isinstance(loudness, Loudness):
        raise EmptySignalError(f"{path}: expected a track that sounds, found silence; leave it out")
    return loudness


def main_bpm(grid: Grid, n: int) -> float:
    """The tempo most of the track has."""
    return float(np.median(grid.bpm_at(np.arange(n))))


def sure(confidence: float | None) -> float:
    return 1.0 if confidence is None else float(confidence)


def phrases_of(analysis: Analysis, found: Gridding, n: int) -> tuple[Phrase, ...]:
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


def drops_of(drops: tuple[Drop, ...] | None, found: Gridding) -> tuple[float, ...]:
    """Beats of the drops; the nearest whole one where it is near."""
    beats = [float(found.grid.beat_at(drop.time)) for drop in drops or ()]
    snapped = (float(round(b)) if found.steady and abs(b - round(b)) < SNAP else b for b in beats)
    return tuple(snapped)


def energy_of(energy: Energy | None, edges: Float) -> Float:
    """The energy curve (n,) at the middle of each beat; a half where it was not answered."""
    centres = (edges[1:] + edges[:-1]) / 2
    if energy is None or not len(energy.times):
        return np.full(len(centres), 0.5)
    return np.asarray(np.interp(centres, energy.times, energy.curve))


def _onsets(features: Features, grid: Grid, n: int) -> Float:
    quarters = grid.time_at(np.arange(beatwise.QUARTERS * n + 1) / beatwise.QUARTERS)
    return beatwise.onsets(features, quarters)


def vector_of(analysis: Analysis) -> NDArray[np.float32]:
    summary = analysis.value("timbre")
    vector = () if summary is None else summary.facts.get("vector", ())
    return np.asarray(vector, dtype=np.float32)
