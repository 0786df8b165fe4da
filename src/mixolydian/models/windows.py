"""Windows of log-mel frames: what our networks are fed, in training and in use alike.

The 64 mel bands of the front end (30–11 000 Hz) are averaged over ``POOL`` frames, which leaves
21.5 frames a second. A window is ``WINDOW`` of these, each in decibels relative to the window's
own mean power and cut to ``RANGE``: gain does not change it, and a stream can make it as well
as a file. `power` below is the averaged power (n_frames, 64); windows are (n, WINDOW, 64).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from mixolydian.audio.features import Features

Float32 = NDArray[np.float32]

POOL = 4
RATE = Features.mel_rate / POOL
"""frames of `power` per second, 21.53."""
WINDOW = 64
"""frames of a window: 2.97 s."""
DECIDED = slice(32, 43)
"""frames of a window of which the music model speaks: 1.49–2.0 s of 2.97 s."""
N_BANDS = 64
PART = 512
"""windows made at once: 8 MB."""
RANGE = (-50.0, 20.0)
"""dB around the mean power of the window."""
SCALE = 20.0
"""dB that make a unit of what the networks are fed."""


def pooled(mel: Float32) -> Float32:
    """Mel power (64, n) at the front end's rate as power (n_frames, 64) at ``RATE``; a rest
    shorter than ``POOL`` frames is left out."""
    n = mel.shape[1] // POOL
    return np.ascontiguousarray(
        mel[:, : n * POOL].reshape(mel.shape[0], n, POOL).mean(axis=2).T, dtype=np.float32
    )


def padded(power: Float32, n_frames: int) -> Float32:
    """`power` with silence behind, at least `n_frames` long."""
    missing = n_frames - len(power)
    return np.pad(power, ((0, max(0, missing)), (0, 0)))


def cut(power: Float32, starts: NDArray[np.int64], length: int = WINDOW) -> Float32:
    """Windows (n, length, 64) of power from the frames `starts` (n,) on."""
    views = sliding_window_view(padded(power, length), length, axis=0)
    return np.asarray(views[starts].transpose(0, 2, 1), dtype=np.float32)


def parts(power: Float32, starts: NDArray[np.int64]) -> Iterator[Float32]:
    """The windows from the frames `starts` on as the networks see them, ``PART`` at a time: hours
    of sound fit in bounded memory."""
    for place in range(0, len(starts), PART):
        yield scaled(cut(power, starts[place : place + PART]))


def scaled(power: Float32) -> Float32:
    """Windows of power (n, length, 64) as the networks see them, about −2.5 to 1."""
    mean = np.maximum(power.mean(axis=(1, 2), keepdims=True), 1e-12)
    level = 10.0 * np.log10(np.maximum(power / mean, 10 ** (RANGE[0] / 10)))
    return np.asarray(np.minimum(level, RANGE[1]) / SCALE, dtype=np.float32)
