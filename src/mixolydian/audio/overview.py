"""The picture of a sound: a few hundred columns of peak and band levels.

A waveform overview shows the whole track at a glance: how loud it is where, and whether
that is bass, middle or treble. Columns hold whole numbers 0–255:

- `peak`: largest absolute sample of the column, 255 = the largest of the track;
- `low` (under 200 Hz), `mid` (200–2500 Hz), `high` (above): height of the band in the same
  unit, from the mean power of the column. The strongest band of a column reaches 0.9 of its
  peak, the others are in proportion, with the middle and treble lifted by the slope of
  typical music (about 3 dB per octave, a pink spectrum), because otherwise the bass would
  hide them everywhere.

The picture does not depend on gain.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np
import soxr
from numpy.typing import NDArray

from mixolydian.audio import spectrum

MAX_COLUMNS = 2000
BANDS = ("low", "mid", "high")
BAND_EDGES = (200.0, 2500.0)
"""Hz between low and mid, and between mid and high."""
BAND_LIFT = (1.0, 1.6, 2.8)
"""Amplitude factors that make the three bands of a pink spectrum look equally tall."""

BAND_HEIGHT = 0.9
"""Height of a column's strongest band, as a share of its peak: the outline stays visible."""

ANALYSIS_RATE = 22050
"""Hz at which the bands are measured."""

FloatArray = NDArray[np.floating[Any]]


class Levels(Protocol):
    """What the picture needs of :class:`~mixolydian.audio.features.Features`."""

    @property
    def duration(self) -> float:
        """Length in seconds."""

    @property
    def mel(self) -> NDArray[np.float32]:
        """Mel power (n_mels, n)."""

    @property
    def peak(self) -> NDArray[np.float32]:
        """Largest absolute sample (n,) per frame."""


def _band_of_mel(n_mels: int) -> NDArray[np.int64]:
    """The band (0 low, 1 mid, 2 high) of each mel row (n_mels,)."""
    centres = spectrum.mel_frequencies(n_mels, spectrum.MEL_RANGE)
    return np.searchsorted(BAND_EDGES, centres, side="right").astype(np.int64)


def band_power(mel: NDArray[np.float32]) -> FloatArray:
    """Lifted power (3, n) of the low, mid and high band of mel power (n_mels, n).

    A mel row holds the mean power inside its triangle, so it counts by its width in Hz.
    """
    centres = spectrum.mel_frequencies(mel.shape[0], spectrum.MEL_RANGE)
    band = _band_of_mel(mel.shape[0])
    lifted = np.gradient(centres) * np.square(BAND_LIFT)[band]
    weights = np.stack([np.where(band == i, lifted, 0.0) for i in range(len(BANDS))])
    return weights.astype(np.float32) @ mel


def _column_starts(n_frames: int, n_columns: int) -> NDArray[np.int64]:
    """First frame (n_columns,) of each column; columns are equally long to one frame."""
    return np.arange(n_columns) * n_frames // n_columns


def _bytes(level: FloatArray) -> list[int]:
    rounded = np.rint(255 * np.clip(level, 0.0, 1.0))
    return [int(x) for x in rounded]


def waveform(features: Levels, max_columns: int = MAX_COLUMNS) -> dict[str, Any]:
    """The overview of one sound, as plain JSON.

    Returns ``{"duration": s, "n_columns": n, "peak": […], "low": […], "mid": […],
    "high": […]}``, each list n whole numbers 0–255, n ≤ `max_columns`; column i covers
    ``[i, i + 1) * duration / n`` seconds. A silent sound gives zeros.
    """
    return _picture(features.mel, features.peak, features.duration, max_columns)


def waveform_of_blocks(
    blocks: Iterable[NDArray[np.float32]], sample_rate: int, max_columns: int = MAX_COLUMNS
) -> dict[str, Any]:
    """The same for a sound that is read block by block, each float32 (n_channels, n).

    Nothing else is computed, and memory grows only by the frames: 23 kB per second.
    """
    resampler = soxr.ResampleStream(sample_rate, ANALYSIS_RATE, 1, dtype="float32", quality="HQ")
    stream = spectrum.SpectrumStream(ANALYSIS_RATE)
    n_samples = 0
    for block in blocks:
        n_samples += block.shape[1]
        stream.push(resampler.resample_chunk(np.ascontiguousarray(block.mean(axis=0))))
    stream.push(resampler.resample_chunk(np.zeros(0, dtype=np.float32), last=True))
    frames = stream.finish()
    return _picture(frames.mel, frames.peak, n_samples / sample_rate, max_columns)


def _picture(
    mel: NDArray[np.float32], peak_frames: NDArray[np.float32], duration: float, max_columns: int
) -> dict[str, Any]:
    n_frames = min(peak_frames.shape[0], mel.shape[1])
    n_columns = max(1, min(max_columns, n_frames))
    starts = _column_starts(n_frames, n_columns)
    peak = np.maximum.reduceat(np.maximum(peak_frames[:n_frames], 0.0), starts)
    power = np.add.reduceat(band_power(mel[:, :n_frames]), starts, axis=-1)
    bands = np.sqrt(power / np.diff(starts, append=n_frames))
    loudest = float(peak.max(initial=0.0))
    height = peak / loudest if loudest > 0 else np.zeros(n_columns)
    strongest = np.maximum(bands.max(axis=0), np.finfo(np.float32).tiny)
    shown = BAND_HEIGHT * height * bands / strongest
    picture: dict[str, Any] = {
        "duration": round(duration, 4),
        "n_columns": n_columns,
        "peak": _bytes(height),
    }
    return picture | {name: _bytes(shown[i]) for i, name in enumerate(BANDS)}
