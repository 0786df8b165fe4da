"""What each piece of a crate offers the fit of the templates: its terms, computed once.

The fit (:mod:`benchmarks.fit_templates`) needs no sound, only what the estimators themselves
would look at: the bar evidence on the true beats, and for every candidate tempo the terms of
:func:`mixolydian.estimators.tempo.describe` and :func:`mixolydian.estimators.metre.fit`. They
are kept on disk as .npz under a key made of the sound, its truth and the code that made them,
so what is found there is never out of date.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.truth import Piece, read_crate
from mixolydian.audio import chroma, features, io, onset, pulse, spectrum
from mixolydian.audio.features import Features
from mixolydian.core.types import Beats
from mixolydian.estimators import grid, metre, tempo

METER = 4
N_SLOTS = metre.SLOTS_PER_BEAT * METER
MIN_BEATS = 12
"""Of a piece, from its first downbeat on, for its bar to be learned from."""
MADE_BY = (features, spectrum, onset, chroma, pulse, tempo, metre, grid)

Float = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Terms:
    """The evidence of one piece, with k candidate tempi; everything the fit looks at."""

    bar: NDArray[np.float64]
    """(len(EVIDENCE), 16) on the true beats from the first downbeat; (0, 16) if unfit."""
    bpms: NDArray[np.float64]
    """(k,) candidate tempi in BPM."""
    first: NDArray[np.float64]
    """(k, n) terms of ``tempo.describe``."""
    bars: NDArray[np.float64]
    """(k, len(EVIDENCE), 16) bar evidence on the grid of each candidate."""
    second: NDArray[np.float64]
    """(k, 3) terms of ``metre.fit`` but the first, which depends on the bar template."""


@dataclass(frozen=True, eq=False)
class Example:
    """One piece to learn from: where it belongs, its true tempo, its terms."""

    family: str
    name: str
    group: str
    """Copies and other renderings of one piece share it: they are held out together."""
    bpm: float
    terms: Terms


def describe(piece: Piece) -> Terms:
    """Listen to `piece` and compute its terms."""
    heard = Features(io.read(piece.sound))
    p = tempo.periodicity(heard)
    bpms = tempo.candidates(p)
    return Terms(
        bar=true_bar(heard, piece.truth["beats"]),
        bpms=bpms,
        first=tempo.describe(p, bpms),
        bars=np.array([candidate_bar(heard, float(b)) for b in bpms]),
        second=np.array([metre.fit(heard, float(b))[1:] for b in bpms]),
    )


def true_bar(heard: Features, beats: Beats) -> NDArray[np.float64]:
    """Bar evidence on the true beats from the first downbeat; (0, 16) when there is no 4/4 bar."""
    downbeats = np.flatnonzero(beats.positions == 1)
    times = beats.times[downbeats[0] :] if len(downbeats) else beats.times[:0]
    if beats.meter != METER or len(times) < MIN_BEATS:
        return np.zeros((0, N_SLOTS))
    return metre.bar_evidence(heard, metre.Pulses(times), METER)


def candidate_bar(heard: Features, bpm: float) -> NDArray[np.float64]:
    """Bar evidence on the grid that the estimator would lay at `bpm`; zeros for a short one."""
    traced = grid.steady_trace(heard, bpm)
    times = grid.pulse_times(traced.segments, heard.duration)
    if len(times) < 8:
        return np.zeros((len(metre.EVIDENCE), N_SLOTS))
    return metre.bar_evidence(heard, metre.Pulses(times), METER)


def cached(piece: Piece, cache: Path | None) -> Terms:
    """The terms of `piece`, from the folder `cache` where they are there already."""
    if cache is None:
        return describe(piece)
    path = cache / f"{_key(piece)}.npz"
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.npz")
        np.savez(partial, **vars(describe(piece)))
        partial.replace(path)
    with np.load(path) as arrays:
        return Terms(**arrays)


def _key(piece: Piece) -> str:
    digest = hashlib.sha256()
    for path in (piece.sound, piece.truth_file):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for module in MADE_BY:
        digest.update(inspect.getsource(module).encode())
    return digest.hexdigest()[:32]


def examples(family: str, folder: Path, cache: Path | None) -> list[Example]:
    """Every piece of the crate in `folder`, described."""
    return [
        Example(family, p.name, _group(p), float(p.truth["tempo"].bpm), cached(p, cache))
        for p in read_crate(folder)
    ]


def _group(piece: Piece) -> str:
    song = json.loads(piece.truth_file.read_text("utf-8")).get("song")
    return f"{piece.style}/{song}" if song else piece.group
