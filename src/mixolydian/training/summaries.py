"""A clip of 10 s as one row of figures: what classic models of music detection are fed.

Everything is taken from what adds up when sounds sound together (mel power, constant-Q power,
level), so that the row of a mixture can be made from the frames of its parts
(:mod:`~mixolydian.training.clips`). Gain changes nothing. The columns, each in units in which
equal steps sound about equal:

timbre    MFCC 1–13 (Davis & Mermelstein 1980) in units of 10 dB: means and deviations, and the
          deviation of coefficient 0, the level.
shape     of the mel spectrum: centroid and spread in bands (0.6 semitones at the top, wider
          below), 85 % roll-off in bands, flatness in decades; means and deviations.
contrast  strongest of eight neighbouring bands over their mean, in dB (after Jiang et al., ICME
          2002), eight groups: means and deviations.
rhythm    the eight measures of :mod:`~mixolydian.estimators.music_rules`, and onsets a second.
chroma    entropy and largest share of the mean chroma, the mean entropy of its frames, and how
          much it changes in 0.2 s: none of them knows the key.
lpc       linear prediction of order 12 from the mel spectrum warped back to linear frequency
          (the way of perceptual linear prediction, Hermansky 1990): log area ratios, to whose
          steps the ear is about equally sensitive (Viswanathan & Makhoul 1975), and the
          prediction gain in units of 10 dB; means and deviations.

Means and deviations are over the frames within 40 dB of the clip's loud ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import ANALYSIS_RATE, Features
from mixolydian.audio.spectrum import MEL_RANGE, N_MELS, SHAPE_STEP, mel_frequencies, mfcc
from mixolydian.estimators.music_rules import MEASURES, measure
from mixolydian.training.frames import Heard

FRAMES = 860
"""mel frames of a clip: 9.985 s, 215 frames of :mod:`~mixolydian.models.windows`."""
SECONDS = FRAMES / Features.mel_rate
N_MFCC, N_GROUPS, ORDER = 13, 8, 12
ROLLOFF = 0.85
GATE = 10 ** (-4.0)
"""power under that of the loud frames at which a frame is a pause."""
HISS = 1e-4
"""share of the power added as white noise before prediction: keeps it stable."""
FLOOR = 1e-8
"""added to the power of each band, relative to the strongest of the clip: −80 dB."""
TINY = 1e-20

Float64 = NDArray[np.float64]
Rows = Mapping[str, Float64]

_TRACKS = {
    "mfcc": [f"mfcc {i}" for i in range(1, N_MFCC + 1)],
    "shape": ["centroid", "spread", "rolloff", "flatness"],
    "contrast": [f"contrast {i + 1}" for i in range(N_GROUPS)],
    "lpc": [*(f"lpc area {i + 1}" for i in range(ORDER)), "lpc gain"],
}
_ONE_EACH = (*MEASURES, "onsets", "chroma entropy", "chroma peak", "chroma spread", "chroma change")
NAMES: tuple[str, ...] = (
    *(f"{name} {what}" for kind in _TRACKS.values() for name in kind for what in ("mean", "dev")),
    "level dev",
    *_ONE_EACH,
)
"""of the columns."""
LPC = tuple(i for i, name in enumerate(NAMES) if name.startswith("lpc"))
"""numbers of the columns of linear prediction."""


def summaries(heard: Heard) -> Float64:
    """Rows (n_clips, len(NAMES)) of a sound, one for each whole clip in it."""
    return summary(heard.features)


def summary(features: Features) -> Float64:
    """The same from frames; a sound shorter than a clip is one clip if it is 1 s long."""
    length = min(FRAMES, features.mel.shape[1] // SHAPE_STEP * SHAPE_STEP)
    if length < features.mel_rate:
        return np.zeros((0, len(NAMES)))
    n = features.mel.shape[1] // length
    mel = _relative(features.mel[:, : n * length : SHAPE_STEP].astype(np.float64), n)
    tracks, level = _tracks(mel)
    gates = _gates(mel.sum(axis=0).reshape(n, -1))
    spread = [_spread(row.reshape(n, -1), gates) for row in (*tracks, level[np.newaxis])]
    columns = [column for means, devs in spread[:-1] for column in (means, devs)]
    seconds = length / features.mel_rate
    whole = [*columns, spread[-1][1], *_of_whole_clips(features, n, seconds)]
    return np.nan_to_num(np.stack(whole, axis=1))


def _relative(mel: Float64, n: int) -> Float64:
    """Mel power (64, m) of `n` clips, each relative to its strongest, not under −80 dB."""
    parts = mel.reshape(len(mel), n, -1)
    top = np.maximum(parts.max(axis=(0, 2), keepdims=True), TINY)
    return np.asarray((parts / top + FLOOR).reshape(mel.shape))


def _gates(power: NDArray[np.floating[Any]]) -> Float64:
    """1 for each frame (n_clips, n_frames) that sounds, else 0."""
    loud = np.percentile(power, 95, axis=1, keepdims=True)
    return np.asarray(power >= loud * GATE, dtype=np.float64)


def _spread(rows: Float64, gates: Float64) -> tuple[Float64, Float64]:
    """Means and deviations (n_clips,) of a track (n_clips, n_frames) over what sounds."""
    count = np.maximum(gates.sum(axis=1), 1.0)
    mean = (rows * gates).sum(axis=1) / count
    variance = ((rows - mean[:, np.newaxis]) ** 2 * gates).sum(axis=1) / count
    return mean, np.sqrt(variance)


# ------------------------------------------------------------------------ frame by frame


def _tracks(mel: Float64) -> tuple[Float64, Float64]:
    """Every track (n_tracks, n) of mel power (64, n) in the order of ``_TRACKS``, and the level."""
    cepstra = mfcc(mel.astype(np.float32), N_MFCC + 1).astype(np.float64) / 10.0
    rows = [cepstra[1:], _shape(mel), _contrast(mel), prediction(mel)]
    return np.concatenate(rows), cepstra[0]


def _shape(mel: Float64) -> Float64:
    """Centroid, spread, roll-off (bands) and flatness (decades) (4, n)."""
    magnitude = np.sqrt(mel)
    share = magnitude / magnitude.sum(axis=0)
    bands = np.arange(len(mel), dtype=np.float64)[:, np.newaxis]
    centroid = (share * bands).sum(axis=0)
    spread = np.sqrt((share * (bands - centroid) ** 2).sum(axis=0))
    rolloff = (np.cumsum(share, axis=0) < ROLLOFF).sum(axis=0).astype(np.float64)
    relative = mel / mel.mean(axis=0) + 1e-7
    flatness = np.log10(relative).mean(axis=0) - np.log10(relative.mean(axis=0))
    return np.stack([centroid, spread, rolloff, flatness])


def _contrast(mel: Float64) -> Float64:
    """Strongest band over the mean of its group (8, n) in dB."""
    groups = mel.reshape(N_GROUPS, -1, mel.shape[1])
    return np.asarray(10 * np.log10(groups.max(axis=1) / groups.mean(axis=1)))


@cache
def _autocorrelating() -> Float64:
    """Matrix (ORDER + 1, 64): mel power to autocorrelation, over linear frequency.

    The power between two bands' centres is read off the line between them, and is that of the
    outermost bands beyond.
    """
    centres = mel_frequencies(N_MELS, MEL_RANGE)
    grid = np.linspace(0.0, ANALYSIS_RATE / 2, 257)
    spread = np.stack([np.interp(grid, centres, row) for row in np.eye(N_MELS)], axis=1)
    lags = np.arange(ORDER + 1)[:, np.newaxis]
    weights = np.where((grid == 0) | (grid == grid[-1]), 0.5, 1.0)
    return np.asarray((np.cos(np.pi * lags * grid / grid[-1]) * weights) @ spread / 256)


def prediction(mel: Float64) -> Float64:
    """Log area ratios and prediction gain (ORDER + 1, n) of mel power (64, n)."""
    r = _autocorrelating() @ mel
    r[0] = r[0] * (1 + HISS)
    reflections, left = levinson(r)
    ratios = np.log((1 + reflections) / (1 - reflections))
    return np.concatenate([ratios, np.log10(r[:1] / left)])


def levinson(r: Float64) -> tuple[Float64, Float64]:
    """Reflection coefficients (order, n) and the power left over (n,) from autocorrelations
    (order + 1, n), for all columns at once (Levinson 1947, Durbin 1960)."""
    order = len(r) - 1
    filters, error = np.zeros_like(r), r[0].copy()
    filters[0] = 1.0
    reflections = np.zeros_like(r[1:])
    for i in range(1, order + 1):
        k = -(filters[:i] * r[i:0:-1]).sum(axis=0) / error
        k = np.clip(k, -1 + 1e-6, 1 - 1e-6)
        filters[: i + 1] += k * filters[i::-1].copy()
        error = error * (1 - k**2)
        reflections[i - 1] = k
    return reflections, error


# ------------------------------------------------------------------------ clip by clip


def _of_whole_clips(features: Features, n: int, seconds: float) -> list[Float64]:
    """The columns of ``_ONE_EACH``, (n_clips,) each."""
    centres = np.asarray((np.arange(n) + 0.5) * seconds, dtype=np.float64)
    found = measure(features, centres, seconds)
    return [
        *(found[name] for name in MEASURES),
        _onsets(features, n, seconds),
        *_chroma(features, n, seconds),
    ]


def _onsets(features: Features, n: int, seconds: float) -> Float64:
    """Onsets a second: rises over a third of the strong ones."""
    x = features.onset_envelope
    peaks = (x[1:-1] > x[:-2]) & (x[1:-1] >= x[2:]) & (x[1:-1] > 0.33)
    clip = (np.flatnonzero(peaks) + 1) / (seconds * features.mel_rate)
    return np.bincount(clip.astype(int), minlength=n)[:n] / seconds


def _chroma(features: Features, n: int, seconds: float) -> list[Float64]:
    """Entropy and peak of the mean chroma, mean entropy of frames, change: (n_clips,) each."""
    chroma = features.chroma.astype(np.float64) + 1e-6
    chroma /= chroma.sum(axis=0)
    length = max(3, int(seconds * features.chroma_rate))
    starts = [min(round(i * seconds * features.chroma_rate), chroma.shape[1] - 1) for i in range(n)]
    rows = [_chroma_of(chroma[:, start : start + length]) for start in starts]
    return [np.asarray(column) for column in zip(*rows, strict=True)]


def _chroma_of(frames: Float64) -> tuple[float, float, float, float]:
    mean = frames.mean(axis=1)
    change = np.abs(frames[:, 2:] - frames[:, :-2]).sum(axis=0)
    moved = float(change.mean()) if change.size else 0.0
    return _entropy(mean), float(mean.max()), float(_entropy(frames).mean()), moved


def _entropy(shares: Float64) -> Any:
    """Entropy over the first axis relative to that of twelve equal shares, in [0, 1]."""
    return -(shares * np.log(shares)).sum(axis=0) / np.log(len(shares))
