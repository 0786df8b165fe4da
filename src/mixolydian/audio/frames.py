"""Cutting a stream of samples into centred, overlapping frames.

Frame i is centred on sample ``i * hop_length``: the sound is padded with ``n_fft // 2``
zeros on both sides, so ``n_frames = 1 + n_samples // hop_length`` and the time of frame i
is ``i * hop_length / sample_rate``. The frames do not depend on how the sound was cut into
pushes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


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
