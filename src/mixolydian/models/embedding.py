"""The embedding: 128 numbers for every stretch of sound, learnt without labels.

Windows of 3 s (:mod:`mixolydian.models.windows`) go through the network of the recipe
``embedding``; each of the 128 dimensions has variance 1 over the sounds it was trained on. Gain
does not change it. A track is summed up by the means and deviations over its windows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.models import windows
from mixolydian.models.network import Network

Float32 = NDArray[np.float32]

NAME = "embedding"
DIMENSIONS = 128
HOP = 43
"""frames from one window to the next: 2 s."""
SECOND = 21
"""the same for a sequence of one embedding a second (0.975 s)."""


def starts(n_frames: int, hop: int = HOP) -> NDArray[np.int64]:
    """First frames (n,) of the windows: whole windows only, but always at least one."""
    return np.arange(0, max(1, n_frames - windows.WINDOW + 1), hop, dtype=np.int64)


def embed(power: Float32, network: Network, hop: int = HOP) -> Float32:
    """Embeddings (n, 128) of pooled mel power (n_frames, 64), `hop` frames apart."""
    first = starts(len(power), hop)
    return np.concatenate([network(part) for part in windows.parts(power, first)])


def embedding_of(features: Features, network: Network, hop: int = HOP) -> Float32:
    """Embeddings (n, 128) of a sound."""
    return embed(windows.pooled(features.mel), network, hop)


def summed_up(embeddings: Float32) -> Float32:
    """One vector (256,) for a track: means, then standard deviations, over its windows."""
    return np.concatenate([embeddings.mean(axis=0), embeddings.std(axis=0)]).astype(np.float32)
