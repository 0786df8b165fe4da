"""Cutting a stream of samples into centred, overlapping frames.

Frame i is centred on sample ``i * hop_length``: the sound is padded with ``n_fft // 2``
zeros on both sides, so ``n_frames = 1 + n_samples // hop_length`` and the time of frame i
is ``i * hop_length / sample_rate``. The frames do not depend on how the sound was cut into
pushes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def window_means(
    frames: NDArray[np.float32], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Means (rows, k) of `frames` (rows, n) over the k stretches [first, last), last > first.

    Row by row, so that hours of frames are never copied as a whole.
    """
    out = np.empty((len(frames), len(first)))
    total = np.zeros(frames.shape[1] + 1)
    for row, mean in zip(frames, out, strict=True):
        np.cumsum(row, dtype=np.float64, out=total[1:])
        mean[:] = (total[last] - total[first]) / (last - first)
    return out


class FrameStore:
    """Frames (rows, n) that keep arriving, in one array that doubles when it is full.

    Many small arrays joined at the end would need twice the memory and leave holes in it.
    """

    def __init__(self, rows: int) -> None:
        self._array = np.empty((rows, 1024), dtype=np.float32)
        self._n = 0

    def append(self, part: NDArray[np.float32]) -> None:
        """Add `part` (rows, k)."""
        end = self._n + part.shape[1]
        if end > self._array.shape[1]:
            larger = np.empty((len(self._array), max(end, 2 * self._n)), dtype=np.float32)
            larger[:, : self._n] = self._array[:, : self._n]
            self._array = larger
        self._array[:, self._n : end] = part
        self._n = end

    def frames(self) -> NDArray[np.float32]:
        """What has arrived (rows, n), without copying."""
        return self._array[:, : self._n]


class Framer:
    """Feed it mono samples with :meth:`push`; it hands out complete frames."""

    def __init__(self, n_fft: int, hop_length: int) -> None:
        self.n_fft = n_fft
        self.hop_length = hop_length
        self._buffer = np.zeros(n_fft // 2, dtype=np.float32)
        self._n_samples = 0
        self._n_frames = 0

    def push(self, y: NDArray[np.float32]) -> NDArray[np.float32]:
        """Frames (k, n_fft) that became complete with `y` (n,); a read-only view."""
        self._n_samples += len(y)
        self._buffer = np.concatenate([self._buffer, y.astype(np.float32, copy=False)])
        return self._take((len(self._buffer) - self.n_fft) // self.hop_length + 1)

    def finish(self) -> NDArray[np.float32]:
        """The frames that remain once the sound has ended."""
        missing = 1 + self._n_samples // self.hop_length - self._n_frames
        needed = (missing - 1) * self.hop_length + self.n_fft
        pad = max(0, needed - len(self._buffer))
        self._buffer = np.concatenate([self._buffer, np.zeros(pad, dtype=np.float32)])
        return self._take(missing)

    def _take(self, count: int) -> NDArray[np.float32]:
        if count <= 0:
            return np.empty((0, self.n_fft), dtype=np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(self._buffer, self.n_fft)
        frames = windows[: count * self.hop_length : self.hop_length][:count]
        self._buffer = self._buffer[count * self.hop_length :]
        self._n_frames += count
        return frames
