"""VGGish: 128 numbers per 0.96 s (Hershey et al., ICASSP 2017).

Front end as published: 16 kHz, periodic Hann of 25 ms every 10 ms, FFT of 512, magnitudes, 64
HTK mel bands from 125 to 7500 Hz, ln(mel + 0.01), patches of 96 frames without overlap; a rest
shorter than a patch is left out. The vectors are the network's own; the published whitening and
quantisation to 8 bit are not applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mixolydian.models.pretrained.base import Embedder
from mixolydian.models.pretrained.frontend import Float32, htk_matrix, magnitudes, windows

RATE, LENGTH, HOP, SIZE = 16_000, 400, 160, 512
N_FRAMES, N_BANDS = 96, 64
PATCH_SAMPLES = LENGTH + (N_FRAMES - 1) * HOP
"""samples that the frames of a patch look at."""


def log_mel(sound: Float32, offset: float) -> Float32:
    """ln(mel + offset) (n, 96, 64) of windows of sound (n, 15600) at 16 kHz."""
    mel = magnitudes(sound, LENGTH, HOP, SIZE) @ htk_matrix(RATE, SIZE, N_BANDS, 125.0, 7500.0)
    return np.asarray(np.log(mel + np.float32(offset)), dtype=np.float32)


@dataclass(frozen=True)
class VGGish(Embedder):
    """See the module's text."""

    name: ClassVar[str] = "vggish"
    sample_rate: ClassVar[int] = RATE
    patch: ClassVar[tuple[int, ...]] = (N_FRAMES, N_BANDS)
    source: ClassVar[str] = (
        "VGGish of the TensorFlow models (research/audioset/vggish; Apache-2.0, trained on YouTube)"
    )

    @property
    def dimensions(self) -> int:
        """128."""
        return 128

    @property
    def seconds(self) -> float:
        """0.96."""
        return N_FRAMES * HOP / RATE

    def windows(self, samples: Float32) -> Float32:
        """Whole patches; a sound shorter than one is filled up with silence."""
        missing = max(0, PATCH_SAMPLES - len(samples))
        return windows(np.pad(samples, (0, missing)), PATCH_SAMPLES, N_FRAMES * HOP)

    def patches(self, sound: Float32) -> Float32:
        """Log-mel (n, 96, 64)."""
        return log_mel(sound, offset=0.01)
