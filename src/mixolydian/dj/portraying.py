"""A track's portrait from its frames and its analysis: what the rest of `dj/` looks at.

Nothing is decided here that the analysis has not answered. What the answers alone tell is a sketch
(`sketching.py`); here the frames become the rest of it, one row per beat. All means are running
sums, so a two-hour mix is portrayed in seconds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.types import Analysis, FloatArray
from mixolydian.dj import beatwise
from mixolydian.dj.attuning import StrokeEar, attuned
from mixolydian.dj.grid import Grid
from mixolydian.dj.gridding import gridding, set_by_hand
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.sketching import check_sounds, edges_of, sketch
from mixolydian.estimators import music
from mixolydian.models import windows

VOICES = ("speech", "singing")
VOICE_SMOOTHING = 3
"""decisions of half a second that are averaged, as in the answer to "music"."""

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
    heard = replace(analysis, duration=features.duration)
    check_sounds(heard, path, features.is_silent)
    found = gridding(analysis)
    strokes = None
    if ear is not None and found.steady and not set_by_hand(analysis):
        n = int(np.ceil(found.grid.beat_at(features.duration)))
        grid, strokes = attuned(found.grid, ear, n)
        found = replace(found, grid=grid)
    names = {"track_id": track_id, "path": path, "title": title, "artist": artist}
    told = sketch(heard, found, **names)
    n = told.n_beats
    edges = edges_of(found.grid, n, features.duration)
    power = beatwise.mel_power(features, edges)
    rate = features.chroma_rate
    return replace(
        told,
        tuning=features.tuning,
        bands=beatwise.bands(power).astype(np.float32),
        level=beatwise.levels(power).astype(np.float32),
        vocals=vocals(features, edges).astype(np.float32),
        onsets=_onsets(features, found.grid, n).astype(np.float32),
        chroma=beatwise.chroma(features.chroma, rate, edges).astype(np.float32),
        bass_chroma=beatwise.chroma(features.bass_chroma, rate, edges).astype(np.float32),
        salience=beatwise.means(features.salience, rate, edges).astype(np.float32),
        texture=beatwise.means(features.texture, features.mel_rate, edges).astype(np.float32),
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


def _onsets(features: Features, grid: Grid, n: int) -> Float:
    quarters = grid.time_at(np.arange(beatwise.QUARTERS * n + 1) / beatwise.QUARTERS)
    return beatwise.onsets(features, quarters)
