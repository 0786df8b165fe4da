"""OpenL3: 512 (or 6144) numbers from 1 s of sound (Cramer et al., ICASSP 2019).

Front end of its `mel256` networks: 48 kHz, windows of 1 s whose middle is the frame's time,
periodic Hann and FFT of 2048 every 242 samples, magnitudes, 256 Slaney mel bands, 10 · log10,
at most 80 dB under the window's maximum, which is 0. Around a window there is silence: so were
the networks trained; some versions of OpenL3 mirror the sound there. The published step is
0.1 s, ours 0.5 s unless `hop` says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.models.pretrained.base import Embedder
from mixolydian.models.pretrained.frontend import Float32, magnitudes, slaney_matrix, windows

RATE, SIZE, HOP = 48_000, 2048, 242
N_BANDS, N_FRAMES = 256, 199
FLOOR, RANGE = 1e-10, 80.0
SIZES = (512, 6144)


@dataclass(frozen=True)
class OpenL3(Embedder):
    """See the module's text; `size` numbers every `hop` seconds."""

    name: ClassVar[str] = "openl3"
    sample_rate: ClassVar[int] = RATE
    patch: ClassVar[tuple[int, ...]] = (N_BANDS, N_FRAMES)
    batch: ClassVar[int] = 16
    source: ClassVar[str] = (
        "OpenL3 of MARL (github.com/marl/openl3, mel256, music; code MIT, weights CC BY 4.0)"
    )

    size: int = 512
    hop: float = 0.5

    def __post_init__(self) -> None:
        if self.size not in SIZES or not self.hop * RATE >= 1:
            raise RequestError(
                f"openl3: expected a size of 512 or 6144 and a hop > 0, found {self.size} "
                f"and {self.hop}"
            )

    @property
    def dimensions(self) -> int:
        """`size`."""
        return self.size

    @property
    def seconds(self) -> float:
        """`hop`, in whole samples."""
        return int(self.hop * RATE) / RATE

    def windows(self, samples: Float32) -> Float32:
        """Windows of 1 s, the first around the first sample, the last with the last one."""
        hop, length = int(self.hop * RATE), RATE // 2 + len(samples)
        whole = RATE + -(-max(0, length - RATE) // hop) * hop
        return windows(np.pad(samples, (RATE // 2, whole - length)), RATE, hop)

    def patches(self, sound: Float32) -> Float32:
        """Decibels (n, 256, 199), 0 at the maximum of each window."""
        half = SIZE // 2
        mel = magnitudes(np.pad(sound, ((0, 0), (half, half))), SIZE, HOP, SIZE)
        mel = mel @ slaney_matrix(RATE, SIZE, N_BANDS)
        level = 10.0 * np.log10(np.maximum(mel, FLOOR)).transpose(0, 2, 1)
        level -= level.max(axis=(1, 2), keepdims=True)
        return np.asarray(np.maximum(level, -RANGE), dtype=np.float32)
