"""What is kept of a sound to find it in a mix, or to find others in it.

Mel power tells the tracks apart and gives their gains, constant-Q tells by how much they are
transposed. Nothing else of the sound is needed, so hours fit in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features

Float32 = NDArray[np.float32]
MEL_RATE = Features.mel_rate
"""mel frames per second."""
CQ_RATE = Features.chroma_rate
"""constant-Q frames per second."""


@dataclass(frozen=True, eq=False)
class Heard:
    """A track as it was heard; `duration` in seconds."""

    track_id: str
    path: str
    title: str
    duration: float
    mel: Float32
    """(64, n) power at ``MEL_RATE``."""
    constant_q: Float32
    """(270, k) magnitude at ``CQ_RATE``, three bins to a semitone."""
    silent: bool

    @classmethod
    def of(cls, features: Features, track_id: str = "", path: str = "", title: str = "") -> Heard:
        """What is kept of `features`."""
        mel: Any = features.mel
        return cls(
            track_id, path, title, features.duration, mel, features.constant_q, features.is_silent
        )
