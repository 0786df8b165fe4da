"""YAMNet: 1024 numbers every 0.48 s, from 0.96 s of sound each.

MobileNet v1 on AudioSet, by the TensorFlow authors. The front end is VGGish's with ln(mel +
0.001) and patches that overlap by half; the end of the sound is filled up with silence to a
whole patch, as published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mixolydian.models.pretrained.base import Embedder
from mixolydian.models.pretrained.frontend import Float32, windows
from mixolydian.models.pretrained.vggish import (
    HOP,
    N_BANDS,
    N_FRAMES,
    PATCH_SAMPLES,
    RATE,
    log_mel,
)

PATCH_HOP = N_FRAMES // 2 * HOP


@dataclass(frozen=True)
class YAMNet(Embedder):
    """See the module's text."""

    name: ClassVar[str] = "yamnet"
    sample_rate: ClassVar[int] = RATE
    patch: ClassVar[tuple[int, ...]] = (N_FRAMES, N_BANDS)
    source: ClassVar[str] = (
        "YAMNet of the TensorFlow models (research/audioset/yamnet; Apache-2.0, trained on YouTube)"
    )

    @property
    def dimensions(self) -> int:
        """1024."""
        return 1024

    @property
    def seconds(self) -> float:
        """0.48."""
        return PATCH_HOP / RATE

    def windows(self, samples: Float32) -> Float32:
        """Patches that overlap by half, up to the last sample."""
        rest = max(0, len(samples) - PATCH_SAMPLES)
        whole = PATCH_SAMPLES + -(-rest // PATCH_HOP) * PATCH_HOP
        return windows(np.pad(samples, (0, whole - len(samples))), PATCH_SAMPLES, PATCH_HOP)

    def patches(self, sound: Float32) -> Float32:
        """Log-mel (n, 96, 64)."""
        return log_mel(sound, offset=0.001)
